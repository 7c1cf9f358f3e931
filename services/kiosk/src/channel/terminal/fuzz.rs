//! Fuzz targets of the terminal's frames and messages: see [`crate::fuzz`].

use std::sync::LazyLock;

use time::macros::date;

use super::Key;
use super::day::Pages;
use super::frame::{self, FrameError, Side};
use super::message::Answer;
use super::read;
use crate::channel::{ChannelKind, Proof, Refunded, Revoked};
use crate::till::{Attempt, AttemptNumber, Currency, Money, Refund, RefundNumber, RefundReason, Way};

/// A key that nobody else has.
static KEY: LazyLock<Key> = LazyLock::new(|| {
    let mut random = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut random).expect("random bytes");
    let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    Key::new(text.as_bytes()).expect("a key")
});

/// Bytes as they come over the line: the length first, then the rest under its code, which nobody can forge.
pub(crate) fn frame(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_first_chunk::<{ frame::LENGTH_BYTES }>() else { return };
    if let Ok(length) = frame::rest_length(*length) {
        assert!(length <= frame::REST_BYTES_MAX, "a stranger fills the memory");
    }
    for number in [0, 1] {
        let believed = KEY.unseal(Side::Terminal, &[7; 32], number, rest);
        assert!(matches!(believed, Err(FrameError::Mac | FrameError::Length)), "a forged frame is believed");
    }
}

/// The JSON of a frame whose code holds, and what it means for a sale of 12.30.
pub(crate) fn message(bytes: &[u8]) {
    let Ok(answer) = Answer::from_json(bytes) else { return };
    let number = AttemptNumber::new("A00001").expect("a number");
    let amount = Money::new(1230, Currency::CNY);
    let attempt = Attempt {
        number,
        channel: ChannelKind::Terminal,
        way: Way::Scanned,
        amount,
        subject: String::new(),
        opened_at_ms: 1_767_326_400_000,
        agreement: None,
        instalment: None,
    };
    let number = RefundNumber::new("R00001").expect("a number");
    let refund = Refund::whole(number, amount, RefundReason::PaidTwice);
    let proof = read::proof(&attempt, &answer);
    if let Proof::Paid(paid) = &proof {
        assert!(paid.amount.minor() > 0 && !paid.channel_ref.is_empty(), "a payment has money and a name");
        assert_eq!(read::revoked(&attempt, &answer), Revoked::AlreadyPaid, "what was paid is not taken back");
        assert_ne!(read::refunded(&attempt, &refund, &answer), Refunded::Done, "a sale is no refund");
    }
    assert_eq!(matches!(read::sold(&attempt, &answer), Proof::Paid(_)), matches!(proof, Proof::Paid(_)));
    let Answer::Totals(page) = answer else { return };
    let (day, mut pages) = (page.day.clone(), Pages::default());
    if pages.take(&day, page).is_ok()
        && let Ok(bill) = pages.bill(date!(2026 - 01 - 02))
    {
        assert!(bill.rows.iter().all(|row| row.amount.minor() > 0), "a row moves money");
    }
}
