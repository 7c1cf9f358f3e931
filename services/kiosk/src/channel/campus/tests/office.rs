//! What staff do: old files, lost cards, limits, statements, the deny list.

use super::*;
use rusqlite::Connection;

const DAY: i64 = 20_000;

fn debit(office: &mut Accounts, number: &str, card: &CardUid, minor: i64) -> Debit {
    office.debit(number, card, CardProof::Uid, yuan(minor), DAY).expect("a debit")
}

#[test]
fn a_file_of_the_first_version_becomes_this_one_with_every_cent() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("campus.db");
    let old = Accounts::open(&folder.path().join("tags.db"), KEY).expect("for its tags");
    let db = Connection::open(&file).expect("a file");
    schema::make_first(&db).expect("the first version");
    for (id, last, blocked) in [(3, 1, 0), (4, 2, 1)] {
        let tag = crate::card::aes::hex(&old.tag_of(&card(last))).expect("hex");
        db.execute("INSERT INTO account VALUES (?1, ?2, ?3, 0)", rusqlite::params![id, tag, blocked])
            .expect("an account");
    }
    db.execute_batch(
        "INSERT INTO entry VALUES (1, 'TOPUP1', 'top-up', 1, 3, 5000, 'CNY', NULL, 1e9),
                                  (2, 'LUNCH1', 'charge', 3, 2, 1230, 'CNY', NULL, 1e9),
                                  (3, 'BACK01', 'refund', 2, 3, 30, 'CNY', 'LUNCH1', 1e9);
         INSERT INTO closed VALUES ('CLOSED1');",
    )
    .expect("entries");
    drop(db);
    for _twice in 0..2 {
        let mut office = Accounts::open(&file, KEY).expect("this version");
        assert_eq!(office.balance(&card(1), Currency::CNY).expect("balance"), yuan(3800));
        assert_eq!(office.lookup("LUNCH1").expect("fate"), Debit::Taken { entry: 2, amount: yuan(1230) });
        assert_eq!(office.lookup("CLOSED1").expect("fate"), Debit::TakenBack);
        assert_eq!(debit(&mut office, "BLOCKED1", &card(2), 1), Debit::CardBlocked);
        assert_eq!(office.refund("LUNCH1", &refund("BACK02", 1201)).expect("refund"), Undo::Refused);
    }
    let mut office = Accounts::open(&file, KEY).expect("this version");
    assert!(
        matches!(debit(&mut office, "LUNCH2", &card(1), 1), Debit::Taken { entry: 4, .. }),
        "numbers go on"
    );
}

#[test]
fn a_newer_file_and_sums_that_do_not_hold_are_refused() {
    for (fault, damage) in [
        ("a newer version", "PRAGMA user_version = 6"),
        ("an account in debt", "INSERT INTO entry VALUES (9, 'X', 'charge', 3, 2, 5001, 'CNY', NULL, 1, 1)"),
        (
            "more back than charged",
            "INSERT INTO entry VALUES (8, 'X', 'charge', 3, 2, 5, 'CNY', NULL, 1, 1), \
             (9, 'Y', 'refund', 2, 3, 6, 'CNY', 'X', 1, 1)",
        ),
        (
            "a refund of a top-up",
            "INSERT INTO entry VALUES (9, 'Y', 'refund', 2, 3, 1, 'CNY', 'TOPUP1', 1, 1)",
        ),
        (
            "a purse's debit without its entry",
            "INSERT INTO purse SELECT 'P', tag, 'taken', 1, 'CNY', 1, 1, NULL, 1, NULL FROM card",
        ),
        (
            "an entry of a purse's debit that was never proved",
            "INSERT INTO purse SELECT 'X', tag, 'armed', 1, 'CNY', 1, 1, NULL, 1, NULL FROM card; \
             INSERT INTO entry VALUES (9, 'X', 'charge', 3, 2, 1, 'CNY', NULL, 1, 1)",
        ),
    ] {
        let fixture = Fixture::new();
        let file = fixture.folder.path().join("campus.db");
        Connection::open(&file).expect("file").execute_batch(damage).expect(fault);
        let error = Accounts::open(&file, KEY).expect_err(fault);
        assert!(matches!(error, CampusError::Broken | CampusError::OtherVersion(6)), "{fault}: {error}");
    }
}

