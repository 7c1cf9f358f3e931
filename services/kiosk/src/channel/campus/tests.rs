//! The accounts' rules, over a real file.

mod office;
mod taps;

use super::*;
use crate::till::{AttemptNumber, CardUid, Currency, Money, RefundReason, Way};

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn card(last: u8) -> CardUid {
    CardUid::new(&[4, 0xA1, 0xB2, last]).expect("uid")
}

fn attempt(number: &str, minor: i64) -> Attempt {
    Attempt {
        number: AttemptNumber::new(number).expect("number"),
        channel: ChannelKind::Campus,
        way: Way::Card,
        amount: yuan(minor),
        subject: "午餐".to_owned(),
        opened_at_ms: 0,
        agreement: None,
        instalment: None,
    }
}

fn refund(number: &str, minor: i64) -> Refund {
    Refund::whole(AttemptNumber::new(number).expect("number"), yuan(minor), RefundReason::PaidTwice)
}

struct Fixture {
    folder: tempfile::TempDir,
    office: Accounts,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let mut office = Accounts::open(&folder.path().join("campus.db"), KEY).expect("office");
        office.enrol(&card(1)).expect("enrol");
        assert_eq!(office.top_up("TOPUP1", &card(1), yuan(5000)).expect("top up"), yuan(5000));
        Self { folder, office }
    }

    fn channel(&self) -> Campus {
        Campus::new(&self.folder.path().join("campus.db"), KEY).expect("channel")
    }

    fn balance(&mut self) -> i64 {
        self.office.balance(&card(1), Currency::CNY).expect("balance").minor()
    }
}

#[tokio::test]
async fn a_debit_happens_once_and_survives_the_process() {
    let mut fixture = Fixture::new();
    let lunch = attempt("LUNCH0001", 1230);
    let tender = Tender::Card(card(1));
    let first = fixture.channel().charge(&lunch, &tender).await;
    assert!(matches!(&first, Proof::Paid(paid) if paid.amount == yuan(1230)), "{first:?}");
    assert_eq!(fixture.channel().charge(&lunch, &tender).await, first, "the same attempt again");
    assert_eq!(fixture.channel().query(&lunch).await, first);
    assert_eq!(fixture.balance(), 3770);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let mut fixture = Fixture::new();
    let channel = fixture.channel();
    let pay = |number: &str, minor, last| {
        let (attempt, tender) = (attempt(number, minor), Tender::Card(card(last)));
        let channel = &channel;
        async move { channel.charge(&attempt, &tender).await }
    };
    assert_eq!(pay("STRANGER1", 1, 9).await, Proof::NotPaid(Refusal::CardUnknown));
    assert_eq!(pay("TOOMUCH01", 5001, 1).await, Proof::NotPaid(Refusal::InsufficientFunds));
    fixture.office.block(&card(1), true).expect("block");
    assert_eq!(pay("BLOCKED01", 1, 1).await, Proof::NotPaid(Refusal::CardBlocked));
    assert_eq!(channel.query(&attempt("BLOCKED01", 1)).await, Proof::NotPaid(Refusal::NoSuchTrade));
    assert_eq!(fixture.balance(), 5000);
}

#[tokio::test]
async fn what_is_taken_back_stays_taken_back() {
    let mut fixture = Fixture::new();
    let channel = fixture.channel();
    let tender = Tender::Card(card(1));
    let charged = attempt("CHARGED01", 700);
    assert!(matches!(channel.charge(&charged, &tender).await, Proof::Paid(_)));
    assert_eq!(channel.revoke(&charged).await, Revoked::Done);
    assert_eq!(channel.revoke(&charged).await, Revoked::Done, "again");
    assert_eq!(fixture.balance(), 5000);
    let never = attempt("NEVER0001", 700);
    assert_eq!(channel.revoke(&never).await, Revoked::Done);
    for closed in [&charged, &never] {
        assert_eq!(channel.charge(closed, &tender).await, Proof::NotPaid(Refusal::Closed), "late charge");
        assert_eq!(channel.query(closed).await, Proof::NotPaid(Refusal::Closed));
    }
    assert_eq!(fixture.balance(), 5000);
}

