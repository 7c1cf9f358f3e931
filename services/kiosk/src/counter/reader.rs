//! The card reader on its thread: cards held to it become tenders, and the campus channel's commands go to them.

use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use api::attendance::Came;
use api::devices::Why;
use api::kiosk::Device;
use nfc::event::Missing;
use nfc::{Apdu, Card, CardKind, Link, NoAnswer, Reader, ReaderError, Tap, Waker};
use serde::Deserialize;
use tokio::sync::watch;

use super::trial::Found;
use super::{Counting, LOOK, REOPEN_FIRST, REOPEN_MOST, Want};
use crate::actor::{Screen, Sensed};
use crate::card::CAMPUS_APPLICATION;
use crate::card::classify::{Classify, Known, Next};
use crate::card::sticker::{self, Sticker};
use crate::channel::campus::{Ask, CardLink};
use crate::member::MemberCode;
use crate::promotion::Voucher;
use crate::till::{CardUid, Notice, PayCode, PurseKind, Tender};

/// How long it may take to find out which kind of card lies there: five commands of some tens of milliseconds.
const CLASSIFY_WITHIN: Duration = Duration::from_secs(2);

/// A card reader's place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardReader {
    /// The reader's program, `dais-nfc`.
    #[serde(default = "reader_program")]
    pub program: PathBuf,
    /// libnfc's connection string, such as `pn532_uart:/dev/ttyUSB0:115200`, or `pcsc` for every reader of the PC/SC
    /// service, or `pcsc:NAME` for those whose name contains NAME.
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
    pub(super) fn watch_reader(&self, place: &CardReader, screen: &watch::Receiver<Screen>) {
        let mut pause = REOPEN_FIRST;
        loop {
            match Reader::spawn(&place.program, &place.device) {
                Ok(reader) => return self.read_cards(reader, &place.link, screen),
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

    /// The reader restarts its own child; here its state is told, its taps become tenders, the campus channel's
    /// commands go to the card that lies there, and phones are shown the link that the screen shows.
    fn read_cards(&self, mut reader: Reader, link: &CardLink, screen: &watch::Receiver<Screen>) {
        let asks = link.listen(Some(reader.waker()));
        let mut missing = Why::Starting;
        self.wake_at_changes(reader.waker(), screen.clone());
        while self.goes_on() {
            for ask in asks.iter().flat_map(Receiver::try_iter) {
                pass_on(&mut reader, ask);
            }
            // The front makes plain links only.
            reader.show(screen.borrow().link.as_deref().and_then(|uri| Link::new(uri).ok()));
            match reader.next(Instant::now() + LOOK) {
                Ok(Some(tap)) if self.attendance.guards() => self.count(tap),
                Ok(Some(Tap::Card(card))) if self.listens() => self.tell(sense(&mut reader, card, link)),
                Ok(Some(Tap::Card(card))) if self.glances.wants(Want::Cards) => {
                    self.glance(sense(&mut reader, card, link));
                }
                Ok(Some(Tap::LeftTooSoon)) => self.tell(Sensed::Hint(Notice::CardLeftTooSoon)),
                Ok(Some(Tap::TwoCards)) => self.tell(Sensed::Hint(Notice::OneCard)),
                Ok(Some(Tap::Unreadable)) => self.tell(Sensed::Hint(Notice::CardUnknown)),
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

    /// What a class held to the reader while it is counted: the till never sees it.
    fn count(&self, tap: Tap) {
        match tap {
            Tap::Card(card) => self.attendance.card(card),
            Tap::TwoCards => self.attendance.hint(Came::TwoCards),
            Tap::LeftTooSoon => self.attendance.hint(Came::LeftTooSoon),
            Tap::Unreadable => self.attendance.hint(Came::Changing),
            Tap::Gone => {}
        }
    }

    /// A link that is shown, or is none any more, is the reader's at once: a phone must not open one that is over.
    fn wake_at_changes(&self, waker: Waker, mut screen: watch::Receiver<Screen>) {
        self.runtime.spawn(async move {
            while screen.changed().await.is_ok() {
                screen.borrow_and_update();
                waker.wake();
            }
        });
    }
}

fn why(error: &ReaderError) -> Why {
    match error {
        ReaderError::Program { .. } | ReaderError::Missing(Missing::NoService) => Why::NotInstalled,
        ReaderError::Missing(Missing::Unplugged) => Why::Unplugged,
        ReaderError::Missing(Missing::InUse) => Why::InUse,
        ReaderError::Missing(Missing::Forbidden | Missing::NotAllowed) => Why::Forbidden,
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
        // Nothing of it can be asked without its keys, which the channel has.
        CardKind::Classic if link.wants().classic => {
            return Sensed::Tender(Tender::Purse(PurseKind::Classic, uid));
        }
        CardKind::Ultralight if link.wants().stickers => match read_sticker(reader, card) {
            Ok(Some(code)) => return Sensed::Tender(Tender::Code(code)),
            Ok(None) => Ok(Known::Plain),
            Err(left) => Err(left),
        },
        _ => Ok(Known::Plain),
    };
    match known {
        Ok(Known::Plain) => Sensed::Tender(Tender::Card(uid)),
        Ok(Known::Sun(message)) => Sensed::Tender(Tender::Sun(message)),
        Ok(Known::Purse(kind)) => Sensed::Tender(Tender::Purse(kind, uid)),
        Ok(Known::BankCard) => Sensed::Tender(Tender::BankCard),
        Err(_left) => Sensed::Hint(Notice::CardLeftTooSoon),
    }
}

/// The member's code or voucher on a sticker: what it says counts as the same words in a printed code do. Any other
/// sticker is known by its uid.
fn read_sticker(reader: &mut Reader, card: Card) -> Result<Option<PayCode>, NoAnswer> {
    let deadline = Instant::now() + CLASSIFY_WITHIN;
    let (mut sticker, mut command) = Sticker::start();
    loop {
        let apdu = Apdu::new(command).map_err(|_length| NoAnswer::NotThere)?;
        match sticker.take(reader.exchange(card.uid, apdu, deadline)?.reveal()) {
            sticker::Next::Send(next) => command = next,
            sticker::Next::Words(words) => {
                let ours = words.filter(|words| MemberCode::claims(words) || Voucher::claims(words));
                return Ok(ours.and_then(|words| PayCode::new(&words).ok()));
            }
        }
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
