//! What the pages of a PDF say: their text layer, for finding them again. Scans say what a recogniser laid under them.
//!
//! The page is drawn onto nothing, and the letters are taken down as they come: that reads every font that can be drawn,
//! and Chinese ones by their CMaps. A hostile page is left after so many steps with what it has said until then.
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt,
    font::{Glyph, GlyphRun},
    hayro_cmap::BfString,
    interpret_page,
    kurbo::{Affine, BezPath, Point, Rect, Vec2},
};

use super::render::{open, pages};
use crate::format::{Format, FormatError, Limits, bounded::guarded};

/// Letters of one page that are kept: ten pages of a book.
const LETTERS_MAX: usize = 30_000;
/// Things drawn on one page, letters among them: a map has some ten thousand, a page that is drawn to harm has no end.
const STEPS_MAX: usize = 400_000;
/// Letters stand in units of which an em has so many.
const EM: f64 = 1000.0;
/// A gap wider than this, in ems, parts two words.
const GAP: f64 = 0.18;
/// A letter this much higher or lower, in ems, begins another line; small ones above or below are of the same.
const LINE: f64 = 0.7;
/// Another column begins this far away, in ems, or before what was written last.
const COLUMN: f64 = 3.0;

/// The text of each of these pages, counted from 0, line by line in the order in which it is drawn; empty where a page
/// says nothing or is not there.
pub fn text(bytes: &[u8], wanted: &[u32], limits: &Limits) -> Result<Vec<String>, FormatError> {
    // Its sizes are looked at first: that is what refuses a file that would take all memory.
    pages(bytes, limits)?;
    guarded(Format::Pdf, || {
        let pdf = open(bytes, limits)?;
        let cache = InterpreterCache::new();
        let said = |number: &u32| {
            let Some(page) = pdf.pages().get(*number as usize) else { return String::new() };
            let (width, height) = page.render_dimensions();
            let area = Rect::new(0.0, 0.0, width.into(), height.into());
            let upright = page.initial_transform(true).to_kurbo();
            let settings = InterpreterSettings::default();
            let mut context = Context::new(upright, area, &cache, page.xref(), settings);
            let mut reader = Reader::default();
            // A fault of the library, or our own limit, ends the page; what was read until then is good.
            match catch_unwind(AssertUnwindSafe(|| interpret_page(page, &mut context, &mut reader))) {
                Ok(()) | Err(_) => reader.text,
            }
        };
        Ok(wanted.iter().map(said).collect())
    })
}

/// Too much of a page was read.
struct Enough;

/// Takes letters down.
#[derive(Default)]
struct Reader {
    text: String,
    letters: usize,
    steps: usize,
    last: Option<Last>,
    /// Where the run of letters before began, and how many they were: some are drawn twice, filled and outlined.
    run: Option<(Point, usize)>,
}

/// The letter before.
struct Last {
    /// Where the next one would stand.
    end: Point,
    /// Along the line, one em long.
    along: Vec2,
}

impl Reader {
    fn step(&mut self) {
        self.steps += 1;
        if self.steps > STEPS_MAX || self.letters > LETTERS_MAX {
            // Without the hook that would print it: it is no fault.
            resume_unwind(Box::new(Enough));
        }
    }

    fn take(&mut self, glyph: &Glyph<'_>, place: Affine) {
        self.step();
        let (start, em) = (place * Point::ORIGIN, place * Point::new(EM, 0.0) - place * Point::ORIGIN);
        if !(em.hypot2().is_finite() && em.hypot2() > 0.0) {
            return;
        }
        let letters = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(letters)) => letters,
            None => String::new(),
        };
        if let Some(last) = &self.last {
            let (way, size) = (start - last.end, last.along.hypot().max(em.hypot()));
            let along = way.dot(last.along) / (last.along.hypot() * size);
            let across = way.cross(last.along) / (last.along.hypot() * size);
            if across.abs() > LINE || !(-1.0..=COLUMN).contains(&along) {
                self.part('\n');
            } else if along > GAP {
                self.part(' ');
            }
        }
        for letter in letters.chars().filter(|letter| !letter.is_control()) {
            match letter.is_whitespace() {
                true => self.part(' '),
                false => {
                    self.text.push(letter);
                    self.letters += 1;
                }
            }
        }
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width(),
            Glyph::Type3(drawn) => drawn.advance_width(),
        };
        let end = start + em * f64::from(advance.unwrap_or(500.0)) / EM;
        self.last = Some(Last { end, along: em });
    }

    /// Parts what follows from what was said; a line's end outdoes a blank.
    fn part(&mut self, by: char) {
        match self.text.chars().next_back() {
            None | Some('\n') => {}
            Some(' ') if by == ' ' => {}
            Some(' ') => {
                self.text.pop();
                self.text.push(by);
            }
            Some(_) => self.text.push(by),
        }
    }
}

impl<'a> Device<'a> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let glyphs = run.glyphs();
        let Some(first) = glyphs.first() else { return self.step() };
        let begins = (props.transform * first.transform() * Point::ORIGIN, glyphs.len());
        if self.run.replace(begins) == Some(begins) && matches!(mode, DrawMode::Stroke(_)) {
            return self.step();
        }
        for glyph in glyphs {
            self.take(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.step();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.step();
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.step();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.step();
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.step();
    }

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {
        self.step();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
