//! The reader during a lesson: who wants it (the attendance, a palette that waits for its owner), asking the till for it
//! again and again while somebody does, and giving it back.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use api::attendance::{Came, Tapped};
use slint::{Timer, TimerMode};

use super::register::{CardName, Register};
use crate::kept::cards::{self, Cards};

/// The till gives the reader back by itself after so long; asked again well before that.
const LEASE_SECONDS: u32 = 12;
const RENEW: Duration = Duration::from_secs(5);
/// How long a palette waits for its owner's card: time to take it out.
pub const CLAIM_FOR: Duration = Duration::from_secs(10);

/// How the reader is for a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// It has not been asked for.
    #[default]
    Away,
    /// Cards are counted.
    Ready,
    /// There is none, or it is unplugged.
    Missing,
    /// Somebody pays.
    Paying,
}

/// What somebody who claims something is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The card's owner.
    Owner(String),
    /// The card is nobody's in this class.
    Stranger,
    /// It has no name of its own, or was not read.
    Unread,
    /// There was none.
    Nobody,
    /// The reader is not there, or the till has it.
    NoReader,
}

type Claim = Box<dyn FnOnce(Claimed)>;
type Hearer = Box<dyn Fn(&Tapped)>;
type Asking = Box<dyn Fn(&str, u32)>;

/// The reader, and the list of this lesson.
pub struct Roll {
    cards: RefCell<Option<Rc<Cards>>>,
    /// What the till calls the list of a lesson that keeps nothing.
    passing: RefCell<String>,
    pub(super) register: RefCell<Register>,
    /// The class that is counted; `None`: only cards are.
    pub(super) class: RefCell<Option<String>>,
    reader: Cell<Reader>,
    /// The sheet that counts, while it is seen.
    hearer: RefCell<Option<Hearer>>,
    changed: RefCell<Option<Box<dyn Fn()>>>,
    claim: RefCell<Option<(Instant, Claim)>>,
    ask: RefCell<Asking>,
    beat: Timer,
}

impl Roll {
    /// Nobody wants it, and nothing is kept.
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self {
            cards: RefCell::default(),
            passing: RefCell::new(cards::list()),
            register: RefCell::default(),
            class: RefCell::default(),
            reader: Cell::default(),
            hearer: RefCell::default(),
            changed: RefCell::default(),
            claim: RefCell::default(),
            ask: RefCell::new(Box::new(|_, _| {})),
            beat: Timer::default(),
        })
    }

    /// Whose card is whose is kept in this folder.
    pub fn keep_in(&self, folder: &Path) {
        *self.cards.borrow_mut() = Some(Rc::new(Cards::open(folder)));
    }

    pub(super) fn cards(&self) -> Option<Rc<Cards>> {
        self.cards.borrow().clone()
    }

    /// Who asks the till for the reader, by a list's name, for so many seconds; 0 gives it back.
    pub fn on_ask(&self, ask: impl Fn(&str, u32) + 'static) {
        *self.ask.borrow_mut() = Box::new(ask);
    }

    /// How the reader is.
    pub fn reader(&self) -> Reader {
        self.reader.get()
    }

    /// The till has said how it is.
    pub fn set_reader(&self, reader: Reader) {
        if !self.is_wanted() {
            return;
        }
        if self.reader.replace(reader) != reader {
            self.tell_changed();
        }
        if reader != Reader::Ready && self.hearer.borrow().is_none() {
            self.answer(Claimed::NoReader);
        }
    }

    fn tell_changed(&self) {
        if let Some(changed) = &*self.changed.borrow() {
            changed();
        }
    }

    /// The sheet counts from now on.
    pub(super) fn hear(self: &Rc<Self>, hearer: impl Fn(&Tapped) + 'static, changed: impl Fn() + 'static) {
        *self.hearer.borrow_mut() = Some(Box::new(hearer));
        *self.changed.borrow_mut() = Some(Box::new(changed));
        self.want();
    }

    /// Nobody counts any more.
    pub(super) fn hear_no_more(&self) {
        drop((self.hearer.take(), self.changed.take()));
        self.want_no_more();
    }

    /// The next card within some seconds is for whoever asks; a claim before it ends.
    pub fn claim(self: &Rc<Self>, told: impl FnOnce(Claimed) + 'static) {
        self.answer(Claimed::Nobody);
        *self.claim.borrow_mut() = Some((Instant::now() + CLAIM_FOR, Box::new(told)));
        self.want();
    }

    /// Nobody claims anything any more.
    pub fn claim_no_more(&self) {
        self.answer(Claimed::Nobody);
    }

    /// What was held to the reader.
    pub fn take(&self, tapped: &[Tapped]) {
        for tapped in tapped {
            if self.claim.borrow().is_some() {
                self.answer(self.claimed(tapped));
            } else if let Some(hearer) = &*self.hearer.borrow() {
                hearer(tapped);
            }
        }
    }

    fn claimed(&self, tapped: &Tapped) -> Claimed {
        if Came::from_wire(tapped.came) != Came::Card {
            return Claimed::Unread;
        }
        let card = CardName(tapped.name.clone());
        let here = self.register.borrow().owner(&card).map(str::to_owned);
        let owner = here.or_else(|| self.cards.borrow().as_ref()?.owner(&card));
        owner.map_or(Claimed::Stranger, Claimed::Owner)
    }

    fn answer(&self, claimed: Claimed) {
        let claim = self.claim.borrow_mut().take();
        if let Some((_, told)) = claim {
            told(claimed);
            self.want_no_more();
        }
    }

    fn is_wanted(&self) -> bool {
        self.hearer.borrow().is_some() || self.claim.borrow().is_some()
    }

    /// Kept lists have a name for good, and one that is not kept has another in each lesson.
    fn list(&self) -> String {
        let cards = self.cards.borrow();
        cards.as_ref().map_or_else(|| self.passing.borrow().clone(), |cards| cards.list())
    }

    fn want(self: &Rc<Self>) {
        (self.ask.borrow())(&self.list(), LEASE_SECONDS);
        let roll = Rc::downgrade(self);
        self.beat.start(TimerMode::Repeated, RENEW, move || {
            let Some(roll) = roll.upgrade() else { return };
            let over = roll.claim.borrow().as_ref().is_some_and(|(until, _)| Instant::now() >= *until);
            if over {
                roll.answer(Claimed::Nobody);
            }
            if roll.is_wanted() {
                (roll.ask.borrow())(&roll.list(), LEASE_SECONDS);
            }
        });
    }

    fn want_no_more(&self) {
        if !self.is_wanted() && self.beat.running() {
            self.beat.stop();
            self.reader.set(Reader::Away);
            (self.ask.borrow())(&self.list(), 0);
        }
    }

    /// The class is over: who was here is nobody's business any more.
    pub(super) fn forget(&self) {
        self.answer(Claimed::Nobody);
        *self.register.borrow_mut() = Register::default();
        self.class.take();
        *self.passing.borrow_mut() = cards::list();
    }
}

