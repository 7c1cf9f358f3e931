//! Candidates help, and never repeat what is already there.

use super::*;

#[test]
fn lookalikes_are_offered() {
    let offered = candidates("1O + 5", "1O + 5");
    assert!(offered.contains(&"10 + 5".to_owned()), "{offered:?}");
    assert!(!offered.contains(&"1O + 5".to_owned()));
    assert!(offered.len() <= CANDIDATES_MAX);
}

#[test]
fn what_was_read_comes_first_once_it_was_changed() {
    assert_eq!(candidates("helo", "hello")[0], "hello");
    assert_eq!(candidates("", "")[..], [] as [String; 0]);
}

#[test]
fn every_row_fits_the_keyboard() {
    for (symbols, shifted) in [(false, false), (false, true), (true, false)] {
        let rows = rows(symbols, shifted);
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|row| (9..=10).contains(&row.len())), "{rows:?}");
    }
    assert_eq!(rows(false, true)[1][0], "Q");
}
