//! Which double-entry lines a record makes: a pure function of the record alone, so that the ledger, a simulation
//! and an auditor compute the same. The lines of an entry add up to zero.
//!
//! Accounts, in an accountant's sense: `channel:*` is what a channel holds for us (asset), `sales` what we sold
//! (income), `refunds` what of it went back (income, negative), `owed` what is on its way back to payers (liability),
//! `discounts` what coupons and vouchers took off sales, `points` what points did (income, negative both), `payable:*` what a sale leaves to another party until the channel has divided it (liability), and what a party owes
//! of a refund until it has given it back; what it withholds stays there.
//!
//! A sale is booked at its price before offers, and what they took off beside it; a refund takes back both by the part
//! that goes back, so that an order that went back wholly leaves nothing on any account. Points count when they are
//! spent, as a price reduction, and not when they are earned: how many an order earns depends on the member's year and
//! on rules that change, so that it does not follow from the record. Whoever closes a year under accrual rules (IFRS 15,
//! CAS 14) takes the points that are out from the table `points_account` and books a provision outside the till.

use super::attempt::{AttemptNumber, Refund, RefundReason, Share};
use super::money::Money;
use super::order::TakenOff;
use super::record::{Fate, Record};
use crate::channel::ChannelKind;

/// Where money lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a channel holds for us.
    Channel(ChannelKind),
    /// What we sold.
    Sales,
    /// What coupons and vouchers took off.
    Discounts,
    /// What points took off.
    Points,
    /// What of it staff sent back.
    Refunds,
    /// What is on its way back to payers.
    Owed,
    /// What a party gets of a sale.
    Payable(String),
}

impl Account {
    /// The name in the ledger: `channel:alipay`, `sales`, `refunds`, `owed`, `payable:PARTY`.
    pub fn name(&self) -> String {
        match self {
            Self::Channel(kind) => format!("channel:{}", kind.name()),
            Self::Sales => "sales".to_owned(),
            Self::Discounts => "discounts".to_owned(),
            Self::Points => "points".to_owned(),
            Self::Refunds => "refunds".to_owned(),
            Self::Owed => "owed".to_owned(),
            Self::Payable(party) => format!("payable:{party}"),
        }
    }
}

/// One booking. The pair of number and event is unique, so that nothing is booked twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The attempt's, refund's or split's number.
    pub number: AttemptNumber,
    /// `paid`, `free`, `free-returned`, `refund-asked`, `refunded`, `refund-refused` or `divided`.
    pub event: &'static str,
    /// Debits above zero, credits below; they add up to zero.
    pub lines: Vec<(Account, Money)>,
}