#[cfg(test)]
mod tests {
    //! Who gets a tap, and who has the reader.
    use super::*;

    fn tapped(name: &str) -> Tapped {
        Tapped { came: Came::Card.to_wire(), name: name.to_owned() }
    }

    #[test]
    fn a_claim_gets_the_next_card_and_the_reader_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let roll = Roll::new();
        roll.keep_in(folder.path());
        roll.cards().unwrap().join("7A", &CardName("c1".into()), "李华");
        let (asked, told) = (Rc::new(RefCell::new(Vec::new())), Rc::new(RefCell::new(Vec::new())));
        let asks = asked.clone();
        roll.on_ask(move |list, seconds| asks.borrow_mut().push((list.len(), seconds)));
        let claim = || {
            let telling = told.clone();
            roll.claim(move |claimed| telling.borrow_mut().push(claimed));
        };
        claim();
        roll.set_reader(Reader::Ready);
        roll.take(&[tapped("c1"), tapped("c2")]);
        claim();
        roll.take(&[tapped("c2")]);
        claim();
        roll.take(&[Tapped { came: Came::TwoCards.to_wire(), name: String::new() }]);
        claim();
        claim();
        roll.set_reader(Reader::Missing);
        use Claimed::*;
        assert_eq!(*told.borrow(), [Owner("李华".into()), Stranger, Unread, Nobody, NoReader]);
        let seconds: Vec<u32> = asked.borrow().iter().map(|(_, seconds)| *seconds).collect();
        assert_eq!(seconds.last(), Some(&0));
        assert!(asked.borrow().iter().all(|(list, _)| *list == 32));
    }

    #[test]
    fn what_is_counted_goes_to_the_sheet_unless_somebody_claims() {
        let roll = Roll::new();
        let heard = Rc::new(Cell::new(0));
        let count = heard.clone();
        roll.hear(move |_| count.set(count.get() + 1), || {});
        roll.take(&[tapped("c1"), tapped("c2")]);
        assert_eq!(heard.get(), 2);
        roll.claim(|_| {});
        roll.take(&[tapped("c1")]);
        assert_eq!(heard.get(), 2);
        let asked = Rc::new(RefCell::new(Vec::new()));
        let asks = asked.clone();
        roll.on_ask(move |_, seconds| asks.borrow_mut().push(seconds));
        assert!(roll.is_wanted(), "the sheet still counts");
        roll.hear_no_more();
        roll.take(&[tapped("c1")]);
        assert_eq!((heard.get(), asked.borrow().as_slice()), (2, &[0][..]));
    }
}
