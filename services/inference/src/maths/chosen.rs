//! An expression whose symbols somebody has chosen among what they can be: laid out and calculated, nothing is read.

use super::group::{Cover, EXPRESSION_STROKES_MAX, Found};
use super::stroke::Area;
use super::symbol::Symbol;
use super::{Expression, Maths, decide, expression};
use crate::ink::Bounds;

/// Farther out than any board; beyond it squares lose their digits.
const COORDINATE_MAX: f32 = 1.0e7;

/// A symbol as it was chosen. What was written is in it, so it has no `Debug`.
#[derive(Clone, PartialEq)]
pub struct Chosen {
    area: Area,
    symbol: Symbol,
}

/// Why chosen symbols are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// Nothing to work out.
    #[error("there are no symbols; read an expression first")]
    Empty,
    /// Of each stroke comes at most one symbol.
    #[error("{0} symbols are too many at once; select fewer lines")]
    TooMany(usize),
    /// It is none of those that are told.
    #[error("symbol {0} is not one that is read; choose among its own readings")]
    Strange(usize),
    /// Its box is none, or far outside of any board.
    #[error("symbol {0} has a box outside of any board")]
    Outside(usize),
}

/// Checks symbols with the boxes around their ink, in the units of the strokes, as [`Maths::read`] told them.
pub fn choose(symbols: &[(Bounds, String)]) -> Result<Vec<Chosen>, ChoiceError> {
    match symbols.len() {
        0 => return Err(ChoiceError::Empty),
        many if many > EXPRESSION_STROKES_MAX => return Err(ChoiceError::TooMany(many)),
        _ => {}
    }
    let chosen = |(at, (bounds, latex)): (usize, &(Bounds, String))| {
        let Bounds { left, top, right, bottom } = *bounds;
        let on_board = [left, top, right, bottom].iter().all(|side| side.abs() <= COORDINATE_MAX);
        if !on_board || left > right || top > bottom {
            return Err(ChoiceError::Outside(at));
        }
        let symbol = Symbol::of_latex(latex).ok_or(ChoiceError::Strange(at))?;
        Ok(Chosen { area: Area { left, top, right, bottom }, symbol })
    };
    symbols.iter().enumerate().map(chosen).collect()
}

impl Maths {
    /// What chosen symbols say where they stand, and what that comes to.
    pub fn evaluate(&self, chosen: &[Chosen]) -> Option<Expression> {
        let found = |one: &Chosen| Found { area: one.area, reading: vec![(one.symbol, 1.0)] };
        let mut found: Vec<Found> = chosen.iter().map(found).collect();
        found.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
        decide::candidates(&[Cover { found, worth: 0.0 }]).first().map(expression)
    }
}
