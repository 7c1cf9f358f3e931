//! Chips on a port: libnfc through nfc1. No other file knows either.
//!
//! Nothing here blocks for long: `InfiniteSelect` is off, so a select returns after a few tries, and presence is
//! asked by a command of its own. (A blocked call could not be ended: nfc1's abort needs the same `&mut`.)

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use nfc1::target_info::{Iso14443a, TargetInfo};
use nfc1::{BaudRate, Context, Device, Error, Modulation, ModulationType, Property, Target, Timeout};

use crate::apdu::{APDU_MAX, Apdu, NoAnswer};
use crate::card::{Card, CardKind, Uid};
use crate::claim::Claim;
use crate::device::{Device as Reader, Lost};
use crate::event::Missing;
use crate::presence::{Poll, Seen};
use crate::tag::Tag;

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

/// A card without a field forgets that it sleeps after 5.1 ms (EMV Contactless Book D, t-reset).
const FIELD_OFF: Duration = Duration::from_millis(6);
/// A phone that has begun to read a tag asks again within tens of milliseconds, and has read a link in six commands.
const PHONE_ASKS_WITHIN: Duration = Duration::from_millis(500);
const PHONE_READS_WITHIN: Duration = Duration::from_secs(2);
/// How a tag of type A that speaks ISO 14443-4 looks, with a number of four bytes; the chip sets the first to 08.
const TAG_ATQA: [u8; 2] = [0x00, 0x04];
const TAG_SAK: u8 = 0x20;
const TAG_UID_FIRST: u8 = 0x08;
/// Between two polls: a tap shows at once, and the chip rests half of the time.
const REST: Duration = Duration::from_millis(50);

/// An open chip.
pub struct Chip {
    // Fields drop in this order: the device is closed before its context is freed, and the port is given back last.
    device: Device,
    _context: Context,
    _claim: Claim,
    silent: u32,
    /// The last select found a card, which is awake and not yet put to sleep.
    selected: Option<Card>,
}

impl Chip {
    /// Opens the chip of a libnfc connection string, whose port is ours, and switches its field on.
    ///
    /// # Errors
    /// [`Lost`] where no reader answers there.
    pub fn open(connstring: &str, claim: Claim) -> Result<Self, Lost> {
        let mut last = Error::NoDeviceFound;
        for _ in 0..OPEN_TRIES {
            match Self::try_open(connstring) {
                Ok((context, device)) => {
                    return Ok(Self { device, _context: context, _claim: claim, silent: 0, selected: None });
                }
                Err(error) => last = error,
            }
        }
        Err(Lost::new(Missing::Silent, last))
    }

    fn try_open(connstring: &str) -> Result<(Context, Device), Error> {
        let mut context = Context::new()?;
        let mut device = context.open_with_connstring(connstring)?;
        poll_cards(&mut device)?;
        Ok((context, device))
    }

    /// Selects a card that is awake.
    fn select(&mut self) -> Result<Option<Card>, Error> {
        let target = self.device.initiator_select_passive_target(&TYPE_A)?;
        self.selected = match target.target_info {
            // No card is no error to nfc1, but a target without a uid. A uid cut short by noise is read again by the
            // next poll.
            TargetInfo::Iso14443a(found) => Uid::new(&found.uid[..found.uid_len.min(found.uid.len())])
                .ok()
                .map(|uid| Card { uid, kind: CardKind::from_sak(found.sak) }),
            _ => None,
        };
        Ok(self.selected)
    }

    /// Cards sleep once they were let go, until the field has gone off and on.
    fn wake(&mut self) -> Result<(), Error> {
        self.selected = None;
        self.device.set_property_bool(Property::ActivateField, false)?;
        std::thread::sleep(FIELD_OFF);
        self.device.set_property_bool(Property::ActivateField, true)
    }

    /// The chip settles which of several cards answers, so a second one shows when the first sleeps.
    fn count(&mut self) -> Result<Seen, Error> {
        if self.selected.is_none() {
            self.wake()?;
            if self.select()?.is_none() {
                return Ok(Seen::Empty);
            }
        }
        // It answers with an error where the card has just left; then the next select finds none.
        match self.device.initiator_deselect_target() {
            Ok(()) | Err(Error::RfTransmissionError | Error::TargetReleased | Error::Chip) => {}
            Err(error) => return Err(error),
        }
        if self.select()?.is_some() {
            self.selected = None;
            return Ok(Seen::Two);
        }
        self.wake()?;
        Ok(self.select()?.map_or(Seen::Empty, Seen::Alone))
    }

