//! A card torn away after every command of a debit, with and without the last one obeyed: whatever follows, card and
//! accounts agree after the next tap, and nothing is taken twice.

use std::sync::{Arc, Mutex, PoisonError};

use nfc::fake::cards::purse::Purse;
use nfc::{Apdu, NoAnswer, Uid};

mod histories;
mod pledges;

use super::super::{Accounts, Channel, ChannelKind, Proof, Refusal, Revoked};
use super::*;
use crate::card::aes::AesKey;
use crate::channel::PendingReason;
use crate::till::{Attempt, AttemptNumber, Tender, Way};

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
const MASTER: [u8; 16] = [0x2B; 16];
const UID: [u8; 7] = [4, 1, 2, 3, 4, 5, 6];
const OTHER: [u8; 7] = [4, 9, 9, 9, 9, 9, 9];
const LOADED: i32 = 5000;
const PRICE: i64 = 1230;
/// Select, two of authentication, value, transaction MAC, debit, commit.
const COMMANDS: u32 = 7;

/// A card that leaves after so many answers, before or after it obeys the next command.
#[derive(Clone, Copy, Debug)]
struct Tear {
    answered: u32,
    obeyed: bool,
}

/// What lies on the desk, where tests move it.
#[derive(Default)]
struct Desk {
    cards: Vec<([u8; 7], Purse)>,
    lying: Option<[u8; 7]>,
    tear: Option<Tear>,
}

impl Desk {
    fn answer(&mut self, uid: Uid, command: &[u8]) -> Result<Apdu, NoAnswer> {
        let lying = self.lying.filter(|lying| lying == uid.reveal()).ok_or(NoAnswer::NotThere)?;
        let torn = match &mut self.tear {
            Some(Tear { answered: 0, obeyed }) => Some(*obeyed),
            Some(tear) => {
                tear.answered -= 1;
                None
            }
            None => None,
        };
        let card = self.cards.iter_mut().find(|(known, _)| *known == lying).map(|(_, card)| card);
        let card = card.expect("a card that lies there");
        let answer = if torn == Some(false) { Vec::new() } else { card.obey(command) };
        if torn.is_some() {
            (self.lying, self.tear) = (None, None);
            return Err(NoAnswer::CardLeft);
        }
        Ok(Apdu::new(answer).expect("an answer"))
    }

    fn put(&mut self, uid: [u8; 7]) {
        self.lying = Some(uid);
        for (_, card) in self.cards.iter_mut().filter(|(known, _)| *known == uid) {
            card.power_up();
        }
    }
}

struct Bench {
    folder: tempfile::TempDir,
    desk: Arc<Mutex<Desk>>,
    link: CardLink,
    mac_file: bool,
    campus: Campus,
    office: Accounts,
}

fn holder(uid: [u8; 7]) -> CardUid {
    CardUid::new(&uid).expect("uid")
}

fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn attempt(number: &str, minor: i64) -> Attempt {
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

impl Bench {
    fn new(mac_file: bool) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("campus.db");
        let mut office = Accounts::open(&file, KEY).expect("office");
        let mac_key = mac_file.then_some([0x77; 16]);
        let mut desk = Desk::default();
        for uid in [UID, OTHER] {
            office.enrol(&holder(uid)).expect("enrol");
            desk.cards.push((uid, Purse::issued(uid, MASTER, mac_key, LOADED)));
        }
        let desk = Arc::new(Mutex::new(desk));
        let link = CardLink::default();
        let asks = link.listen(None).expect("the first to listen");
        let served = desk.clone();
        std::thread::spawn(move || {
            for ask in asks {
                let mut desk = served.lock().unwrap_or_else(PoisonError::into_inner);
                let answer = desk.answer(ask.uid, ask.apdu.reveal());
                drop(desk);
                ask.answer(answer);
            }
        });
        let campus = Self::campus(&file, &link, mac_file);
        Self { folder, desk, link, mac_file, campus, office }
    }

    fn campus(file: &std::path::Path, link: &CardLink, mac_file: bool) -> Campus {
        let desfire =
            Some(DesfireParts { key: AesKey::new(MASTER), mac_file, reader_id: false, mac_key: None });
        let parts = PurseParts { link: link.clone(), desfire, ..PurseParts::default() };
        Campus::new(file, KEY).expect("campus").with_purse(parts)
    }

    /// The process ends and starts again on the same file.
    fn restart(&mut self) {
        self.campus = Self::campus(&self.folder.path().join("campus.db"), &self.link, self.mac_file);
    }

    fn desk(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, uid: [u8; 7], tear: Option<Tear>) -> Tender {
        let mut desk = self.desk();
        desk.put(uid);
        desk.tear = tear;
        Tender::Purse(PurseKind::Desfire, holder(uid))
    }

    async fn retap(&self) {
        let tender = self.put(UID, None);
        self.campus.seen(&tender).await;
    }

    fn on_card(&self) -> i64 {
        let desk = self.desk();
        let card = desk.cards.iter().find(|(uid, _)| *uid == UID).expect("the card");
        i64::from(card.1.value())
    }

    fn in_account(&mut self) -> i64 {
        self.office.balance(&holder(UID), Currency::CNY).expect("balance").minor()
    }

    /// Sums of the file: what the mirror of the purse and the canteen hold.
    fn mirrored(&self) -> (i64, i64) {
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
    fn holds(&mut self, what: &str) {
        let file = self.folder.path().join("campus.db");
        drop(Accounts::open(&file, KEY).unwrap_or_else(|error| panic!("{what}: {error}")));
        let (mirror, canteen) = self.mirrored();
        let (card, account) = (self.on_card(), self.in_account());
        assert_eq!(mirror, card, "{what}: the mirror is the card");
        assert_eq!(card + account + canteen, i64::from(LOADED), "{what}: the sum");
    }
}

fn paid(proof: &Proof) -> bool {
    matches!(proof, Proof::Paid(paid) if paid.amount == yuan(PRICE))
}

const AGAIN: Proof = Proof::Pending(PendingReason::CardAgain);

fn every_tear(mac_file: bool) -> Vec<Tear> {
    let commands = if mac_file { COMMANDS } else { COMMANDS - 1 };
    (0..commands).flat_map(|answered| [false, true].map(|obeyed| Tear { answered, obeyed })).collect()
}

#[tokio::test]
async fn an_undisturbed_debit_pays_once() {
    for mac_file in [false, true] {
        let mut bench = Bench::new(mac_file);
        let lunch = attempt("LUNCH0001", PRICE);
        let tender = bench.put(UID, None);
        let proof = bench.campus.charge(&lunch, &tender).await;
        assert!(paid(&proof), "{proof:?}");
        assert_eq!(bench.campus.charge(&lunch, &tender).await, proof, "again");
        assert_eq!(bench.campus.query(&lunch).await, proof);
        bench.campus.seen(&tender).await;
        assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE);
        bench.holds("undisturbed");
    }
}

#[tokio::test]
async fn after_every_tear_the_next_tap_pays_exactly_once() {
    for mac_file in [false, true] {
        for tear in every_tear(mac_file) {
            for (restart, other_between) in [(false, false), (true, false), (false, true)] {
                let what = format!("{tear:?} mac {mac_file} restart {restart} other {other_between}");
                let mut bench = Bench::new(mac_file);
                let lunch = attempt("LUNCH0001", PRICE);
                let tender = bench.put(UID, Some(tear));
                assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN, "{what}");
                if restart {
                    bench.restart();
                }
                assert_eq!(bench.campus.query(&lunch).await, AGAIN, "{what}");
                if other_between {
                    let stranger = bench.put(OTHER, None);
                    bench.campus.seen(&stranger).await;
                    assert_eq!(bench.campus.charge(&lunch, &stranger).await, AGAIN, "{what}");
                    let untouched =
                        bench.desk().cards.iter().all(|(uid, card)| *uid == UID || card.value() == LOADED);
                    assert!(untouched, "{what}: the other card");
                }
                bench.retap().await;
                let proof = bench.campus.query(&lunch).await;
                assert!(paid(&proof), "{what}: {proof:?}");
                assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE, "{what}");
                bench.retap().await;
                assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE, "{what}: a third tap");
                bench.holds(&what);
            }
        }
    }
}

#[tokio::test]
async fn a_payment_taken_back_after_every_tear_costs_nothing_whatever_the_card_did() {
    for mac_file in [false, true] {
        for tear in every_tear(mac_file) {
            let what = format!("{tear:?} mac {mac_file}");
            let mut bench = Bench::new(mac_file);
            let lunch = attempt("LUNCH0001", PRICE);
            let tender = bench.put(UID, Some(tear));
            assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN, "{what}");
            assert_eq!(bench.campus.revoke(&lunch).await, Revoked::Done, "{what}");
            assert_eq!(bench.campus.query(&lunch).await, Proof::NotPaid(Refusal::Closed), "{what}");
            assert_eq!(bench.campus.charge(&lunch, &tender).await, Proof::NotPaid(Refusal::Closed), "{what}");
            bench.restart();
            bench.retap().await;
            assert_eq!(bench.campus.revoke(&lunch).await, Revoked::Done, "{what}: again");
            assert_eq!(bench.campus.query(&lunch).await, Proof::NotPaid(Refusal::Closed), "{what}");
            let gone = i64::from(LOADED) - bench.on_card();
            assert_eq!(bench.in_account(), gone, "{what}: what the card lost, its holder's account has");
            // The next payment of that card brings the mirror to the card in any case.
            let tender = bench.put(UID, None);
            assert!(paid(&bench.campus.charge(&attempt("LUNCH0002", PRICE), &tender).await), "{what}");
            bench.holds(&what);
        }
    }
}

