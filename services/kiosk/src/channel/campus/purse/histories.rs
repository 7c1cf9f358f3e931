//! Random histories of payments, taps, tears, take-backs and restarts, for every kind of purse.

use proptest::prelude::*;

use super::bench::{AGAIN, Bench, How, Tear, attempt};
use crate::channel::{Channel, Proof, Refusal, Revoked};

/// One thing that happens at the counter.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Charge(i64, Option<Tear>),
    Retap(Option<Tear>),
    Revoke(usize),
    Restart,
}

/// A day at the counter, with cards that are torn so at any of so many commands.
pub(super) fn acts(
    commands: u32,
    how: impl Strategy<Value = How> + Clone + 'static,
) -> impl Strategy<Value = Vec<Act>> {
    let tear = move || {
        let torn = (0..commands, how.clone()).prop_map(|(answered, how)| Tear { answered, how });
        proptest::option::of(torn)
    };
    let act = prop_oneof![
        4 => (1..900_i64, tear()).prop_map(|(minor, tear)| Act::Charge(minor, tear)),
        3 => tear().prop_map(Act::Retap),
        2 => (0..4_usize).prop_map(Act::Revoke),
        1 => Just(Act::Restart),
    ];
    proptest::collection::vec(act, 1..12)
}

/// Lives through it at a desk whose first card holds what the office put there: it must end with card and accounts
/// agreeing.
pub(super) fn live(bench: impl FnOnce() -> Bench, acts: Vec<Act>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { day(bench(), acts).await });
}

async fn day(mut bench: Bench, acts: Vec<Act>) {
    let mut attempts = Vec::new();
    for act in acts {
        match act {
            Act::Charge(minor, tear) => {
                let made = attempt(&format!("RANDOM{:03}", attempts.len()), minor);
                let tender = bench.tap(tear);
                bench.campus.charge(&made, &tender).await;
                attempts.push(made);
            }
            Act::Retap(tear) => {
                let tender = bench.tap(tear);
                bench.campus.seen(&tender).await;
            }
            Act::Revoke(index) if index < attempts.len() => {
                assert_eq!(bench.campus.revoke(&attempts[index]).await, Revoked::Done);
            }
            Act::Revoke(_) => {}
            Act::Restart => bench.restart(),
        }
    }
    // Every payment ends: what waits is finished or taken back, and the card comes once more.
    for made in &attempts {
        bench.retap().await;
        if bench.campus.query(made).await == AGAIN {
            assert_eq!(bench.campus.revoke(made).await, Revoked::Done);
        }
    }
    let last = bench.campus.charge(&attempt("THELAST01", 1), &bench.tap(None)).await;
    assert!(matches!(last, Proof::Paid(_) | Proof::NotPaid(Refusal::InsufficientFunds)), "{last:?}");
    let mut expected = i64::from(matches!(last, Proof::Paid(_)));
    for made in &attempts {
        if let Proof::Paid(proof) = bench.campus.query(made).await {
            expected += proof.amount.minor();
        }
    }
    bench.holds("at the end");
    assert_eq!(bench.mirrored().1, expected, "the canteen has what was proved paid, and no more");
}
