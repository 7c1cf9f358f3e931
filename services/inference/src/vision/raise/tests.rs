//! Arms and palms that are up, beside faces that they belong to or not, over time.

use super::*;

fn arms(left: f32, right: f32, visibility: f32) -> [Arm; 2] {
    let arm = |x, y| Arm { shoulder: Point::new(x, 300.0), wrist: Point::new(x, y), visibility };
    [arm(350.0, left), arm(250.0, right)]
}

#[test]
fn an_arm_is_up_when_a_wrist_that_is_seen_is_well_above_its_shoulder() {
    for (left, right, visibility, up) in [
        (450.0, 450.0, 0.9, false),
        (200.0, 450.0, 0.9, true),
        (450.0, 200.0, 0.9, true),
        (280.0, 280.0, 0.9, false),
        (200.0, 200.0, 0.3, false),
    ] {
        assert_eq!(arm_is_up(&arms(left, right, visibility)), up, "{left} {right} {visibility}");
    }
}

#[test]
fn a_palm_is_up_beside_and_above_a_face_but_not_on_it_below_it_or_far() {
    let face = Rect { left: 100.0, top: 100.0, right: 150.0, bottom: 150.0 };
    for (x, y, up) in [
        (180.0, 90.0, true),
        (70.0, 110.0, true),
        (125.0, 60.0, true),
        (125.0, 125.0, false),
        (180.0, 145.0, false),
        (180.0, 200.0, false),
        (300.0, 90.0, false),
        (125.0, -50.0, false),
    ] {
        assert_eq!(palm_is_up(&face, Point::new(x, y)), up, "{x} {y}");
    }
}

#[test]
fn up_for_a_while_is_raised_and_a_missed_look_does_not_lower_it() {
    let mut raises = Raises::default();
    let mut at = |millis: u64, looks: &[(u32, bool)]| {
        raises.step(Duration::from_millis(millis), looks);
        raises.raised().collect::<Vec<u32>>()
    };
    assert_eq!(at(0, &[(7, true)]), [0_u32; 0]);
    assert_eq!(at(300, &[(7, true), (8, true)]), [0_u32; 0]);
    // Eight scratched their head.
    assert_eq!(at(600, &[(7, true), (8, false)]), [0_u32; 0]);
    assert_eq!(at(900, &[(7, true), (8, true)]), [7]);
    assert_eq!(at(1200, &[(7, false), (8, true)]), [7]);
    assert_eq!(at(1500, &[(7, true), (8, true)]), [7]);
    assert_eq!(at(1800, &[(7, false), (8, true)]), [7, 8]);
    assert_eq!(at(3000, &[(7, false), (8, true)]), [8]);
    // Nobody looks at eight any more.
    assert_eq!(at(12_900, &[]), [8]);
    assert_eq!(at(13_000, &[]), [0_u32; 0]);
}
