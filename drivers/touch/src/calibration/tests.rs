//! What was bent on purpose is found again; what no panel would report is refused.

use super::*;
use crate::{Axis, Contact, Description, Panel, code};
use proptest::prelude::*;

const SIZE: (i32, i32) = (1_895_000, 1_066_000);

/// A panel of 32768 by 32768 units.
fn panel(placement: Placement) -> Panel {
    let mut about = Description::default();
    for axis in [code::ABS_X, code::ABS_Y] {
        about.axes.insert(axis, Axis { min: 0, max: 32_767, resolution: 0 });
    }
    Panel::placed(&about, Some(SIZE), placement).unwrap()
}

/// The units that such a panel reports for a place on the screen, found by search: nothing is inverted here.
fn units(placement: Placement, want: PanelPoint) -> (i32, i32) {
    let panel = panel(placement);
    let (mut best, mut step) = ((16_384, 16_384), 8_192);
    while step > 0 {
        let around = (-2..=2).flat_map(|x| (-2..=2).map(move |y| (x, y)));
        let near =
            around.map(|(x, y)| ((best.0 + x * step).clamp(0, 32_767), (best.1 + y * step).clamp(0, 32_767)));
        best = near.min_by_key(|at| panel.point(at.0, at.1).distance_squared(want)).unwrap();
        step /= 2;
    }
    best
}

/// Each mark, and what the panel says of it while it is taken for lying straight.
fn touches(placement: Placement) -> Vec<(PanelPoint, PanelPoint)> {
    let straight = panel(Placement::STRAIGHT);
    marks(SIZE)
        .into_iter()
        .map(|mark| {
            let (x, y) = units(placement, mark);
            (mark, straight.point(x, y))
        })
        .collect()
}

