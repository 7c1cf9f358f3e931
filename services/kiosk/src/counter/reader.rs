//! The card reader on its thread: cards held to it become tenders, and the campus channel's commands go to them.

use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use api::devices::Why;
use api::kiosk::Device;
use nfc::event::Missing;
use nfc::{Apdu, Card, CardKind, NoAnswer, Reader, ReaderError, Tap};
use serde::Deserialize;

use super::trial::Found;
use super::{Counting, LOOK, REOPEN_FIRST, REOPEN_MOST};
use crate::actor::Sensed;
use crate::card::CAMPUS_APPLICATION;
use crate::card::classify::{Classify, Known, Next};
use crate::channel::campus::{Ask, CardLink};
use crate::till::{CardUid, Notice, Tender};

/// How long it may take to find out which kind of card lies there: five commands of some tens of milliseconds.
const CLASSIFY_WITHIN: Duration = Duration::from_secs(2);

/// A card reader's place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardReader {
    /// The reader's program, `dais-nfc`.
    #[serde(default = "reader_program")]
    pub program: PathBuf,
    /// libnfc's connection string, such as `pn532_uart:/dev/ttyUSB0:115200`.
    pub device: String,
    /// The campus channel's way to the card on it; no configuration.
    #[serde(skip)]
    pub link: CardLink,
}

/// Where the image has it.
fn reader_program() -> PathBuf {
    "/usr/bin/dais-nfc".into()
}

impl Counting {
    pub(super) fn watch_reader(&self, place: &CardReader) {
        let mut pause = REOPEN_FIRST;
        loop {
            match Reader::spawn(&place.program, &place.device) {
                Ok(reader) => return self.read_cards(reader, &place.link),
                Err(error) => {
                    tracing::warn!(%error, "card reader");
                    self.device_is_missing(Device::CardReader, why(&error));
                }
            }
            pause = (pause * 2).min(REOPEN_MOST);
            if !self.pause(pause) {
                return;
            }
        }
    }

    /// The reader restarts its own child; here its state is told, its taps become tenders, and the campus channel's
    /// commands go to the card that lies there.
    fn read_cards(&self, mut reader: Reader, link: &CardLink) {
        let asks = link.listen(Some(reader.waker()));
        let mut missing = Why::Starting;
        while self.goes_on() {
            for ask in asks.iter().flat_map(Receiver::try_iter) {
                pass_on(&mut reader, ask);
            }
            match reader.next(Instant::now() + LOOK) {
                Ok(Some(Tap::Card(card))) if self.listens() => self.tell(sense(&mut reader, card, link)),
                Ok(Some(Tap::LeftTooSoon)) => self.tell(Sensed::Hint(Notice::CardLeftTooSoon)),
                Ok(Some(Tap::Card(_) | Tap::Gone) | None) => {}
                Err(error) => {
                    tracing::warn!(%error, "card reader");
                    missing = why(&error);
                }
            }
            match reader.is_ready() {
                true => self.device_is_ready(Device::CardReader),
                false => self.device_is_missing(Device::CardReader, missing),
            }
            if let Some(asked) = self.asked() {
                // Its program has talked with the reader's firmware since it was last lost, and tells every second that
                // it is alive.
                asked.answer(if reader.is_ready() {
                    Found::passed(Vec::new())
                } else {
                    Found::failed(missing)
                });
            }
        }
    }
}

fn why(error: &ReaderError) -> Why {
    match error {
        ReaderError::Program { .. } => Why::NotInstalled,
        ReaderError::Missing(Missing::Unplugged) => Why::Unplugged,
        ReaderError::Missing(Missing::InUse) => Why::InUse,
        ReaderError::Missing(Missing::Forbidden) => Why::Forbidden,
        ReaderError::Missing(Missing::Silent) => Why::Silent,
        ReaderError::KeepsFailing(_) => Why::Failing,
    }
}

/// Sends one of the channel's commands, unless nobody waits for its answer any more.
fn pass_on(reader: &mut Reader, ask: Ask) {
    if ask.is_given_up() {
        return;
    }
    if Instant::now() >= ask.deadline {
        // It waited here too long: that it was not sent is worth more than an answer that nobody may wait for.
        return ask.answer(Err(NoAnswer::NotThere));
    }
    let answer = reader.exchange(ask.uid, ask.apdu.clone(), ask.deadline);
    ask.answer(answer);
}

/// Which tender a card is.
fn sense(reader: &mut Reader, card: Card, link: &CardLink) -> Sensed {
    let Ok(uid) = CardUid::new(card.uid.reveal()) else { return Sensed::Hint(Notice::CardUnknown) };
    let known = match card.kind {
        CardKind::IsoDep => classify(reader, card, link),
        _ => Ok(Known::Plain),
    };
    match known {
        Ok(Known::Plain) => Sensed::Tender(Tender::Card(uid)),
        Ok(Known::Sun(message)) => Sensed::Tender(Tender::Sun(message)),
        Ok(Known::Purse) => Sensed::Tender(Tender::Purse(uid)),
        Ok(Known::BankCard) => Sensed::Tender(Tender::BankCard),
        Err(_left) => Sensed::Hint(Notice::CardLeftTooSoon),
    }
}

fn classify(reader: &mut Reader, card: Card, link: &CardLink) -> Result<Known, NoAnswer> {
    let began = Instant::now();
    let deadline = began + CLASSIFY_WITHIN;
    let (mut classify, mut command) = Classify::start(link.wants(), CAMPUS_APPLICATION);
    for commands in 1_u32.. {
        let apdu = Apdu::new(command).map_err(|_length| NoAnswer::NotThere)?;
        match classify.take(reader.exchange(card.uid, apdu, deadline)?.reveal()) {
            Next::Send(next) => command = next,
            Next::Known(known) => {
                tracing::debug!(commands, took = ?began.elapsed(), "a card was told apart");
                return Ok(known);
            }
        }
    }
    Err(NoAnswer::NotThere)
}
