//! Every planted difference is found, nothing else is, and neither order nor nonsense in a bill changes that.
#![allow(clippy::arithmetic_side_effects)]

mod planted;
mod table;

use std::collections::BTreeSet;

use proptest::prelude::*;
use time::macros::date;

use super::*;
use crate::finance::day_bounds;
use crate::till::Currency;

const DAY: Date = date!(2026 - 11 - 24);

fn outcome_of(planted: &planted::Planted, reading: &Reading) -> Outcome {
    reconcile(&Day {
        channel: ChannelKind::Alipay,
        day: DAY,
        reading,
        ours: &planted.ours,
        booked: &planted.booked,
        bill: &planted.bill,
        elsewhere: &planted.elsewhere,
    })
}

#[test]
fn of_100_000_rows_the_50_planted_differences_are_found_and_no_other() {
    let (planted, reading) = (planted::planted(DAY, 100_000, 50), planted::reading());
    let outcome = outcome_of(&planted, &reading);
    let mut found: Vec<(Class, String)> =
        outcome.differences.iter().map(|d| (d.class, d.number.clone())).collect();
    found.sort();
    assert_eq!(found, planted.expected);
    assert_eq!(found.iter().map(|(class, _)| *class).collect::<BTreeSet<_>>().len(), 10, "classes");
    assert_eq!(outcome.foreign, 100);
    let keys: BTreeSet<String> = outcome.differences.iter().map(Difference::key).collect();
    assert_eq!(keys.len(), 50, "keys");
    assert_eq!(outcome_of(&planted, &reading), outcome, "a second run");
}

fn any_row() -> impl Strategy<Value = BillRow> {
    let number = prop_oneof!["[ab]{0,2}", "\\PC{0,6}", Just("KIOSKA01".repeat(20))];
    let amount = prop_oneof![-3_i64..4, Just(i64::MAX), Just(i64::MIN), any::<i64>()];
    let (from_ms, to_ms) = day_bounds(DAY);
    let near = |ms: i64| (ms - 2..ms + 3).prop_map(|ms| u64::try_from(ms).expect("after 1970"));
    let at_ms = prop_oneof![near(from_ms), near(to_ms), near(to_ms - MIDNIGHT_MS), any::<u64>()];
    let refund = prop::option::of("[abx]{0,1}");
    let currency = prop_oneof![4 => Just(Currency::CNY), 1 => Just(Currency::parse("USD").expect("a code"))];
    (any::<bool>(), number, refund, amount.clone(), amount, at_ms, currency).prop_map(
        |(refunds, number, refund, amount, fee, at_ms, currency)| BillRow {
            kind: if refunds { RowKind::Refund } else { RowKind::Payment },
            number,
            refund,
            channel_ref: String::new(),
            amount: Money::new(amount, currency),
            fee: Money::new(fee, Currency::CNY),
            at_ms,
        },
    )
}

fn any_ours() -> impl Strategy<Value = Ours> {
    let state = prop::sample::select(vec![State::Open, State::Done, State::Closed, State::Refused]);
    (any_row(), state).prop_map(|(row, state)| Ours {
        kind: row.kind,
        number: row.number,
        refund: row.refund,
        channel_ref: None,
        amount: row.amount,
        at_ms: row.at_ms,
        state,
    })
}

proptest! {
    /// Nothing panics, every key is once, and the order of everything does not matter.
    #[test]
    fn hostile_bills_in_any_order_have_one_outcome(
        bill in prop::collection::vec(any_row(), 0..30),
        ours in prop::collection::vec(any_ours(), 0..20),
        booked in prop::collection::vec(any_row(), 0..20),
        elsewhere in prop::collection::vec(any_row(), 0..10),
        seed in any::<u64>(),
    ) {
        let reading = planted::reading();
        let mut ours = ours;
        // Numbers of ours are used once.
        let mut seen = BTreeSet::new();
        ours.retain(|one| seen.insert((one.refund.clone().unwrap_or(one.number.clone()), one.kind)));
        let booked: Vec<Booked> = booked
            .into_iter()
            .map(|row| Booked { kind: row.kind, number: row.number, amount: row.amount, seq: 1 })
            .collect();
        let elsewhere = elsewhere.into_iter().map(|row| (DAY.next_day().unwrap(), row)).collect();
        let mut planted = planted::Planted { ours, booked, bill, elsewhere, expected: vec![] };
        let outcome = outcome_of(&planted, &reading);
        let keys: BTreeSet<String> = outcome.differences.iter().map(Difference::key).collect();
        prop_assert_eq!(keys.len(), outcome.differences.len());
        let turn = usize::try_from(seed % 7).unwrap();
        planted.bill.reverse();
        let middle = turn.min(planted.bill.len());
        planted.bill.rotate_left(middle);
        planted.ours.reverse();
        planted.booked.reverse();
        prop_assert_eq!(outcome_of(&planted, &reading), outcome);
    }

    /// A bill that is exactly what we have leaves nothing to say.
    #[test]
    fn a_bill_that_says_what_we_say_has_no_differences(amounts in prop::collection::vec(1_i64..1_000_000, 0..50)) {
        let mut planted = planted::planted(DAY, amounts.len(), 0);
        for (place, amount) in amounts.iter().enumerate().filter(|(place, _)| place % 20 < 18) {
            let number = format!("{}{place:08}", planted::TAG);
            let money = Money::new(*amount, Currency::CNY);
            let fee = planted::reading().fees.rule(ChannelKind::Alipay).unwrap().of(money).unwrap();
            for row in planted.bill.iter_mut().filter(|row| row.number == number) {
                (row.amount, row.fee) = (money, fee);
            }
            planted.ours.iter_mut().filter(|one| one.number == number).for_each(|one| one.amount = money);
            planted.booked.iter_mut().filter(|one| one.number == number).for_each(|one| one.amount = money);
        }
        prop_assert_eq!(outcome_of(&planted, &planted::reading()).differences, vec![]);
    }
}
