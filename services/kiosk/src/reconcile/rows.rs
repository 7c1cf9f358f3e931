//! The bill against what the till decided: every row, and everything that no row is about.

use std::collections::{HashMap, HashSet};

use super::{Class, Day, Difference, Evidence, Key, MIDNIGHT_MS, Ours, Repair, Staff, State, row_key};
use crate::channel::{BillRow, RowKind};
use crate::finance::{business_day, day_bounds};
use crate::split::FeeRule;
use crate::till::{Currency, Money};

/// What was found so far.
pub(super) struct Found<'a> {
    pub(super) differences: Vec<Difference>,
    pub(super) matched: u32,
    pub(super) foreign: u32,
    pub(super) fees: Option<Money>,
    /// Keys that some row of the bill is about.
    named: HashSet<Key<'a>>,
}

impl Found<'_> {
    fn add(&mut self, class: Class, row: &BillRow, ours: Option<Money>, what_to_do: Repair) {
        self.differences.push(Difference {
            class,
            kind: row.kind,
            number: row.number.clone(),
            refund: row.refund.clone(),
            nth: 0,
            ours,
            theirs: Some(if class == Class::FeeDiffers { row.fee } else { row.amount }),
            what_to_do,
        });
    }

    fn add_ours(&mut self, class: Class, one: &Ours, what_to_do: Repair) {
        self.differences.push(Difference {
            class,
            kind: one.kind,
            number: one.number.clone(),
            refund: one.refund.clone(),
            nth: 0,
            ours: Some(one.amount),
            theirs: None,
            what_to_do,
        });
    }
}

/// What of an attempt that we closed the bill says came and went.
#[derive(Clone, Copy, Default)]
struct Flow {
    came: i128,
    went: i128,
}

pub(super) fn compare<'a>(day: &Day<'a>, ours: &HashMap<Key<'a>, &'a Ours>) -> Found<'a> {
    let mut found = Found {
        differences: Vec::new(),
        matched: 0,
        foreign: 0,
        fees: day.bill.first().map(|row| Money::zero(row.fee.currency())),
        named: HashSet::with_capacity(day.bill.len()),
    };
    // Of rows about one thing the one that agrees best comes first, and an order of values decides the rest, so that
    // the order of the bill does not.
    let mut order: Vec<(Key<'a>, bool, &'a BillRow)> = Vec::with_capacity(day.bill.len());
    for row in day.bill {
        let key = row_key(row);
        order.push((key, ours.get(&key).is_none_or(|one| one.amount != row.amount), row));
    }
    order.sort_by(|a, b| (a.0, a.1, values(a.2)).cmp(&(b.0, b.1, values(b.2))));
    let flows = flows(day, ours);
    for (key, _, row) in order {
        let one = ours.get(&key).copied();
        if one.is_none() && !row.number.starts_with(&day.reading.tag) {
            found.foreign = found.foreign.saturating_add(1);
        } else if found.named.insert(key) {
            judge(day, row, one, ours, &flows, &mut found);
        } else {
            found.add(Class::Duplicate, row, one.map(|one| one.amount), Repair::None(Staff::DuplicateRow));
        }
    }
    found
}

/// Everything that a row says, to order rows by.
type Values<'a> = (i64, Currency, i64, Currency, u64, &'a str, &'a str, Option<&'a str>);

fn values(row: &BillRow) -> Values<'_> {
    let (amount, fee) = (row.amount, row.fee);
    let texts = (row.channel_ref.as_str(), row.number.as_str(), row.refund.as_deref());
    (amount.minor(), amount.currency(), fee.minor(), fee.currency(), row.at_ms, texts.0, texts.1, texts.2)
}

/// For every attempt that we closed: what the bill says came in and went back.
fn flows<'a>(day: &Day<'a>, ours: &HashMap<Key<'a>, &'a Ours>) -> HashMap<&'a str, Flow> {
    let mut flows: HashMap<&str, Flow> = HashMap::new();
    for row in day.bill {
        let closed = ours.get(&(row.number.as_str(), RowKind::Payment)).filter(|o| o.state == State::Closed);
        if closed.is_some() {
            let flow = flows.entry(&row.number).or_default();
            let side = match row.kind {
                RowKind::Payment => &mut flow.came,
                RowKind::Refund => &mut flow.went,
            };
            *side = side.saturating_add(i128::from(row.amount.minor()));
        }
    }
    flows
}

