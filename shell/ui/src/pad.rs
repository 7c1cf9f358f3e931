//! A field to write into by hand, within a screen: what was written, and how it looks.

use board::{PagePoint, Passed};
use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

/// Strokes of one word or sentence; more is not taken.
const STROKES_MAX: usize = 400;
/// Places of one stroke: ten seconds of a fast panel.
const PLACES_MAX: usize = 2_400;
/// The largest field, in pixels of a side.
const SIDE_MAX: u32 = 8_192;
/// The colour of the ink.
const INK: [u8; 3] = [0x1d, 0x27, 0x25];
/// Recognisers take any unit; this one has micrometres, and a pixel is this many.
const UM_A_PIXEL: f32 = 1_000.0;

/// See the module.
pub struct Pad {
    pixels: SharedPixelBuffer<Rgba8Pixel>,
    radius: f32,
    strokes: Vec<Vec<Passed>>,
    last: Option<(f32, f32)>,
}

impl Pad {
    /// A blank field of so many pixels, written on with a pen so wide.
    pub fn new((width, height): (u32, u32), pen: f32) -> Self {
        let side = |px: u32| px.clamp(1, SIDE_MAX);
        let pixels = SharedPixelBuffer::new(side(width), side(height));
        Self { pixels, radius: (pen / 2.0).max(0.5), strokes: Vec::new(), last: None }
    }

    /// The pen touches. Times are in milliseconds of any clock that does not go back.
    pub fn down(&mut self, x: f32, y: f32, t_ms: u32) {
        if self.strokes.len() < STROKES_MAX {
            self.strokes.push(Vec::new());
            self.last = Some((x, y));
            self.go(x, y, t_ms);
        }
    }

    /// It moves; without having touched it does nothing.
    pub fn go(&mut self, x: f32, y: f32, t_ms: u32) {
        let (Some(from), Some(stroke)) = (self.last, self.strokes.last_mut()) else { return };
        if stroke.len() >= PLACES_MAX || !(x.is_finite() && y.is_finite()) {
            return;
        }
        let um = |px: f32| (px * UM_A_PIXEL) as i32;
        stroke.push(Passed { at: PagePoint::new(um(x), um(y)), t_ms });
        self.last = Some((x, y));
        self.line(from, (x, y));
    }

    /// It leaves.
    pub fn up(&mut self) {
        self.last = None;
    }

    /// Whether the pen is on it.
    pub fn is_touched(&self) -> bool {
        self.last.is_some()
    }

    /// Whether nothing is written.
    pub fn is_blank(&self) -> bool {
        self.strokes.is_empty()
    }

    /// What was written, with times from the first touch on.
    pub fn strokes(&self) -> Vec<Vec<Passed>> {
        let first = self.strokes.first().and_then(|stroke| stroke.first()).map_or(0, |passed| passed.t_ms);
        let since = |passed: &Passed| Passed { t_ms: passed.t_ms.saturating_sub(first), ..*passed };
        self.strokes.iter().map(|stroke| stroke.iter().map(since).collect()).collect()
    }

    /// Wipes it.
    pub fn clear(&mut self) {
        self.strokes.clear();
        self.last = None;
        self.pixels = SharedPixelBuffer::new(self.pixels.width(), self.pixels.height());
    }

    /// How it looks; what is not written on is transparent.
    pub fn image(&self) -> Image {
        Image::from_rgba8(self.pixels.clone())
    }

    /// A line with round ends, its edge softened over a pixel.
    fn line(&mut self, from: (f32, f32), to: (f32, f32)) {
        let (width, height) = (self.pixels.width() as usize, self.pixels.height() as usize);
        let reach = self.radius + 1.0;
        let range = |a: f32, b: f32, side: usize| {
            let low = (a.min(b) - reach).floor().clamp(0.0, side as f32) as usize;
            let high = (a.max(b) + reach).ceil().clamp(0.0, side as f32) as usize;
            low..high
        };
        let (columns, rows) = (range(from.0, to.0, width), range(from.1, to.1, height));
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx * dx + dy * dy;
        let radius = self.radius;
        let pixels = self.pixels.make_mut_slice();
        for y in rows {
            for x in columns.clone() {
                let (px, py) = (x as f32 + 0.5 - from.0, y as f32 + 0.5 - from.1);
                let along = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
                let (ox, oy) = (px - along * dx, py - along * dy);
                let cover = (radius + 0.5 - (ox * ox + oy * oy).sqrt()).clamp(0.0, 1.0);
                let alpha = (cover * 255.0).round() as u8;
                if let Some(pixel) = pixels.get_mut(y * width + x).filter(|pixel| pixel.a < alpha) {
                    *pixel = Rgba8Pixel { r: INK[0], g: INK[1], b: INK[2], a: alpha };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inked(pad: &Pad) -> usize {
        pad.image().to_rgba8().unwrap().as_slice().iter().filter(|pixel| pixel.a > 127).count()
    }

    #[test]
    fn strokes_are_kept_with_their_times_and_seen() {
        let mut pad = Pad::new((100, 40), 4.0);
        pad.go(5.0, 5.0, 1_000);
        assert!(pad.is_blank(), "a hand that hovers writes nothing");
        pad.down(10.0, 20.0, 1_010);
        pad.go(60.0, 20.0, 1_050);
        assert!(pad.is_touched());
        pad.up();
        pad.down(30.0, 10.0, 1_200);
        pad.up();
        let strokes = pad.strokes();
        let told: Vec<Vec<(i32, u32)>> = strokes
            .iter()
            .map(|stroke| stroke.iter().map(|passed| (passed.at.x_um, passed.t_ms)).collect())
            .collect();
        assert_eq!(told, [vec![(10_000, 0), (60_000, 40)], vec![(30_000, 190)]]);
        // A bar of 50 by 4 with round ends, and a dot.
        let ink = inked(&pad);
        assert!((200..=250).contains(&ink), "{ink}");
        pad.clear();
        assert!(pad.is_blank() && inked(&pad) == 0);
    }

    #[test]
    fn what_leaves_the_field_or_never_ends_is_bounded() {
        let mut pad = Pad::new((50, 50), 3.0);
        pad.down(-40.0, 25.0, 0);
        pad.go(1e9, f32::NAN, 1);
        pad.go(400.0, 25.0, 2);
        assert!(inked(&pad) >= 50 * 2);
        for step in 0..10_000 {
            pad.go(25.0, 25.0, step);
        }
        assert_eq!(pad.strokes()[0].len(), PLACES_MAX);
        for _ in 0..1_000 {
            pad.down(1.0, 1.0, 0);
            pad.up();
        }
        assert_eq!(pad.strokes().len(), STROKES_MAX);
    }
}
