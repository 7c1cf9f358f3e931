//! Each tender's subjects, with the school's key and without it.

use super::Subjects;
use crate::member::{Handle, IdentityKind, Keys, TokenKey};
use crate::till::{Agreed, AgreementNumber, Buyer, CardUid, PayCode, PurseKind, Tender};
use IdentityKind::{Card, CodePrefix, Kiosk, Member, Payer, Staff};

const SECRET: [u8; 32] = [7; 32];
const UID: [u8; 7] = [4, 1, 2, 3, 4, 5, 6];

fn uid(bytes: &[u8]) -> CardUid {
    CardUid::new(bytes).unwrap()
}

fn code(text: &str) -> Tender {
    Tender::Code(PayCode::new(text).unwrap())
}

/// A tender, the card that it is, the member; what is known with the key, and without it.
type Case<'a> = (&'a Tender, Option<&'a [u8]>, Option<&'a Buyer>, &'a [IdentityKind], &'a [IdentityKind]);

#[test]
fn each_tender_tells_what_it_can_and_without_the_key_nothing_personal() {
    let keys = Keys::new(&SECRET).unwrap();
    let agreement =
        Tender::Agreement(Agreed { id: "a".into(), number: AgreementNumber::new("20215425001").unwrap() });
    let member = Buyer {
        handle: Handle::new("0123456789AB").unwrap(),
        token: TokenKey::new(&SECRET).unwrap().token(Member, b"0123456789AB"),
    };
    let purse = Tender::Purse(PurseKind::Desfire, uid(&UID));
    let cases: &[Case] = &[
        (&code("281234567890123401"), None, None, &[Kiosk, CodePrefix], &[Kiosk, CodePrefix]),
        (&code("2"), None, None, &[Kiosk, CodePrefix], &[Kiosk, CodePrefix]),
        (&Tender::Card(uid(&UID)), Some(&UID), None, &[Card, Kiosk], &[Kiosk]),
        (&Tender::Card(uid(&UID)), Some(&UID), Some(&member), &[Card, Member, Kiosk], &[Member, Kiosk]),
        // A card that draws its uid anew, and one that nobody could open.
        (&Tender::Card(uid(&[8, 1, 2, 3])), Some(&[8, 1, 2, 3]), None, &[Kiosk], &[Kiosk]),
        (&purse, None, None, &[Kiosk], &[Kiosk]),
        (&Tender::BankCard, None, None, &[Kiosk], &[Kiosk]),
        (&agreement, None, None, &[Kiosk, Payer], &[Kiosk]),
    ];
    for (tender, card, member, with, without) in cases {
        let card = card.map(uid);
        for (keys, expected) in [(Some(&keys), with), (None, without)] {
            let found = Subjects::new(keys, "TESTTAG0").of_charge(tender, card.as_ref(), *member);
            assert_eq!(found.into_keys().collect::<Vec<_>>(), **expected, "{tender:?}");
        }
    }
}

#[test]
fn a_card_is_the_members_own_card_and_every_wallets_code_counts_by_its_first_two_digits() {
    let keys = Keys::new(&SECRET).unwrap();
    let subjects = Subjects::new(Some(&keys), "TESTTAG0");
    let of = |tender: &Tender| subjects.of_charge(tender, Some(&uid(&UID)), None);
    assert_eq!(of(&Tender::BankCard)[&Card], TokenKey::new(&SECRET).unwrap().token(Card, &UID));
    let prefix = |text: &str| of(&code(text))[&CodePrefix];
    assert_eq!(prefix("281234567890123401"), prefix("289999999999999999"));
    assert_ne!(prefix("281234567890123401"), prefix("131234567890123401"));
}

#[test]
fn kiosks_differ_and_a_refund_knows_its_charge() {
    let (here, there) = (Subjects::new(None, "TESTTAG0"), Subjects::new(None, "TESTTAG1"));
    let charge = here.of_charge(&code("281234567890123401"), None, None);
    assert_ne!(charge[&Kiosk], there.of_charge(&Tender::BankCard, None, None)[&Kiosk]);
    let refund = there.of_refund("07", charge.clone());
    assert_eq!(refund[&CodePrefix], charge[&CodePrefix]);
    assert_ne!(refund[&Kiosk], charge[&Kiosk], "the kiosk is where it is given back");
    assert_eq!(refund.into_keys().collect::<Vec<_>>(), [Kiosk, CodePrefix, Staff]);
}
