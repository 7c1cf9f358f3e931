//! What a channel's bill of one day tells, before any format: its rows, and the differences that a test plants among
//! them so that a reconciliation has something to find.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::macros::{format_description, offset};
use time::{Date, OffsetDateTime};

use crate::clock::{HOUR, Millis, SECOND};
use crate::trade::{Channel, Refund, State, Trade};
use crate::world::World;

/// A day in [`Millis`].
const DAY: Millis = 24 * HOUR;
/// Bills are there from 10:00 of the next day.
const READY_AFTER: Millis = DAY + 10 * HOUR;
/// What a channel keeps of a payment, in thousandths: 0.6 %.
const FEE_PER_MILLE: i64 = 6;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A payer paid.
    Payment,
    /// Money went back by the merchant's refund.
    Refund,
    /// A paid trade was taken back whole, by cancel or reverse.
    Reversal,
}

/// One row, in no channel's format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What happened.
    pub kind: Kind,
    /// The merchant's order number.
    pub out_trade_no: String,
    /// The channel's number of the trade.
    pub channel_ref: String,
    /// The merchant's number of the refund.
    pub refund: Option<String>,
    /// Fen, above 0 in both directions.
    pub fen: i64,
    /// Fen that were asked for when the trade was made.
    pub total_fen: i64,
    /// What the channel keeps, in thousandths of a fen (0.00001 yuan, as fine as WeChat Pay counts); below 0 where
    /// it gives back.
    pub fee: i64,
    /// What the payer sees.
    pub subject: String,
    /// Whether the merchant showed a code; otherwise it scanned the payer's.
    pub shown: bool,
    /// When the trade was made.
    pub made_at: Millis,
    /// When it happened.
    pub at: Millis,
}

/// What is wrong with one row on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The row is not there.
    Drop,
    /// There is a row of a trade that the merchant never made; `nth` only numbers it.
    Foreign,
    /// One fen more.
    Amount,
    /// The payment is told as money sent back; `nth` counts payments.
    State,
    /// The row is there twice.
    Duplicate,
    /// The row is booked on the next day, just after midnight.
    OtherDay,
    /// The channel keeps a fen more.
    Fee,
    /// The money sent back is not told; `nth` counts refunds and reversals.
    RefundMissing,
}

/// One planted difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// What is wrong.
    pub class: Class,
    /// With which row of the right bill, from 0.
    pub nth: usize,
}

/// Bills made on demand, and rows that were booked on a later day than they belong to.
#[derive(Clone, Debug, Default)]
pub struct Bills {
    made: BTreeMap<(Channel, Date), Vec<Row>>,
    moved: BTreeMap<(Channel, Date), Vec<Row>>,
}

/// A difference names a row that the right bill has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("differences[{0}].nth is beyond the bill's rows of that kind")]
pub struct NoSuchRow(pub usize);

/// `yyyy-MM-dd`.
pub fn date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

/// When a business day begins: 00:00 at GMT+8.
pub fn begins(day: Date) -> Millis {
    day.midnight().assume_offset(offset!(+8)).unix_timestamp() * SECOND
}

/// The business day of a moment, GMT+8.
pub fn day_of(at: Millis) -> Date {
    let at = OffsetDateTime::from_unix_timestamp(at.div_euclid(SECOND));
    at.unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(offset!(+8)).date()
}

/// The bill of a day: one made on demand, or the right one once its time has come. `None` before that.
pub fn ready(world: &World, channel: Channel, day: Date) -> Option<Vec<Row>> {
    let made = world.bills.made.get(&(channel, day)).cloned();
    made.or_else(|| (world.now() >= begins(day) + READY_AFTER).then(|| right(world, channel, day)))
}

/// Makes the bill of a day now, with differences.
///
/// # Errors
/// [`NoSuchRow`]; nothing is made then.
pub fn make(
    world: &mut World,
    channel: Channel,
    day: Date,
    differences: &[Difference],
) -> Result<Vec<Row>, NoSuchRow> {
    let (rows, moved) = plant(right(world, channel, day), day, differences)?;
    if let Some(next) = day.next_day() {
        world.bills.moved.insert((channel, next), moved);
    }
    world.bills.made.insert((channel, day), rows.clone());
    Ok(rows)
}

