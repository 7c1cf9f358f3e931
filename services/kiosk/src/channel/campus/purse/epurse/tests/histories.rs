//! Random histories of payments, taps, tears, take-backs and restarts.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Act {
    Charge(i64, Option<Tear>),
    Retap(Option<Tear>),
    Revoke(usize),
    Restart,
}

fn tear() -> impl Strategy<Value = Option<Tear>> {
    let how = prop_oneof![Just(How::Deaf), Just(How::Obeyed),];
    proptest::option::of((0..COMMANDS, how).prop_map(|(answered, how)| Tear { answered, how }))
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1..900_i64, tear()).prop_map(|(minor, tear)| Act::Charge(minor, tear)),
        3 => tear().prop_map(Act::Retap),
        2 => (0..4_usize).prop_map(Act::Revoke),
        1 => Just(Act::Restart),
    ]
}

async fn live(acts: Vec<Act>) {
    let mut bench = bench();
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
    bench.holds(LOADED, "at the end");
    assert_eq!(bench.mirrored().1, expected, "the canteen has what was proved paid, and no more");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_history_of_taps_and_tears_ends_with_card_and_accounts_agreeing(
        acts in proptest::collection::vec(act(), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(live(acts));
    }
}
