//! Records claim, give back, earn and take back by themselves, and an order whose voucher is used is refused whole.

use rusqlite::TransactionBehavior;

use crate::channel::ChannelKind;
use crate::ledger::{Ledger, LedgerError, member, promotion};
use crate::member::{Handle, IdentityKind, TokenKey};
use crate::promotion::{Discount, Priced, Rules, Serial, Source};
use crate::till::{
    AttemptNumber, Buyer, Counters, Currency, Ending, Fate, Line, Money, Order, PaymentId, Record, TakenOff,
};

const COUNTERS: Counters = Counters { numbers: 9, pickups: 1 };
const VOUCHER: Serial = Serial::new([7; 16]);

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn id(text: &str) -> PaymentId {
    PaymentId::new(text).unwrap()
}

/// An order of 300 that a voucher pays wholly.
fn begun(of: &str) -> Record {
    let buyer = Buyer {
        handle: Handle::from_random([1; 12]),
        token: TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Member, b"m"),
    };
    let discount = Discount { source: Source::Voucher(VOUCHER), amount: cny(300), shares: vec![300] };
    let priced = Priced { gross: cny(300), discounts: vec![discount], total: cny(0), lines: Vec::new() };
    let order = Order {
        lines: vec![Line { sku: "tea".into(), quantity: 1, unit_price: 300 }],
        total: cny(0),
        subject: "茶".into(),
        priced: Some(priced),
        member: Some(buyer),
        campaign: None,
        instalment: None,
        session: None,
    };
    Record::Begun { id: id(of), order, at_ms: 1 }
}

fn holder(ledger: &Ledger) -> Option<String> {
    promotion::holder(&ledger.db, VOUCHER).unwrap()
}

#[test]
fn a_voucher_is_held_by_one_order_until_that_order_ends() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    let mut ledger = Ledger::open(&path).unwrap().0.with_offers(Rules::default());
    let tx = ledger.db.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    member::join(&tx, &Handle::from_random([1; 12]), None, 1).unwrap();
    tx.commit().unwrap();
    ledger.append(2, &[begun("p1")], &[], COUNTERS).unwrap();
    assert_eq!(holder(&ledger).as_deref(), Some("p1"));
    let again = ledger.append(3, &[begun("p2")], &[], COUNTERS);
    assert!(matches!(again, Err(LedgerError::Offer(_))), "{again:?}");
    assert!(ledger.records_of(&id("p2")).unwrap().is_empty());
    // A restart keeps the claim; the end gives it back, and the next order may have it.
    drop(ledger);
    let mut ledger = Ledger::open(&path).unwrap().0.with_offers(Rules::default());
    assert_eq!(holder(&ledger).as_deref(), Some("p1"));
    ledger.append(4, &[Record::Ended { id: id("p1"), how: Ending::Cancelled }], &[], COUNTERS).unwrap();
    assert_eq!(holder(&ledger), None);
    let off = TakenOff { discounts: cny(300), points: cny(0) };
    let number = AttemptNumber::new("AAAAAA01").unwrap();
    let free = Record::Free { id: id("p2"), number, pickup: 1, at_ms: 5, off };
    ledger.append(5, &[begun("p2"), free], &[], COUNTERS).unwrap();
    assert_eq!(holder(&ledger).as_deref(), Some("p2"));
    let balances = ledger.balances().unwrap();
    let told: Vec<(&str, i64)> = balances.iter().map(|(account, _, sum)| (account.as_str(), *sum)).collect();
    assert_eq!(told, [("discounts", 300), ("sales", -300)]);
    drop(ledger);
    assert!(Ledger::open(&path).is_ok());
}

/// The first record is spoiled, so that whoever reads it is found out.
#[test]
fn what_follows_an_order_without_offers_reads_no_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&dir.path().join("l")).unwrap().0;
    let Record::Begun { order, .. } = begun("p") else { panic!("not begun") };
    let member = Order { priced: None, total: cny(300), ..order };
    let bare = Order { member: None, ..member.clone() };
    assert_eq!(bare.taken_off(), None);
    let nothing = TakenOff::nothing(Currency::CNY);
    assert_eq!(member.taken_off(), Some(nothing));
    for id in ["p1", "p2", "p3"] {
        let begun = Record::Begun { id: PaymentId::new(id).unwrap(), order: bare.clone(), at_ms: 1 };
        ledger.append(1, &[begun], &[], COUNTERS).unwrap();
    }
    ledger.db.execute("UPDATE event SET record = '{}'", []).unwrap();
    let paid = |of: &str, off| Record::Paid {
        id: id(of),
        number: AttemptNumber::new(&format!("AAAAAA{}", &of[1..])).unwrap(),
        channel: ChannelKind::Alipay,
        channel_ref: "T".into(),
        amount: cny(300),
        at_ms: 2,
        fate: Fate::Accepted { pickup: 1, split: None },
        off,
        pledge: None,
    };
    let opened = |of: &str| {
        let number = format!("AAAAAA{}", &of[1..]);
        let insert = "INSERT INTO number(number, payment) VALUES(?1, ?2)";
        (insert, [number, of.to_owned()])
    };
    for of in ["p1", "p2"] {
        let (insert, values) = opened(of);
        ledger.db.execute(insert, values).unwrap();
    }
    ledger.append(2, &[paid("p1", None)], &[], COUNTERS).unwrap();
    ledger.append(3, &[Record::Ended { id: id("p3"), how: Ending::Cancelled }], &[], COUNTERS).unwrap();
    assert!(matches!(
        ledger.append(4, &[paid("p2", Some(nothing))], &[], COUNTERS),
        Err(LedgerError::Encoding(_))
    ));
}
