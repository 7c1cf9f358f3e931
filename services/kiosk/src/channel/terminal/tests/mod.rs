//! The client against the sandbox terminal, a process of its own: payers, faults, and power that goes.

mod faults;
mod meanings;
mod payers;
mod power;
mod twin;

use super::*;
use crate::till::{AttemptNumber, Currency, Money, RefundReason, Way};

/// The amount of every test order: 12.30 yuan.
const FEN: i64 = 1230;

fn yuan(fen: i64) -> Money {
    Money::new(fen, Currency::CNY)
}

fn attempt(number: &str) -> Attempt {
    Attempt {
        number: AttemptNumber::new(number).expect("number"),
        channel: ChannelKind::Terminal,
        way: Way::Card,
        amount: yuan(FEN),
        subject: "宫保鸡丁 \"Kung Pao\"".to_owned(),
        opened_at_ms: 1_767_323_045_000,
        agreement: None,
        instalment: None,
    }
}

fn refund(number: &str, fen: i64) -> Refund {
    Refund::whole(AttemptNumber::new(number).expect("number"), yuan(fen), RefundReason::Asked)
}

#[track_caller]
fn assert_paid(proof: &Proof) {
    let paid = |proof: &super::super::PaidProof| !proof.channel_ref.is_empty() && proof.amount == yuan(FEN);
    assert!(matches!(proof, Proof::Paid(proof) if paid(proof)), "{proof:?}");
}
