//! One reader, whichever stack it is reached by: what the child's loop asks of it.

use std::time::Duration;

use crate::apdu::{Apdu, NoAnswer};
use crate::card::CardKind;
use crate::claim::Claim;
use crate::event::Missing;
use crate::libnfc::Chip;
use crate::pcsc::Slots;
use crate::presence::{Poll, Seen};
use crate::tag::Tag;

/// The word a PC/SC reader's place begins with; libnfc has no driver of that name in Debian.
const PCSC: &str = "pcsc";

/// The reader is lost or hangs: drop it and open it again.
#[derive(Debug, thiserror::Error)]
#[error("the card reader does not answer any more: {why} ({source})")]
pub struct Lost {
    /// What is most likely the matter.
    pub why: Missing,
    /// What the stack said.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl Lost {
    pub(crate) fn new(why: Missing, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { why, source: Box::new(source) }
    }
}

/// An open reader. Nothing here blocks for longer than about a second.
pub trait Device {
    /// How long to rest between two polls.
    fn rest(&self) -> Duration;

    /// Asks once. A card's own trouble is an answer; only the reader's trouble is an error.
    ///
    /// # Errors
    /// [`Lost`] where the reader is gone or hangs.
    fn ask(&mut self, poll: Poll) -> Result<Seen, Lost>;

    /// Plays this tag for that long, or until a phone that came meanwhile has read it; false where the reader cannot.
    /// No card may lie there.
    ///
    /// # Errors
    /// [`Lost`] where the reader is gone or hangs.
    fn offer(&mut self, _tag: &mut Tag, _slice: Duration) -> Result<bool, Lost> {
        Ok(false)
    }

    /// Sends a command to the card that the last poll left selected, which is of this kind: as it is where it speaks
    /// ISO 14443-4, and as [`crate::native`] says where it does not.
    ///
    /// # Errors
    /// [`Lost`] where the reader is gone or hangs; the card may have obeyed.
    fn exchange(&mut self, kind: CardKind, apdu: &Apdu) -> Result<Result<Apdu, NoAnswer>, Lost>;
}

/// Opens a reader by its place: `pcsc`, `pcsc:NAME` for the PC/SC readers whose name contains NAME, or else a libnfc
/// connection string.
///
/// # Errors
/// Why the reader is missing.
pub fn open(place: &str) -> Result<Box<dyn Device>, Missing> {
    match place.split_once(':') {
        None if place == PCSC => Ok(Box::new(Slots::open("")?)),
        Some((PCSC, name)) => Ok(Box::new(Slots::open(name)?)),
        _ => Ok(Box::new(Chip::open(place, Claim::take(place)?).map_err(|lost| lost.why)?)),
    }
}
