//! A desk with emulated cards, the channel over a file of its own, and the office beside it, for the tests of every
//! kind of purse.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nfc::fake::cards::Processor;
use nfc::{Apdu, CardKind, NoAnswer, native};

use super::super::{Accounts, Campus, CardLink, Channel, ChannelKind, Proof, PurseParts};
use crate::channel::PendingReason;
use crate::till::{Attempt, AttemptNumber, CardUid, Currency, Money, PurseKind, Tender, Way};

/// The key of the accounts' file.
pub(super) const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
/// What the office puts on a card.
pub(super) const LOADED: i32 = 5000;
/// What the one debit of most tests takes.
pub(super) const PRICE: i64 = 1230;
/// What a till says while only the card knows.
pub(super) const AGAIN: Proof = Proof::Pending(PendingReason::CardAgain);

/// How a card leaves in the middle of its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Before it hears the command.
    Deaf,
    /// In the middle of what the command writes, where it writes: see `Processor::tear_next_write`.
    Within(u64),
    /// Once it obeyed, so that only its answer is lost.
    Obeyed,
    /// It stays, and one bit of its answer is another: which one, this says.
    Garbled(u64),
}

/// After so many answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tear {
    pub(super) answered: u32,
    pub(super) how: How,
}

/// A card that only answers is lost to in two ways: it did not hear, or it was not heard.
pub(super) const LOST: [How; 2] = [How::Deaf, How::Obeyed];

/// Each of these at each of so many commands.
pub(super) fn tears(commands: u32, hows: &[How]) -> Vec<Tear> {
    (0..commands).flat_map(|answered| hows.iter().map(move |how| Tear { answered, how: *how })).collect()
}

/// What lies on the desk.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) cards: Vec<(CardUid, Processor)>,
    lying: Option<CardUid>,
    tear: Option<Tear>,
    /// Commands that any card was sent.
    pub(super) heard: u32,
}

impl Desk {
    fn answer(&mut self, uid: &[u8], command: &[u8]) -> Result<Apdu, NoAnswer> {
        let lying = self.lying.clone().filter(|lying| lying.reveal() == uid).ok_or(NoAnswer::NotThere)?;
        self.heard += 1;
        let torn = match &mut self.tear {
            Some(Tear { answered: 0, how }) => Some(*how),
            Some(tear) => {
                tear.answered -= 1;
                None
            }
            None => None,
        };
        let card = self.card(&lying);
        if let Some(How::Within(seed)) = torn {
            card.tear_next_write(seed);
        }
        let answer = if torn == Some(How::Deaf) { Err(NoAnswer::CardLeft) } else { obey(card, command) };
        if let Some(How::Garbled(which)) = torn {
            self.tear = None;
            return answer.map(|answer| garbled(&answer, which));
        }
        if torn.is_some() {
            (self.lying, self.tear) = (None, None);
            return Err(NoAnswer::CardLeft);
        }
        answer
    }

    pub(super) fn card(&mut self, uid: &CardUid) -> &mut Processor {
        let card = self.cards.iter_mut().find(|(known, _)| known == uid);
        card.map(|(_, card)| card).expect("a card of this desk")
    }
}

/// What the reader's driver makes of a card's answer.
fn obey(card: &mut Processor, command: &[u8]) -> Result<Apdu, NoAnswer> {
    if card.kind() == CardKind::IsoDep {
        return Apdu::new(card.obey(command)).map_err(|_empty| NoAnswer::CardLeft);
    }
    match card.obey_native(command) {
        Ok(answer) => native::done(&answer),
        Err(native::NOT_AUTHENTICATED) => Ok(native::not_authenticated()),
        Err(_silent) => Err(NoAnswer::CardLeft),
    }
}

/// An answer with one bit changed.
fn garbled(answer: &Apdu, which: u64) -> Apdu {
    let mut bytes = answer.reveal().to_vec();
    let bits = bytes.len() as u64 * 8;
    let bit = usize::try_from(which % bits).unwrap_or_default();
    bytes[bit / 8] ^= 1 << (bit % 8);
    Apdu::new(bytes).expect("as long as before")
}

pub(super) struct Bench {
    pub(super) folder: tempfile::TempDir,
    desk: Arc<Mutex<Desk>>,
    pub(super) link: CardLink,
    kind: PurseKind,
    make: fn(CardLink) -> PurseParts,
    pub(super) campus: Campus,
    pub(super) office: Accounts,
    uid: CardUid,
}

