//! Refunds and the time for them, shares, agreements.

use serde_json::json;

use super::super::sandbox::{ALIPAY_FAULTS, Sandbox};
use super::super::*;
use crate::channel::alipay::{Alipay, Instalments};
use crate::channel::{Divided, Doubt, PendingReason, Refunded, Refusal, Revoked};
use crate::till::{Agreed, AgreementNumber, Share, Split};

const PARTIES: [&str; 2] = ["2088000000000077", "cook@example.edu"];

async fn paid(sandbox: &Sandbox, alipay: &Alipay, number: &str, serial: u32) -> (Attempt, String) {
    let lunch = attempt(ChannelKind::Alipay, number, Way::Scanned);
    match alipay.charge(&lunch, &tender(ChannelKind::Alipay, serial, "01")).await {
        Proof::Paid(paid) => (lunch, paid.channel_ref),
        other => panic!("{other:?} {}", sandbox.base),
    }
}

fn split(number: &str, fen: &[i64]) -> Split {
    let share = |(party, fen): (&&str, &i64)| Share { party: (*party).to_owned(), amount: yuan(*fen) };
    let number = AttemptNumber::new(number).expect("number");
    Split { number, shares: PARTIES.iter().zip(fen).map(share).collect() }
}

async fn balance(sandbox: &Sandbox, account: &str) -> i64 {
    let state = sandbox.sim("state", json!({})).await;
    state["books"]["a"]["balances"][account].as_i64().unwrap_or(0)
}

#[tokio::test]
async fn a_refund_is_asked_about_by_its_own_number() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay();
    let (lunch, _) = paid(&sandbox, &alipay, "REFUNDS001", 1).await;
    let (first, second) = (refund("PART000001", 1000), refund("PART000002", 230));
    let asked = alipay.refund_query(&lunch, &first).await;
    assert_eq!(asked, Refunded::Again(Doubt::ServerError), "10000 without refund_status is no refund");
    assert_eq!(sandbox.merchant_fen("a").await, FEN, "asking moves nothing");
    assert_eq!(alipay.refund(&lunch, &first).await, Refunded::Done);
    assert_eq!(alipay.refund_query(&lunch, &first).await, Refunded::Done);
    assert_eq!(alipay.refund_query(&lunch, &second).await, Refunded::Again(Doubt::ServerError));
    let other_amount = refund("PART000001", 999);
    assert_eq!(alipay.refund(&lunch, &other_amount).await, Refunded::Refused, "DISCORDANT_REPEAT_REQUEST");
    assert_eq!(alipay.refund_query(&lunch, &other_amount).await, Refunded::Again(Doubt::Unparsable));
    assert_eq!(alipay.refund(&lunch, &second).await, Refunded::Done);
    assert_eq!(alipay.query(&lunch).await, Proof::NotPaid(Refusal::Closed), "wholly refunded");
    assert_eq!(sandbox.merchant_fen("a").await, 0);
}

#[tokio::test]
async fn every_fault_of_a_refund_ends_in_the_truth_by_the_same_number() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay();
    for (serial, (fault, doubt)) in (1..).zip(ALIPAY_FAULTS) {
        let (lunch, _) = paid(&sandbox, &alipay, &format!("FAULTY000{serial}"), serial).await;
        let before = sandbox.merchant_fen("a").await;
        sandbox.sim("fault", json!({"fault": fault, "call": "refund"})).await;
        let back = refund(&format!("BACK00000{serial}"), 500);
        assert_eq!(alipay.refund(&lunch, &back).await, Refunded::Again(doubt), "{fault}");
        assert_eq!(alipay.refund(&lunch, &back).await, Refunded::Done, "{fault}");
        assert_eq!(sandbox.merchant_fen("a").await, before - 500, "{fault}: once");
        sandbox.sim("fault", json!({"fault": fault, "call": "refund-query"})).await;
        assert_eq!(alipay.refund_query(&lunch, &back).await, Refunded::Again(doubt), "{fault}");
    }
}

#[tokio::test]
async fn when_the_time_for_refunds_is_over_a_trade_is_finished_and_still_paid() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay();
    let (lunch, _) = paid(&sandbox, &alipay, "FINISHED01", 1).await;
    assert_eq!(alipay.terms().refund_within_ms, 365 * 86_400_000);
    sandbox.sim("advance-clock", json!({"seconds": 365 * 86_400 - 60})).await;
    assert_eq!(alipay.refund(&lunch, &refund("INTIME0001", 1)).await, Refunded::Done);
    sandbox.sim("advance-clock", json!({"seconds": 120})).await;
    assert_paid(&alipay.query(&lunch).await);
    assert_eq!(alipay.refund(&lunch, &refund("TOOLATE001", 1)).await, Refunded::Refused);
    assert_eq!(alipay.refund(&lunch, &refund("INTIME0001", 1)).await, Refunded::Done, "done before");
}

