//! The file is read anew when it is another, and a damaged one leaves nothing of the one before.

use std::path::Path;

use super::{Rates, RatesError};
use crate::till::Currency;

const GOOD: &str = "[[quote]]\nid = 'Q1'\nsource = 'bank'\ntill = 'CNY'\npayer = 'USD'\n
rate = { numerator = 1395, denominator = 10000 }\nmarkup_bp = 300\nmade_at_ms = 1000\nexpires_ms = 2000\n
binding = 'informative'\n";

/// As a careful writer does it: another file, put in the old one's place.
fn put(path: &Path, text: &str) {
    let new = path.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(&new, path).unwrap();
}

#[test]
fn another_file_is_read_and_a_damaged_one_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rates.toml");
    let mut rates = Rates::new(&path, Currency::CNY);
    assert_eq!(rates.quotes(), Err(RatesError::Unreadable(path.clone())));
    put(&path, GOOD);
    let first = rates.quotes().unwrap().to_vec();
    assert_eq!((first.len(), first[0].text().unwrap().as_str()), (1, "1 CNY = 0.143685 USD"));
    put(&path, &GOOD.replace("Q1", "Q2"));
    assert_eq!(rates.quotes().unwrap()[0].id, "Q2");
    put(&path, "[[quote");
    assert!(matches!(rates.quotes(), Err(RatesError::Malformed(_))));
    assert!(matches!(rates.quotes(), Err(RatesError::Malformed(_))), "the second question too");
    put(&path, GOOD);
    assert_eq!(rates.quotes().unwrap(), first);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(rates.quotes(), Err(RatesError::Unreadable(path.clone())));
    put(&path, "# none today\n");
    assert_eq!(rates.quotes().unwrap(), []);
}

#[test]
fn what_cannot_be_meant_is_refused_whole_and_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rates.toml");
    let mut rates = Rates::new(&path, Currency::CNY);
    let mut refused = |text: &str| {
        put(&path, text);
        rates.quotes().map(<[_]>::len).unwrap_err()
    };
    assert_eq!(refused(&format!("{GOOD}{GOOD}")), RatesError::Twice("Q1".into()));
    assert_eq!(refused(&GOOD.replace("CNY", "EUR")), RatesError::OtherTill("Q1".into()));
    let long = GOOD.replace("expires_ms = 2000", "expires_ms = 86401001");
    assert!(matches!(refused(&format!("{GOOD}{long}")), RatesError::Quote { .. }), "a quote of two days");
    assert!(matches!(refused(&GOOD.replace("markup_bp", "markup")), RatesError::Malformed(_)));
    assert!(matches!(refused(&GOOD.replace("1395", "0.1395")), RatesError::Malformed(_)));
    assert_eq!(refused(&"#".repeat(300 * 1024)), RatesError::TooLong);
    let many: String = (0..51).map(|n| GOOD.replace("Q1", &format!("M{n}"))).collect();
    assert_eq!(refused(&many), RatesError::TooLong);
}
