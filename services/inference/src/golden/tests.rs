//! The input is the documented one, and a wrong number is told.

use super::*;

#[test]
fn the_input_is_what_the_script_makes() {
    // From `assets/models/golden.py`: `ramp(5)`.
    let wanted = [-1.0, 0.236_068, -0.527_864, 0.708_204, -0.055_728];
    for (found, wanted) in ramp(5).into_iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-6, "{found} {wanted}");
    }
}

#[test]
fn a_number_that_is_not_there_or_differs_is_told() {
    let sample = |at: usize, value: f32| Sample { shape: vec![3], at: vec![at], values: vec![value] };
    let values = [0.5, 100.0, f32::NAN];
    assert_eq!(sample(0, 0.500_9).differs(&values), None);
    assert_eq!(sample(1, 100.09).differs(&values), None);
    for wrong in [sample(0, 0.502), sample(1, 100.2), sample(2, 0.0), sample(3, 0.0)] {
        assert!(wrong.differs(&values).is_some(), "{wrong:?}");
    }
}
