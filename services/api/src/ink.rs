//! `org.dais.Inference1.Ink`: on-line handwriting. Contract in words: `xml/org.dais.Inference1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{Type, proxy};

use crate::inference::InferenceError;
use crate::wire::wire_enum;

wire_enum! {
    /// How the writing is laid out.
    InkLayout {
        /// Lines below each other.
        Lines = 1,
        /// All strokes are one character.
        Character = 2,
    }
}

wire_enum! {
    /// What the writing is in, where the asker knows.
    InkScript {
        /// It is to be found out.
        Any = 1,
        /// Chinese, with or without letters in it.
        Chinese = 2,
        /// Letters and digits.
        Latin = 3,
    }
}

/// Where the pen was: right and down in any unit of length, and milliseconds since the first point of the request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct InkPoint {
    /// Rightwards.
    pub x: f64,
    /// Downwards.
    pub y: f64,
    /// Milliseconds; 0 everywhere where time is not known.
    pub t: u32,
}

/// Around some ink, in the unit of its points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct InkBox {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

/// What a character may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct InkGuess {
    /// The character.
    pub text: String,
    /// 0 to 1.
    pub confidence: f64,
}

/// One character of a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct InkCharacter {
    /// Around its ink.
    pub place: InkBox,
    /// At most ten, best first; the first is what the line's text has.
    pub guesses: Vec<InkGuess>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct InkLine {
    /// Around its ink.
    pub place: InkBox,
    /// The best reading.
    pub text: String,
    /// Of the best reading, 0 to 1.
    pub confidence: f64,
    /// From left to right.
    pub characters: Vec<InkCharacter>,
    /// Further readings of the whole line, best first.
    pub alternatives: Vec<String>,
}

/// The recogniser of handwriting as its callers see it.
#[proxy(
    interface = "org.dais.Inference1.Ink",
    default_service = "org.dais.Inference1",
    default_path = "/org/dais/Inference1"
)]
pub trait Ink {
    /// Reads strokes; each is its points from touching the board to leaving it, in writing order. `layout` is an
    /// [`InkLayout`], `script` an [`InkScript`]. `deadline_ms` is counted from the call's arrival; 0 takes the
    /// service's own limit.
    fn recognize_ink(
        &self,
        strokes: &[Vec<InkPoint>],
        layout: u32,
        script: u32,
        deadline_ms: u32,
    ) -> Result<Vec<InkLine>, InferenceError>;
}
