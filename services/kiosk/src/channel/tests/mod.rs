//! The channel clients against the real sandbox process on a loopback port: every scenario code, every fault.

mod alipay;
mod faults;
mod given_back;
mod listener;
mod office;
pub(super) mod process;
mod sandbox;
mod scanned;
mod shown;
mod unionpay;
mod wechat;
mod wechat_v2;

use super::{Channel, ChannelKind, Opened, PaidProof, Proof};
use crate::till::{
    AgreementNumber, Attempt, AttemptNumber, Currency, Money, PayCode, Refund, RefundReason, Tender, Way,
};

/// The amount of every test order: 12.30 yuan.
const FEN: i64 = 1230;

fn yuan(fen: i64) -> Money {
    Money::new(fen, Currency::CNY)
}

fn attempt(kind: ChannelKind, number: &str, way: Way) -> Attempt {
    let now = super::exchange::system_clock();
    Attempt {
        number: AttemptNumber::new(number).expect("number"),
        channel: kind,
        way,
        amount: yuan(FEN),
        subject: "宫保鸡丁 / Kung Pao & more = 100%".to_owned(),
        opened_at_ms: u64::try_from(now).expect("after 1970") * 1000,
        agreement: None,
        instalment: None,
    }
}

fn refund(number: &str, fen: i64) -> Refund {
    Refund::whole(AttemptNumber::new(number).expect("number"), yuan(fen), RefundReason::PaidTwice)
}

/// A payer's code of the channel that ends in `last`.
fn tender(kind: ChannelKind, middle: u32, last: &str) -> Tender {
    let prefix = if kind == ChannelKind::Alipay { "28" } else { "13" };
    Tender::Code(PayCode::new(&format!("{prefix}{middle:014}{last}")).expect("code"))
}

#[track_caller]
fn assert_paid(proof: &Proof) {
    assert!(
        matches!(proof, Proof::Paid(PaidProof { channel_ref, amount }) if !channel_ref.is_empty() && *amount == yuan(FEN)),
        "{proof:?}"
    );
}

#[track_caller]
fn shown_code(opened: Opened) -> String {
    match opened {
        Opened::Code(code) => code,
        other => panic!("no code: {other:?}"),
    }
}

fn name(channel: &dyn Channel) -> &'static str {
    if channel.kind() == ChannelKind::Alipay { "a" } else { "w" }
}

#[test]
fn codes_go_to_the_channel_they_belong_to() {
    let http = super::exchange::client().expect("client");
    let (alipay, wechat) = sandbox::strangers(http);
    for (code, to_alipay, to_wechat) in [
        ("2512345678901234", true, false),
        ("301234567890123456789012", true, false),
        ("3012345678901234567890123", false, false),
        ("251234567890123", false, false),
        ("3112345678901234", false, false),
        ("2412345678901234", false, false),
        ("101234567890123456", false, true),
        ("151234567890123456", false, true),
        ("161234567890123456", false, false),
        ("10123456789012345", false, false),
        ("62123456789012345", false, false),
        ("28123456789012345x", false, false),
        ("9", false, false),
    ] {
        let tender = Tender::Code(PayCode::new(code).expect("code"));
        assert_eq!((alipay.takes(&tender), wechat.takes(&tender)), (to_alipay, to_wechat), "{code}");
    }
}
