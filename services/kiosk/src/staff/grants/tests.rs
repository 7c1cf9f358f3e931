//! Grants end in time, belong to one caller, and no guess opens one.

use proptest::prelude::*;

use super::*;
use crate::staff::{Role, StaffId};

const MINUTE: u64 = 60_000;
const WHO: Who = Who { id: StaffId(*b"01"), role: Role::Manager };
const AUDITOR: Who = Who { id: StaffId(*b"02"), role: Role::Auditor };

#[test]
fn a_grant_ends_five_minutes_after_its_last_use_and_fifteen_after_its_first() {
    for (uses, ends) in [
        // Minutes at which it is used, the last of which finds it ended.
        (&[0, 4, 8, 12][..], false),
        (&[4, 9], true),
        (&[5], true),
        (&[4, 8, 12, 14], false),
        (&[4, 8, 12, 15], true),
        (&[4, 8, 12, 14, 16], true),
    ] {
        let mut grants = Grants::default();
        let grant = grants.open(MINUTE, ":1.7", WHO, [7; 16]);
        assert_eq!(grant.until_ms, 6 * MINUTE);
        let mut last = Ok(WHO);
        for minute in uses {
            last = grants.check(MINUTE + minute * MINUTE, ":1.7", &grant.token, Right::CloseDay);
        }
        assert_eq!(last, if ends { Err(Denied::Expired) } else { Ok(WHO) }, "{uses:?}");
        if ends {
            let again = grants.check(MINUTE, ":1.7", &grant.token, Right::CloseDay);
            assert_eq!(again, Err(Denied::NoGrant), "{uses:?}: an ended one does not come back");
        }
    }
}

#[test]
fn what_is_denied_does_not_keep_it_alive() {
    let mut grants = Grants::default();
    let grant = grants.open(0, ":1.7", AUDITOR, [7; 16]);
    assert_eq!(grants.check(4 * MINUTE, ":1.7", &grant.token, Right::CloseDay), Err(Denied::NotAllowed));
    assert_eq!(grants.check(5 * MINUTE, ":1.7", &grant.token, Right::ReadFinance), Err(Denied::Expired));
}

#[test]
fn a_token_is_its_callers_alone_and_a_caller_has_one() {
    let mut grants = Grants::default();
    let first = grants.open(0, ":1.7", WHO, [7; 16]);
    assert_eq!(grants.check(1, ":1.8", &first.token, Right::CloseDay), Err(Denied::NoGrant));
    let second = grants.open(1, ":1.7", AUDITOR, [8; 16]);
    assert_eq!(grants.check(2, ":1.7", &first.token, Right::CloseDay), Err(Denied::NoGrant));
    assert_eq!(grants.check(2, ":1.7", &second.token, Right::ReadFinance), Ok(AUDITOR));
    grants.end(":1.7");
    assert_eq!(grants.check(2, ":1.7", &second.token, Right::ReadFinance), Err(Denied::NoGrant));
    assert_eq!(format!("{second:?}"), format!("Grant(**, {AUDITOR:?}, until 300001)"));
}

#[test]
fn a_clock_before_the_opening_ends_a_grant() {
    let mut grants = Grants::default();
    let grant = grants.open(MINUTE, ":1.7", WHO, [7; 16]);
    assert_eq!(grants.check(MINUTE - 1, ":1.7", &grant.token, Right::CloseDay), Err(Denied::Expired));
}

#[test]
fn many_callers_fill_no_memory_and_the_longest_unused_ends() {
    let mut grants = Grants::default();
    for serial in 0..100 {
        grants.open(serial, &format!(":1.{serial}"), WHO, [7; 16]);
        assert!(grants.0.len() <= CALLERS_MAX);
    }
    assert!(
        grants.0.contains_key(":1.99") && !grants.0.contains_key(":1.83") && grants.0.contains_key(":1.84")
    );
}

proptest! {
    #[test]
    fn no_sequence_of_wrong_tokens_passes(
        guesses in proptest::collection::vec(("[0-9a-f]{0,40}", 0..3_u8, 0..20 * MINUTE), 1..100),
        secret in any::<[u8; 16]>(),
    ) {
        let mut grants = Grants::default();
        let grant = grants.open(0, ":1.0", WHO, secret);
        for (guess, caller, now) in guesses {
            prop_assume!(guess != grant.token);
            let checked = grants.check(now, &format!(":1.{caller}"), &guess, Right::ReadFinance);
            prop_assert_eq!(checked, Err(Denied::NoGrant));
        }
        prop_assert_eq!(grants.check(1, ":1.0", &grant.token, Right::ReadFinance), Ok(WHO), "and it is still there");
    }

    #[test]
    fn no_history_outlives_its_ends(steps in proptest::collection::vec(0..6 * MINUTE, 1..40)) {
        let mut grants = Grants::default();
        let grant = grants.open(0, ":1.0", WHO, [7; 16]);
        let (mut now, mut used, mut alive) = (0_u64, 0, true);
        for step in steps {
            now += step;
            alive = alive && now < used + 5 * MINUTE && now < 15 * MINUTE;
            let checked = grants.check(now, ":1.0", &grant.token, Right::CloseDay);
            prop_assert_eq!(checked.is_ok(), alive, "at {}", now);
            used = now;
        }
    }
}
