//! What payers do, and what the till asks for afterwards.

use serde_json::json;
use time::OffsetDateTime;
use time::macros::offset;

use super::twin::Twin;
use super::*;
use crate::channel::{PendingReason, RowKind};
use crate::till::{CardUid, PayCode, PurseKind};

const WAITS: Proof = Proof::Pending(PendingReason::PayerConfirms);

#[tokio::test]
async fn a_card_is_waited_for_and_then_paid_once() {
    let twin = Twin::start();
    let terminal = twin.client();
    let lunch = attempt("PAYS000001");
    assert_eq!(terminal.query(&lunch).await, Proof::NotPaid(Refusal::NoSuchTrade));
    assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, WAITS);
    assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, WAITS, "asked again");
    assert_eq!(terminal.query(&lunch).await, WAITS);
    twin.present("approved").await;
    let paid = terminal.query(&lunch).await;
    assert_paid(&paid);
    assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, paid, "asked again after it was paid");
    assert_eq!((twin.movements("pay", "PAYS000001").await, twin.merchant_fen().await), (1, FEN));
}

#[tokio::test]
async fn every_outcome_of_a_card_is_told_as_it_was() {
    let twin = Twin::start();
    let terminal = twin.client();
    for (serial, outcome, proof) in [
        (1, "declined", Refusal::Declined),
        (2, "insufficient-funds", Refusal::InsufficientFunds),
        (3, "card-blocked", Refusal::CardBlocked),
        (4, "power-cut-before", Refusal::Closed),
    ] {
        let lunch = attempt(&format!("OUTCOME{serial:03}"));
        terminal.charge(&lunch, &Tender::BankCard).await;
        twin.present(outcome).await;
        assert_eq!(terminal.query(&lunch).await, Proof::NotPaid(proof), "{outcome}");
        assert_eq!(terminal.revoke(&lunch).await, Revoked::Done, "{outcome}");
    }
    assert_eq!(twin.merchant_fen().await, 0);
}

#[tokio::test]
async fn a_pin_is_waited_for() {
    let twin = Twin::start();
    let terminal = twin.client();
    for (number, right) in [("PIN0000001", true), ("PIN0000002", false)] {
        let lunch = attempt(number);
        twin.present("pin").await;
        assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, WAITS);
        assert_eq!(terminal.query(&lunch).await, WAITS);
        twin.sim("terminal", json!({"do": "pin", "right": right})).await;
        match terminal.query(&lunch).await {
            proof if right => assert_paid(&proof),
            proof => assert_eq!(proof, Proof::NotPaid(Refusal::Declined)),
        }
    }
}

#[tokio::test]
async fn an_acquirer_that_is_late_is_a_doubt_until_it_answers() {
    let twin = Twin::start();
    let terminal = twin.client();
    for (number, outcome, charged) in
        [("LATE000001", "unknown-charged", true), ("LATE000002", "unknown-uncharged", false)]
    {
        let lunch = attempt(number);
        twin.present(outcome).await;
        let doubt = Proof::Unknown(Doubt::ServerError);
        assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, doubt);
        assert_eq!(terminal.query(&lunch).await, doubt);
        assert_eq!(terminal.query(&lunch).await, doubt);
        match terminal.query(&lunch).await {
            proof if charged => assert_paid(&proof),
            proof => assert_eq!(proof, Proof::NotPaid(Refusal::Declined)),
        }
        assert_eq!(twin.movements("pay", number).await, usize::from(charged));
    }
}

#[tokio::test]
async fn nobody_comes_and_the_wait_ends_by_itself() {
    let twin = Twin::start();
    let terminal = twin.client();
    let lunch = attempt("NOBODY0001");
    assert_eq!(terminal.charge(&lunch, &Tender::BankCard).await, WAITS);
    twin.sim("advance-clock", json!({"seconds": WAIT_S})).await;
    assert_eq!(terminal.query(&lunch).await, Proof::NotPaid(Refusal::Closed));
}

