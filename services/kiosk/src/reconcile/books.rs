//! The ledger's lines against what the till decided: everything decided is booked, once, and nothing else is.

use std::collections::HashMap;

use super::rows::Found;
use super::{Booked, Class, Day, Difference, Key, Ours, Repair, Staff, State};
use crate::channel::RowKind;
use crate::till::Money;

pub(super) fn compare<'a>(day: &Day<'a>, ours: &HashMap<Key<'a>, &'a Ours>, found: &mut Found<'_>) {
    let mut booked: HashMap<Key<'_>, &Booked> = HashMap::with_capacity(day.booked.len());
    // The first entry of a number is the one that counts, whatever the order of the list.
    let mut entries: Vec<&Booked> = day.booked.iter().collect();
    entries.sort_by_key(|entry| (entry.seq, entry.amount.minor(), entry.amount.currency()));
    for entry in entries {
        let key = (entry.number.as_str(), entry.kind);
        if booked.insert(key, entry).is_some() {
            found.differences.push(wrong(entry.kind, &entry.number, None, None, Some(entry.amount)));
        }
    }
    for (key, one) in ours {
        let entry = booked.remove(key);
        let amount = entry.map(|entry| entry.amount);
        let right = match one.state {
            State::Done => amount == Some(one.amount),
            State::Open | State::Closed | State::Refused => amount.is_none(),
        };
        if !right {
            let decided = (one.state == State::Done).then_some(one.amount);
            let refund = one.refund.as_deref();
            found.differences.push(wrong(one.kind, &one.number, refund, decided, amount));
        }
    }
    for entry in booked.values() {
        found.differences.push(wrong(entry.kind, &entry.number, None, None, Some(entry.amount)));
    }
}

fn wrong(
    kind: RowKind,
    number: &str,
    refund: Option<&str>,
    decided: Option<Money>,
    booked: Option<Money>,
) -> Difference {
    Difference {
        class: Class::LedgerDiffers,
        kind,
        number: number.to_owned(),
        refund: refund.map(str::to_owned),
        nth: 0,
        ours: decided,
        theirs: booked,
        what_to_do: Repair::None(Staff::LedgerIsWrong),
    }
}
