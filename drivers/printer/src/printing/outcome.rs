//! What became of a job, and why.

use crate::status::Trouble;

/// Why a job is not proved, or was not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Why {
    /// The printer said what is wrong.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// It does not answer.
    #[error(
        "the printer does not answer: see that it is on and its cable in, and that it speaks ESC/POS both ways"
    )]
    Silent,
    /// The line to it broke.
    #[error("the line to the printer broke: check its cable, or the network")]
    Lost,
    /// The kiosk was told to end.
    #[error("the kiosk was ended while it printed")]
    Stopped,
    /// Such printers never say what is on paper.
    #[error("a queue of CUPS cannot prove what is on paper: connect the printer directly for that")]
    NoProof,
}

/// What became of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On paper, by the printer's own word.
    Printed,
    /// Not a byte of it left: it can be tried again.
    NotBegun(Why),
    /// Some or all of it may be on paper.
    Unproved(Why),
}
