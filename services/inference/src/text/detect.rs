//! Post-processing of the line detector, pure: a map of "this pixel is writing" becomes boxes.
//!
//! Differentiable binarisation ("DB", Liao et al. 2020) as PP-OCR uses it: threshold the map, take connected
//! pixels, fit the smallest box, drop the uncertain ones, and grow each box, because the network is trained to
//! mark a shrunken core of each line. Numbers: the model's own `inference.yml` in the package it came from.

use crate::blobs::{Blob, blobs};
use crate::shape::Turned;

/// A pixel at least this likely is writing.
const PIXEL_LEAST: f32 = 0.2;
/// A box whose pixels are less likely on average is dropped.
const BOX_LEAST: f32 = 0.4;
/// Growth: distance = area x this / circumference.
const UNCLIP_RATIO: f32 = 1.4;
/// More candidates than the model's own limit are noise.
const CANDIDATES_MAX: usize = 3000;
/// A box whose short side is below this many map pixels is a speck.
const SHORT_SIDE_MIN: f32 = 3.0;
/// Turns below this (2 degrees) cost more by resampling than they gain.
const TURN_MIN: f32 = 0.035;
/// Only a box this much longer than high has a direction: one character's smallest box lies anyhow.
const ASPECT_TURNED_MIN: f32 = 2.0;

/// A line of writing as the network sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot {
    /// Where, in map pixels, grown to the whole line.
    pub(crate) place: Turned,
    /// Mean likelihood of its pixels.
    pub(crate) certainty: f32,
}

/// The boxes in a map of `width` columns.
pub(crate) fn spots(map: &[f32], width: usize) -> Vec<Spot> {
    let set: Vec<bool> = map.iter().map(|&likely| likely > PIXEL_LEAST).collect();
    blobs(&set, width, CANDIDATES_MAX).iter().filter_map(|blob| spot(map, width, blob)).collect()
}

fn spot(map: &[f32], width: usize, blob: &Blob) -> Option<Spot> {
    let core = smallest_box(&blob.rim)?;
    let core = if core.turn.abs() < TURN_MIN || core.width < core.height * ASPECT_TURNED_MIN {
        Turned::upright(&blob.area)
    } else {
        core
    };
    if core.width.min(core.height) < SHORT_SIDE_MIN {
        return None;
    }
    let certainty = mean_inside(map, width, &core);
    if !(BOX_LEAST..=1.0).contains(&certainty) {
        return None;
    }
    let distance = core.width * core.height * UNCLIP_RATIO / (2.0 * (core.width + core.height));
    Some(Spot { place: core.grown(distance), certainty })
}

fn mean_inside(map: &[f32], width: usize, place: &Turned) -> f32 {
    let height = map.len() / width.max(1);
    let area = place.area().clamped(width, height);
    let (mut sum, mut count) = (0.0, 0_u32);
    for y in area.top..area.bottom {
        for x in area.left..area.right {
            if place.holds(x as f32 + 0.5, y as f32 + 0.5) {
                sum += map[y as usize * width + x as usize];
                count += 1;
            }
        }
    }
    if count == 0 { 0.0 } else { sum / count as f32 }
}

/// The smallest box around the pixels: one of its sides lies on a side of their convex hull.
fn smallest_box(rim: &[(i32, i32)]) -> Option<Turned> {
    // Corners of pixels, not their centres, so that a row of one pixel still has a height.
    let corners = rim.iter().flat_map(|&(x, y)| [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)]).collect();
    let hull = convex_hull(corners);
    let sides = hull.iter().zip(hull.iter().cycle().skip(1));
    sides
        .filter_map(|(&(x0, y0), &(x1, y1))| {
            let (dx, dy) = ((x1 - x0) as f32, (y1 - y0) as f32);
            let length = dx.hypot(dy);
            (length > 0.0).then(|| box_along(&hull, dx / length, dy / length))
        })
        .min_by(|a, b| (a.width * a.height).total_cmp(&(b.width * b.height)))
}

/// The box around `hull` whose one axis is the direction (`cos`, `sin`), turned so that its width runs along the
/// axis nearer to the horizontal.
fn box_along(hull: &[(i32, i32)], cos: f32, sin: f32) -> Turned {
    let (cos, sin) = if cos.abs() >= sin.abs() { (cos, sin) } else { (sin, -cos) };
    let (cos, sin) = if cos < 0.0 { (-cos, -sin) } else { (cos, sin) };
    let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
    for &(x, y) in hull {
        let (x, y) = (x as f32, y as f32);
        let (along, across) = (x * cos + y * sin, y * cos - x * sin);
        low = (low.0.min(along), low.1.min(across));
        high = (high.0.max(along), high.1.max(across));
    }
    let (along, across) = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
    Turned {
        x: along * cos - across * sin,
        y: along * sin + across * cos,
        width: high.0 - low.0,
        height: high.1 - low.1,
        turn: sin.atan2(cos),
    }
}

/// Andrew's monotone chain.
fn convex_hull(mut points: Vec<(i32, i32)>) -> Vec<(i32, i32)> {
    points.sort_unstable();
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let left_turn = |a: (i32, i32), b: (i32, i32), c: (i32, i32)| {
        let cross = |x: i32, y: i32| i64::from(x) * i64::from(y);
        cross(b.0 - a.0, c.1 - a.1) > cross(b.1 - a.1, c.0 - a.0)
    };
    let chain = |points: &mut dyn Iterator<Item = (i32, i32)>| {
        let mut hull: Vec<(i32, i32)> = Vec::new();
        for point in points {
            while let [.., a, b] = hull[..]
                && !left_turn(a, b, point)
            {
                hull.pop();
            }
            hull.push(point);
        }
        hull.pop();
        hull
    };
    let mut hull = chain(&mut points.iter().copied());
    hull.extend(chain(&mut points.iter().rev().copied()));
    hull
}

#[cfg(test)]
mod tests;
