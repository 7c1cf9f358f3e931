//! Files of other programs, both ways: bytes in, a [`Document`] out, or the reverse.
//!
//! All of it is pure and gives the same bytes for the same board on every machine. Files come from strangers:
//! what is damaged, hostile or too large ends in a [`FormatError`] within the [`Limits`].
mod any;
pub(crate) mod bounded;
mod css;
mod curve;
pub mod excalidraw;
mod extent;
mod fields;
pub(crate) mod geometry;
pub mod inkml;
mod intake;
pub mod iwb;
pub(crate) mod lettering;
mod letters;
mod limits;
pub(crate) mod outline;
pub mod page;
pub mod pdf;
pub mod picture;
mod pose;
pub(crate) mod print;
mod remark;
pub mod rnote;
mod sniff;
mod speed;
pub mod svg;
mod svg_words;
pub mod tldr;
pub mod ubz;
mod written;
pub mod xopp;

use std::fmt;

pub use any::{Saved, SavedFile, open, save};
pub use lettering::Lettering;
pub use limits::{Limits, Tally};
pub use remark::{Opened, Remark};
pub use sniff::{Format, sniff};
pub use written::Written;

use crate::{document::Document, media::MediaId};

/// Why a file is not opened or not written. Each says what the teacher can do.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum FormatError {
    #[error("the board cannot open this kind of file; save it as PDF, SVG, PNG or .xopp and try again")]
    Unknown,
    #[error(
        "this {format} file is damaged ({what}); copy it again from where it came from, \
         or open it in the program that made it and save it once more"
    )]
    Damaged { format: Format, what: String },
    #[error(
        "this {format} file was made by a newer version ({version}) than the board knows; save it in an older one"
    )]
    TooNew { format: Format, version: String },
    #[error(
        "this file has more than {most} {what}, the most that the board takes; split it into smaller files"
    )]
    TooMuch { what: &'static str, most: u64 },
    #[error("this {format} file is locked with a password; save a copy without one and open that")]
    Locked { format: Format },
    #[error("there is nothing in this file to show; check that it is the right one")]
    Empty,
    #[error("this board cannot be written as {format} ({what})")]
    Unwritable { format: Format, what: String },
}

impl FormatError {
    pub(crate) fn damaged(format: Format, what: impl fmt::Display) -> FormatError {
        FormatError::Damaged { format, what: what.to_string() }
    }
}

impl Document {
    /// Keeps a file's bytes under their hash, once however often it is shown.
    pub fn keep(&mut self, bytes: &[u8]) -> MediaId {
        let id = MediaId::of(bytes);
        self.media.entry(id).or_insert_with(|| bytes.into());
        id
    }
}