#[tokio::test]
async fn what_is_too_late_to_cancel_is_told_as_paid() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay();
    let (lunch, _) = paid(&sandbox, &alipay, "CANCELLED1", 1).await;
    let (supper, _) = paid(&sandbox, &alipay, "CANCELLED2", 2).await;
    assert_eq!(alipay.revoke(&supper).await, Revoked::Done);
    sandbox.sim("advance-clock", json!({"seconds": 86_400 + 1})).await;
    assert_eq!(alipay.revoke(&lunch).await, Revoked::AlreadyPaid);
    assert_eq!(alipay.revoke(&supper).await, Revoked::Done, "again");
    assert_eq!(sandbox.merchant_fen("a").await, FEN);
}

#[tokio::test]
async fn shares_leave_the_merchants_account_once() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay();
    let (lunch, trade_no) = paid(&sandbox, &alipay, "DIVIDED001", 1).await;
    let shares = split("SPLIT00001", &[246, 123]);
    assert_eq!(alipay.split(&lunch, &trade_no, &shares).await, Divided::Done);
    assert_eq!(alipay.split(&lunch, &trade_no, &shares).await, Divided::Done, "the same number again");
    let other = split("SPLIT00001", &[246, 124]);
    assert_eq!(alipay.split(&lunch, &trade_no, &other).await, Divided::Refused, "DISCORDANT_REPEAT_REQUEST");
    let much = split("SPLIT00002", &[FEN - 369 + 1]);
    assert_eq!(alipay.split(&lunch, &trade_no, &much).await, Divided::Refused, "more than is left");
    assert_eq!(balance(&sandbox, PARTIES[0]).await, 246);
    assert_eq!(balance(&sandbox, PARTIES[1]).await, 123);
    assert_eq!(sandbox.merchant_fen("a").await, FEN - 369);
    let back = alipay.refund(&lunch, &refund("BACK000001", FEN)).await;
    assert_eq!(back, Refunded::Refused, "the seller's account holds less");
    assert_eq!(alipay.refund(&lunch, &refund("BACK000002", FEN - 369)).await, Refunded::Done);
}

#[tokio::test]
async fn what_cannot_be_divided_is_refused() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay();
    let (lunch, trade_no) = paid(&sandbox, &alipay, "DIVIDED002", 1).await;
    assert_eq!(alipay.split(&lunch, &trade_no, &split("SPLIT00003", &[])).await, Divided::Refused);
    assert_eq!(alipay.split(&lunch, "2026010122001", &split("SPLIT00004", &[1])).await, Divided::Refused);
    let party = |party: &str| Split {
        shares: vec![Share { party: party.to_owned(), amount: yuan(1) }],
        ..split("SPLIT00005", &[])
    };
    let own = party("2088000000000001");
    assert_eq!(alipay.split(&lunch, &trade_no, &own).await, Divided::Refused, "the seller itself");
    let narrow = sandbox.alipay_of(sandbox.alipay_keys(), |config| config.parties_max = 1);
    assert_eq!(narrow.terms().parties_max, 1);
    assert_eq!(narrow.split(&lunch, &trade_no, &split("SPLIT00006", &[1, 1])).await, Divided::Refused);
    assert_eq!(alipay.revoke(&lunch).await, Revoked::Done);
    assert_eq!(
        alipay.split(&lunch, &trade_no, &split("SPLIT00007", &[1])).await,
        Divided::Refused,
        "not paid"
    );
    assert_eq!(sandbox.merchant_fen("a").await, 0);
}

#[tokio::test]
async fn every_fault_of_a_split_ends_in_one_split() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay();
    let (lunch, trade_no) = paid(&sandbox, &alipay, "DIVIDED003", 1).await;
    for (serial, (fault, doubt)) in (1..).zip(ALIPAY_FAULTS) {
        let shares = split(&format!("SPLIT0001{serial}"), &[10]);
        for call in ["bind", "settle"] {
            sandbox.sim("fault", json!({"fault": fault, "call": call})).await;
            let said = alipay.split(&lunch, &trade_no, &shares).await;
            assert_eq!(said, Divided::Again(doubt), "{fault} at {call}");
        }
        assert_eq!(alipay.split(&lunch, &trade_no, &shares).await, Divided::Done, "{fault}");
        assert_eq!(balance(&sandbox, PARTIES[0]).await, 10 * i64::from(serial), "{fault}");
    }
}

fn agreed(number: &str) -> Tender {
    let number = AgreementNumber::new(number).expect("number");
    Tender::Agreement(Agreed { id: "ours".to_owned(), number })
}