fn placement(turn: Turn, numbers: [f64; 6]) -> Placement {
    Placement { turn, matrix: Matrix::new(numbers).unwrap() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_bent_is_found(
        turn in 0usize..4, mirrored: bool, count in 4usize..=5,
        stretch in (-0.06f64..0.2, -0.06f64..0.2), shear in (-0.05f64..0.05, -0.05f64..0.05),
        shift in (-0.04f64..0.04, -0.04f64..0.04),
    ) {
        // Around the middle, so that every mark stays on the panel: the farthest is seen (0.4 + 0.04 + 0.05 / 2) / 0.94,
        // which is under a half, from it.
        let about = |own: f64, other: f64, shift: f64| 0.5 - 0.5 * own - 0.5 * other + shift;
        let (a, b, d, e) = (1.0 + stretch.0, shear.0, shear.1, 1.0 + stretch.1);
        let a = if mirrored { -a } else { a };
        let numbers = [a, b, about(a, b, shift.0), d, e, about(e, d, shift.1)];
        let wanted = placement(Turn::ALL[turn], numbers);
        let found = solve(SIZE, &touches(wanted)[..count]).unwrap();
        prop_assert_eq!(found.placement.turn, wanted.turn);
        // The panel's unit is 58 um wide.
        prop_assert!(found.worst_um <= 120, "{}", found.worst_um);
        for (want, got) in wanted.matrix.numbers().iter().zip(found.placement.matrix.numbers()) {
            prop_assert!((want - got).abs() < 3e-4, "{:?} {:?}", wanted, found);
        }
        // The panel that is placed as found hits the marks.
        for mark in marks(SIZE) {
            let (x, y) = units(wanted, mark);
            prop_assert!(panel(found.placement).point(x, y).distance_um(mark) <= 300);
        }
    }

    #[test]
    fn any_touches_are_no_panic(
        touches in proptest::collection::vec(((0..=SIZE.0, 0..=SIZE.1), (0..=SIZE.0, 0..=SIZE.1)), 0..7),
        size in (1..=SIZE.0, 1..=SIZE.1),
    ) {
        let point = |(x_um, y_um)| PanelPoint { x_um, y_um };
        let touches: Vec<_> = touches.into_iter().map(|(mark, seen)| (point(mark), point(seen))).collect();
        if let Ok(found) = solve(size, &touches) {
            prop_assert!(found.worst_um <= SLIP_UM);
        }
    }

    /// A finger misses by up to 3 mm; that is no reason to refuse, and what is found is no worse than the finger.
    #[test]
    fn a_finger_may_miss_a_little(
        // An angle and a distance, which the panel's stretch of 1.05 makes 3 mm on the screen.
        misses in proptest::collection::vec((0.0..std::f64::consts::TAU, 0.0..2850.0f64), 5),
    ) {
        let wanted = placement(Turn::None, [1.05, 0.0, -0.02, 0.0, 0.95, 0.03]);
        let mut touches = touches(wanted);
        for (touch, (angle, distance)) in touches.iter_mut().zip(misses) {
            touch.1.x_um += (distance * angle.cos()) as i32;
            touch.1.y_um += (distance * angle.sin()) as i32;
        }
        let found = solve(SIZE, &touches).unwrap();
        for mark in marks(SIZE) {
            let (x, y) = units(wanted, mark);
            prop_assert!(panel(found.placement).point(x, y).distance_um(mark) <= 5_000);
        }
    }
}

#[test]
fn a_slip_is_refused_and_named() {
    for (count, slipped) in [(5, 4), (5, 1), (4, 2)] {
        let mut touches = touches(Placement::STRAIGHT);
        touches.truncate(count);
        touches[slipped].1.x_um -= 60_000;
        let error = solve(SIZE, &touches).unwrap_err();
        assert!(matches!(error, CalibrationError::Slip { off_mm: 10.., .. }), "{error:?}");
        if slipped == 4 {
            assert!(matches!(error, CalibrationError::Slip { mark: 5, .. }), "{error:?}");
        }
    }
}

#[test]
fn nonsense_is_refused() {
    let good = touches(Placement::STRAIGHT);
    assert_eq!(solve(SIZE, &good[..3]), Err(CalibrationError::Few(3)));
    let seen = |of: &dyn Fn(usize, PanelPoint) -> PanelPoint| {
        let touches = good.iter().enumerate().map(|(at, (mark, seen))| (*mark, of(at, *seen)));
        solve(SIZE, &touches.collect::<Vec<_>>())
    };
    let spot = PanelPoint { x_um: 400_000, y_um: 300_000 };
    assert_eq!(seen(&|_, _| spot), Err(CalibrationError::Close));
    assert_eq!(seen(&|_, at| PanelPoint { y_um: at.x_um / 2, ..at }), Err(CalibrationError::Close));
    // Two marks touched in the wrong order.
    let swapped = seen(&|at, _| good[[1, 0, 2, 3, 4][at]].1);
    assert!(matches!(swapped, Err(CalibrationError::Slip { .. })), "{swapped:?}");
    // A panel whose picture is half as large as it says.
    let half = seen(&|_, at| PanelPoint { x_um: at.x_um / 2, y_um: at.y_um });
    assert_eq!(half, Err(CalibrationError::Bent));
}

#[test]
fn a_session_takes_one_finger_at_a_time() {
    let mut session = Session::new(SIZE);
    let tell = |session: &mut Session, contacts: &[(u64, Phase, PanelPoint)]| {
        let contacts = contacts.iter().map(|(id, phase, at)| Contact::new(ContactId(*id), *phase, *at));
        session.feed(&Frame::new(0, contacts.collect()))
    };
    let mut shown = Vec::new();
    let beside = PanelPoint { x_um: 5, y_um: 5 };
    // One that is taken back, and one of a hand that leans on the border: neither is a touch of a mark.
    assert!(!tell(&mut session, &[(1, Phase::Down, beside)]));
    assert!(!tell(&mut session, &[(1, Phase::Cancel, beside)]));
    for round in 0..5 {
        let mark = session.mark().unwrap();
        shown.push(mark);
        let id = 10 + round * 2;
        assert!(!tell(&mut session, &[(id, Phase::Down, beside), (id + 1, Phase::Down, beside)]));
        assert!(!tell(&mut session, &[(id, Phase::Move, mark), (id + 1, Phase::Up, beside)]));
        assert!(!tell(&mut session, &[(id, Phase::Move, mark)]));
        assert!(tell(&mut session, &[(id, Phase::Up, mark)]));
    }
    assert_eq!((shown, session.mark()), (marks(SIZE).to_vec(), None));
    let found = session.solve().unwrap();
    assert_eq!((found.placement, found.worst_um), (Placement::STRAIGHT, 0));
}