    /// Plays a tag until no phone comes, or until the one that came has left.
    fn play(&mut self, tag: &mut Tag, slice: Duration) -> Result<(), Error> {
        self.device.target_init(&looks(), APDU_MAX, Timeout::Duration(slice))?;
        tag.power_up();
        let (limit, until) = (Timeout::Duration(PHONE_ASKS_WITHIN), Instant::now() + PHONE_READS_WITHIN);
        while Instant::now() < until {
            let command = self.device.target_receive_bytes(APDU_MAX, limit)?;
            self.device.target_send_bytes(&tag.obey(&command), limit)?;
        }
        Ok(())
    }

    /// An error of libnfc: the card's, which is nothing, or the chip's.
    fn bear(&mut self, error: Error) -> Result<(), Lost> {
        match error {
            Error::Io | Error::NoSuchDeviceFound | Error::NoDeviceFound | Error::Soft => Err(lost(error)),
            Error::Timeout if self.silent + 1 >= SILENT_POLLS => Err(lost(error)),
            Error::Timeout => {
                self.silent += 1;
                Ok(())
            }
            _ => {
                self.silent = 0;
                Ok(())
            }
        }
    }
}

impl Reader for Chip {
    fn rest(&self) -> Duration {
        REST
    }

    fn ask(&mut self, poll: Poll) -> Result<Seen, Lost> {
        let answer = match poll {
            Poll::Select => self.select().map(|card| card.map_or(Seen::Empty, Seen::Answered)),
            Poll::Count => self.count(),
            Poll::Check => self.device.initiator_target_is_present_any().map(|()| Seen::Still),
        };
        match answer {
            Ok(seen) => {
                self.silent = 0;
                Ok(seen)
            }
            Err(error) => {
                self.selected = None;
                self.bear(error)?;
                Ok(match poll {
                    Poll::Select | Poll::Count => Seen::Empty,
                    Poll::Check => Seen::NoAnswer,
                })
            }
        }
    }

    fn offer(&mut self, tag: &mut Tag, slice: Duration) -> Result<bool, Lost> {
        self.selected = None;
        match self.play(tag, slice) {
            // Nobody came, or the one who came has left; a chip that is lost does not look for cards either.
            Ok(()) | Err(_) => poll_cards(&mut self.device).map_err(lost)?,
        }
        self.silent = 0;
        Ok(true)
    }

    fn exchange(&mut self, kind: CardKind, apdu: &Apdu) -> Result<Result<Apdu, NoAnswer>, Lost> {
        if kind != CardKind::IsoDep {
            return self.exchange_native(kind, apdu);
        }
        let limit = Timeout::Duration(ANSWER_WITHIN);
        match self.device.initiator_transceive_bytes(apdu.reveal(), APDU_MAX, limit) {
            Ok(bytes) => {
                self.silent = 0;
                // An empty answer is none: the card was leaving.
                Ok(Apdu::new(bytes).map_err(|_| NoAnswer::CardLeft))
            }
            Err(error) => {
                self.bear(error)?;
                Ok(Err(NoAnswer::CardLeft))
            }
        }
    }
}

/// Makes the chip look for cards, and switches its field on.
fn poll_cards(device: &mut Device) -> Result<(), Error> {
    device.initiator_init()?;
    device.set_property_bool(Property::InfiniteSelect, false)
}

/// The tag's looks, with a number that is made up, as its first byte says.
fn looks() -> Target {
    let [a, b, c, ..] = RandomState::new().build_hasher().finish().to_le_bytes();
    let mut uid = [0; 10];
    uid[..4].copy_from_slice(&[TAG_UID_FIRST, a, b, c]);
    let info = Iso14443a { atqa: TAG_ATQA, sak: TAG_SAK, uid, uid_len: 4, ats: [0; 254], ats_len: 0 };
    Target { target_info: TargetInfo::Iso14443a(info), modulation: TYPE_A }
}

fn lost(error: Error) -> Lost {
    Lost::new(Missing::Silent, error)
}
