//! The close of a business day: its figures fixed for good, beside the end of the ledger's chain of hashes.

use time::Date;

use super::FinanceError;
use crate::channel::ChannelKind;
use crate::till::{Currency, Money};

/// Most rows that a close may have: every channel in a handful of currencies.
pub const CHANNELS_MAX: usize = 64;

/// One channel's day in one currency, in minor units; all but the counts are sums of entries that can be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelDay {
    /// Whose.
    pub channel: ChannelKind,
    /// The currency of all amounts.
    pub currency: Currency,
    /// How many payments.
    pub payments: u32,
    /// What they brought, those that went back by themselves included.
    pub gross: i64,
    /// How many refunds.
    pub refunds: u32,
    /// What they took, 0 or more.
    pub refunded: i64,
    /// What the channel kept by its bills, 0 or more as a rule.
    pub fees: i64,
    /// What the channel passed on to other parties, 0 or more.
    pub divided: i64,
}

impl ChannelDay {
    /// What is left with the channel for us.
    ///
    /// # Errors
    /// [`FinanceError::TooLarge`].
    pub fn net(&self) -> Result<Money, FinanceError> {
        self.gross
            .checked_sub(self.refunded)
            .and_then(|left| left.checked_sub(self.fees))
            .and_then(|left| left.checked_sub(self.divided))
            .map(|minor| Money::new(minor, self.currency))
            .ok_or(FinanceError::TooLarge)
    }
}

/// A closed day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayClose {
    /// The business day, GMT+8.
    pub day: Date,
    /// One row a channel and currency that had entries, in order.
    pub channels: Vec<ChannelDay>,
    /// Cases that nobody had closed.
    pub open_cases: u32,
    /// Attempts and refunds that were in doubt and carried over by name, in order.
    pub carried: Vec<String>,
    /// The ledger's last record, and the hash of the chain up to it.
    pub head: (i64, Vec<u8>),
    /// Who closed it.
    pub by: String,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: u64,
}

impl DayClose {
    /// Everything in it as one text, the same for the same close, that its own hash is made of. `before` is the
    /// hash of the close before, empty for the first.
    pub fn text(&self, before: &[u8]) -> String {
        let mut text = format!("dais day close 1\nbefore {}\nday {}\n", hex(before), self.day);
        for row in &self.channels {
            let line = format!(
                "channel {} {} payments {} gross {} refunds {} refunded {} fees {} divided {}\n",
                row.channel.name(),
                row.currency,
                row.payments,
                row.gross,
                row.refunds,
                row.refunded,
                row.fees,
                row.divided
            );
            text.push_str(&line);
        }
        for number in &self.carried {
            text.push_str(&format!("carried {number}\n"));
        }
        let (seq, hash) = &self.head;
        text.push_str(&format!(
            "cases {}\nhead {seq} {}\nby {:?}\nat {}\n",
            self.open_cases,
            hex(hash),
            self.by,
            self.at_ms
        ));
        text
    }
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands before a close.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ahead {
    /// The last day that was closed.
    pub last: Option<Date>,
    /// The day of the ledger's first entry.
    pub first: Option<Date>,
    /// Numbers of attempts and refunds, begun on that day or before, of which nobody can say yet what became of
    /// their money.
    pub doubts: Vec<String>,
}

/// Why a day cannot be closed (yet).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloseRefused {
    /// It still goes on.
    #[error("{0} is not over yet: days end at midnight in China (UTC+8); close it then")]
    NotOver(Date),
    /// Closed before.
    #[error("{0} is closed already and stays as it is; what comes later counts on the next day")]
    Closed(Date),
    /// A day before is still open.
    #[error("close {0} first; days are closed in order")]
    Earlier(Date),
    /// Money is in doubt.
    #[error(
        "money is in doubt in {}; wait until the till has its answer, or name each to carry it over",
        .0.join(", ")
    )]
    InDoubt(Vec<String>),
    /// Named, but not in doubt.
    #[error("{0:?} is not in doubt; leave it out")]
    NotInDoubt(String),
    /// Nobody's name, or one that no report can show.
    #[error("say who closes the day, in 1 to 64 printable characters")]
    Nobody,
}

/// Longest name of who closes.
const BY_CHARS_MAX: usize = 64;

/// Whether `day` may be closed now: it is over and the next in order, and every doubt is carried over by its name.
///
/// # Errors
/// [`CloseRefused`], the first reason of all.
pub fn may_close(
    day: Date,
    today: Date,
    ahead: &Ahead,
    carry: &[String],
    by: &str,
) -> Result<(), CloseRefused> {
    let chars = by.chars().count();
    if chars == 0 || chars > BY_CHARS_MAX || by.chars().any(char::is_control) {
        return Err(CloseRefused::Nobody);
    }
    if ahead.last.is_some_and(|last| day <= last) {
        return Err(CloseRefused::Closed(day));
    }
    if day >= today {
        return Err(CloseRefused::NotOver(day));
    }
    let next = match (ahead.last, ahead.first) {
        (Some(last), _) => last.next_day(),
        (None, first) => first,
    };
    if let Some(next) = next.filter(|next| day > *next) {
        return Err(CloseRefused::Earlier(next));
    }
    if let Some(stray) = carry.iter().find(|number| !ahead.doubts.contains(number)) {
        return Err(CloseRefused::NotInDoubt(stray.clone()));
    }
    let unnamed: Vec<String> =
        ahead.doubts.iter().filter(|number| !carry.contains(number)).cloned().collect();
    if unnamed.is_empty() { Ok(()) } else { Err(CloseRefused::InDoubt(unnamed)) }
}