async fn agree(sandbox: &Sandbox, wish: serde_json::Value) -> Tender {
    let signed = sandbox.sim("agree", wish).await;
    let number = signed["agreement_no"].as_str().expect("number");
    agreed(number)
}

#[tokio::test]
async fn an_agreement_is_charged_within_its_caps() {
    let sandbox = Sandbox::start();
    let plain = sandbox.alipay();
    let alipay = sandbox.alipay_of(sandbox.alipay_keys(), |config| {
        config.agreement_product = Some("GENERAL_WITHHOLDING".to_owned());
    });
    let lunch = |number: &str| attempt(ChannelKind::Alipay, number, Way::Scanned);
    let signed = agree(&sandbox, json!({"caps": {"total_max": 2 * FEN}})).await;
    assert!(alipay.takes(&signed) && !plain.takes(&signed), "only where it is configured");
    assert_eq!(plain.charge(&lunch("AGREED0000"), &signed).await, Proof::NotPaid(Refusal::Declined));
    assert_paid(&alipay.charge(&lunch("AGREED0001"), &signed).await);
    assert_paid(&alipay.charge(&lunch("AGREED0001"), &signed).await);
    assert_paid(&alipay.query(&lunch("AGREED0001")).await);
    assert_eq!(sandbox.merchant_fen("a").await, FEN, "once an attempt");
    assert_paid(&alipay.charge(&lunch("AGREED0002"), &signed).await);
    let declined = Proof::NotPaid(Refusal::Declined);
    assert_eq!(alipay.charge(&lunch("AGREED0003"), &signed).await, declined, "TOTAL_FEE");
    for (number, caps) in [
        ("AGREED0004", json!({"single_max": FEN - 1})),
        ("AGREED0005", json!({"times_max": 0})),
        ("AGREED0006", json!({"not_before_s": 3600})),
    ] {
        let narrow = agree(&sandbox, json!({"caps": caps})).await;
        assert_eq!(alipay.charge(&lunch(number), &narrow).await, declined, "{number}");
    }
    let edge = agree(&sandbox, json!({"caps": {"single_max": FEN}})).await;
    assert_paid(&alipay.charge(&lunch("AGREED0007"), &edge).await);
    let Tender::Agreement(agreed_by) = &edge else { panic!("an agreement") };
    sandbox.sim("disagree", json!({"agreement_no": agreed_by.number.reveal()})).await;
    let dead = Proof::NotPaid(Refusal::CodeDead);
    assert_eq!(alipay.charge(&lunch("AGREED0008"), &edge).await, dead, "the payer has ended it");
    let never = agreed("20260101000000000001");
    assert_eq!(alipay.charge(&lunch("AGREED0009"), &never).await, dead);
    assert_eq!(sandbox.merchant_fen("a").await, 3 * FEN);
}

#[tokio::test]
async fn a_lost_answer_of_an_agreement_is_found_by_asking() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay_of(sandbox.alipay_keys(), |config| {
        config.agreement_product = Some("CYCLE_PAY_AUTH".to_owned());
    });
    for (number, scenario, doubt) in
        [("LOSTAG0001", "06", Doubt::Transport), ("LOSTAG0002", "03", Doubt::ServerError)]
    {
        let lunch = attempt(ChannelKind::Alipay, number, Way::Scanned);
        let signed = agree(&sandbox, json!({"scenario": scenario})).await;
        assert_eq!(alipay.charge(&lunch, &signed).await, Proof::Unknown(doubt), "{scenario}");
        assert_paid(&alipay.query(&lunch).await);
    }
    let waits = attempt(ChannelKind::Alipay, "LOSTAG0003", Way::Scanned);
    let asked = alipay.charge(&waits, &agree(&sandbox, json!({"scenario": "02"})).await).await;
    assert_eq!(asked, Proof::Pending(PendingReason::PayerConfirms));
}

#[tokio::test]
async fn large_payments_are_offered_in_instalments_and_kept_for_shares() {
    let sandbox = Sandbox::start();
    let offers = |count, from_minor| {
        sandbox.alipay_of(sandbox.alipay_keys(), |config| {
            config.instalments = Some(Instalments { count, seller_percent: 0, from_minor });
            config.royalty_freeze = true;
        })
    };
    let shown = |number: &str| attempt(ChannelKind::Alipay, number, Way::Shown);
    shown_code(offers(6, FEN).open(&shown("LARGE00001")).await);
    let strange = offers(5, FEN).open(&shown("LARGE00002")).await;
    assert_eq!(strange, Opened::Refused(Refusal::Declined), "there are no five instalments");
    shown_code(offers(5, FEN + 1).open(&shown("LARGE00003")).await);
}