/// The day's rows by time, and those that were moved to it.
fn right(world: &World, channel: Channel, day: Date) -> Vec<Row> {
    let trades = world.trades.values().filter(|trade| trade.order.channel == channel);
    let mut rows: Vec<Row> = trades.flat_map(of).filter(|row| day_of(row.at) == day).collect();
    rows.extend(world.bills.moved.get(&(channel, day)).into_iter().flatten().cloned());
    rows.sort_by(|a, b| (a.at, &a.out_trade_no, &a.refund).cmp(&(b.at, &b.out_trade_no, &b.refund)));
    rows
}

/// What a trade brings to bills.
fn of(trade: &Trade) -> Vec<Row> {
    let Some(paid_at) = trade.paid_at else { return Vec::new() };
    let mut rows = vec![row(trade, Kind::Payment, None, trade.order.fen, paid_at)];
    let back = |refund: &Refund| row(trade, Kind::Refund, Some(refund.number.clone()), refund.fen, refund.at);
    rows.extend(trade.refunds.iter().map(back));
    let left = trade.order.fen - trade.refunded();
    if let (State::Reversed, Some(at)) = (trade.state, trade.reversed_at)
        && left > 0
    {
        rows.push(row(trade, Kind::Reversal, None, left, at));
    }
    rows
}

fn row(trade: &Trade, kind: Kind, refund: Option<String>, fen: i64, at: Millis) -> Row {
    let fee = fen * FEE_PER_MILLE;
    Row {
        kind,
        out_trade_no: trade.order.out_trade_no.clone(),
        channel_ref: trade.channel_ref.clone(),
        refund,
        fen,
        total_fen: trade.order.fen,
        fee: if kind == Kind::Payment { fee } else { -fee },
        subject: trade.order.subject.clone(),
        shown: trade.shown_code.is_some(),
        made_at: trade.made_at,
        at,
    }
}

/// Plants differences among the rows; every `nth` counts the right bill, whatever was planted before. Gives the
/// day's rows and those moved to the next day.
fn plant(right: Vec<Row>, day: Date, differences: &[Difference]) -> Result<(Vec<Row>, Vec<Row>), NoSuchRow> {
    let (mut slots, mut foreign, mut moved) =
        (right.iter().map(|row| vec![row.clone()]).collect::<Vec<_>>(), Vec::new(), Vec::new());
    for (index, difference) in differences.iter().enumerate() {
        let counts = |row: &Row| match difference.class {
            Class::State => row.kind == Kind::Payment,
            Class::RefundMissing => row.kind != Kind::Payment,
            _any => true,
        };
        if difference.class == Class::Foreign {
            foreign.push(strange(day, difference.nth));
            continue;
        }
        let mut fits = right.iter().enumerate().filter(|(_, row)| counts(row));
        let (at, _) = fits.nth(difference.nth).ok_or(NoSuchRow(index))?;
        let slot = &mut slots[at];
        match difference.class {
            Class::Drop | Class::RefundMissing => slot.clear(),
            Class::Amount => slot.iter_mut().for_each(|row| row.fen += 1),
            Class::Fee => slot.iter_mut().for_each(|row| row.fee += 1000),
            Class::Duplicate => slot.extend(slot.first().cloned()),
            Class::State => slot.iter_mut().for_each(|row| {
                row.kind = Kind::Reversal;
                row.fee = -row.fee;
            }),
            Class::OtherDay => moved.append(slot),
            Class::Foreign => {}
        }
    }
    let midnight = begins(day) + DAY;
    moved.iter_mut().for_each(|row| row.at = midnight + SECOND);
    let mut rows: Vec<Row> = slots.into_iter().flatten().collect();
    rows.append(&mut foreign);
    Ok((rows, moved))
}

/// A row that no trade made.
fn strange(day: Date, nth: usize) -> Row {
    let at = begins(day) + 12 * HOUR;
    Row {
        kind: Kind::Payment,
        out_trade_no: format!("FOREIGN{nth:04}"),
        channel_ref: format!("{}22009{nth:015}", crate::clock::alipay_time(at)[..10].replace('-', "")),
        refund: None,
        fen: 100,
        total_fen: 100,
        fee: 100 * FEE_PER_MILLE,
        subject: "午餐".to_owned(),
        shown: true,
        made_at: at,
        at,
    }
}

#[cfg(test)]
mod tests;
