//! Limits that cannot be meant are named.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{Rules, RulesError};

#[test]
fn limits_that_cannot_be_meant_are_named() {
    assert_eq!(Rules::default().check(), Ok(()));
    for (text, expect) in [
        ("per_transaction = 0", RulesError::Caps),
        ("per_transaction = 5001", RulesError::Caps),
        ("per_instrument = 250001", RulesError::Caps),
        ("count_max = 0", RulesError::Count),
        ("count_max = 10001", RulesError::Count),
        ("age_max_hours = 0", RulesError::Age),
        ("age_max_hours = 745", RulesError::Age),
        ("deny_list_age_max_hours = 0", RulesError::Age),
    ] {
        assert_eq!(toml::from_str::<Rules>(text).unwrap().check(), Err(expect), "{text}");
    }
    assert!(toml::from_str::<Rules>("max_age = 1").unwrap_err().to_string().contains("max_age"));
}
