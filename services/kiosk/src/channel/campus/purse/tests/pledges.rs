//! What stands good for a purse's debit towards the back office: the card's own MAC over it, also where the answer to
//! the commit was lost and only the next tap told of it.

use super::*;
use crate::member::{IdentityKind, TokenKey};
use crate::offline::{Instrument, Pledge};

const MEMBERS: &[u8] = b"fedcba9876543210fedcba9876543210";

fn bench(mac_file: bool) -> Bench {
    let mut bench = desk(mac_file);
    let file = bench.folder.path().join("campus.db");
    let accounts = Accounts::open(&file, KEY).expect("accounts").with_tokens(tokens());
    let parts = parts(bench.link.clone(), mac_file);
    bench.campus = Campus::over(accounts).expect("campus").with_purse(parts);
    bench
}

fn tokens() -> TokenKey {
    TokenKey::new(MEMBERS).expect("a key")
}

async fn pledge(bench: &Bench, number: &str) -> Option<Pledge> {
    bench.campus.pledge(&attempt(number, PRICE)).await.expect("the accounts answer")
}

#[tokio::test]
async fn a_debit_keeps_the_cards_mac_also_when_its_answer_was_torn_off() {
    let (whole, torn) = (bench(true), bench(true));
    let lunch = attempt("LUNCH0001", PRICE);
    let tender = whole.tap(None);
    assert!(paid(&whole.campus.charge(&lunch, &tender).await));
    let kept = pledge(&whole, "LUNCH0001").await.expect("a pledge");
    let Instrument::Purse { card, counter, mac } = kept.instrument else { panic!("{kept:?}") };
    assert_eq!((card, counter, kept.deny_list), (tokens().token(IdentityKind::Card, &UID), 1, 0));
    assert_ne!(mac, [0; 8]);
    // The card obeyed the commit and left before it could say so: it had debited the same, so its MAC is the same.
    let tear = Tear { answered: COMMANDS - 1, how: How::Obeyed };
    let tender = torn.tap(Some(tear));
    assert_eq!(torn.campus.charge(&lunch, &tender).await, AGAIN);
    assert_eq!(pledge(&torn, "LUNCH0001").await, None, "nothing is proved yet");
    torn.retap().await;
    assert!(paid(&torn.campus.query(&lunch).await));
    assert_eq!(pledge(&torn, "LUNCH0001").await, Some(kept));
    // The next one counts on.
    let tender = torn.tap(None);
    assert!(paid(&torn.campus.charge(&attempt("SNACK0001", PRICE), &tender).await));
    let next = pledge(&torn, "SNACK0001").await.expect("a pledge").instrument;
    assert!(matches!(next, Instrument::Purse { counter: 2, .. }), "{next:?}");
}

#[tokio::test]
async fn without_a_mac_or_a_back_office_nothing_stands_good() {
    let lunch = attempt("LUNCH0001", PRICE);
    for (bench, proves) in [(bench(false), false), (desk(true), true)] {
        let tender = bench.tap(None);
        assert!(paid(&bench.campus.charge(&lunch, &tender).await));
        assert_eq!(pledge(&bench, "LUNCH0001").await, None);
        assert_eq!(bench.campus.bearer(&tender).is_some(), proves);
    }
}

#[tokio::test]
async fn a_debit_that_was_taken_back_before_it_was_proved_pledges_nothing() {
    let bench = bench(true);
    let lunch = attempt("LUNCH0001", PRICE);
    let tender = bench.tap(Some(Tear { answered: COMMANDS - 1, how: How::Obeyed }));
    assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN);
    assert_eq!(bench.campus.revoke(&lunch).await, Revoked::Done);
    bench.retap().await;
    assert_eq!(pledge(&bench, "LUNCH0001").await, None);
}
