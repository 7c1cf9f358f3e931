//! Instruments: what a finger takes hold of, what ink follows, and that turning and stretching keep their place.
use proptest::prelude::*;

use crate::{Instrument, InstrumentTool as Tool, Knob, PagePoint, Rail};

const MIDDLE: PagePoint = PagePoint::new(900_000, 500_000);
const ALL: [Tool; 5] = [Tool::Ruler, Tool::HalfSquare, Tool::ThirdSquare, Tool::Protractor, Tool::Compass];

fn moved(at: PagePoint, dx: i32, dy: i32) -> PagePoint {
    PagePoint::new(at.x_um + dx, at.y_um + dy)
}

fn away(a: PagePoint, b: PagePoint) -> f64 {
    (a.distance_squared(b) as f64).sqrt()
}

/// Turned by a drag of its turning grip about its origin.
fn turned(instrument: Instrument, radians: f64) -> Instrument {
    let origin = instrument.origin();
    let from = moved(origin, 100_000, 0);
    let to = moved(origin, (100_000.0 * radians.cos()) as i32, (100_000.0 * radians.sin()) as i32);
    instrument.dragged(Knob::Turn, from, to)
}

proptest! {
    #[test]
    fn ink_along_a_ruler_is_a_straight_line(angle in 0.0..6.2_f64, along in 0.05..0.95_f64, off in -8_000.0..8_000.0_f64) {
        let ruler = turned(Instrument::new(Tool::Ruler, MIDDLE), angle);
        let (sin, cos) = ruler.degrees().to_radians().sin_cos();
        let place = |along: f64, off: f64| {
            let x = along * ruler.size_um();
            moved(ruler.origin(), (x * cos + off * sin) as i32, (x * sin - off * cos) as i32)
        };
        let rail = ruler.rail(place(along, off)).expect("so near to its edge");
        let half = 2_000;
        for step in 0..=20 {
            // A hand that strays by centimetres, on both sides.
            let ink = rail.along(place(f64::from(step) / 20.0, 30_000.0 * f64::from(step % 5 - 2)), half);
            let should = place(f64::from(step) / 20.0, f64::from(half));
            prop_assert!(away(ink, should) < 4.0, "{ink:?} for {should:?}");
        }
    }

    #[test]
    fn two_fingers_carry_what_lies_between_them(
        ax in 0..400_000_i32, ay in 0..400_000_i32, bx in 500_000..900_000_i32, by in 0..400_000_i32, turn in -3.0..3.0_f64,
    ) {
        let from = [PagePoint::new(ax, ay), PagePoint::new(bx, by)];
        let (sin, cos) = turn.sin_cos();
        let to = from.map(|at| {
            let (x, y) = (f64::from(at.x_um), f64::from(at.y_um));
            PagePoint::new((x * cos - y * sin) as i32 + 70_000, (x * sin + y * cos) as i32 - 9_000)
        });
        let before = Instrument::new(Tool::HalfSquare, MIDDLE);
        let after = before.carried(from, to);
        for (before_finger, after_finger) in from.iter().zip(to) {
            let (was, is) = (away(before.origin(), *before_finger), away(after.origin(), after_finger));
            prop_assert!((was - is).abs() < 8.0, "a finger slid by {}", was - is);
        }
    }
}

#[test]
fn every_grip_is_taken_where_it_is_drawn() {
    for tool in ALL {
        let instrument = turned(Instrument::new(tool, MIDDLE), 0.7);
        let mut seen = Vec::new();
        for x in (-300..300).step_by(4) {
            for y in (-300..300).step_by(4) {
                if let Some(grip) = instrument.knob(moved(MIDDLE, x * 2_000, y * 2_000)) {
                    let kind = std::mem::discriminant(&grip);
                    if !seen.contains(&kind) {
                        seen.push(kind);
                    }
                }
            }
        }
        assert_eq!(seen.len(), 4, "{tool:?} has a body and three grips");
        assert!(instrument.face().1.len() > 4);
    }
}

#[test]
fn far_from_its_edges_ink_is_free() {
    for tool in ALL {
        let instrument = Instrument::new(tool, MIDDLE);
        assert_eq!(instrument.rail(moved(MIDDLE, 0, 480_000)), None, "{tool:?}");
        assert_eq!(instrument.knob(moved(MIDDLE, 0, 480_000)), None, "{tool:?}");
    }
}

#[test]
fn turning_stops_at_the_notches() {
    let ruler = turned(Instrument::new(Tool::Ruler, MIDDLE), 0.79);
    assert!((ruler.degrees() - 45.0).abs() < 1e-9, "{}", ruler.degrees());
    let between = turned(Instrument::new(Tool::Ruler, MIDDLE), 0.90);
    assert!((between.degrees() - 0.90_f64.to_degrees()).abs() < 0.01);
}

#[test]
fn a_compass_draws_its_circle_and_opens_at_its_hinge() {
    let compass = Instrument::new(Tool::Compass, MIDDLE);
    let pencil = moved(compass.origin(), compass.size_um() as i32, 0);
    let Some(Knob::Pencil(rail)) = compass.knob(pencil) else { panic!("the pencil is not there") };
    for (x, y) in [(1, 0), (0, 1), (-3, 2), (5, -7)] {
        let ink = rail.along(moved(compass.origin(), x * 40_000, y * 40_000), 2_000);
        assert!((away(ink, compass.origin()) - compass.size_um()).abs() < 2.0);
    }
    let wider = compass.dragged(Knob::Stretch, MIDDLE, moved(MIDDLE, 20_000, 0));
    assert!((wider.size_um() - compass.size_um() - 40_000.0).abs() < 1.0);
    assert_eq!(wider.origin(), compass.origin());
    let closed = compass.dragged(Knob::Stretch, MIDDLE, moved(MIDDLE, -900_000, 0));
    assert!(closed.size_um() > 20_000.0, "a compass never closes to nothing");
}

#[test]
fn a_protractor_is_round_above_and_straight_below() {
    let protractor = Instrument::new(Tool::Protractor, MIDDLE);
    let radius = protractor.size_um() as i32;
    let top = protractor.rail(moved(protractor.origin(), 0, -radius - 3_000));
    assert!(matches!(top, Some(Rail::Arc { .. })), "{top:?}");
    let below = protractor.rail(moved(protractor.origin(), 50_000, 3_000));
    assert!(matches!(below, Some(Rail::Line { .. })), "{below:?}");
    let Some(rail) = below else { return };
    let ink = rail.along(moved(protractor.origin(), 60_000, 1_000), 2_000);
    assert!(ink.y_um > protractor.origin().y_um, "ink lies outside the body");
}
