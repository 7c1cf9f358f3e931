//! Figures: their line as capsules, their inside and arrow heads as polygons.
use ink::Node;

use super::{Brush, Onto};
use crate::{
    fill::Polygon,
    point::PagePoint,
    shape::{Dash, Outline, Shape},
};

/// An ellipse is made of this many straight pieces a quarter: off by a twentieth of a pixel where it is as
/// large as a 4K panel.
const QUARTER: u32 = 48;
/// A run of straight lines in micrometres of the page.
struct Run {
    points: Vec<(f64, f64)>,
    closed: bool,
}

/// Draws a figure of this look: its inside first.
pub(super) fn draw(shape: &Shape, onto: &Onto, brush: &mut Brush<'_>) {
    let runs = runs(&shape.outline, onto);
    if let Some((colour, opacity)) = shape.fill {
        let mut polygon = Polygon::default();
        for run in &runs {
            polygon.contour(run.points.iter().map(|point| onto.scaled(*point)));
        }
        brush.fill(&polygon);
        let area = colour.area_on(brush.ground);
        brush.lay_over(ink::premultiply(area, opacity));
    }
    if shape.width_um == 0 {
        return;
    }
    let width = (f64::from(shape.width_um) * onto.growth()).max(1.0);
    for mut run in runs {
        let heads = if run.closed { (false, false) } else { shape.arrows };
        for (wanted, from_end) in [(heads.0, false), (heads.1, true)] {
            if wanted {
                head(&mut run.points, from_end, shape.width_um, onto, brush);
            }
        }
        if run.closed
            && let Some(first) = run.points.first().copied()
        {
            run.points.push(first);
        }
        line(&run.points, width, shape.dash, brush);
    }
    brush.lay_ink(shape.colour);
}

fn runs(outline: &Outline, onto: &Onto) -> Vec<Run> {
    match outline {
        Outline::Paths(contours) => contours
            .iter()
            .map(|contour| Run {
                points: contour.points.iter().map(|at| onto.place(exact(*at))).collect(),
                closed: contour.closed,
            })
            .collect(),
        Outline::Ellipse { centre, rx_um, ry_um } => {
            let (x, y) = exact(*centre);
            let (rx, ry) = (f64::from(*rx_um), f64::from(*ry_um));
            let round = circle().map(|(cos, sin)| onto.place((x + rx * cos, y + ry * sin)));
            vec![Run { points: round.collect(), closed: true }]
        }
    }
}

fn exact(at: PagePoint) -> (f64, f64) {
    (f64::from(at.x_um), f64::from(at.y_um))
}

/// Points of the unit circle by its rational form: products and quotients, so every machine has the same.
fn circle() -> impl Iterator<Item = (f64, f64)> {
    (0..4 * QUARTER).map(|index| {
        let t = f64::from(index % QUARTER) / f64::from(QUARTER);
        // A quarter turn is t from 0 to 1; halves are even enough in angle.
        let (cos, sin) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
        match index / QUARTER {
            0 => (cos, sin),
            1 => (-sin, cos),
            2 => (-cos, -sin),
            _ => (sin, -cos),
        }
    })
}

/// Draws a head at one end and shortens the line, so that it does not blunt the tip.
fn head(points: &mut [(f64, f64)], from_end: bool, width_um: u16, onto: &Onto, brush: &mut Brush<'_>) {
    if from_end {
        points.reverse();
    }
    let (long, half) = Shape::head_um(width_um);
    let (long, half) = (f64::from(long) * onto.growth(), f64::from(half) * onto.growth());
    if let Some(tip) = points.first().copied()
        && let Some(behind) = points.iter().copied().find(|point| distance(*point, tip) > 1.0)
    {
        let length = distance(behind, tip);
        let (dx, dy) = ((tip.0 - behind.0) / length, (tip.1 - behind.1) / length);
        let back = (tip.0 - dx * long, tip.1 - dy * long);
        let mut polygon = Polygon::default();
        let corners =
            [tip, (back.0 - dy * half, back.1 + dx * half), (back.0 + dy * half, back.1 - dx * half)];
        polygon.contour(corners.map(|corner| onto.scaled(corner)));
        brush.fill(&polygon);
        let inside = |point: &(f64, f64)| distance(*point, tip) < long * 0.8;
        let end = (tip.0 - dx * long * 0.8, tip.1 - dy * long * 0.8);
        for point in points.iter_mut() {
            if !inside(point) {
                break;
            }
            *point = end;
        }
    }
    if from_end {
        points.reverse();
    }
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (a.0 - b.0, a.1 - b.1);
    (dx * dx + dy * dy).sqrt()
}

fn line(points: &[(f64, f64)], width: f64, dash: Dash, brush: &mut Brush<'_>) {
    let radius_um = (width / 2.0).clamp(1.0, f64::from(u16::MAX)) as u16;
    let node =
        |(x, y): (f64, f64)| Node { x_um: x.round() as i32, y_um: y.round() as i32, radius_um, t_ms: 0 };
    let total: f64 = points.windows(2).map(|pair| distance(pair[0], pair[1])).sum();
    match dash.steps(total, width) {
        None => brush.stroke(&points.iter().copied().map(node).collect::<Vec<_>>()),
        Some((long, step)) => {
            let count = if step > 0.0 { ((total - long) / step).round() as usize } else { 0 };
            for index in 0..=count {
                let from = index as f64 * step;
                let piece = part(points, from, from + long);
                brush.stroke(&piece.into_iter().map(node).collect::<Vec<_>>());
            }
        }
    }
}

/// The part of a run between two lengths along it.
fn part(points: &[(f64, f64)], from: f64, to: f64) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let mut walked = 0.0;
    for pair in points.windows(2) {
        let length = distance(pair[0], pair[1]);
        let (start, end) = (walked, walked + length);
        walked = end;
        if length == 0.0 || end < from {
            continue;
        }
        if start > to {
            break;
        }
        let at = |along: f64| {
            let t = ((along - start) / length).clamp(0.0, 1.0);
            (pair[0].0 + (pair[1].0 - pair[0].0) * t, pair[0].1 + (pair[1].1 - pair[0].1) * t)
        };
        if out.is_empty() {
            out.push(at(from));
        }
        out.push(at(to));
    }
    out.dedup();
    out
}
