//! PC/SC readers through the machine's service, pcscd. No other file knows it.
//!
//! Most readers on USB speak PC/SC. The service finds out by itself which card lies where; we look at what it knows,
//! and hold a card alone for as long as it lies there, so that no other program breaks into a series of commands. A
//! reader has a slot a card; where two slots have one, two cards lie there.

use std::ffi::CString;
use std::time::Duration;

use ::pcsc::{Context, Disposition, Error, Protocols, ReaderState, Scope, ShareMode, State};

use crate::apdu::{Apdu, NoAnswer};
use crate::atr;
use crate::card::{Card, CardKind, Uid};
use crate::device::{Device, Lost};
use crate::event::Missing;
use crate::native;
use crate::presence::{Poll, Seen};
use crate::quirks::{Way, way_of};
use crate::storage::{Outcome, Storage};

/// Between two looks: one question to the service on this machine, no byte goes to the reader.
const REST: Duration = Duration::from_millis(25);
/// GET DATA for the card's own number (PC/SC part 3, 3.2.2.1.3), which the reader answers in the card's place.
const GET_UID: [u8; 5] = [0xFF, 0xCA, 0x00, 0x00, 0x00];
/// The longest answer: 256 bytes and a status.
const ANSWER_MAX: usize = 258;
/// Another program may look at each card that comes, for a moment. One that keeps it for so many looks, two seconds,
/// is in our way.
const KEPT_LOOKS: u32 = 80;
/// How many looks, one second, a card that cannot be read is left alone: the service looks at some readers itself only
/// now and then, and takes a card that was swapped meanwhile for the same.
const UNREADABLE_LOOKS: u32 = 40;

/// How many looks, half a second, a card that left in a command is left alone, unless the service sees it leave before: it
/// looks every 0.4 seconds. Letting it go sooner would reset it, and the service takes a slot whose reset failed for mute,
/// also when another card lies there by its next look.
const LEFT_LOOKS: u32 = 20;

/// The slots of every reader that was meant, each with its card or without.
pub struct Slots {
    context: Context,
    slots: Vec<Slot>,
    /// The card that is ours alone, and in which slot.
    held: Option<Held>,
    /// The card that left in a command, and how often it was seen since.
    left: Option<(Held, u32)>,
    /// A card that could not be read, by its slot and count, and how often it was seen since.
    unreadable: Option<(usize, u32, u32)>,
    kept: u32,
}

struct Slot {
    name: CString,
    /// How it takes native commands.
    way: Way,
    present: bool,
    /// Counts cards that came and left, also between two looks.
    count: u32,
    atr: Vec<u8>,
}

struct Held {
    slot: usize,
    count: u32,
    card: ::pcsc::Card,
    told: Card,
    storage: Storage,
}

impl Slots {
    /// Opens the readers whose name contains `name`; all of them where it is empty.
    ///
    /// # Errors
    /// [`Missing::NoService`] where the service does not run, [`Missing::Unplugged`] where it knows no such reader.
    pub fn open(name: &str) -> Result<Self, Missing> {
        let context = Context::establish(Scope::System).map_err(|_any| Missing::NoService)?;
        let names = context.list_readers_owned().map_err(why)?;
        let slots: Vec<Slot> = names
            .into_iter()
            .filter(|full| full.to_string_lossy().contains(name))
            .map(|name| Slot {
                way: way_of(&name.to_string_lossy()),
                name,
                present: false,
                count: 0,
                atr: Vec::new(),
            })
            .collect();
        if slots.is_empty() {
            return Err(Missing::Unplugged);
        }
        let mut open = Self { context, slots, held: None, left: None, unreadable: None, kept: 0 };
        open.look().map_err(|lost| lost.why)?;
        Ok(open)
    }

