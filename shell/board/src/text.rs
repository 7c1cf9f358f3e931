//! Texts on the board: laid out in micrometres, so that every panel breaks the same lines, and drawn as
//! coverage, so that they meet ink by the same rules.
use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};
use ink::{Mask, Rect, Scale, TileAt, tiles_of};

use crate::{object::Text, point::PageRect};

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

pub(crate) struct Glyph {
    pub(crate) id: ab_glyph::GlyphId,
    pub(crate) letter: char,
    pub(crate) x_um: f32,
    pub(crate) line: u32,
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
            layout.glyphs.push(Glyph { id, letter, x_um: x, line: layout.lines - 1 });
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

    /// The glyphs of a text, line by line, for writing it into other programs' files.
    pub(crate) fn glyphs(&self, said: &str, size_um: u32, room_um: f32) -> Vec<Glyph> {
        self.lay_out(said, size_um as f32, room_um).glyphs
    }

    pub(crate) fn font(&self) -> &FontVec {
        &self.font
    }

    /// The box a text takes, where it was placed.
    pub(crate) fn extent(&self, text: &Text, said: &str, page_width_um: i32) -> PageRect {
        let layout = self.lay_out(said, text.size_um as f32, Typeface::room_um(text, page_width_um));
        PageRect {
            x0_um: text.at.x_um,
            y0_um: text.at.y_um,
            x1_um: text.at.x_um.saturating_add(layout.width_um.ceil() as i32),
            y1_um: text.at.y_um.saturating_add(text.size_um.saturating_mul(layout.lines) as i32),
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

    /// Adds a text's coverage to a mask.
    #[expect(
        clippy::too_many_arguments,
        reason = "the same place, scale and mask that strokes are drawn with"
    )]
    pub(crate) fn cover(
        &self,
        text: &Text,
        said: &str,
        page_width_um: i32,
        shift_um: (i32, i32),
        scale: Scale,
        mask: &mut Mask,
        wanted: &impl Fn(TileAt) -> bool,
    ) {
        let room = Typeface::room_um(text, page_width_um);
        let layout = self.lay_out(said, text.size_um as f32, room);
        let size = PxScale::from(scale.px(text.size_um as f32));
        let ascent = self.font.as_scaled(size).ascent();
        let (left, top) = ((text.at.x_um + shift_um.0) as f32, (text.at.y_um + shift_um.1) as f32);
        for glyph in &layout.glyphs {
            let x = scale.px(left + glyph.x_um);
            let y = scale.px(top + glyph.line as f32 * text.size_um as f32) + ascent;
            let Some(outline) = self.font.outline_glyph(glyph.id.with_scale_and_position(size, point(x, y)))
            else {
                continue;
            };
            let px = outline.px_bounds();
            let (x0, y0) = (px.min.x as i32, px.min.y as i32);
            if tiles_of(Rect::new(x0, y0, px.max.x as i32 + 1, px.max.y as i32 + 1)).any(wanted) {
                outline.draw(|x, y, coverage| mask.raise(x0 + x as i32, y0 + y as i32, coverage, wanted));
            }
        }
    }
}

/// Han, kana, hangul and their punctuation: scripts that break between any two characters.
fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0xff00..=0xffef | 0x20000..=0x3ffff)
}