/// The lines of a record; none where no money moved and none was promised.
pub fn entry(record: &Record) -> Option<Entry> {
    match record {
        Record::Paid { number, channel, amount, fate, off, .. } => {
            let mut lines = vec![(Account::Channel(*channel), *amount)];
            match fate {
                Fate::Accepted { split, .. } => {
                    let shares = split.as_ref().map_or(&[][..], |split| &split.shares);
                    let gross = take_off(*amount, off.as_ref(), Ok, &mut lines)?;
                    lines.extend(divide(Account::Sales, gross, shares, Money::negated)?);
                }
                Fate::Returned(_) => lines.push((Account::Owed, amount.negated().ok()?)),
            }
            Some(Entry { number: number.clone(), event: "paid", lines })
        }
        Record::Free { number, off, .. } => {
            let mut lines = Vec::new();
            let zero = Money::zero(off.discounts.currency());
            let gross = take_off(zero, Some(off), Ok, &mut lines)?;
            lines.push((Account::Sales, gross.negated().ok()?));
            Some(Entry { number: number.clone(), event: "free", lines })
        }
        Record::FreeReturned { number, off, .. } => {
            let mut lines = Vec::new();
            let zero = Money::zero(off.discounts.currency());
            let gross = take_off(zero, Some(off), Money::negated, &mut lines)?;
            lines.push((Account::Refunds, gross));
            Some(Entry { number: number.clone(), event: "free-returned", lines })
        }
        Record::RefundAsked { refund, back, .. } => {
            let mut offers = Vec::new();
            let gross = take_off(refund.amount, refund.off.as_ref(), Money::negated, &mut offers)?;
            let mut lines = divide(Account::Refunds, gross, back, Ok)?;
            lines.extend(offers);
            lines.push((Account::Owed, refund.amount.negated().ok()?));
            Some(Entry { number: refund.number.clone(), event: "refund-asked", lines })
        }
        Record::Refunded { channel, refund, .. } => {
            let mut lines = vec![
                (Account::Owed, refund.amount),
                (Account::Channel(*channel), refund.amount.negated().ok()?),
            ];
            lines.extend(gathered(*channel, refund)?);
            Some(Entry { number: refund.number.clone(), event: "refunded", lines })
        }
        Record::RefundRefused { channel, refund, back, gathered: with_us, .. } => {
            let mut entry = refused(refund, back)?;
            if *with_us {
                entry.lines.extend(gathered(*channel, refund)?);
            }
            Some(entry)
        }
        Record::Divided { channel, split, .. } => {
            let mut lines = Vec::new();
            for share in &split.shares {
                lines.push((Account::Payable(share.party.clone()), share.amount));
                lines.push((Account::Channel(*channel), share.amount.negated().ok()?));
            }
            Some(Entry { number: split.number.clone(), event: "divided", lines })
        }
        _ => None,
    }
}

/// How an amount stands in a line: as it is, or on the other side.
type Side = fn(Money) -> Result<Money, super::money::MoneyError>;

/// Books what offers took off, or give back, by `side`; answers what was paid, or goes back, before them.
fn take_off(
    paid: Money,
    off: Option<&TakenOff>,
    side: Side,
    lines: &mut Vec<(Account, Money)>,
) -> Option<Money> {
    let Some(off) = off else { return Some(paid) };
    for (account, amount) in [(Account::Discounts, off.discounts), (Account::Points, off.points)] {
        if amount.minor() != 0 {
            lines.push((account, side(amount).ok()?));
        }
    }
    paid.plus(off.sum().ok()?).ok()
}

/// A refund that staff asked for is theirs to make good another way, so its reservation is undone. Money that must
/// not be ours stays owed until staff have given it back.
fn refused(refund: &Refund, back: &[Share]) -> Option<Entry> {
    if refund.reason != RefundReason::Asked {
        return None;
    }
    let mut lines = vec![(Account::Owed, refund.amount)];
    let gross = take_off(refund.amount, refund.off.as_ref(), Ok, &mut lines)?;
    lines.extend(divide(Account::Refunds, gross, back, Money::negated)?);
    Some(Entry { number: refund.number.clone(), event: "refund-refused", lines })
}

/// What parties have given of a refund comes to the merchant, and they owe it no more.
fn gathered(channel: ChannelKind, refund: &Refund) -> Option<Vec<(Account, Money)>> {
    let mut lines = Vec::new();
    for share in &refund.back {
        lines.push((Account::Channel(channel), share.amount));
        lines.push((Account::Payable(share.party.clone()), share.amount.negated().ok()?));
    }
    Some(lines)
}

/// `amount` over the parties' accounts, the rest on our own, each with the sign given by `side`.
fn divide(own: Account, amount: Money, shares: &[Share], side: Side) -> Option<Vec<(Account, Money)>> {
    let mut left = amount;
    let mut lines = Vec::new();
    for share in shares {
        left = left.plus(share.amount.negated().ok()?).ok()?;
        lines.push((Account::Payable(share.party.clone()), side(share.amount).ok()?));
    }
    if left.minor() != 0 || lines.is_empty() {
        lines.insert(0, (own, side(left).ok()?));
    }
    Some(lines)
}

#[cfg(test)]
mod tests;