    /// Learns what the service knows by now; answers at once.
    fn look(&mut self) -> Result<(), Lost> {
        let mut states: Vec<ReaderState> =
            self.slots.iter().map(|slot| ReaderState::new(slot.name.clone(), State::UNAWARE)).collect();
        match self.context.get_status_change(Duration::ZERO, &mut states) {
            Ok(()) | Err(Error::Timeout) => {}
            Err(error) => return Err(lost(error)),
        }
        for (slot, state) in self.slots.iter_mut().zip(&states) {
            let event = state.event_state();
            if event.intersects(State::UNKNOWN | State::UNAVAILABLE | State::IGNORE) {
                return Err(lost(Error::ReaderUnavailable));
            }
            slot.present = event.contains(State::PRESENT) && !event.contains(State::MUTE);
            slot.count = state.event_count();
            slot.atr = state.atr().to_vec();
        }
        let still = |held: &Held| {
            self.slots.get(held.slot).is_some_and(|slot| slot.present && slot.count == held.count)
        };
        self.held = self.held.take().filter(still);
        self.left = self.left.take().filter(|(held, seen)| *seen < LEFT_LOOKS && still(held));
        Ok(())
    }

    fn full(&self) -> impl Iterator<Item = usize> {
        (0..self.slots.len()).filter(|at| self.slots[*at].present)
    }

    /// The card of a full slot, for us alone.
    fn hold(&mut self, at: usize) -> Result<Seen, Lost> {
        if let Some(held) = self.held.as_ref().filter(|held| held.slot == at) {
            return Ok(Seen::Answered(held.told));
        }
        self.held = None;
        if let Some((_, seen)) = self.left.as_mut().filter(|(held, _)| held.slot == at) {
            *seen += 1;
            return Ok(Seen::Empty);
        }
        let slot = &self.slots[at];
        match &mut self.unreadable {
            Some((slot_at, count, seen))
                if (*slot_at, *count) == (at, slot.count) && *seen < UNREADABLE_LOOKS =>
            {
                *seen += 1;
                return Ok(Seen::Unreadable);
            }
            _ => {}
        }
        let card = match self.context.connect(&slot.name, ShareMode::Exclusive, Protocols::ANY) {
            Ok(card) => card,
            Err(Error::SharingViolation) if self.kept < KEPT_LOOKS => {
                self.kept += 1;
                return Ok(Seen::Empty);
            }
            Err(error) if of_the_card(error) => return Ok(Seen::Empty),
            Err(error) => return Err(lost(error)),
        };
        self.kept = 0;
        // A card with contacts has an answer to reset of its own, and no number.
        let told = match atr::kind(&slot.atr) {
            Some(kind) => uid(&card).map(|uid| uid.map(|uid| Card { uid, kind })),
            None => Ok(None),
        };
        match told {
            Ok(Some(told)) => {
                let storage = Storage::new(slot.way);
                self.held = Some(Held { slot: at, count: slot.count, card, told, storage });
                Ok(Seen::Answered(told))
            }
            Ok(None) => {
                self.unreadable = Some((at, slot.count, 0));
                Ok(Seen::Unreadable)
            }
            Err(error) if of_the_card(error) => Ok(Seen::Empty),
            Err(error) => Err(lost(error)),
        }
    }
}

impl Slots {
    /// Sends a native command to the card that is held, in its reader's words.
    fn exchange_native(&mut self, kind: CardKind, command: &Apdu) -> Result<Result<Apdu, NoAnswer>, Lost> {
        let Some(Held { card, storage, .. }) = &mut self.held else { return Ok(Err(NoAnswer::CardLeft)) };
        let outcome = storage.exchange(kind, command.reveal(), &mut |sent| transmit(card, sent));
        let left = match outcome {
            Ok(Outcome::Done(content)) => return Ok(native::done(&content)),
            Ok(Outcome::Unable) => return Ok(Ok(native::unable())),
            // A reader says the same of a card that has left. One that is there sleeps now, and can be woken.
            Ok(Outcome::NotAuthenticated) => {
                match card.reconnect(ShareMode::Exclusive, Protocols::ANY, Disposition::ResetCard) {
                    Ok(()) => return Ok(Ok(native::not_authenticated())),
                    Err(error) => Err(error),
                }
            }
            Ok(Outcome::Silent) => Ok(()),
            Err(error) => Err(error),
        };
        let held = self.held.take();
        match left {
            Err(error) if !of_the_card(error) => return Err(lost(error)),
            Err(_) => self.left = held.map(|held| (held, 0)),
            // Letting it go wakes it, if it is there: it is met anew.
            Ok(()) => drop(held),
        }
        Ok(Err(NoAnswer::CardLeft))
    }
}

