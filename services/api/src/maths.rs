//! `org.dais.Inference1.Maths`: written expressions. Contract in words: `xml/org.dais.Inference1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{Type, proxy};

use crate::inference::InferenceError;
use crate::ink::{InkBox, InkGuess, InkPoint};
use crate::wire::wire_enum;

wire_enum! {
    /// What an expression comes to.
    MathsOutcome {
        /// A number.
        Value = 1,
        /// The unknown of an equation.
        Solved = 2,
        /// An equation or a comparison that holds.
        True = 3,
        /// One that never does.
        False = 4,
        /// An expression with an unknown: there is nothing to find.
        Formula = 5,
        /// Something is missing.
        Unfinished = 6,
        /// Something is divided by nought.
        DivisionByZero = 7,
        /// As nought to the power of nought.
        NotDefined = 8,
        /// As the square root of a negative number.
        NotReal = 9,
        /// A number too long for a board.
        TooLarge = 10,
        /// An equation beyond the second power, with two unknowns, or with the unknown under a bar.
        TooHard = 11,
        /// Signs that say nothing to calculate.
        NotArithmetic = 12,
        /// A number alone: there is nothing to work out.
        Number = 13,
    }
}

/// An expression that may be meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct MathsExpression {
    /// In LaTeX.
    pub latex: String,
    /// A [`MathsOutcome`].
    pub outcome: u32,
    /// The number (`46`, `≈ 1.414214`, `5/4 = 1.25`, `1/3 ≈ 0.333333`) or the unknown (`x = 3`, `x = -1; x = 2`); else empty.
    pub value: String,
    /// 0 to 1.
    pub confidence: f64,
}

/// A symbol of an expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct MathsSymbol {
    /// Around its ink.
    pub place: InkBox,
    /// In LaTeX, what it was taken for first.
    pub guesses: Vec<InkGuess>,
}

/// A symbol as somebody has chosen it among its guesses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct MathsChosen {
    /// The [`MathsSymbol`]'s.
    pub place: InkBox,
    /// What it is, in LaTeX.
    pub latex: String,
}

/// What some strokes say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct MathsAnswer {
    /// The first expression is meant. Where it is not sure, no value should be shown as the value.
    pub sure: bool,
    /// What may be meant, the likeliest first; nothing where nothing can be read.
    pub expressions: Vec<MathsExpression>,
    /// The symbols of the first, from left to right.
    pub symbols: Vec<MathsSymbol>,
}

/// The reader of expressions as its callers see it.
#[proxy(
    interface = "org.dais.Inference1.Maths",
    default_service = "org.dais.Inference1",
    default_path = "/org/dais/Inference1"
)]
pub trait Maths {
    /// Reads one expression; strokes are points from touching the board to leaving it, in writing order. `deadline_ms`
    /// is counted from the call's arrival; 0 takes the service's own limit.
    fn read(&self, strokes: &[Vec<InkPoint>], deadline_ms: u32) -> Result<MathsAnswer, InferenceError>;

    /// Works out an expression whose symbols were chosen among the guesses of an answer; its confidence says how
    /// clearly they stand to each other.
    fn evaluate(&self, symbols: &[MathsChosen], deadline_ms: u32) -> Result<MathsExpression, InferenceError>;
}
