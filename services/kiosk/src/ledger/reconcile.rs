//! Bills as the channels gave them, what reconciling them found, and the till's side of it read from the records.
//! One result a day and channel; running again over the same changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use time::Date;

use super::LedgerError;
use super::finance::{book_fees, currency, date};
use crate::channel::{Bill, BillRow, ChannelKind, RowKind};
use crate::finance::day_bounds;
use crate::reconcile::{Booked, Day, Evidence, MIDNIGHT_MS, Ours, Outcome, Reading, State, reconcile};
use crate::till::{Fate, Money, Record};

/// Bills, and what reconciling them found. A difference that is gone is solved, never deleted.
pub const TABLES: &str = "
CREATE TABLE bill(day TEXT NOT NULL, channel TEXT NOT NULL, digest BLOB NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY(day, channel)) STRICT;
CREATE TABLE bill_row(day TEXT NOT NULL, channel TEXT NOT NULL, place INTEGER NOT NULL, refunds INTEGER NOT NULL,
    number TEXT NOT NULL, refund TEXT, channel_ref TEXT NOT NULL, minor INTEGER NOT NULL, currency TEXT NOT NULL,
    fee INTEGER NOT NULL, fee_currency TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(day, channel, place)) STRICT;
CREATE INDEX bill_row_number ON bill_row(number);
CREATE TABLE reconciliation(day TEXT NOT NULL, channel TEXT NOT NULL, matched INTEGER NOT NULL,
    foreign_rows INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(day, channel)) STRICT;
CREATE TABLE difference(day TEXT NOT NULL, channel TEXT NOT NULL, key TEXT NOT NULL, class INTEGER NOT NULL,
    number TEXT NOT NULL, refund TEXT, ours INTEGER, theirs INTEGER, currency TEXT, repair TEXT NOT NULL,
    first_ms INTEGER NOT NULL, solved_ms INTEGER, PRIMARY KEY(day, channel, key)) STRICT;
";

/// What a run changed in what is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Differences that are new, or differ in another way than before.
    pub new: u64,
    /// Differences that are gone.
    pub solved: u64,
    /// Whether fees were booked.
    pub fees: bool,
}

/// Keeps a bill; the same again changes nothing, a corrected one takes its place. Answers whether it is new.
///
/// # Errors
/// [`LedgerError`].
pub fn keep_bill(tx: &Transaction<'_>, now_ms: u64, bill: &Bill) -> Result<bool, LedgerError> {
    let (day, channel) = (bill.day.to_string(), bill.channel.name());
    let digest = digest::digest(&digest::SHA256, format!("{:?}", bill.rows).as_bytes());
    let before: Option<Vec<u8>> = tx
        .query_row("SELECT digest FROM bill WHERE day = ?1 AND channel = ?2", params![day, channel], |row| {
            row.get(0)
        })
        .optional()?;
    if before.as_deref() == Some(digest.as_ref()) {
        return Ok(false);
    }
    tx.execute("DELETE FROM bill_row WHERE day = ?1 AND channel = ?2", params![day, channel])?;
    let at_ms = |at_ms: u64| i64::try_from(at_ms).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO bill(day, channel, digest, at_ms) VALUES(?1, ?2, ?3, ?4)
         ON CONFLICT(day, channel) DO UPDATE SET digest = excluded.digest, at_ms = excluded.at_ms",
        params![day, channel, digest.as_ref(), at_ms(now_ms)],
    )?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO bill_row(day, channel, place, refunds, number, refund, channel_ref, minor, currency, fee,
         fee_currency, at_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    for (place, row) in (0_i64..).zip(&bill.rows) {
        insert.execute(params![
            day,
            channel,
            place,
            row.kind == RowKind::Refund,
            row.number,
            row.refund,
            row.channel_ref,
            row.amount.minor(),
            row.amount.currency().code(),
            row.fee.minor(),
            row.fee.currency().code(),
            at_ms(row.at_ms)
        ])?;
    }
    Ok(true)
}

/// Reconciles a kept bill and stores what was found, at once. Fees are booked only from a statement that the
/// configuration believes. None where no bill of that day was kept.
///
/// # Errors
/// [`LedgerError`].
pub fn run(
    tx: &Transaction<'_>,
    now_ms: u64,
    channel: ChannelKind,
    day: Date,
    reading: &Reading,
) -> Result<Option<(Outcome, Changes)>, LedgerError> {
    let key = params![day.to_string(), channel.name()];
    let kept =
        tx.query_row("SELECT 1 FROM bill WHERE day = ?1 AND channel = ?2", key, |_row| Ok(())).optional()?;
    if kept.is_none() {
        return Ok(None);
    }
    let rows = rows(tx, "day = ?1 AND channel = ?2", params![day.to_string(), channel.name()])?;
    let bill: Vec<BillRow> = rows.into_iter().map(|(_, row)| row).collect();
    let (ours, booked) = ours(tx, channel, day, &bill)?;
    let elsewhere = elsewhere(tx, channel, &ours)?;
    let (ours, booked, bill, elsewhere) = (&ours[..], &booked[..], &bill[..], &elsewhere[..]);
    let outcome = reconcile(&Day { channel, day, reading, ours, booked, bill, elsewhere });
    let mut changes = store(tx, now_ms, &outcome)?;
    if reading.evidence == Evidence::Statement
        && reading.believe_statement
        && let Some(fees) = outcome.fees
    {
        changes.fees = book_fees(tx, now_ms, channel, day, fees)?;
    }
    Ok(Some((outcome, changes)))
}

