//! The board's font as writers of other formats need it: where each letter lies, and what it looks like.
use ab_glyph::{Font, GlyphId, OutlineCurve, Point};

use crate::{
    format::{Format, FormatError},
    note::Note,
    object::Text,
    point::{PagePoint, PageRect},
    text::Typeface,
};

/// The name under which other programs look for the board's font.
pub(crate) const FAMILY: &str = "Noto Sans SC";
/// From a note's edge to its words: a part of its shorter side, and at least this, in micrometres.
const NOTE_MARGIN: i32 = 14;
const NOTE_MARGIN_UM: i32 = 3_000;
/// Words that do not fit a note are made smaller down to this, in micrometres.
const SMALLEST_NOTE_UM: u32 = 4_000;
/// A curve of a letter becomes so many straight lines.
const CURVE_STEPS: u8 = 8;

/// The board's font.
pub struct Lettering {
    typeface: Typeface,
    bytes: Vec<u8>,
}

/// One line of a text.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) letters: Vec<Letter>,
}

/// A glyph and where it begins, in micrometres from the line's left.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Letter {
    pub(crate) glyph: u16,
    pub(crate) letter: char,
    pub(crate) x_um: f64,
}

impl Lettering {
    /// From a font file's bytes (TrueType or OpenType).
    pub fn new(font: Vec<u8>) -> Result<Lettering, FormatError> {
        let unusable =
            |_| FormatError::Unwritable { format: Format::Pdf, what: "the font is damaged".to_owned() };
        Ok(Lettering { typeface: Typeface::new(font.clone()).map_err(unusable)?, bytes: font })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn height_units(&self) -> f64 {
        f64::from(self.typeface.font().height_unscaled()).max(1.0)
    }

    /// The size that other programs call the font's size, from the height of a line.
    pub(crate) fn em_um(&self, size_um: u32) -> f64 {
        let units = self.typeface.font().units_per_em().map_or(1000.0, f64::from);
        f64::from(size_um) * units / self.height_units()
    }

    /// From a line's top to its base line.
    pub(crate) fn ascent_um(&self, size_um: u32) -> f64 {
        f64::from(size_um) * f64::from(self.typeface.font().ascent_unscaled()) / self.height_units()
    }

    /// A text's lines, as the board breaks them.
    pub(crate) fn lines(&self, text: &Text, page_width_um: i32) -> Vec<Line> {
        let room = Typeface::room_um(text, page_width_um);
        let mut lines: Vec<Line> = Vec::new();
        for glyph in self.typeface.glyphs(&text.text, text.size_um, room) {
            lines.resize_with(lines.len().max(glyph.line as usize + 1), Line::default);
            if let Some(line) = lines.last_mut() {
                line.text.push(glyph.letter);
                let x_um = f64::from(glyph.x_um);
                line.letters.push(Letter { glyph: glyph.id.0, letter: glyph.letter, x_um });
            }
        }
        lines
    }

    /// The box a text takes.
    pub(crate) fn extent(&self, text: &Text, page_width_um: i32) -> PageRect {
        self.typeface.extent(text, &text.text, page_width_um)
    }

    /// A note's words as a text inside it.
    pub(crate) fn note_text(&self, note: &Note) -> Text {
        let margin = (note.rect.width_um().min(note.rect.height_um()) / NOTE_MARGIN).max(NOTE_MARGIN_UM);
        let inside = note.rect.grown(-margin);
        let room_um = inside.width_um().max(1) as u32;
        let mut text = Text {
            at: PagePoint::new(inside.x0_um, inside.y0_um),
            size_um: note.size_um.max(SMALLEST_NOTE_UM),
            room_um,
            text: note.text.clone(),
            colour: note.colour,
        };
        while text.size_um > SMALLEST_NOTE_UM {
            let extent = self.extent(&text, 0);
            if extent.width_um() <= inside.width_um() && extent.height_um() <= inside.height_um() {
                break;
            }
            text.size_um = (text.size_um - text.size_um / 8).max(SMALLEST_NOTE_UM);
        }
        text
    }

    /// A glyph's closed contours as straight lines, in micrometres from its place on the base line, downwards.
    pub(crate) fn outline(&self, glyph: u16, size_um: u32) -> Vec<Vec<(f64, f64)>> {
        let um = f64::from(size_um) / self.height_units();
        let place = |at: Point| (f64::from(at.x) * um, -f64::from(at.y) * um);
        let mut contours: Vec<Vec<(f64, f64)>> = Vec::new();
        let mut last = None;
        for curve in
            self.typeface.font().outline(GlyphId(glyph)).map_or_else(Vec::new, |outline| outline.curves)
        {
            let (from, to) = ends(&curve);
            if last != Some(from) || contours.is_empty() {
                contours.push(vec![place(from)]);
            }
            last = Some(to);
            if let Some(contour) = contours.last_mut() {
                let steps = if matches!(curve, OutlineCurve::Line(..)) { 1 } else { CURVE_STEPS };
                contour
                    .extend((1..=steps).map(|step| place(along(&curve, f32::from(step) / f32::from(steps)))));
            }
        }
        contours
    }
}

fn ends(curve: &OutlineCurve) -> (Point, Point) {
    match curve {
        OutlineCurve::Line(from, to)
        | OutlineCurve::Quad(from, _, to)
        | OutlineCurve::Cubic(from, _, _, to) => (*from, *to),
    }
}

fn along(curve: &OutlineCurve, t: f32) -> Point {
    let mix = |a: Point, b: Point| Point { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
    match *curve {
        OutlineCurve::Line(a, b) => mix(a, b),
        OutlineCurve::Quad(a, b, c) => mix(mix(a, b), mix(b, c)),
        OutlineCurve::Cubic(a, b, c, d) => {
            let middle = mix(b, c);
            mix(mix(mix(a, b), middle), mix(middle, mix(c, d)))
        }
    }
}