impl Bench {
    /// A desk with these cards, all of them enrolled; the first is the one that pays.
    pub(super) fn new(
        kind: PurseKind,
        make: fn(CardLink) -> PurseParts,
        cards: Vec<(CardUid, Processor)>,
    ) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let mut office = Accounts::open(&folder.path().join("campus.db"), KEY).expect("office");
        for (uid, _) in &cards {
            office.enrol(uid).expect("enrol");
        }
        let uid = cards[0].0.clone();
        let desk = Arc::new(Mutex::new(Desk { cards, ..Desk::default() }));
        let link = CardLink::default();
        let asks = link.listen(None).expect("the first to listen");
        let served = desk.clone();
        std::thread::spawn(move || {
            for ask in asks {
                let mut desk = served.lock().unwrap_or_else(PoisonError::into_inner);
                let answer = desk.answer(ask.uid.reveal(), ask.apdu.reveal());
                drop(desk);
                ask.answer(answer);
            }
        });
        let campus = Self::open(&folder, make(link.clone()));
        Self { folder, desk, link, kind, make, campus, office, uid }
    }

    fn open(folder: &tempfile::TempDir, parts: PurseParts) -> Campus {
        Campus::new(&folder.path().join("campus.db"), KEY).expect("campus").with_purse(parts)
    }

    /// The process ends and starts again on the same file.
    pub(super) fn restart(&mut self) {
        self.campus = Self::open(&self.folder, (self.make)(self.link.clone()));
    }

    /// Another till with a file of its own, whose cards were enrolled there too, at the same desk.
    pub(super) fn elsewhere(&self) -> (tempfile::TempDir, Campus, Accounts) {
        let folder = tempfile::tempdir().expect("folder");
        let mut office = Accounts::open(&folder.path().join("campus.db"), KEY).expect("office");
        office.enrol(&self.uid).expect("enrol");
        let campus = Self::open(&folder, (self.make)(self.link.clone()));
        (folder, campus, office)
    }

    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, uid: &CardUid, tear: Option<Tear>) -> Tender {
        let mut desk = self.desk();
        desk.card(uid).power_up();
        (desk.lying, desk.tear) = (Some(uid.clone()), tear);
        Tender::Purse(self.kind, uid.clone())
    }

    /// The card that pays comes.
    pub(super) fn tap(&self, tear: Option<Tear>) -> Tender {
        self.put(&self.uid, tear)
    }

    pub(super) async fn retap(&self) {
        let tender = self.tap(None);
        self.campus.seen(&tender).await;
    }

    pub(super) fn on_card(&self) -> i64 {
        match self.desk().card(&self.uid) {
            Processor::Classic(card) => card.value().map_or(-1, i64::from),
            Processor::EPurse(purse) => i64::from(purse.balance()),
            Processor::Purse(purse) => i64::from(purse.value()),
            other => panic!("no purse: {other:?}"),
        }
    }

    pub(super) fn in_account(&mut self) -> i64 {
        self.office.balance(&self.uid, Currency::CNY).expect("balance").minor()
    }

    /// Sums of the file: what the mirror of the first purse and the canteen hold.
    pub(super) fn mirrored(&self) -> (i64, i64) {
        let db = rusqlite::Connection::open(self.folder.path().join("campus.db")).expect("file");
        let held = |account: &str| -> i64 {
            let sum = format!(
                "SELECT coalesce((SELECT sum(minor) FROM entry WHERE target = ({account})), 0)
                      - coalesce((SELECT sum(minor) FROM entry WHERE source = ({account})), 0)"
            );
            db.query_row(&sum, [], |row| row.get(0)).expect("a sum")
        };
        (held("SELECT min(id) FROM account WHERE owner = 3"), held("2"))
    }

    /// The file passes its own checks, the mirror is the card, and no cent is made or lost.
    pub(super) fn holds(&mut self, what: &str) {
        let file = self.folder.path().join("campus.db");
        drop(Accounts::open(&file, KEY).unwrap_or_else(|error| panic!("{what}: {error}")));
        let (mirror, canteen) = self.mirrored();
        let (card, account) = (self.on_card(), self.in_account());
        // Of an electronic purse nothing is known but what it paid.
        let known = if self.kind == PurseKind::Epurse { 0 } else { card };
        assert_eq!(mirror, known, "{what}: the mirror");
        assert_eq!(card + account + canteen, i64::from(LOADED), "{what}: the sum");
    }
}

/// The one debit of most tests is paid.
pub(super) fn paid(proof: &Proof) -> bool {
    matches!(proof, Proof::Paid(paid) if paid.amount == yuan(PRICE))
}

pub(super) fn holder(uid: &[u8]) -> CardUid {
    CardUid::new(uid).expect("uid")
}

pub(super) fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

pub(super) fn attempt(number: &str, minor: i64) -> Attempt {
    Attempt {
        number: AttemptNumber::new(number).expect("number"),
        channel: ChannelKind::Campus,
        way: Way::Card,
        amount: yuan(minor),
        subject: "午餐".to_owned(),
        opened_at_ms: 1_790_000_000_000,
        agreement: None,
        instalment: None,
    }
}
