//! Grants opened by real PINs, and a lock-out that a restart does not open.

use super::*;
use crate::staff::roster::tests::ROSTER;

fn staff(folder: &tempfile::TempDir, now_ms: u64) -> Staff {
    let roster = Roster::parse(ROSTER.as_bytes()).expect("roster");
    Staff::new(roster, &folder.path().join("staff.lockout"), now_ms).expect("staff")
}

#[test]
fn a_right_pin_opens_a_grant_with_its_rights() {
    let folder = tempfile::tempdir().expect("folder");
    let mut staff = staff(&folder, 0);
    let grant = staff.open(0, ":1.7", "07271828").expect("grant");
    assert_eq!((grant.token.len(), grant.who.id.to_string().as_str()), (32, "07"));
    assert_eq!(staff.check(1, ":1.7", &grant.token, Right::CloseDay), Err(Denied::NotAllowed));
    let manager = staff.open(2, ":1.8", "01314159").expect("grant");
    assert_ne!(manager.token, grant.token);
    assert_eq!(staff.check(3, ":1.8", &manager.token, Right::CloseDay), Ok(manager.who));
    staff.end(":1.8");
    assert_eq!(staff.check(3, ":1.8", &manager.token, Right::CloseDay), Err(Denied::NoGrant));
}

#[test]
fn wrong_pins_lock_the_kiosk_over_a_restart_even_for_the_right_one() {
    let folder = tempfile::tempdir().expect("folder");
    let mut at_first = staff(&folder, 0);
    for _slip in 0..3 {
        assert_eq!(at_first.open(1000, ":1.7", "07000000"), Err(Denied::WrongPin));
    }
    let locked = Err(Denied::Locked { wait_ms: 29_000 });
    assert_eq!(at_first.open(2000, ":1.7", "07271828"), locked);
    let mut restarted = staff(&folder, 2000);
    assert_eq!(restarted.open(2000, ":1.9", "01314159"), locked, "another member, another program");
    assert!(restarted.open(31_000, ":1.7", "07271828").is_ok());
    assert_eq!(restarted.open(31_000, ":1.7", "07000000"), Err(Denied::WrongPin), "counted from one again");
    assert!(restarted.open(31_000, ":1.7", "07271828").is_ok());
}

/// The plug is pulled while the PIN is looked at.
#[test]
fn a_try_counts_before_it_is_looked_at() {
    let folder = tempfile::tempdir().expect("folder");
    for _plug in 0..3 {
        let mut staff = staff(&folder, 1000);
        staff.begin(1000).expect("free");
    }
    assert_eq!(staff(&folder, 1000).begin(1000), Err(Denied::Locked { wait_ms: 30_000 }));
}

#[test]
fn a_spoiled_count_locks_and_one_that_cannot_be_written_denies() {
    let folder = tempfile::tempdir().expect("folder");
    for spoiled in ["", "{}", "null", r#"{"wrong":-1,"last_ms":0}"#, &"x".repeat(2000)] {
        std::fs::write(folder.path().join("staff.lockout"), spoiled).expect("write");
        let denied = staff(&folder, 5).open(5, ":1.7", "07271828");
        assert_eq!(denied, Err(Denied::Locked { wait_ms: 3_600_000 }), "{spoiled}");
    }
    let roster = Roster::parse(ROSTER.as_bytes()).expect("roster");
    let mut nowhere = Staff::new(roster, &folder.path().join("absent/staff.lockout"), 0).expect("staff");
    assert_eq!(nowhere.open(0, ":1.7", "07271828"), Err(Denied::NotCounted));
}