#[tokio::test]
async fn a_sale_is_taken_back_at_every_stage() {
    let twin = Twin::start();
    let terminal = twin.client();
    let never = attempt("BACK000001");
    assert_eq!(terminal.revoke(&never).await, Revoked::Done, "before it was ever heard of");
    let late = terminal.charge(&never, &Tender::BankCard).await;
    assert_eq!(late, Proof::NotPaid(Refusal::Closed), "a sale that arrives after its end");
    for (number, outcome) in [
        ("BACK000002", None),
        ("BACK000003", Some("pin")),
        ("BACK000004", Some("unknown-charged")),
        ("BACK000005", Some("unknown-uncharged")),
        ("BACK000006", Some("approved")),
    ] {
        let lunch = attempt(number);
        if let Some(outcome) = outcome {
            twin.present(outcome).await;
        }
        terminal.charge(&lunch, &Tender::BankCard).await;
        assert_eq!(terminal.revoke(&lunch).await, Revoked::Done, "{outcome:?}");
        assert_eq!(terminal.revoke(&lunch).await, Revoked::Done, "{outcome:?} again");
        let paid = twin.movements("pay", number).await;
        assert_eq!(paid, twin.movements("reverse", number).await, "{outcome:?}");
        assert!(matches!(terminal.query(&lunch).await, Proof::NotPaid(_)), "{outcome:?}");
    }
    assert_eq!(twin.merchant_fen().await, 0);
}

#[tokio::test]
async fn yesterdays_sale_is_not_taken_back_but_refunded() {
    let twin = Twin::start();
    let terminal = twin.client();
    let lunch = attempt("YESTER0001");
    twin.present("approved").await;
    assert_paid(&terminal.charge(&lunch, &Tender::BankCard).await);
    twin.sim("advance-clock", json!({"seconds": 86_400})).await;
    assert_eq!(terminal.revoke(&lunch).await, Revoked::AlreadyPaid);
    assert_eq!(terminal.refund(&lunch, &refund("YESTERBACK", FEN)).await, Refunded::Done);
    assert_eq!(twin.merchant_fen().await, 0);
}

#[tokio::test]
async fn refunds_happen_once_and_never_beyond_what_was_paid() {
    let twin = Twin::start();
    let terminal = twin.client();
    let lunch = attempt("REFUND0001");
    assert_eq!(terminal.refund(&lunch, &refund("RBACK00001", FEN)).await, Refunded::Refused, "not paid");
    twin.present("approved").await;
    assert_paid(&terminal.charge(&lunch, &Tender::BankCard).await);
    let part = refund("RBACK00002", 1000);
    let unheard = terminal.refund_query(&lunch, &part).await;
    assert_eq!(unheard, Refunded::Again(Doubt::ServerError), "asked before it was sent");
    for _again in 0..3 {
        assert_eq!(terminal.refund(&lunch, &part).await, Refunded::Done);
    }
    assert_eq!(terminal.refund_query(&lunch, &part).await, Refunded::Done);
    assert_eq!(
        terminal.refund(&lunch, &refund("RBACK00002", 100)).await,
        Refunded::Refused,
        "another amount"
    );
    assert_eq!(terminal.refund(&lunch, &refund("RBACK00003", 231)).await, Refunded::Refused, "too much");
    assert_eq!(terminal.refund(&lunch, &refund("RBACK00004", 230)).await, Refunded::Done);
    assert_eq!((twin.movements("refund", "REFUND0001").await, twin.merchant_fen().await), (2, 0));
    assert_eq!(terminal.revoke(&lunch).await, Revoked::AlreadyPaid, "after a refund");
}

#[tokio::test]
async fn a_busy_terminal_begins_nothing() {
    let twin = Twin::start();
    let terminal = twin.client();
    let (first, second) = (attempt("BUSY000001"), attempt("BUSY000002"));
    assert_eq!(terminal.charge(&first, &Tender::BankCard).await, WAITS);
    assert_eq!(terminal.charge(&second, &Tender::BankCard).await, Proof::NotPaid(Refusal::Declined));
    assert_eq!(terminal.query(&second).await, Proof::NotPaid(Refusal::NoSuchTrade));
    assert_eq!(terminal.query(&first).await, WAITS);
}

