//! From samples to strokes: smooth, faithful, and at rest where the pen was lifted.
use crate::{Brush, Node, Sample, Stroker};

const PEN: Brush = Brush { width_um: 4_000, lively: true };

fn sample(x_um: f64, y_um: f64, t_us: u64) -> Sample {
    Sample { x_um: x_um as i32, y_um: y_um as i32, t_us, pressure: None }
}

/// Writes along a path at so many reports a second.
fn write(path: impl Fn(f64) -> (f64, f64), seconds: f64, hertz: f64) -> Stroker {
    let reports = (seconds * hertz) as u64;
    let at = |report: u64| {
        let (x, y) = path(report as f64 / reports as f64);
        sample(x, y, (report as f64 / hertz * 1e6) as u64)
    };
    let mut stroker = Stroker::new(PEN, at(0));
    for report in 1..=reports {
        stroker.push(at(report));
    }
    stroker
}

fn circle(part: f64) -> (f64, f64) {
    let angle = part * std::f64::consts::TAU;
    (200_000.0 + 60_000.0 * angle.cos(), 200_000.0 + 60_000.0 * angle.sin())
}

fn away(node: Node, x: f64, y: f64) -> f64 {
    (f64::from(node.x_um) - x).hypot(f64::from(node.y_um) - y)
}

#[test]
fn a_stroke_ends_where_the_pen_was_lifted() {
    for hertz in [60.0, 120.0, 240.0] {
        let mut stroker = write(|part| (10_000.0 + part * 300_000.0, 50_000.0), 0.5, hertz);
        stroker.finish();
        let end = *stroker.nodes().last().unwrap();
        assert!(away(end, 310_000.0, 50_000.0) < 300.0, "at {hertz} Hz it ends at {end:?}");
    }
}

#[test]
fn a_slow_panel_still_draws_round_circles() {
    let mut stroker = write(circle, 0.8, 60.0);
    stroker.finish();
    let mut sharpest: f64 = 0.0;
    for corner in stroker.nodes().windows(3) {
        let way = |a: Node, b: Node| f64::from(b.y_um - a.y_um).atan2(f64::from(b.x_um - a.x_um));
        let mut turn = way(corner[1], corner[2]) - way(corner[0], corner[1]);
        turn = (turn + std::f64::consts::PI).rem_euclid(std::f64::consts::TAU) - std::f64::consts::PI;
        sharpest = sharpest.max(turn.abs());
        let radius = away(corner[1], 200_000.0, 200_000.0);
        assert!((48_000.0..63_000.0).contains(&radius), "{radius} from the middle");
    }
    assert!(sharpest.to_degrees() < 25.0, "a corner of {} degrees", sharpest.to_degrees());
}

#[test]
fn a_trembling_hand_at_rest_draws_a_dot() {
    let mut stroker = Stroker::new(PEN, sample(100_000.0, 100_000.0, 0));
    for report in 1..240_u64 {
        // 0.3 mm to and fro, as an infrared frame reports a still finger.
        let jitter = if report % 2 == 0 { 150.0 } else { -150.0 };
        stroker.push(sample(100_000.0 + jitter, 100_000.0 - jitter, report * 4_000));
    }
    stroker.finish();
    assert!(stroker.nodes().iter().all(|node| away(*node, 100_000.0, 100_000.0) < 400.0));
    assert!(stroker.nodes().len() < 40, "{} nodes for a dot", stroker.nodes().len());
}

#[test]
fn the_tail_reaches_the_pen_and_is_no_part_of_the_stroke() {
    let mut stroker = write(|part| (10_000.0 + part * 200_000.0, 50_000.0), 0.4, 120.0);
    let before = stroker.nodes().to_vec();
    let end = before.last().unwrap().x_um;
    let tail = stroker.tail(0).to_vec();
    assert_eq!(tail[0].x_um, end, "the tail hangs on the ink");
    assert!(away(*tail.last().unwrap(), 210_000.0, 50_000.0) < 300.0, "{tail:?}");
    let ahead = stroker.tail(12_000).last().unwrap().x_um;
    // 500 mm/s for 12 ms are 6 mm.
    assert!((213_000..217_500).contains(&ahead), "predicted {ahead}");
    assert_eq!(stroker.nodes(), before);
}

#[test]
fn a_prediction_does_not_shoot_over_a_corner() {
    let mut stroker = write(
        |part| {
            if part < 0.5 {
                (part * 400_000.0, 50_000.0)
            } else {
                (200_000.0, 50_000.0 + (part - 0.5) * 400_000.0)
            }
        },
        0.8,
        120.0,
    );
    let goal = stroker.tail(12_000).iter().map(|node| node.x_um).max().unwrap();
    assert!(goal < 202_000, "the corner was long ago, the tail still goes to x = {goal}");
}

#[test]
fn fast_is_thin_and_slow_is_wide() {
    let radius = |seconds: f64| {
        let stroker = write(|part| (part * 300_000.0, 0.0), seconds, 120.0);
        stroker.nodes()[stroker.nodes().len() * 3 / 4].radius_um
    };
    assert!(radius(0.3) < 1_700 && radius(2.0) > 2_200, "{} {}", radius(0.3), radius(2.0));
}

#[test]
fn pressure_decides_where_there_is_any() {
    let written = |pressure: u16| {
        let at = |report: u64| Sample {
            pressure: Some(pressure),
            ..sample(report as f64 * 2_000.0, 0.0, report * 8_000)
        };
        let mut stroker = Stroker::new(PEN, at(0));
        (1..60).for_each(|report| {
            stroker.push(at(report));
        });
        stroker.nodes().last().unwrap().radius_um
    };
    assert!((1_190..=1_230).contains(&written(0)), "{}", written(0));
    assert!((2_750..=2_800).contains(&written(u16::MAX)), "{}", written(u16::MAX));
}

#[test]
fn time_that_stands_still_or_goes_back_breaks_nothing() {
    let mut stroker = Stroker::new(PEN, sample(0.0, 0.0, 1_000_000));
    for t_us in [1_000_000, 1_000_000, 5, 900_000, 1_004_000, u64::MAX] {
        stroker.push(sample(50_000.0, 10_000.0, t_us));
        stroker.tail(12_000);
    }
    stroker.finish();
    let end = *stroker.nodes().last().unwrap();
    assert!(away(end, 50_000.0, 10_000.0) < 300.0, "{end:?}");
}