#[test]
fn a_lost_card_is_blocked_and_a_new_one_has_its_account() {
    let mut fixture = Fixture::new();
    let office = &mut fixture.office;
    office.report_lost(&card(1)).expect("report");
    assert_eq!(debit(office, "THIEF0001", &card(1), 1), Debit::CardBlocked);
    assert_eq!(office.balance(&card(1), Currency::CNY).expect("kept"), yuan(5000));
    office.rebind(&card(1), &card(7)).expect("rebind");
    assert!(matches!(debit(office, "HOLDER001", &card(7), 100), Debit::Taken { .. }));
    assert_eq!(debit(office, "THIEF0002", &card(1), 1), Debit::CardBlocked);
    assert_eq!(office.balance(&card(7), Currency::CNY).expect("balance"), yuan(4900));
    assert!(matches!(office.rebind(&card(1), &card(7)), Err(CampusError::AlreadyEnrolled)));
    assert!(matches!(office.rebind(&card(9), &card(8)), Err(CampusError::NotEnrolled)));
    assert!(matches!(office.report_lost(&card(9)), Err(CampusError::NotEnrolled)));
}

#[test]
fn limits_hold_by_payment_and_by_day_and_an_account_may_have_its_own() {
    let mut fixture = Fixture::new();
    let rules = Limits { once_max: 1000, day_max: 1500, pin_free_max: 900 };
    let mut office =
        Accounts::open(&fixture.folder.path().join("campus.db"), KEY).expect("office").with_limits(rules);
    assert_eq!(debit(&mut office, "ONCE00001", &card(1), 1001), Debit::Declined);
    assert_eq!(debit(&mut office, "PIN000001", &card(1), 901), Debit::Declined);
    assert!(matches!(debit(&mut office, "DAY000001", &card(1), 900), Debit::Taken { .. }));
    assert_eq!(debit(&mut office, "DAY000002", &card(1), 601), Debit::Declined);
    let tomorrow = office.debit("DAY000003", &card(1), CardProof::Uid, yuan(601), DAY + 1).expect("a debit");
    assert!(matches!(tomorrow, Debit::Taken { .. }));
    assert_eq!(office.refund("DAY000001", &refund("BACK0001", 500)).expect("refund"), Undo::Done);
    assert!(
        matches!(debit(&mut office, "DAY000004", &card(1), 601), Debit::Taken { .. }),
        "what came back is not spent"
    );
    let own = Limits { once_max: 2000, day_max: 9000, pin_free_max: 2000 };
    office.set_limits(&card(1), Some(own)).expect("limits");
    assert!(matches!(debit(&mut office, "OWN000001", &card(1), 2000), Debit::Taken { .. }));
    office.set_limits(&card(1), None).expect("limits");
    assert_eq!(debit(&mut office, "ONCE00002", &card(1), 901), Debit::Declined);
    assert!(office.set_limits(&card(1), Some(Limits { once_max: -1, ..own })).is_err());
    assert!(fixture.office.set_limits(&card(9), None).is_err());
}

#[test]
fn a_statement_tells_the_last_entries() {
    let mut fixture = Fixture::new();
    let office = &mut fixture.office;
    debit(office, "LUNCH0001", &card(1), 1230);
    office.take_back("LUNCH0001").expect("take back");
    let lines: Vec<(String, i64)> = office
        .statement(&card(1), 10)
        .expect("statement")
        .into_iter()
        .map(|line| (line.kind, line.amount.minor()))
        .collect();
    let wanted = [("take-back", 1230), ("charge", -1230), ("top-up", 5000)];
    assert_eq!(lines, wanted.map(|(kind, minor)| (kind.to_owned(), minor)));
    assert_eq!(office.statement(&card(1), 1).expect("statement").len(), 1);
    assert!(office.statement(&card(9), 1).is_err());
}

#[test]
fn the_deny_list_is_asked_before_every_debit_and_never_goes_back() {
    let mut fixture = Fixture::new();
    let office = &mut fixture.office;
    let list = |version: i64, cards: &[&str]| {
        let text = format!("dais-deny-list {version}\n{}\n", cards.join("\n"));
        deny::read(text.as_bytes(), None).expect("a list")
    };
    let tag = office.tag_of(&card(1));
    office.deny(&list(4, &[&tag])).expect("version 4");
    assert_eq!(debit(office, "DENIED001", &card(1), 1), Debit::CardBlocked);
    assert!(matches!(office.deny(&list(3, &[])), Err(CampusError::OldDenyList { have: 4, got: 3 })));
    assert!(
        matches!(office.deny(&list(4, &[])), Err(CampusError::OldDenyList { .. })),
        "the same number, another list"
    );
    office.deny(&list(4, &[&tag])).expect("the same list again");
    assert_eq!(debit(office, "DENIED002", &card(1), 1), Debit::CardBlocked);
    office.deny(&list(5, &[])).expect("version 5");
    assert!(matches!(debit(office, "ALLOWED01", &card(1), 1), Debit::Taken { .. }));
}
