//! Every state with every change.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{AgreementState, Change};

/// Rows are states, columns the changes in their order; `-` is refused.
const TABLE: &str = "
           signed     suspend    resume     revoke     expire
asked      active     -          -          revoked    expired
active     active     suspended  active     revoked    expired
suspended  suspended  suspended  active     revoked    expired
revoked    -          -          -          revoked    -
expired    -          -          -          -          expired
";

#[test]
fn every_state_with_every_change() {
    let changes = [Change::Signed, Change::Suspend, Change::Resume, Change::Revoke, Change::Expire];
    let rows = TABLE.lines().skip(2).zip(AgreementState::ALL);
    let mut count = 0;
    for (row, state) in rows {
        let mut words = row.split_whitespace();
        assert_eq!(words.next(), Some(state.word()));
        for (change, expect) in changes.into_iter().zip(words) {
            let after = state.after(change).map_or("-", AgreementState::word);
            assert_eq!(after, expect, "{state:?} {change:?}");
            count += 1;
        }
    }
    assert_eq!(count, 25);
}
