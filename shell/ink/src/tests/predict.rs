//! How far predictions are off, on pens made up as people write on walls: bounds that the tail must keep.
use super::pens::{self, Digitiser, Pen};
use crate::{Brush, Sample, Stroker};

/// Prediction distance in microseconds: gate P1.
const AHEAD_US: u32 = 16_000;
/// 60 px a centimetre.
const PX_UM: f64 = 10_000.0 / 60.0;

/// Errors at [`AHEAD_US`] in pixels, in no order: how far off, and how far too far along the way.
fn errors(pen: &Pen, device: Digitiser, seed: u64) -> Vec<(f64, f64)> {
    let reports = pens::reports(pen, device, seed);
    let sample = |(x_um, y_um, t_us): (i32, i32, u64)| Sample { x_um, y_um, t_us, pressure: None };
    let mut stroker = Stroker::new(Brush { width_um: 4_000, lively: true }, sample(reports[0]));
    let mut errors = Vec::new();
    for (number, report) in reports.iter().enumerate().skip(1) {
        stroker.push(sample(*report));
        let goal = *stroker.tail(AHEAD_US).last().unwrap();
        let then = (report.2 - 1_000_000) as f64 * 1e-6 + f64::from(AHEAD_US) * 1e-6;
        if number < 4 || then + 0.002 > pen.seconds {
            continue;
        }
        let ((x, y), (next_x, next_y)) = ((pen.motion)(then), (pen.motion)(then + 0.002));
        let (dx, dy) = (f64::from(goal.x_um) - x, f64::from(goal.y_um) - y);
        let (way_x, way_y) = (next_x - x, next_y - y);
        let beyond = (dx * way_x + dy * way_y) / way_x.hypot(way_y).max(1.0);
        errors.push((dx.hypot(dy) / PX_UM, beyond / PX_UM));
    }
    errors
}

/// The root of the mean square, and what 95 of 100 errors and 99 of 100 overshoots stay below.
fn measure(device: Digitiser, which: impl Fn(&Pen) -> bool) -> (f64, f64, f64) {
    let pens = pens::pens(7);
    let chosen = pens.iter().enumerate().filter(|(_, pen)| which(pen));
    let mut errors: Vec<(f64, f64)> =
        chosen.flat_map(|(number, pen)| errors(pen, device, number as u64 * 31 + 5)).collect();
    let count = errors.len();
    let mean = errors.iter().map(|(off, _)| off * off).sum::<f64>() / count as f64;
    errors.sort_by(|a, b| a.0.total_cmp(&b.0));
    let most = errors[count * 95 / 100].0;
    errors.sort_by(|a, b| a.1.total_cmp(&b.1));
    (mean.sqrt(), most, errors[count * 99 / 100].1)
}

#[test]
fn an_active_pen_is_foreseen_to_a_pixel() {
    let (rms, most, beyond) = measure(pens::ACTIVE, |pen| pen.name != "hatching" && pen.name != "fast lines");
    assert!(rms < 1.2 && most < 2.3 && beyond < 2.6, "rms {rms:.2}, p95 {most:.2}, beyond {beyond:.2}");
}

#[test]
fn a_frame_is_foreseen_to_two_pixels() {
    let (rms, most, beyond) = measure(pens::FRAME, |pen| pen.name != "hatching" && pen.name != "fast lines");
    assert!(rms < 2.1 && most < 4.0 && beyond < 4.3, "rms {rms:.2}, p95 {most:.2}, beyond {beyond:.2}");
}

#[test]
fn fast_pens_are_foreseen_too() {
    for name in ["hatching", "fast lines"] {
        let (rms, most, beyond) = measure(pens::FRAME, |pen| pen.name == name);
        assert!(
            rms < 4.8 && most < 8.8 && beyond < 9.8,
            "{name}: rms {rms:.2}, p95 {most:.2}, beyond {beyond:.2}"
        );
    }
}

#[test]
fn a_straight_line_is_foreseen_exactly() {
    let sample = |report: u64| Sample {
        x_um: report as i32 * 2_000,
        y_um: report as i32 * 1_000,
        t_us: report * 8_000,
        pressure: None,
    };
    let mut stroker = Stroker::new(Brush { width_um: 4_000, lively: true }, sample(0));
    (1..=60).for_each(|report| {
        stroker.push(sample(report));
    });
    let goal = *stroker.tail(AHEAD_US).last().unwrap();
    let off = f64::from(goal.x_um - 124_000).hypot(f64::from(goal.y_um - 62_000));
    assert!(off < PX_UM / 4.0, "{off} um off, at {goal:?}");
}