#[tokio::test]
async fn refunds_never_exceed_the_charge() {
    let mut fixture = Fixture::new();
    let channel = fixture.channel();
    let lunch = attempt("LUNCH0002", 1000);
    assert!(matches!(channel.charge(&lunch, &Tender::Card(card(1))).await, Proof::Paid(_)));
    assert_eq!(channel.refund(&lunch, &refund("REFUND01", 600)).await, Refunded::Done);
    assert_eq!(channel.refund(&lunch, &refund("REFUND01", 600)).await, Refunded::Done, "the same again");
    assert_eq!(channel.refund(&lunch, &refund("REFUND01", 500)).await, Refunded::Refused, "another amount");
    assert_eq!(channel.refund(&lunch, &refund("REFUND02", 401)).await, Refunded::Refused, "too much");
    assert_eq!(fixture.balance(), 4600);
    assert_eq!(channel.revoke(&lunch).await, Revoked::Done);
    assert_eq!(fixture.balance(), 5000, "only what was left went back");
}

#[test]
fn the_office_is_told_what_is_wrong() {
    let mut fixture = Fixture::new();
    let office = &mut fixture.office;
    assert!(matches!(office.enrol(&card(1)), Err(CampusError::AlreadyEnrolled)));
    assert!(matches!(office.top_up("TOPUP2", &card(2), yuan(1)), Err(CampusError::NotEnrolled)));
    assert!(matches!(office.top_up("TOPUP3", &card(1), yuan(0)), Err(CampusError::BadAmount)));
    assert!(matches!(office.top_up("TOPUP1", &card(1), yuan(7)), Err(CampusError::NumberUsed)));
    assert_eq!(office.top_up("TOPUP1", &card(1), yuan(5000)).expect("again"), yuan(5000), "once");
    assert!(matches!(Accounts::open(fixture.folder.path(), b"short"), Err(CampusError::KeyTooShort)));
}

#[test]
fn no_uid_lies_in_the_file() {
    let fixture = Fixture::new();
    for name in ["campus.db", "campus.db-wal"] {
        let bytes = std::fs::read(fixture.folder.path().join(name)).unwrap_or_default();
        assert!(!bytes.windows(4).any(|window| window == [4, 0xA1, 0xB2, 1]), "{name}");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("campus.db");
    std::fs::write(&file, b"this is a text, longer than a header of a database, and nothing else")
        .expect("write");
    assert!(matches!(Accounts::open(&file, KEY), Err(CampusError::Store(_))));
}

#[tokio::test]
async fn a_card_shows_its_last_five_and_a_lost_one_nothing() {
    let mut fixture = Fixture::new();
    let channel = fixture.channel();
    for at in 0..6 {
        let paid = channel.charge(&attempt(&format!("LUNCH000{at}"), 100 + at), &Tender::Card(card(1))).await;
        assert!(matches!(paid, Proof::Paid(_)), "{paid:?}");
    }
    let shown = channel.holding(&Tender::Card(card(1)), Currency::CNY).await.expect("its owner");
    assert_eq!(shown.balance, yuan(5000 - 615));
    let amounts: Vec<i64> = shown.last.iter().map(|moved| moved.amount.minor()).collect();
    assert_eq!(amounts, [-105, -104, -103, -102, -101]);
    assert_eq!(channel.holding(&Tender::Card(card(9)), Currency::CNY).await, None, "not the school's");
    assert_eq!(channel.holding(&Tender::BankCard, Currency::CNY).await, None);
    fixture.office.report_lost(&card(1)).expect("lost");
    assert_eq!(channel.holding(&Tender::Card(card(1)), Currency::CNY).await, None, "whoever found it");
}
