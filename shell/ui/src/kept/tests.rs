//! Kept before asked, forgotten after told.

use super::*;

#[test]
fn a_payment_is_found_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Keeper::new(folder.path()).begin(1250, "CNY", false).unwrap();
    assert_eq!(kept.id.len(), 32);
    assert_eq!(Keeper::new(folder.path()).recall(), Some(kept));
    Keeper::new(folder.path()).forget();
    assert_eq!(Keeper::new(folder.path()).recall(), None);
}

#[test]
fn two_payments_have_two_ids() {
    let folder = tempfile::tempdir().unwrap();
    let keeper = Keeper::new(folder.path());
    assert_ne!(keeper.begin(1, "CNY", false).unwrap().id, keeper.begin(1, "CNY", false).unwrap().id);
}

#[test]
fn nothing_is_begun_where_nothing_can_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Keeper::new(folder.path().join("missing")).begin(1, "CNY", false).is_err());
}

#[test]
fn a_torn_file_is_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), "id = \"abc").unwrap();
    assert_eq!(Keeper::new(folder.path()).recall(), None);
    assert!(folder.path().join("payment.toml.unreadable").exists());
}
