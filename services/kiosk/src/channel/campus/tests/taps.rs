//! Tags that prove themselves: one payment a tap, never a second from a copy.

use nfc::fake::cards::ntag424::Ntag424;

use super::*;
use crate::card::aes::AesKey;
use crate::card::sun;

const UID: [u8; 7] = [0x04, 0xDE, 0x5F, 0x1E, 0xAC, 0xC0, 0x40];
const TAG_KEY: [u8; 16] = [0x5A; 16];

fn keys() -> SunKeys {
    SunKeys { picc_data: AesKey::new(TAG_KEY), file: AesKey::new(TAG_KEY) }
}

/// What the tag says when it is held to the reader.
fn tap(tag: &mut Ntag424) -> Tender {
    tag.obey(b"\x00\xA4\x04\x00\x07\xD2\x76\x00\x00\x85\x01\x01\x00");
    tag.obey(b"\x00\xA4\x00\x0C\x02\xE1\x04");
    let file = tag.obey(b"\x00\xB0\x00\x00\x00");
    Tender::Sun(sun::from_ndef(&file).expect("a message"))
}

/// A tag in the field anew.
fn fresh(counter: u32) -> Ntag424 {
    Ntag424::new(UID, TAG_KEY, counter)
}

fn campus(fixture: &mut Fixture) -> Campus {
    let holder = CardUid::new(&UID).expect("uid");
    fixture.office.enrol(&holder).expect("enrol");
    fixture.office.top_up("TOPUPSUN", &holder, yuan(1000)).expect("top up");
    fixture.channel().with_sun(keys())
}

#[tokio::test]
async fn a_tap_pays_once_and_its_copy_never() {
    let mut fixture = Fixture::new();
    let campus = campus(&mut fixture);
    let first = tap(&mut fresh(60));
    let (lunch, snack) = (attempt("SUNLUNCH1", 300), attempt("SUNSNACK1", 300));
    let paid = campus.charge(&lunch, &first).await;
    assert!(matches!(paid, Proof::Paid(_)), "{paid:?}");
    assert_eq!(campus.charge(&lunch, &first).await, paid, "the same attempt again");
    assert_eq!(campus.charge(&snack, &first).await, Proof::NotPaid(Refusal::CodeDead), "a copy");
    let older = tap(&mut fresh(10));
    assert_eq!(campus.charge(&snack, &older).await, Proof::NotPaid(Refusal::CodeDead), "an older tap");
    let next = tap(&mut fresh(61));
    assert!(matches!(campus.charge(&snack, &next).await, Proof::Paid(_)), "the next tap");
    let holder = CardUid::new(&UID).expect("uid");
    assert_eq!(fixture.office.balance(&holder, Currency::CNY).expect("balance"), yuan(400));
}

#[tokio::test]
async fn a_refused_tap_is_used_up_and_the_counter_survives_the_process() {
    let mut fixture = Fixture::new();
    let campus = campus(&mut fixture);
    let tapped = tap(&mut fresh(0));
    let dear = attempt("SUNDEAR01", 5000);
    assert_eq!(campus.charge(&dear, &tapped).await, Proof::NotPaid(Refusal::InsufficientFunds));
    let again = fixture.channel().with_sun(keys());
    let cheap = attempt("SUNCHEAP1", 1);
    assert_eq!(again.charge(&cheap, &tapped).await, Proof::NotPaid(Refusal::CodeDead));
}

#[tokio::test]
async fn a_tag_that_proves_itself_is_not_taken_for_its_uid_any_more() {
    let mut fixture = Fixture::new();
    let campus = campus(&mut fixture);
    let uid = Tender::Card(CardUid::new(&UID).expect("uid"));
    assert!(
        matches!(campus.charge(&attempt("UIDFIRST1", 1), &uid).await, Proof::Paid(_)),
        "before its first tap"
    );
    assert!(matches!(campus.charge(&attempt("SUNFIRST1", 1), &tap(&mut fresh(0))).await, Proof::Paid(_)));
    assert_eq!(campus.charge(&attempt("UIDCOPY01", 1), &uid).await, Proof::NotPaid(Refusal::Declined));
}

#[tokio::test]
async fn every_tap_of_a_tag_is_the_same_card_and_a_foreign_tag_is_none() {
    let mut fixture = Fixture::new();
    let campus = campus(&mut fixture);
    let uid = CardUid::new(&UID).expect("uid");
    for counter in [1, 60] {
        assert_eq!(campus.card(&tap(&mut fresh(counter))), Some(uid.clone()));
    }
    assert_eq!(campus.card(&Tender::Card(uid.clone())), Some(uid));
    assert_eq!(campus.card(&tap(&mut Ntag424::new(UID, [0x11; 16], 5))), None);
    assert_eq!(fixture.channel().card(&tap(&mut fresh(61))), None, "without the keys");
}

#[tokio::test]
async fn another_schools_tag_is_unknown_and_without_keys_none_is_taken() {
    let mut fixture = Fixture::new();
    let campus = campus(&mut fixture);
    let foreign = tap(&mut Ntag424::new(UID, [0x11; 16], 5));
    assert_eq!(campus.charge(&attempt("FOREIGN01", 1), &foreign).await, Proof::NotPaid(Refusal::CardUnknown));
    assert!(campus.takes(&foreign) && !fixture.channel().takes(&foreign));
}

#[tokio::test]
async fn what_a_tag_holds_is_shown_once_a_tap_and_never_to_a_copy() {
    let mut fixture = Fixture::new();
    let campus = campus(&mut fixture);
    let first = tap(&mut fresh(60));
    assert!(matches!(campus.charge(&attempt("SUNLUNCH1", 300), &first).await, Proof::Paid(_)));
    assert_eq!(campus.holding(&first, Currency::CNY).await, None, "a recorded tap");
    let second = tap(&mut fresh(61));
    let shown = campus.holding(&second, Currency::CNY).await.expect("the owner's own tap");
    assert_eq!((shown.balance, shown.purse), (yuan(700), None));
    let moved: Vec<(&str, i64)> =
        shown.last.iter().map(|moved| (moved.kind.as_str(), moved.amount.minor())).collect();
    assert_eq!(moved, [("charge", -300), ("top-up", 1000)]);
    assert_eq!(campus.holding(&second, Currency::CNY).await, None, "the same tap again");
    // Who has proved itself once is not shown to a copied number.
    let copied = Tender::Card(CardUid::new(&UID).expect("uid"));
    assert_eq!(campus.holding(&copied, Currency::CNY).await, None);
    assert!(matches!(campus.charge(&attempt("SUNSNACK1", 300), &tap(&mut fresh(62))).await, Proof::Paid(_)));
}
