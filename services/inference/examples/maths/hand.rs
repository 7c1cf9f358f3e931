//! Simulated hands: each with its own size, slant, tremble, spacing and care.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::expression::{Meant, Part};
use crate::fonts::{Font, Glyph};

type Strokes = Vec<Vec<(f32, f32)>>;

/// One writer.
pub(crate) struct Hand {
    state: u64,
    slant: f32,
    wide: f32,
    tremble: f32,
    gap: f32,
    uneven: f32,
    tilt: f32,
    /// Digits that people wrote, instead of the font's.
    digits: Rc<BTreeMap<char, Vec<Glyph>>>,
}

impl Hand {
    pub(crate) fn new(seed: u64, digits: Rc<BTreeMap<char, Vec<Glyph>>>) -> Hand {
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x0fed_cba9_8765_4321;
        let (slant, wide, tremble, gap, uneven, tilt) = (0.0, 1.0, 0.0, 0.0, 0.0, 0.0);
        let mut hand = Hand { state, slant, wide, tremble, gap, uneven, tilt, digits };
        hand.slant = hand.between(-0.12, 0.25);
        hand.wide = hand.between(0.85, 1.2);
        hand.tremble = hand.between(0.004, 0.022);
        hand.gap = hand.between(0.16, 0.4);
        hand.uneven = hand.between(0.02, 0.1);
        hand.tilt = hand.between(-0.04, 0.04);
        hand
    }

    fn random(&mut self) -> f32 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 40) as f32 / (1_u64 << 24) as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.random()
    }

    pub(crate) fn chance(&mut self) -> bool {
        self.random() < 0.5
    }

    pub(crate) fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + (self.random() * (high - low + 1) as f32) as i64
    }

    /// The expression's strokes; `None` where the font has not all of its letters.
    pub(crate) fn write(&mut self, meant: &Meant, font: &Font) -> Option<Strokes> {
        let (strokes, _) = self.row(&meant.parts, font, (0.0, 0.0), 1.0)?;
        let (sin, cos) = self.tilt.sin_cos();
        // In micrometres on the board, from somewhere, digits nine centimetres high.
        let place = |at: &(f32, f32)| {
            ((at.0 * cos - at.1 * sin) * 90_000.0 + 2e5, (at.0 * sin + at.1 * cos) * 90_000.0 + 4e5)
        };
        Some(strokes.iter().map(|stroke| stroke.iter().map(place).collect()).collect())
    }

    /// A row from a place on its base line; and where it ends.
    fn row(&mut self, parts: &[Part], font: &Font, from: (f32, f32), size: f32) -> Option<(Strokes, f32)> {
        let (mut strokes, mut x) = (Strokes::new(), from.0);
        for part in parts {
            let gap = size * self.gap * self.between(0.7, 1.3);
            let (mut new, end) = match part {
                Part::Sign(of) => self.sign(*of, font, (x, from.1), size)?,
                Part::Raised(over) => {
                    let rise = from.1 - size * self.between(0.62, 0.78);
                    let small = size * self.between(0.5, 0.62);
                    self.row(over, font, (x - gap * 0.5, rise), small)?
                }
                Part::Fraction(over, under) => self.fraction(over, under, font, (x, from.1), size)?,
                Part::Root(inside) => self.root(inside, font, (x, from.1), size)?,
            };
            strokes.append(&mut new);
            x = end + gap;
        }
        Some((strokes, x - size * self.gap))
    }

    fn fraction(
        &mut self,
        over: &[Part],
        under: &[Part],
        font: &Font,
        (x, y): (f32, f32),
        size: f32,
    ) -> Option<(Strokes, f32)> {
        let level = y - size * 0.45;
        let (up, down) = (size * self.between(0.15, 0.3), size * self.between(1.0, 1.15));
        let (above, above_end) = self.row(over, font, (0.0, level - up), size * 0.85)?;
        let (below, below_end) = self.row(under, font, (0.0, level + down), size * 0.85)?;
        let wide = above_end.max(below_end) + size * self.between(0.1, 0.35);
        let bar = self.line(&[(x, level), (x + wide, level)], size);
        let mut strokes = shifted(above, x + (wide - above_end) / 2.0);
        strokes.push(bar);
        strokes.append(&mut shifted(below, x + (wide - below_end) / 2.0));
        Some((strokes, x + wide))
    }

    fn root(
        &mut self,
        inside: &[Part],
        font: &Font,
        (x, y): (f32, f32),
        size: f32,
    ) -> Option<(Strokes, f32)> {
        let hook = size * self.between(0.4, 0.55);
        let (mut strokes, end) = self.row(inside, font, (x + hook, y), size)?;
        let top = y - size * self.between(1.15, 1.3);
        let sign = [
            (x, y - size * 0.45),
            (x + hook * 0.25, y - size * 0.5),
            (x + hook * 0.5, y + size * 0.05),
            (x + hook * 0.85, top),
            (end + size * 0.1, top),
        ];
        strokes.insert(0, self.line(&sign, size));
        Some((strokes, end + size * 0.1))
    }

    fn sign(&mut self, of: char, font: &Font, (x, y): (f32, f32), size: f32) -> Option<(Strokes, f32)> {
        let glyph = match of {
            // A touch of the pen, as nobody draws a disc.
            '.' => vec![vec![(0.0, -0.03), (0.03, 0.0)]],
            other => match self.digits.clone().get(&other) {
                Some(written) => written[self.whole(0, written.len() as i64 - 1) as usize].clone(),
                None => font.glyph(other)?.clone(),
            },
        };
        let grown = size * (1.0 + self.between(-self.uneven, self.uneven));
        let lift = size * self.between(-self.uneven, self.uneven) * 0.6;
        let left = glyph.iter().flatten().map(|at| at.0).fold(f32::INFINITY, f32::min);
        let place = |at: &(f32, f32)| {
            let (u, v) = ((at.0 - left) * self.wide, at.1);
            (x + (u - v * self.slant) * grown, y + v * grown + lift)
        };
        let placed: Strokes = glyph.iter().map(|stroke| stroke.iter().map(place).collect()).collect();
        let strokes: Strokes = placed.iter().map(|stroke| self.line(stroke, size)).collect();
        let end = strokes.iter().flatten().map(|at| at.0).fold(x, f32::max);
        Some((strokes, end))
    }

    /// A way as this hand draws it: its tremble changes slowly.
    fn line(&mut self, way: &[(f32, f32)], size: f32) -> Vec<(f32, f32)> {
        let mut drawn = Vec::new();
        let (mut x_off, mut y_off) = (0.0, 0.0);
        for pair in way.windows(2) {
            let length = (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
            let steps = (length / (size * 0.05)).ceil().max(1.0);
            for step in 0..=steps as usize {
                let part = step as f32 / steps;
                x_off = x_off * 0.85 + self.between(-1.0, 1.0) * self.tremble * size;
                y_off = y_off * 0.85 + self.between(-1.0, 1.0) * self.tremble * size;
                drawn.push((
                    pair[0].0 + (pair[1].0 - pair[0].0) * part + x_off,
                    pair[0].1 + (pair[1].1 - pair[0].1) * part + y_off,
                ));
            }
        }
        drawn
    }
}

fn shifted(strokes: Strokes, by: f32) -> Strokes {
    strokes.into_iter().map(|stroke| stroke.into_iter().map(|at| (at.0 + by, at.1)).collect()).collect()
}