fn rows(
    db: &Connection,
    which: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<(Date, BillRow)>, LedgerError> {
    let mut rows = db.prepare_cached(&format!(
        "SELECT day, refunds, number, refund, channel_ref, minor, currency, fee, fee_currency, at_ms FROM bill_row
         WHERE {which} ORDER BY day, place"
    ))?;
    let mut rows = rows.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let refunds: bool = row.get(1)?;
        let bill_row = BillRow {
            kind: if refunds { RowKind::Refund } else { RowKind::Payment },
            number: row.get(2)?,
            refund: row.get(3)?,
            channel_ref: row.get(4)?,
            amount: Money::new(row.get(5)?, currency(&row.get::<_, String>(6)?)?),
            fee: Money::new(row.get(7)?, currency(&row.get::<_, String>(8)?)?),
            at_ms: u64::try_from(row.get::<_, i64>(9)?).unwrap_or(0),
        };
        found.push((date(&row.get::<_, String>(0)?)?, bill_row));
    }
    Ok(found)
}

/// Rows of all bills of the channel about what is ours.
fn elsewhere(
    db: &Connection,
    channel: ChannelKind,
    ours: &[Ours],
) -> Result<Vec<(Date, BillRow)>, LedgerError> {
    let numbers: BTreeSet<&str> = ours.iter().map(|one| one.number.as_str()).collect();
    let mut found = Vec::new();
    for number in numbers {
        found.extend(rows(db, "number = ?1 AND channel = ?2", params![number, channel.name()])?);
    }
    Ok(found)
}

/// Everything of ours that the bill names or that was decided around that day, and what the ledger booked of it.
pub fn ours(
    db: &Connection,
    channel: ChannelKind,
    day: Date,
    bill: &[BillRow],
) -> Result<(Vec<Ours>, Vec<Booked>), LedgerError> {
    let (from_ms, to_ms) = day_bounds(day);
    let account = format!("channel:{}", channel.name());
    let mut payments = BTreeSet::new();
    let mut booked: BTreeMap<i64, Booked> = BTreeMap::new();
    let mut rows = db.prepare_cached(
        "SELECT payment, number, event, seq, minor, currency FROM entry JOIN number USING(number) JOIN line USING(seq)
         WHERE entry.at_ms >= ?1 AND entry.at_ms < ?2 AND account = ?3 AND event IN ('paid', 'refunded')",
    )?;
    let mut rows = rows.query(params![from_ms.saturating_sub(MIDNIGHT_MS), to_ms, account])?;
    while let Some(row) = rows.next()? {
        payments.insert(row.get::<_, String>(0)?);
        let one = booking(row)?;
        booked.insert(one.seq, one);
    }
    let mut named = db.prepare_cached("SELECT payment FROM number WHERE number = ?1")?;
    for number in bill.iter().flat_map(|row| [Some(&row.number), row.refund.as_ref()]).flatten() {
        payments.extend(named.query_row([number], |row| row.get::<_, String>(0)).optional()?);
    }
    let mut ours = Vec::new();
    let mut records = db.prepare_cached("SELECT record FROM event WHERE payment = ?1 ORDER BY seq")?;
    for payment in payments {
        let mut story = BTreeMap::new();
        for text in records.query_map([payment], |row| row.get::<_, String>(0))? {
            tell(&mut story, channel, serde_json::from_str(&text?)?);
        }
        ours.extend(story.into_values());
    }
    let mut rows = db.prepare_cached(
        "SELECT '', number, event, seq, minor, currency FROM entry JOIN line USING(seq)
         WHERE number = ?1 AND event IN ('paid', 'refunded') AND account = ?2",
    )?;
    for one in &ours {
        let mut rows = rows.query(params![one.refund.as_ref().unwrap_or(&one.number), account])?;
        while let Some(row) = rows.next()? {
            let one = booking(row)?;
            booked.insert(one.seq, one);
        }
    }
    Ok((ours, booked.into_values().collect()))
}

fn booking(row: &rusqlite::Row<'_>) -> Result<Booked, LedgerError> {
    let event: String = row.get(2)?;
    let (kind, minor): (_, i64) = match event.as_str() {
        "refunded" => (RowKind::Refund, row.get::<_, i64>(4)?.saturating_neg()),
        _ => (RowKind::Payment, row.get(4)?),
    };
    let amount = Money::new(minor, currency(&row.get::<_, String>(5)?)?);
    Ok(Booked { kind, number: row.get(1)?, amount, seq: row.get(3)? })
}