#[tokio::test]
async fn refusals_touch_nothing() {
    let mut bench = Bench::new(false);
    let tender = bench.put(UID, None);
    let dear = bench.campus.charge(&attempt("TOODEAR01", 5001), &tender).await;
    assert_eq!(dear, Proof::NotPaid(Refusal::InsufficientFunds));
    let stranger = Tender::Purse(PurseKind::Desfire, holder([4, 7, 7, 7, 7, 7, 7]));
    let unknown = bench.campus.charge(&attempt("STRANGER1", 1), &stranger).await;
    assert_eq!(unknown, Proof::NotPaid(Refusal::CardUnknown));
    bench.desk().cards[0].1 = Purse::new(UID, [1; 16], None, LOADED);
    let forged = bench.campus.charge(&attempt("FORGED001", 1), &tender).await;
    assert_eq!(forged, Proof::NotPaid(Refusal::CardUnknown), "a card without the school's key");
    bench.desk().cards[0].1 = Purse::issued(UID, MASTER, None, LOADED);
    bench.office.report_lost(&holder(UID)).expect("report");
    let lost = bench.campus.charge(&attempt("LOST00001", 1), &bench.put(UID, None)).await;
    assert_eq!(lost, Proof::NotPaid(Refusal::CardBlocked));
    assert_eq!(bench.on_card(), i64::from(LOADED));
}

#[tokio::test]
async fn an_account_helps_out_where_the_purse_holds_too_little() {
    let mut bench = Bench::new(false);
    bench.office.top_up("TOPUP0001", &holder(UID), yuan(6000)).expect("top up");
    let tender = bench.put(UID, None);
    let proof = bench.campus.charge(&attempt("DINNER001", 5500), &tender).await;
    assert!(matches!(proof, Proof::Paid(_)), "{proof:?}");
    assert_eq!((bench.on_card(), bench.in_account()), (i64::from(LOADED), 500));
}

#[tokio::test]
async fn a_torn_debit_does_not_become_refused_by_a_card_that_fails_to_prove_itself() {
    let bench = Bench::new(false);
    let lunch = attempt("LUNCH0001", PRICE);
    let tender = bench.put(UID, Some(Tear { answered: 5, obeyed: true }));
    assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN);
    let real = bench.desk().cards[0].1.clone();
    bench.desk().cards[0].1 = Purse::new(UID, [1; 16], None, LOADED);
    let forged = bench.put(UID, None);
    assert_eq!(bench.campus.charge(&lunch, &forged).await, AGAIN, "a forger with the card's uid");
    bench.campus.seen(&forged).await;
    assert_eq!(bench.campus.query(&lunch).await, AGAIN);
    bench.desk().cards[0].1 = real;
    bench.retap().await;
    assert!(paid(&bench.campus.query(&lunch).await));
}

#[tokio::test]
async fn a_purse_that_holds_something_else_waits_for_staff() {
    let mut bench = Bench::new(false);
    let lunch = attempt("LUNCH0001", PRICE);
    let tender = bench.put(UID, Some(Tear { answered: 5, obeyed: false }));
    assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN);
    bench.desk().cards[0].1 = Purse::issued(UID, MASTER, None, 42);
    bench.retap().await;
    assert_eq!(bench.campus.query(&lunch).await, AGAIN, "unclear");
    let other = bench.campus.charge(&attempt("SNACK0001", 1), &bench.put(UID, None)).await;
    assert_eq!(other, Proof::NotPaid(Refusal::Declined), "no new debit meanwhile");
    let waiting = bench.office.unproved().expect("a list");
    assert_eq!(waiting.iter().map(|one| one.number.as_str()).collect::<Vec<_>>(), ["LUNCH0001"]);
    bench.office.purse_settle("LUNCH0001", true).expect("settle");
    assert!(paid(&bench.campus.query(&lunch).await));
    assert!(bench.office.purse_settle("LUNCH0001", true).is_err(), "once");
}

#[tokio::test]
async fn a_lost_purse_is_carried_to_the_account_and_its_open_debit_counts_as_not_done() {
    let mut bench = Bench::new(false);
    let lunch = attempt("LUNCH0001", PRICE);
    let tender = bench.put(UID, Some(Tear { answered: 5, obeyed: true }));
    assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN);
    let new = CardUid::new(&[4, 5, 5, 5, 5, 5, 5]).expect("uid");
    bench.office.rebind(&holder(UID), &new).expect("rebind");
    assert_eq!(bench.campus.query(&lunch).await, Proof::NotPaid(Refusal::Closed));
    assert_eq!(bench.in_account(), i64::from(LOADED));
    assert_eq!(bench.mirrored(), (0, 0));
}
