//! Words about dishes, over restarts, a full disk and an older ledger.

use rusqlite::Connection;

use crate::ledger::{Ledger, LedgerError};

#[test]
fn the_last_word_of_each_dish_counts_and_all_are_kept_with_who_said_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    {
        let (mut ledger, _) = Ledger::open(&path).unwrap();
        assert!(ledger.sold_out().unwrap().is_empty());
        ledger.set_sold_out(1, "tea", true, "07").unwrap();
        ledger.set_sold_out(2, "rice", true, "07").unwrap();
        ledger.set_sold_out(3, "tea", false, "01").unwrap();
        ledger.refuse_writes(true).unwrap();
        assert!(matches!(ledger.set_sold_out(4, "rice", false, "01"), Err(LedgerError::Full(_))));
    }
    let (ledger, _) = Ledger::open(&path).unwrap();
    let words = ledger.sold_out().unwrap();
    assert_eq!(words.into_iter().collect::<Vec<_>>(), [("rice".to_owned(), true), ("tea".to_owned(), false)]);
    let said: Vec<(i64, String, bool, String)> = {
        let mut rows = ledger.db.prepare("SELECT at, sku, sold_out, by FROM dish_word ORDER BY id").unwrap();
        let rows =
            rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(said[2], (3, "tea".to_owned(), false, "01".to_owned()));
    assert_eq!(said.len(), 3);
}

#[test]
fn a_ledger_that_knew_no_words_learns_them_and_keeps_all_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    let (ledger, memory) = Ledger::open(&path).unwrap();
    drop(ledger);
    let older = Connection::open(&path).unwrap();
    older.execute_batch("DROP TABLE dish_word; PRAGMA user_version = 2").unwrap();
    older.close().unwrap();
    let (mut ledger, again) = Ledger::open(&path).unwrap();
    assert_eq!(again.tag, memory.tag);
    ledger.set_sold_out(1, "tea", true, "07").unwrap();
    drop(ledger);
    assert_eq!(Ledger::open(&path).unwrap().0.sold_out().unwrap().len(), 1);
}