impl Device for Slots {
    fn rest(&self) -> Duration {
        REST
    }

    fn ask(&mut self, poll: Poll) -> Result<Seen, Lost> {
        self.look()?;
        let mut full = self.full();
        let (first, second) = (full.next(), full.next());
        drop(full);
        match (poll, first, second) {
            // The service saw it leave, also where it lies in another slot by now.
            (Poll::Check, ..) => Ok(if self.held.is_some() { Seen::Still } else { Seen::Left }),
            (_, None, _) => Ok(Seen::Empty),
            (Poll::Select, Some(at), _) => self.hold(at),
            (Poll::Count, Some(_), Some(_)) => Ok(Seen::Two),
            (Poll::Count, Some(at), None) => Ok(match self.hold(at)? {
                Seen::Answered(card) => Seen::Alone(card),
                other => other,
            }),
        }
    }

    fn exchange(&mut self, kind: CardKind, apdu: &Apdu) -> Result<Result<Apdu, NoAnswer>, Lost> {
        if kind != CardKind::IsoDep {
            return self.exchange_native(kind, apdu);
        }
        let Some(held) = &self.held else { return Ok(Err(NoAnswer::CardLeft)) };
        match transmit(&held.card, apdu.reveal()) {
            Ok(answer) => Ok(Apdu::new(answer).map_err(|_| NoAnswer::CardLeft)),
            Err(error) if of_the_card(error) => {
                self.left = self.held.take().map(|held| (held, 0));
                Ok(Err(NoAnswer::CardLeft))
            }
            Err(error) => Err(lost(error)),
        }
    }
}

/// Sends a command; an answer has at least its status. Drivers give an empty one where the card is leaving, which the
/// service may not know before its own next look.
fn transmit(card: &::pcsc::Card, command: &[u8]) -> Result<Vec<u8>, Error> {
    let mut answer = [0; ANSWER_MAX];
    match card.transmit(command, &mut answer)? {
        [] => Err(Error::NotTransacted),
        answer => Ok(answer.to_vec()),
    }
}

/// The card's number; none where the reader does not tell it, as for a card with contacts.
fn uid(card: &::pcsc::Card) -> Result<Option<Uid>, Error> {
    let answer = transmit(card, &GET_UID)?;
    Ok(answer.strip_suffix(&[0x90, 0x00]).and_then(|uid| Uid::new(uid).ok()))
}

/// What a card does by leaving, or by being held badly.
fn of_the_card(error: Error) -> bool {
    matches!(
        error,
        Error::NoSmartcard
            | Error::RemovedCard
            | Error::ResetCard
            | Error::UnresponsiveCard
            | Error::UnpoweredCard
            | Error::UnsupportedCard
            | Error::NotTransacted
            | Error::CommDataLost
            | Error::ProtoMismatch
    )
}

fn why(error: Error) -> Missing {
    match error {
        Error::NoService | Error::ServiceStopped | Error::InvalidHandle | Error::CommError => {
            Missing::NoService
        }
        Error::SharingViolation => Missing::InUse,
        Error::NoAccess | Error::SecurityViolation => Missing::NotAllowed,
        _ => Missing::Unplugged,
    }
}

fn lost(error: Error) -> Lost {
    Lost::new(why(error), error)
}
