//! A day's bill from the sandbox's zip: what it holds, when it is there, and planted differences.

use serde_json::{Value, json};
use time::Date;
use time::macros::offset;

use super::super::sandbox::Sandbox;
use super::super::*;
use crate::channel::alipay::Alipay;
use crate::channel::{Doubt, NoBill, Refunded, Revoked, RowKind, exchange};

fn today() -> Date {
    let now = time::OffsetDateTime::from_unix_timestamp(exchange::system_clock()).expect("now");
    now.to_offset(offset!(+8)).date()
}

/// Three payments, a refund of 1.00 and one taken back.
async fn sell(sandbox: &Sandbox) -> Alipay {
    let alipay = sandbox.alipay();
    for (number, serial) in [("BILLED0001", 1), ("BILLED0002", 2), ("BILLED0003", 3)] {
        let lunch = attempt(ChannelKind::Alipay, number, Way::Scanned);
        assert_paid(&alipay.charge(&lunch, &tender(ChannelKind::Alipay, serial, "01")).await);
    }
    let lunch = |number: &str| attempt(ChannelKind::Alipay, number, Way::Scanned);
    assert_eq!(alipay.refund(&lunch("BILLED0001"), &refund("BACK000001", 100)).await, Refunded::Done);
    assert_eq!(alipay.revoke(&lunch("BILLED0002")).await, Revoked::Done);
    alipay
}

async fn make(sandbox: &Sandbox, day: Date, differences: Value) {
    sandbox.sim("bill", json!({"channel": "a", "date": day.to_string(), "differences": differences})).await;
}

#[tokio::test]
async fn the_bill_is_the_sandboxs_own_book() {
    let sandbox = Sandbox::start();
    let alipay = sell(&sandbox).await;
    let day = today();
    make(&sandbox, day, json!([])).await;
    let bill = alipay.bill(day).await.expect("bill");
    assert_eq!((bill.channel, bill.day), (ChannelKind::Alipay, day));
    let mut rows: Vec<_> = bill
        .rows
        .iter()
        .map(|row| {
            (row.kind, row.number.as_str(), row.refund.as_deref(), row.amount.minor(), row.fee.minor())
        })
        .collect();
    rows.sort();
    assert_eq!(
        rows,
        [
            // 0.6 % of 12.30 is 7.38 fen.
            (RowKind::Payment, "BILLED0001", None, FEN, 7),
            (RowKind::Payment, "BILLED0002", None, FEN, 7),
            (RowKind::Payment, "BILLED0003", None, FEN, 7),
            (RowKind::Refund, "BILLED0001", Some("BACK000001"), 100, -1),
            (RowKind::Refund, "BILLED0002", Some("BILLED0002"), FEN, -7),
        ]
    );
    let sum: i64 = bill
        .rows
        .iter()
        .map(|row| if row.kind == RowKind::Payment { row.amount.minor() } else { -row.amount.minor() })
        .sum();
    assert_eq!(sum, sandbox.merchant_fen("a").await);
    assert!(bill.rows.iter().all(|row| row.channel_ref.len() == 28), "{:?}", bill.rows);
}

#[tokio::test]
async fn a_bill_is_there_the_next_morning_and_not_before() {
    let sandbox = Sandbox::start();
    let alipay = sell(&sandbox).await;
    let day = today();
    assert_eq!(alipay.bill(day).await.err(), Some(NoBill::NotYet), "the current day");
    sandbox.sim("advance-clock", json!({"seconds": 34 * 3600})).await;
    assert_eq!(alipay.bill(day).await.expect("bill").rows.len(), 5);
    let week_ago = day - time::Duration::days(7);
    assert_eq!(alipay.bill(week_ago).await.err(), Some(NoBill::None), "nothing was sold");
}

#[tokio::test]
async fn every_planted_difference_reaches_the_reader() {
    let sandbox = Sandbox::start();
    let alipay = sell(&sandbox).await;
    let day = today();
    make(&sandbox, day, json!([])).await;
    let right = alipay.bill(day).await.expect("bill").rows;
    for (class, count, kept) in [
        ("drop", 4, 4),
        ("foreign", 6, 5),
        ("amount", 5, 4),
        ("state", 5, 4),
        ("duplicate", 6, 6),
        ("other-day", 4, 4),
        ("fee", 5, 4),
        ("refund-missing", 4, 4),
    ] {
        make(&sandbox, day, json!([{"class": class, "nth": 0}])).await;
        let rows = alipay.bill(day).await.expect(class).rows;
        let same = rows.iter().filter(|row| right.contains(row)).count();
        assert_eq!((rows.len(), same), (count, kept), "{class}");
    }
    make(&sandbox, day, json!([{"class": "other-day", "nth": 1}])).await;
    let next = day.next_day().expect("day");
    make(&sandbox, next, json!([])).await;
    assert_eq!(alipay.bill(next).await.expect("bill").rows.len(), 1);
}

#[tokio::test]
async fn every_fault_of_a_bill_is_told() {
    let sandbox = Sandbox::start();
    let alipay = sell(&sandbox).await;
    let day = today();
    make(&sandbox, day, json!([])).await;
    for (fault, call, want) in [
        ("drop-before", "bill", NoBill::Doubt(Doubt::Transport)),
        ("5xx", "bill", NoBill::Doubt(Doubt::ServerError)),
        ("20000", "bill", NoBill::Doubt(Doubt::ServerError)),
        ("wrong-signature", "bill", NoBill::Doubt(Doubt::BadSignature)),
        ("truncated-body", "bill", NoBill::Doubt(Doubt::Unparsable)),
        ("drop-before", "download", NoBill::Doubt(Doubt::Transport)),
        ("5xx", "download", NoBill::Doubt(Doubt::ServerError)),
        ("truncated-body", "download", NoBill::Broken("it is no zip archive, or cut off")),
    ] {
        sandbox.sim("fault", json!({"fault": fault, "call": call})).await;
        assert_eq!(alipay.bill(day).await.err(), Some(want), "{fault} at {call}");
    }
    let another = sandbox.alipay_of(sandbox.alipay_keys(), |config| {
        config.seller_id = Some("2088000000000002".to_owned());
    });
    let foreign = another.bill(day).await.err();
    assert_eq!(foreign, Some(NoBill::Broken("it is another account's, day's or kind's")));
    assert_eq!(alipay.bill(day).await.expect("bill").rows.len(), 5, "after all that");
}
