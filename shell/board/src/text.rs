//! Texts on the board: laid out in micrometres, so that every panel breaks the same lines, and drawn as
//! coverage, so that they meet ink by the same rules.
use ab_glyph::{Font, FontVec, OutlineCurve, PxScale, ScaleFont};
use ink::Rect;

use crate::{
    draw::Onto,
    fill::{Corner, Polygon},
    object::Text,
    point::PageRect,
};

/// The font's bytes are no font.
pub(crate) struct BadFont;

/// A line's height from which to which a text is made to fit, in micrometres: readable near, and not absurd.
const SMALLEST_UM: u32 = 12_000;
const LARGEST_UM: u32 = 240_000;
/// However near the right edge a text begins, a line has room for this many of its heights.
const LEAST_ROOM: u32 = 4;

/// The one font of the board.
pub(crate) struct Typeface {
    font: FontVec,
}

struct Glyph {
    id: ab_glyph::GlyphId,
    x_um: f32,
    line: u32,
}

struct Layout {
    glyphs: Vec<Glyph>,
    width_um: f32,
    lines: u32,
}

impl Typeface {
    pub(crate) fn new(font: Vec<u8>) -> Result<Typeface, BadFont> {
        FontVec::try_from_vec(font).map(|font| Typeface { font }).map_err(|_| BadFont)
    }

    /// Breaks a text into lines no wider than `room_um`: after a space, or between two characters where
    /// either is not of a script that puts spaces between words.
    fn lay_out(&self, text: &str, size_um: f32, room_um: f32) -> Layout {
        let font = self.font.as_scaled(PxScale::from(size_um));
        let mut layout = Layout { glyphs: Vec::new(), width_um: 0.0, lines: 1 };
        let (mut x, mut before): (f32, Option<char>) = (0.0, None);
        // The first glyph of the word now being set, from which a full line is broken.
        let mut word = 0;
        for letter in text.chars() {
            if letter == '\n' {
                (x, before, word) = (0.0, None, layout.glyphs.len());
                layout.lines += 1;
                continue;
            }
            if letter.is_control() {
                continue;
            }
            if before.is_some_and(|before| before == ' ' || is_wide(before) || is_wide(letter)) {
                word = layout.glyphs.len();
            }
            let id = font.glyph_id(letter);
            let advance = font.h_advance(id);
            if x + advance > room_um && letter != ' ' && !layout.glyphs.is_empty() && x > 0.0 {
                let line = layout.lines - 1;
                // A word as long as the line is broken where the line ends.
                let from = if layout.glyphs.get(word).is_some_and(|first| first.x_um > 0.0) {
                    word
                } else {
                    layout.glyphs.len()
                };
                let back = layout.glyphs.get(from).map_or(x, |first| first.x_um);
                for glyph in &mut layout.glyphs[from..] {
                    glyph.x_um -= back;
                    glyph.line = line + 1;
                }
                x -= back;
                word = from;
                layout.lines += 1;
            }
            layout.glyphs.push(Glyph { id, x_um: x, line: layout.lines - 1 });
            x += advance;
            // Spaces at the end of a line may stick out: nobody sees them.
            if letter != ' ' {
                layout.width_um = layout.width_um.max(x);
            }
            before = Some(letter);
        }
        layout
    }

    /// The width that a text's lines are broken to, in micrometres.
    pub(crate) fn room_um(text: &Text, page_width_um: i32) -> f32 {
        if text.room_um > 0 {
            return text.room_um as f32;
        }
        let least = text.size_um.saturating_mul(LEAST_ROOM) as f32;
        (page_width_um as f32 - text.at.x_um as f32).max(least)
    }

    /// The width of the longest line in micrometres, and how many lines there are.
    pub(crate) fn measure(&self, said: &str, size_um: u32, room_um: f32) -> (f32, u32) {
        let layout = self.lay_out(said, size_um as f32, room_um);
        (layout.width_um, layout.lines)
    }

    /// The box a text takes, where it was placed.
    pub(crate) fn extent(&self, text: &Text, said: &str, page_width_um: i32) -> PageRect {
        let room_um = Typeface::room_um(text, page_width_um);
        let (width_um, lines) = self.measure(said, text.size_um, room_um);
        PageRect {
            x0_um: text.at.x_um,
            y0_um: text.at.y_um,
            x1_um: text.at.x_um.saturating_add(width_um.ceil() as i32),
            y1_um: text.at.y_um.saturating_add(text.size_um.saturating_mul(lines) as i32),
        }
    }

