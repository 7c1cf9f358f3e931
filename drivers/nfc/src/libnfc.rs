//! The child's side: libnfc through nfc1. No other file knows either.
//!
//! Nothing here blocks for long: `InfiniteSelect` is off, so a select returns after a few tries, and presence is
//! asked by a command of its own. (A blocked call could not be ended: nfc1's abort needs the same `&mut`.)

use std::time::Duration;

use nfc1::target_info::TargetInfo;
use nfc1::{BaudRate, Context, Device, Error, Modulation, ModulationType, Property, Timeout};

use crate::apdu::{APDU_MAX, Apdu, NoAnswer};
use crate::card::{Card, CardKind, Uid};
use crate::presence::{Poll, Seen};

mod native;

/// ISO 14443 A at 106 kbit/s: every MIFARE, NTAG, CPU card and phone starts here.
const TYPE_A: Modulation =
    Modulation { modulation_type: ModulationType::Iso14443a, baud_rate: BaudRate::Baud106 };
/// libnfc loses the first reply after opening now and then; the second try of a healthy reader works.
const OPEN_TRIES: u32 = 2;
/// So many polls in a row without any reply from the chip mean that the reader hangs.
const SILENT_POLLS: u32 = 3;
/// A card answers within tens of milliseconds, and may ask for more time than that only while it works; the chip gives
/// up sooner than this by itself.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// The reader is lost or hangs: drop it and open it again.
#[derive(Debug, thiserror::Error)]
#[error("the card reader does not answer any more: check its cable ({0})")]
pub struct Lost(Error);

/// An open reader.
pub struct Chip {
    // Fields drop in this order: the device is closed before its context is freed.
    device: Device,
    _context: Context,
    silent: u32,
}

impl Chip {
    /// Opens the reader of a libnfc connection string and switches its field on.
    ///
    /// # Errors
    /// [`Lost`] where no reader answers there.
    pub fn open(connstring: &str) -> Result<Self, Lost> {
        let mut last = Error::NoDeviceFound;
        for _ in 0..OPEN_TRIES {
            match Self::try_open(connstring) {
                Ok(chip) => return Ok(chip),
                Err(error) => last = error,
            }
        }
        Err(Lost(last))
    }

    fn try_open(connstring: &str) -> Result<Self, Error> {
        let mut context = Context::new()?;
        let mut device = context.open_with_connstring(connstring)?;
        device.initiator_init()?;
        device.set_property_bool(Property::InfiniteSelect, false)?;
        Ok(Self { device, _context: context, silent: 0 })
    }

    /// Asks the chip once. A card's own trouble is an answer; only the reader's trouble is an error.
    ///
    /// # Errors
    /// [`Lost`] where the reader is gone or hangs.
    pub fn ask(&mut self, poll: Poll) -> Result<Seen, Lost> {
        let answer = match poll {
            Poll::Select => self.device.initiator_select_passive_target(&TYPE_A).map(|target| {
                match target.target_info {
                    // No card is no error to nfc1, but a target without a uid.
                    TargetInfo::Iso14443a(found) if found.uid_len > 0 => {
                        seen(&found.uid[..found.uid_len], found.sak)
                    }
                    _ => Seen::Empty,
                }
            }),
            Poll::Check => self.device.initiator_target_is_present_any().map(|()| Seen::Still),
        };
        match answer {
            Ok(seen) => {
                self.silent = 0;
                Ok(seen)
            }
            Err(error @ (Error::Io | Error::NoSuchDeviceFound | Error::NoDeviceFound | Error::Soft)) => {
                Err(Lost(error))
            }
            Err(error @ Error::Timeout) if self.silent + 1 >= SILENT_POLLS => Err(Lost(error)),
            Err(error) => {
                self.silent = if error == Error::Timeout { self.silent + 1 } else { 0 };
                Ok(match poll {
                    Poll::Select => Seen::Empty,
                    Poll::Check => Seen::NoAnswer,
                })
            }
        }
    }

    /// Sends a command to the selected card. What the card does is an answer; only the reader's trouble is an error.
    ///
    /// # Errors
    /// [`Lost`] where the reader is gone or hangs; the card may have obeyed.
    pub fn exchange(&mut self, apdu: &Apdu) -> Result<Result<Apdu, NoAnswer>, Lost> {
        let limit = Timeout::Duration(ANSWER_WITHIN);
        match self.device.initiator_transceive_bytes(apdu.reveal(), APDU_MAX, limit) {
            Ok(bytes) => {
                self.silent = 0;
                // An empty answer is none: the card was leaving.
                Ok(Apdu::new(bytes).map_err(|_| NoAnswer::CardLeft))
            }
            Err(error @ (Error::Io | Error::NoSuchDeviceFound | Error::NoDeviceFound | Error::Soft)) => {
                Err(Lost(error))
            }
            Err(error @ Error::Timeout) if self.silent + 1 >= SILENT_POLLS => Err(Lost(error)),
            Err(error) => {
                self.silent = if error == Error::Timeout { self.silent + 1 } else { 0 };
                Ok(Err(NoAnswer::CardLeft))
            }
        }
    }
}

fn seen(uid: &[u8], sak: u8) -> Seen {
    match Uid::new(uid) {
        Ok(uid) => Seen::Answered(Card { uid, kind: CardKind::from_sak(sak) }),
        // A uid cut short by noise: the next poll reads it again.
        Err(_) => Seen::Empty,
    }
}
