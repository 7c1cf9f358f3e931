//! A symbol's strokes as the picture that the network was taught with: black lines on white, as large as the picture
//! allows, drawn at twice the size without grey and made smaller by Lanczos' filter.

use super::network::SIDE;
use super::stroke::Stroke;

/// The drawing is so many times as large.
const LARGE: usize = 2 * SIDE;
/// Kept free on each side.
const MARGIN: f32 = 0.05;

/// The picture, from -1 (black) to 1 (white), and how large the symbol is on its page of this size.
pub(super) fn picture(strokes: &[&Stroke], pen: f32, page: f32) -> (Vec<f32>, f32) {
    let area =
        strokes.iter().map(|stroke| stroke.area).reduce(|all, area| all.union(&area)).unwrap_or_default();
    let (wide, tall) = (area.wide().max(1.0), area.tall().max(1.0));
    let scale = LARGE as f32 * (1.0 - 2.0 * MARGIN) / wide.max(tall);
    let (left, top) = ((LARGE as f32 - wide * scale) / 2.0, (LARGE as f32 - tall * scale) / 2.0);
    let mut black = vec![false; LARGE * LARGE];
    let width = (pen * scale).round().max(1.0);
    for stroke in strokes {
        let place = |at: &(f32, f32)| ((at.0 - area.left) * scale + left, (at.1 - area.top) * scale + top);
        let points: Vec<(f32, f32)> = stroke.points.iter().map(place).collect();
        match points[..] {
            [] => {}
            [dot] => disc(&mut black, dot, width),
            [first, .., last] => {
                points.windows(2).for_each(|pair| line(&mut black, pair[0], pair[1], width));
                disc(&mut black, first, width / 2.0);
                disc(&mut black, last, width / 2.0);
            }
        }
    }
    (smaller(&black), reach(strokes) / page.max(1.0))
}

/// How far the ink itself reaches; a dot's box is larger than the dot.
fn reach(strokes: &[&Stroke]) -> f32 {
    let points = || strokes.iter().flat_map(|stroke| &stroke.points);
    let span = |pick: fn(&(f32, f32)) -> f32| {
        let (low, high) = points()
            .map(pick)
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
        high - low
    };
    span(|at| at.0).hypot(span(|at| at.1))
}

/// Blackens what lies within a line of a width; its ends are cut straight.
fn line(black: &mut [bool], from: (f32, f32), to: (f32, f32), width: f32) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    if width < 1.5 {
        let steps = dx.abs().max(dy.abs()).ceil().max(1.0);
        for step in 0..=steps as usize {
            let part = step as f32 / steps;
            set(black, (from.0 + dx * part).floor(), (from.1 + dy * part).floor());
        }
        return;
    }
    let half = width / 2.0;
    let square = dx * dx + dy * dy;
    for y in rows(from.1.min(to.1) - half, from.1.max(to.1) + half) {
        for x in rows(from.0.min(to.0) - half, from.0.max(to.0) + half) {
            let (px, py) = (x as f32 + 0.5 - from.0, y as f32 + 0.5 - from.1);
            let along = px * dx + py * dy;
            let across = (px * dy - py * dx).abs();
            if square > 0.0 && (0.0..=square).contains(&along) && across <= half * square.sqrt() {
                black[y * LARGE + x] = true;
            }
        }
    }
}

fn disc(black: &mut [bool], at: (f32, f32), radius: f32) {
    for y in rows(at.1 - radius, at.1 + radius) {
        for x in rows(at.0 - radius, at.0 + radius) {
            let (dx, dy) = (x as f32 + 0.5 - at.0, y as f32 + 0.5 - at.1);
            if dx * dx + dy * dy <= radius * radius {
                black[y * LARGE + x] = true;
            }
        }
    }
}

fn set(black: &mut [bool], x: f32, y: f32) {
    if (0.0..LARGE as f32).contains(&x) && (0.0..LARGE as f32).contains(&y) {
        black[y as usize * LARGE + x as usize] = true;
    }
}

fn rows(from: f32, to: f32) -> std::ops::Range<usize> {
    let within = |at: f32| at.clamp(0.0, LARGE as f32) as usize;
    within(from.floor())..within(to.ceil() + 1.0)
}

/// Half the size by Lanczos' filter of three lobes: six pixels on either side of a new one's middle.
fn smaller(black: &[bool]) -> Vec<f32> {
    let lobe = |x: f32| {
        let sinc = |x: f32| {
            if x == 0.0 { 1.0 } else { (x * std::f32::consts::PI).sin() / (x * std::f32::consts::PI) }
        };
        if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }
    };
    let kernel: Vec<f32> = (0..12).map(|tap| lobe((tap as f32 - 5.5) / 2.0)).collect();
    let mix = |at: usize, pixel: &dyn Fn(usize) -> f32| {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (tap, part) in kernel.iter().enumerate() {
            // Beyond the edge there is nothing, and the rest counts for more.
            if let Some(from) = (2 * at + tap).checked_sub(5).filter(|from| *from < LARGE) {
                sum += part * pixel(from);
                weight += part;
            }
        }
        // A picture's byte can be no blacker than black.
        (sum / weight).clamp(0.0, 255.0).round()
    };
    let value = |x: usize, y: usize| if black[y * LARGE + x] { 0.0 } else { 255.0 };
    let mut rows = vec![0.0; LARGE * SIDE];
    for y in 0..LARGE {
        for x in 0..SIDE {
            rows[y * SIDE + x] = mix(x, &|from| value(from, y));
        }
    }
    let mut picture = vec![0.0; SIDE * SIDE];
    for y in 0..SIDE {
        for x in 0..SIDE {
            picture[y * SIDE + x] = mix(y, &|from| rows[from * SIDE + x]) / 127.5 - 1.0;
        }
    }
    picture
}