    /// The height of a line with which a text fills a box and stays inside it.
    pub(crate) fn size_for(&self, rect: PageRect, text: &str) -> u32 {
        let unit = 100_000.0;
        let layout = self.lay_out(text, unit, f32::INFINITY);
        let high = rect.height_um().max(1) as f32 / layout.lines as f32;
        let wide = unit * rect.width_um().max(1) as f32 / layout.width_um.max(1.0);
        (high.min(wide) as u32).clamp(SMALLEST_UM, LARGEST_UM)
    }

    /// Gives the outline of every letter that may touch `around` (pixels of the page). The text's top left is
    /// at `at_um`, in its own micrometres.
    #[expect(clippy::too_many_arguments, reason = "a text's own measures, and where it goes")]
    pub(crate) fn letters(
        &self,
        said: &str,
        at_um: (i32, i32),
        size_um: u32,
        room_um: f32,
        onto: &Onto,
        around: Rect,
        draw: &mut dyn FnMut(&Polygon),
    ) {
        let size = size_um as f32;
        let layout = self.lay_out(said, size, room_um);
        let font = self.font.as_scaled(PxScale::from(size));
        let (per_unit, ascent) = (size / self.font.height_unscaled(), font.ascent());
        let mut polygon = Polygon::default();
        for glyph in &layout.glyphs {
            let left = at_um.0 as f32 + glyph.x_um;
            let line = at_um.1 as f32 + glyph.line as f32 * size + ascent;
            let place = |at: ab_glyph::Point| {
                let x = f64::from(left) + f64::from(at.x * per_unit);
                onto.scaled(onto.place((x, f64::from(line) - f64::from(at.y * per_unit))))
            };
            // No letter reaches further than its size beyond its own square.
            let (low, high) = ((left - size, line - 2.0 * size), (left + 2.0 * size, line + size));
            let corners = [low, (high.0, low.1), high, (low.0, high.1)];
            let corners = corners.map(|(x, y)| onto.scaled(onto.place((f64::from(x), f64::from(y)))));
            if !meet(&corners, around) {
                continue;
            }
            let Some(outline) = self.font.outline(glyph.id) else { continue };
            polygon.clear();
            outline.curves.iter().for_each(|curve| flatten(curve, &place, &mut polygon));
            draw(&polygon);
        }
    }
}

/// Whether the box around four corners meets a rectangle.
fn meet(corners: &[Corner; 4], around: Rect) -> bool {
    let xs = corners.map(|(x, _)| x);
    let ys = corners.map(|(_, y)| y);
    let low = |of: [f32; 4]| of.into_iter().fold(f32::MAX, f32::min);
    let high = |of: [f32; 4]| of.into_iter().fold(f32::MIN, f32::max);
    low(xs) <= around.x1 as f32
        && high(xs) >= around.x0 as f32
        && low(ys) <= around.y1 as f32
        && high(ys) >= around.y0 as f32
}

/// A curve as straight sides, off by less than a tenth of a pixel.
fn flatten(curve: &OutlineCurve, place: &impl Fn(ab_glyph::Point) -> Corner, polygon: &mut Polygon) {
    let mix = |a: Corner, b: Corner, t: f32| (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
    let bend =
        |a: Corner, b: Corner, c: Corner| (a.0 - 2.0 * b.0 + c.0).abs() + (a.1 - 2.0 * b.1 + c.1).abs();
    let pieces = |bend: f32| ((bend * 1.25).sqrt().ceil() as usize).clamp(1, 64);
    match *curve {
        OutlineCurve::Line(from, to) => polygon.side(place(from), place(to)),
        OutlineCurve::Quad(a, b, c) => {
            let (a, b, c) = (place(a), place(b), place(c));
            let (count, mut last) = (pieces(bend(a, b, c)), a);
            for index in 1..=count {
                let t = index as f32 / count as f32;
                let next = if index == count { c } else { mix(mix(a, b, t), mix(b, c, t), t) };
                polygon.side(last, next);
                last = next;
            }
        }
        OutlineCurve::Cubic(a, b, c, d) => {
            let (a, b, c, d) = (place(a), place(b), place(c), place(d));
            let (count, mut last) = (pieces(3.0 * bend(a, b, c).max(bend(b, c, d))), a);
            for index in 1..=count {
                let t = index as f32 / count as f32;
                let (ab, bc, cd) = (mix(a, b, t), mix(b, c, t), mix(c, d, t));
                let next = if index == count { d } else { mix(mix(ab, bc, t), mix(bc, cd, t), t) };
                polygon.side(last, next);
                last = next;
            }
        }
    }
}

/// Han, kana, hangul and their punctuation: scripts that break between any two characters.
fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0xff00..=0xffef | 0x20000..=0x3ffff)
}
