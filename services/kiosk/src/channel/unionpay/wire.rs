//! What ACP's messages say, and what its response codes mean for the money.

use time::macros::{format_description, offset};
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use crate::channel::Refusal;

/// Longest order description in characters.
const DESC_CHARS_MAX: usize = 32;

/// What a `respCode` or `origRespCode` means for the transaction that it speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// 00, and A6: done, in part.
    Ok,
    /// 05: taken in, not finished.
    Processing,
    /// It may have happened.
    Unknown,
    /// 34: no such transaction. By itself it may also mean "not yet".
    NoSuch,
    /// It did not happen.
    Refused(Refusal),
}

/// Reads a code. Source: ACP's part 5, "应答码". A code that is not listed there proves nothing, and neither do 12
/// (the number is used: by whom, a query says), 42 (charged, too late), 45 (went back already) and 06 (busy).
pub(super) fn verdict(code: &str) -> Verdict {
    let refusal = match code {
        "00" | "A6" => return Verdict::Ok,
        "05" => return Verdict::Processing,
        "34" => return Verdict::NoSuch,
        "64" => Refusal::InsufficientFunds,
        "61" => Refusal::CodeDead,
        "69" => Refusal::Closed,
        "01" | "02" | "10" | "11" | "13" | "14" | "30" | "31" | "32" | "33" | "35" | "36" | "38" | "39"
        | "40" | "43" | "44" | "60" | "62" | "63" | "65" | "66" | "67" | "68" | "70" | "71" | "72" | "73" => {
            Refusal::Declined
        }
        _not_proof => return Verdict::Unknown,
    };
    Verdict::Refused(refusal)
}

/// Milliseconds since 1970 UTC as `txnTime` at GMT+8; none beyond the calendar.
pub(super) fn txn_time(at_ms: u64) -> Option<String> {
    let seconds = i64::try_from(at_ms / 1000).ok()?;
    of_seconds(seconds)
}

/// Seconds since 1970 UTC as `txnTime` at GMT+8; none beyond the calendar.
pub(super) fn of_seconds(seconds: i64) -> Option<String> {
    let at = OffsetDateTime::from_unix_timestamp(seconds).ok()?.to_offset(offset!(+8));
    at.format(format_description!("[year][month][day][hour][minute][second]")).ok()
}

/// When a code that was applied for at `at_ms` cannot be paid any more, in seconds since 1970 UTC.
pub(super) fn expiry(at_ms: u64, minutes: u32) -> Option<i64> {
    let opened = OffsetDateTime::from_unix_timestamp(i64::try_from(at_ms / 1000).ok()?).ok()?;
    Some(opened.checked_add(Duration::minutes(minutes.into()))?.unix_timestamp())
}

/// Seconds since 1970 UTC of a `txnTime`.
pub(super) fn seconds(txn_time: &str) -> Option<i64> {
    // A year may have a sign for the parser, and for UnionPay may not.
    if !txn_time.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let format = format_description!("[year][month][day][hour][minute][second]");
    let time = PrimitiveDateTime::parse(txn_time, format).ok()?;
    Some(time.assume_offset(offset!(+8)).unix_timestamp())
}

/// A subject as `orderDesc`: short, and without what separates fields in answers that are not encoded.
pub(super) fn description(subject: &str) -> String {
    subject
        .chars()
        .map(|letter| match letter {
            '&' => '＆',
            '=' => '＝',
            '{' | '[' => '（',
            '}' | ']' => '）',
            '"' | '\'' => ' ',
            other if other.is_control() => ' ',
            other => other,
        })
        .take(DESC_CHARS_MAX)
        .collect()
}

#[cfg(test)]
mod tests;
