//! The print head: settings and letters -> rows of dots.

use std::sync::Arc;

use qrcodegen::{QrCode, QrCodeEcc};

use crate::escpos::columns;
use crate::fonts::{Fonts, Weight};
use crate::picture::Picture;

/// A half-wide letter's dots.
const CELL: (usize, usize) = (12, 24);
/// From one row of letters to the next, as after switching on.
const SPACING: usize = 30;
/// Letters in the square of a Chinese one.
const EM: f32 = 22.0;

/// Settings and the row of letters that is not printed yet.
pub(super) struct Head {
    across: usize,
    fonts: Option<Arc<Fonts>>,
    settings: Settings,
    row: Vec<(char, Settings)>,
    code: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) chinese: bool,
    pub(super) align: u8,
    pub(super) size: (usize, usize),
    pub(super) bold: bool,
    pub(super) inverse: bool,
    pub(super) code_dot: usize,
}

const FRESH: Settings =
    Settings { chinese: false, align: 0, size: (1, 1), bold: false, inverse: false, code_dot: 3 };

impl Head {
    pub(super) fn new(width: u16, fonts: Option<Arc<Fonts>>) -> Self {
        let across = usize::from(width / 8);
        Self { across, fonts, settings: FRESH, row: Vec::new(), code: Vec::new() }
    }

    pub(super) fn across(&self) -> usize {
        self.across
    }

    pub(super) fn start(&mut self) {
        self.settings = FRESH;
        self.row.clear();
    }

    pub(super) fn set(&mut self, how: impl FnOnce(&mut Settings)) {
        how(&mut self.settings);
    }

    /// A letter into the row; an error where it does not fit there, which a real printer would break anywhere.
    pub(super) fn letter(&mut self, letter: char) -> Result<(), String> {
        if !letter.is_ascii() && !self.settings.chinese {
            return Err(format!("{letter} outside of the Chinese mode"));
        }
        self.row.push((letter, self.settings));
        let wide: usize = self.row.iter().map(|(letter, settings)| cell(*letter, *settings)).sum();
        if wide > self.across * 8 {
            return Err(format!("a row is wider than the paper at {letter}"));
        }
        Ok(())
    }

    /// Ends the row: its text and its dots.
    pub(super) fn end_row(&mut self) -> (String, Vec<u8>) {
        let row = std::mem::take(&mut self.row);
        let text: String = row.iter().map(|(letter, _)| *letter).collect();
        let high = row.iter().map(|(_, settings)| settings.size.1).max().unwrap_or(1);
        let mut picture = Picture::new(u16::try_from(self.across * 8).unwrap_or(0));
        let wide: usize = row.iter().map(|(letter, settings)| cell(*letter, *settings)).sum();
        let space = self.across * 8 - wide;
        let mut x = [0, space / 2, space][usize::from(self.settings.align.min(2))];
        for (letter, settings) in row {
            self.draw(&mut picture, letter, settings, x, (high - settings.size.1) * CELL.1);
            x += cell(letter, settings);
        }
        picture.grow(SPACING.max(high * CELL.1 + 6));
        (text, picture.packed().to_vec())
    }

    fn draw(&self, picture: &mut Picture, letter: char, settings: Settings, x: usize, y: usize) {
        let (wide, high) = (cell(letter, settings), CELL.1 * settings.size.1);
        if let Some(fonts) = &self.fonts {
            let mut once = Picture::new(64);
            let weight = if settings.bold { Weight::Bold } else { Weight::Medium };
            let text = letter.to_string();
            fonts.draw(&mut once, &text, EM, weight, 0.0, 20.0);
            // A letter that is wider than its place is narrowed, one that is narrower stands in the middle of it.
            let drawn = fonts.width(&text, EM, weight).ceil() as usize;
            let place = columns(letter) * CELL.0;
            let (drawn, shift) = (drawn.max(place), place.saturating_sub(drawn) / 2);
            for (dy, dx) in (0..high).flat_map(|dy| (0..wide).map(move |dx| (dy, dx))) {
                let from = (dx / settings.size.0 * drawn / place).checked_sub(shift);
                if from.is_some_and(|from| once.is_black(from, dy / settings.size.1)) {
                    picture.burn(signed(x + dx), signed(y + dy));
                }
            }
        }
        if settings.inverse {
            picture.invert(x, y, wide, high);
        }
    }

    /// Rows of dots of so many empty rows of letters.
    pub(super) fn feed(&self, rows: u8) -> Vec<u8> {
        vec![0; usize::from(rows) * SPACING * self.across]
    }

    pub(super) fn code_text(&mut self, text: Vec<u8>) {
        self.code = text;
    }

    /// The QR code's dots.
    pub(super) fn code(&mut self) -> Result<Vec<u8>, String> {
        let text = std::mem::take(&mut self.code);
        let code =
            QrCode::encode_binary(&text, QrCodeEcc::Medium).map_err(|_long| "a code too long".to_owned())?;
        let dot = self.settings.code_dot;
        let side = usize::try_from(code.size()).unwrap_or(0) * dot;
        if side > self.across * 8 {
            return Err("a code wider than the paper".to_owned());
        }
        let space = self.across * 8 - side;
        let left = [0, space / 2, space][usize::from(self.settings.align.min(2))];
        let mut picture = Picture::new(u16::try_from(self.across * 8).unwrap_or(0));
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let module = |at: usize| i32::try_from(at / dot).unwrap_or(0);
            if code.get_module(module(x), module(y)) {
                picture.burn(signed(left + x), signed(y));
            }
        }
        picture.grow(side);
        Ok(picture.packed().to_vec())
    }

    /// Rows of dots of a picture, as wide as the paper.
    pub(super) fn picture(&self, across: usize, dots: &[u8]) -> Result<Vec<u8>, String> {
        if across > self.across {
            return Err(format!("a picture of {across} bytes on paper of {}", self.across));
        }
        let row = |dots: &[u8]| [dots, &vec![0; self.across - across]].concat();
        Ok(dots.chunks(across).flat_map(row).collect())
    }
}

fn cell(letter: char, settings: Settings) -> usize {
    columns(letter) * CELL.0 * settings.size.0
}

fn signed(dots: usize) -> i64 {
    i64::try_from(dots).unwrap_or(i64::MAX)
}