/// Attempts and refunds of one payment at one channel, as its records end them.
fn tell(story: &mut BTreeMap<String, Ours>, at: ChannelKind, record: Record) {
    let mut begin = |number: &str, refund: Option<&str>, amount, at_ms| {
        let kind = if refund.is_some() { RowKind::Refund } else { RowKind::Payment };
        let (refund, name) = (refund.map(str::to_owned), refund.unwrap_or(number).to_owned());
        let (number, channel_ref, state) = (number.to_owned(), None, State::Open);
        story.insert(name, Ours { kind, number, refund, channel_ref, amount, at_ms, state });
    };
    match record {
        Record::Opening { attempt, .. } | Record::Charging { attempt, .. } if attempt.channel == at => {
            begin(attempt.number.as_str(), None, attempt.amount, attempt.opened_at_ms);
        }
        Record::RefundAsked { number, channel, refund, at_ms, .. } if channel == at => {
            begin(number.as_str(), Some(refund.number.as_str()), refund.amount, at_ms);
        }
        Record::Paid { number, channel, channel_ref, amount, at_ms, fate, .. } if channel == at => {
            if let Fate::Returned(refund) = fate {
                begin(number.as_str(), Some(refund.number.as_str()), refund.amount, at_ms);
            }
            if let Some(one) = story.get_mut(number.as_str()) {
                (one.state, one.amount, one.at_ms) = (State::Done, amount, at_ms);
                one.channel_ref = Some(channel_ref);
            }
        }
        Record::Closed { number, .. } => end(story, number.as_str(), State::Closed, None),
        Record::Refunded { refund, at_ms, .. } => {
            end(story, refund.number.as_str(), State::Done, Some(at_ms))
        }
        Record::RefundRefused { refund, .. } => end(story, refund.number.as_str(), State::Refused, None),
        _ => {}
    }
}

fn end(story: &mut BTreeMap<String, Ours>, name: &str, state: State, at_ms: Option<u64>) {
    if let Some(one) = story.get_mut(name) {
        one.state = state;
        one.at_ms = at_ms.unwrap_or(one.at_ms);
    }
}

/// Stores an outcome: differences by their keys; those that are gone are solved, not deleted.
fn store(tx: &Transaction<'_>, now_ms: u64, outcome: &Outcome) -> Result<Changes, LedgerError> {
    let (day, channel) = (outcome.day.to_string(), outcome.channel.name());
    let now_ms = i64::try_from(now_ms).unwrap_or(i64::MAX);
    let mut changes = Changes::default();
    let mut keys = BTreeSet::new();
    for difference in &outcome.differences {
        let money = difference.ours.or(difference.theirs);
        let minor = |money: Option<Money>| money.map(|money| money.minor());
        let changed = tx
            .prepare_cached(
                "INSERT INTO difference(day, channel, key, class, number, refund, ours, theirs, currency, repair, first_ms)
                 VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                 ON CONFLICT(day, channel, key) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs,
                    currency = excluded.currency, repair = excluded.repair, solved_ms = NULL
                 WHERE solved_ms IS NOT NULL OR ours IS NOT excluded.ours OR theirs IS NOT excluded.theirs
                    OR currency IS NOT excluded.currency OR repair <> excluded.repair",
            )?
            .execute(params![
                day,
                channel,
                difference.key(),
                difference.class.code(),
                difference.number,
                difference.refund,
                minor(difference.ours),
                minor(difference.theirs),
                money.map(|money| money.currency().code().to_owned()),
                difference.what_to_do.code(),
                now_ms
            ])?;
        changes.new = changes.new.saturating_add(u64::try_from(changed).unwrap_or(0));
        keys.insert(difference.key());
    }
    for gone in unsolved(tx, outcome.channel, outcome.day)?.into_iter().filter(|key| !keys.contains(key)) {
        tx.prepare_cached(
            "UPDATE difference SET solved_ms = ?4 WHERE day = ?1 AND channel = ?2 AND key = ?3",
        )?
        .execute(params![day, channel, gone, now_ms])?;
        changes.solved = changes.solved.saturating_add(1);
    }
    tx.execute(
        "INSERT INTO reconciliation(day, channel, matched, foreign_rows, at_ms) VALUES(?1, ?2, ?3, ?4, ?5)
         ON CONFLICT(day, channel) DO UPDATE SET matched = excluded.matched, foreign_rows = excluded.foreign_rows,
            at_ms = excluded.at_ms WHERE matched <> excluded.matched OR foreign_rows <> excluded.foreign_rows",
        params![day, channel, outcome.matched, outcome.foreign, now_ms],
    )?;
    Ok(changes)
}

/// Keys of the differences of a day and channel that are still there.
pub fn unsolved(db: &Connection, channel: ChannelKind, day: Date) -> Result<Vec<String>, LedgerError> {
    let mut rows = db.prepare_cached(
        "SELECT key FROM difference WHERE day = ?1 AND channel = ?2 AND solved_ms IS NULL ORDER BY key",
    )?;
    let keys = rows.query_map(params![day.to_string(), channel.name()], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}