#[tokio::test]
async fn a_number_is_not_used_for_another_amount() {
    let twin = Twin::start();
    let terminal = twin.client();
    let lunch = attempt("REUSED0001");
    twin.present("approved").await;
    assert_paid(&terminal.charge(&lunch, &Tender::BankCard).await);
    let dearer = Attempt { amount: yuan(FEN + 1), ..lunch };
    let proof = terminal.charge(&dearer, &Tender::BankCard).await;
    assert_eq!(proof, Proof::Unknown(Doubt::ServerError));
    assert_eq!(twin.merchant_fen().await, FEN);
}

/// More rows than a page holds, over two days.
#[tokio::test]
async fn a_days_bill_has_every_row_once() {
    let twin = Twin::start();
    let terminal = twin.client();
    let today = terminal_day(&twin).await;
    assert_eq!(terminal.bill(today).await, Err(NoBill::NotYet));
    for serial in 0..60 {
        twin.present("approved").await;
        assert_paid(&terminal.charge(&attempt(&format!("BILL{serial:06}")), &Tender::BankCard).await);
    }
    assert_eq!(terminal.refund(&attempt("BILL000000"), &refund("BILLBACK01", 230)).await, Refunded::Done);
    assert_eq!(terminal.revoke(&attempt("BILL000001")).await, Revoked::Done);
    twin.sim("advance-clock", json!({"seconds": 86_400})).await;
    let bill = terminal.bill(today).await.expect("bill");
    let numbers: std::collections::BTreeSet<_> =
        bill.rows.iter().map(|row| (&row.number, &row.refund)).collect();
    assert_eq!(
        (bill.rows.len(), numbers.len()),
        (60, 60),
        "59 payments, since one was taken back, and a refund"
    );
    let back: Vec<_> = bill.rows.iter().filter(|row| row.kind == RowKind::Refund).collect();
    assert_eq!((back.len(), back[0].amount, back[0].refund.as_deref()), (1, yuan(230), Some("BILLBACK01")));
    let paid: i64 =
        bill.rows.iter().filter(|row| row.kind == RowKind::Payment).map(|row| row.amount.minor()).sum();
    assert_eq!(paid - 230, twin.merchant_fen().await, "the bill is the acquirer's book");
    // 0.38 % of 12.30 yuan is 4.674 fen.
    assert!(bill.rows.iter().all(|row| row.fee == yuan(if row.kind == RowKind::Payment { 5 } else { 0 })));
    let before = today.previous_day().expect("a day before");
    assert_eq!(terminal.bill(before).await, Err(NoBill::None));
}

async fn terminal_day(twin: &Twin) -> Date {
    let now = twin.sim("state", json!({})).await["now_ms"].as_i64().expect("now");
    OffsetDateTime::from_unix_timestamp(now / 1000).expect("time").to_offset(offset!(+8)).date()
}

#[tokio::test]
async fn only_bank_cards_are_the_terminals() {
    let twin = Twin::start();
    let terminal = twin.client();
    let uid = CardUid::new(&[1, 2, 3, 4]).expect("uid");
    for (tender, its) in [
        (Tender::BankCard, true),
        (Tender::Card(uid.clone()), false),
        (Tender::Purse(PurseKind::Desfire, uid), false),
        (Tender::Code(PayCode::new("6212345678901234567").expect("code")), false),
    ] {
        assert_eq!(terminal.takes(&tender), its, "{tender:?}");
        if !its {
            let proof = terminal.charge(&attempt("OTHER00001"), &tender).await;
            assert_eq!(proof, Proof::NotPaid(Refusal::Declined));
        }
    }
    assert_eq!(terminal.open(&attempt("OTHER00001")).await, Opened::Refused(Refusal::Declined));
    assert_eq!(terminal.query(&attempt("OTHER00001")).await, Proof::NotPaid(Refusal::NoSuchTrade));
}