/// The first row about something of ours, or of nobody.
fn judge(
    day: &Day<'_>,
    row: &BillRow,
    one: Option<&Ours>,
    ours: &HashMap<Key<'_>, &Ours>,
    flows: &HashMap<&str, Flow>,
    found: &mut Found<'_>,
) {
    let taken_back = flows.get(row.number.as_str()).is_some_and(|flow| flow.came == flow.went);
    match (one, row.kind) {
        // A reversal shows as a payment and a refund of all of it, which is what closing it meant.
        (Some(Ours { state: State::Closed, .. }), RowKind::Payment) | (None, RowKind::Refund)
            if taken_back =>
        {
            agree(day, row, ours, found);
        }
        (None, RowKind::Payment) => {
            found.add(Class::MissingWithUs, row, None, Repair::AskChannel(row.number.clone()));
        }
        (None, RowKind::Refund) => {
            found.add(Class::RefundExtra, row, None, Repair::None(Staff::WhoSentItBack));
        }
        (Some(one), _) if one.state != State::Done => {
            let believed = day.reading.evidence == Evidence::Statement && day.reading.believe_statement;
            let repair = if believed && one.amount == row.amount && one.state == State::Open {
                Repair::BelieveStatement
            } else {
                ask(one)
            };
            found.add(Class::StateDiffers, row, Some(one.amount), repair);
        }
        (Some(one), _) if one.amount != row.amount => {
            found.add(Class::AmountDiffers, row, Some(one.amount), Repair::None(Staff::CompareAmounts));
        }
        (Some(one), _) => {
            let counted = business_day(one.at_ms);
            if counted != day.day {
                found.add(Class::CrossDay, row, Some(one.amount), Repair::OnDay(counted));
            }
            agree(day, row, ours, found);
        }
    }
}

/// The question whose signed answer settles it.
fn ask(one: &Ours) -> Repair {
    match &one.refund {
        Some(refund) => Repair::AskRefund { number: one.number.clone(), refund: refund.clone() },
        None => Repair::AskChannel(one.number.clone()),
    }
}

/// A row that agrees, but for its fee perhaps.
fn agree(day: &Day<'_>, row: &BillRow, ours: &HashMap<Key<'_>, &Ours>, found: &mut Found<'_>) {
    found.matched = found.matched.saturating_add(1);
    found.fees = found.fees.and_then(|fees| fees.plus(row.fee).ok());
    let Some(rule) = day.reading.fees.rule(day.channel) else { return };
    let paid = ours.get(&(row.number.as_str(), RowKind::Payment)).map(|one| one.amount);
    let Some(expected) = expected(rule, row, paid) else { return };
    if !rule.agrees(expected, row.fee) {
        found.add(Class::FeeDiffers, row, Some(expected), Repair::None(Staff::AskAboutFee));
    }
}

fn expected(rule: &FeeRule, row: &BillRow, paid: Option<Money>) -> Option<Money> {
    match row.kind {
        RowKind::Payment => rule.of(row.amount).ok(),
        RowKind::Refund => rule.back(paid?, row.amount).ok(),
    }
}

/// Everything of ours that this bill should have named and did not.
pub(super) fn absent<'a>(day: &Day<'a>, ours: &HashMap<Key<'a>, &'a Ours>, found: &mut Found<'a>) {
    let mut elsewhere: HashMap<Key<'_>, time::Date> = HashMap::new();
    for (other, row) in day.elsewhere.iter().filter(|(other, _)| *other != day.day) {
        let first = elsewhere.entry(row_key(row)).or_insert(*other);
        *first = (*first).min(*other);
    }
    let (from_ms, to_ms) = day_bounds(day.day);
    for (key, one) in ours {
        if one.state != State::Done || found.named.contains(key) {
            continue;
        }
        let at_ms = i64::try_from(one.at_ms).unwrap_or(i64::MAX);
        let in_day = at_ms >= from_ms && at_ms < to_ms;
        let carried = at_ms < from_ms && at_ms >= from_ms.saturating_sub(MIDNIGHT_MS);
        let late = in_day && at_ms >= to_ms.saturating_sub(MIDNIGHT_MS);
        match (elsewhere.get(key), day.day.next_day()) {
            // What was late yesterday is told of on the day that it was looked for in vain, and only then.
            (Some(_), _) if carried => {}
            (Some(other), _) if in_day => found.add_ours(Class::CrossDay, one, Repair::OnDay(*other)),
            (None, Some(next)) if late => found.add_ours(Class::CrossDay, one, Repair::OnDay(next)),
            _ if in_day || carried => {
                let class = match one.kind {
                    RowKind::Payment => Class::MissingAtChannel,
                    RowKind::Refund => Class::RefundMissing,
                };
                found.add_ours(class, one, ask(one));
            }
            _ => {}
        }
    }
}
