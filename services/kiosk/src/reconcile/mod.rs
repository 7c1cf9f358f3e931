//! Three-way reconciliation of one business day at one channel: what the till decided, what the ledger booked, and
//! what the channel's own bill says. Pure: slices in, keyed differences out, whatever the rows are and in whatever
//! order; the same input gives the same outcome, so that a second run changes nothing.
//!
//! A bill alone proves nothing to the till. Each difference names what can prove it: a question to the channel, whose
//! signed answer goes the till's usual way, or a person.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod books;
mod difference;
mod rows;

pub use difference::{Class, Difference, Repair, Staff};

use std::collections::HashMap;

use time::Date;

use crate::channel::{BillRow, ChannelKind, RowKind};
use crate::split::Fees;
use crate::till::Money;

/// How long around midnight the channel's clock and ours may put a payment on different days, in milliseconds: a
/// payer may take the three minutes that a shown code lives, and the till may ask for the proof that long again.
pub const MIDNIGHT_MS: i64 = 6 * 60_000;

/// How an attempt or refund ended for the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Not known yet.
    Open,
    /// The channel proved that money moved.
    Done,
    /// The channel proved that none moved, or it was taken back.
    Closed,
    /// The channel refused to send it back.
    Refused,
}

/// One attempt or refund as the till ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// An attempt or a refund.
    pub kind: RowKind,
    /// The attempt's number.
    pub number: String,
    /// The refund's own number, for a refund.
    pub refund: Option<String>,
    /// The channel's own number of the trade, where it gave one.
    pub channel_ref: Option<String>,
    /// How much moved, or would have.
    pub amount: Money,
    /// When that became known here, milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// How it ended.
    pub state: State,
}

/// What the ledger booked on the channel's account for an attempt or refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// An attempt or a refund.
    pub kind: RowKind,
    /// The attempt's number, or the refund's own.
    pub number: String,
    /// How much, above 0 in both directions.
    pub amount: Money,
    /// The entry.
    pub seq: i64,
}

/// What a bill may be believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evidence {
    /// A file that anybody could have made: it raises questions and answers none.
    #[default]
    Plain,
    /// The channel's own statement, signed or named by hash in a signed answer.
    Statement,
}

/// How one channel's bill is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What the bill may be believed.
    pub evidence: Evidence,
    /// Whether a statement may book by itself what the till is in doubt about.
    pub believe_statement: bool,
    /// How every number of this till starts; rows with other numbers belong to other tills of the same merchant.
    /// Empty takes every row as this till's.
    pub tag: String,
    /// The contract's fees.
    pub fees: Fees,
}

/// Everything about one day at one channel.
#[derive(Clone, Copy, Debug)]
pub struct Day<'a> {
    /// Whose bill.
    pub channel: ChannelKind,
    /// The business day of the bill.
    pub day: Date,
    /// How the bill is read.
    pub reading: &'a Reading,
    /// All attempts and refunds of the day and of [`MIDNIGHT_MS`] around it, and all that the bill names.
    pub ours: &'a [Ours],
    /// The ledger's entries of the same.
    pub booked: &'a [Booked],
    /// The bill.
    pub bill: &'a [BillRow],
    /// Rows of other days' bills at this channel about any of `ours`.
    pub elsewhere: &'a [(Date, BillRow)],
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// At whom.
    pub channel: ChannelKind,
    /// Which day.
    pub day: Date,
    /// All differences, ordered by their keys, each key once.
    pub differences: Vec<Difference>,
    /// Rows that agree with the till in kind, number, amount and state.
    pub matched: u32,
    /// Rows of other tills of the same merchant.
    pub foreign: u32,
    /// What the channel kept by the matched rows, and each row once; none where the
    /// bill is empty or they cannot be added up.
    pub fees: Option<Money>,
}

/// What a row and ours are found by: a refund by its own number, an attempt by its number. The second is the kind.
type Key<'a> = (&'a str, RowKind);

impl Ours {
    fn key(&self) -> Key<'_> {
        (self.refund.as_deref().unwrap_or(&self.number), self.kind)
    }
}

fn row_key(row: &BillRow) -> Key<'_> {
    match row.kind {
        RowKind::Payment => (&row.number, RowKind::Payment),
        // A refund without a number of its own is found under the attempt's, where no refund of ours is.
        RowKind::Refund => (row.refund.as_deref().unwrap_or(&row.number), RowKind::Refund),
    }
}

/// Compares the three.
pub fn reconcile(day: &Day<'_>) -> Outcome {
    let mut ours: HashMap<Key<'_>, &Ours> = HashMap::with_capacity(day.ours.len());
    for one in day.ours {
        // Twice the same of ours cannot be, for numbers are used once; were it so, the ledger's check tells it.
        let kept = ours.entry(one.key()).or_insert(one);
        if one.state == State::Done && kept.state != State::Done {
            *kept = one;
        }
    }
    let mut found = rows::compare(day, &ours);
    rows::absent(day, &ours, &mut found);
    books::compare(day, &ours, &mut found);
    let rows::Found { mut differences, matched, foreign, fees, .. } = found;
    differences.sort_by(|a, b| a.order().cmp(&b.order()));
    number_alike(&mut differences);
    Outcome { channel: day.channel, day: day.day, differences, matched, foreign, fees }
}

/// Several differences of one class about one thing (a row three times, say) are told apart by a count.
fn number_alike(differences: &mut [Difference]) {
    let mut last: Option<(Class, RowKind, String, Option<String>, u32)> = None;
    for difference in differences {
        let same = last.as_ref().filter(|(class, kind, number, refund, _)| {
            (*class, *kind) == (difference.class, difference.kind)
                && *number == difference.number
                && *refund == difference.refund
        });
        difference.nth = same.map_or(0, |(_, _, _, _, nth)| nth.saturating_add(1));
        last = Some((
            difference.class,
            difference.kind,
            difference.number.clone(),
            difference.refund.clone(),
            difference.nth,
        ));
    }
}

#[cfg(test)]
mod tests;
