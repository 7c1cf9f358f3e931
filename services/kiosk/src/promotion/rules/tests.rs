//! The shipped rules are the default, their examples parse, and what cannot be meant is named.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{Rules, RulesError};

const SHIPPED: &str = include_str!("../../../../../image/rootfs/etc/dais/promotion.toml");

/// The shipped file with its examples switched on. Examples stand above the tables, so they move to the end.
pub(in crate::promotion) fn with_examples() -> String {
    let examples: String =
        SHIPPED.lines().filter_map(|line| line.strip_prefix("#: ")).map(|l| format!("{l}\n")).collect();
    format!("{SHIPPED}\n{examples}")
}

#[test]
fn the_shipped_rules_are_the_default() {
    let rules: Rules = toml::from_str(SHIPPED).unwrap();
    assert_eq!(rules, Rules::default());
    assert_eq!(rules.check(), Ok(()));
}

#[test]
fn the_shipped_examples_parse_and_make_sense() {
    let rules: Rules = toml::from_str(&with_examples()).unwrap();
    assert_eq!(rules.check(), Ok(()));
    assert_eq!((rules.issuers.len(), rules.coupons.len(), rules.campaigns.len()), (1, 2, 1));
}

#[test]
fn what_cannot_be_meant_is_named() {
    let text = with_examples();
    for (from, to, expect) in [
        ("basis_points = 1000", "basis_points = 0", RulesError::Cut("autumn".into())),
        ("basis_points = 1000", "basis_points = 10001", RulesError::Cut("autumn".into())),
        ("amount = 300", "amount = 0", RulesError::Cut("thanks".into())),
        ("per_member = 2", "per_member = 0", RulesError::Limits("thanks".into())),
        ("minimum_spend = 1000", "minimum_spend = -1", RulesError::Limits("autumn".into())),
        (
            "first_day = \"2026-09-01\"\nlast_day = \"2026-11-30\"",
            "first_day = \"2026-12-01\"\nlast_day = \"2026-11-30\"",
            RulesError::Limits("autumn".into()),
        ),
        ("id = \"thanks\"", "id = \"autumn\"", RulesError::Twice("autumn".into())),
        ("id = \"autumn\"", "id = \"\"", RulesError::Name(String::new())),
        (
            "id = \"office-2026\"",
            "id = \"an issuer with blanks\"",
            RulesError::Name("an issuer with blanks".into()),
        ),
        ("11qYAYKx", "11qYAYK", RulesError::Key("office-2026".into())),
        ("by_grant = true", "by_grant = false", RulesError::NextCoupon("poster".into())),
        ("next_coupon = \"thanks\"", "next_coupon = \"nothing\"", RulesError::NextCoupon("poster".into())),
        ("coupons_max = 2", "coupons_max = 9", RulesError::TooMany),
        ("points = 100\n", "points = 0\n", RulesError::Member(crate::member::RulesError::Redeem)),
        ("from_spent = 0", "from_spent = 5", RulesError::Member(crate::member::RulesError::Tiers)),
        ("every = 10", "every = 0", RulesError::Member(crate::member::RulesError::Zero)),
        (
            "points_per_yuan = 3",
            "points_per_yuan = 10001",
            RulesError::Member(crate::member::RulesError::TooGenerous("金".into())),
        ),
    ] {
        // The last of them is the example's, not the comment's.
        let at = text.rfind(from).unwrap_or_else(|| panic!("{from}"));
        let changed = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
        let rules: Rules = toml::from_str(&changed).unwrap();
        assert_eq!(rules.check(), Err(expect), "{to}");
    }
}

#[test]
fn a_misspelt_key_is_named() {
    for text in ["couponsmax = 2", "[[coupon]]\nidd = 1", "[member]\npoint = 1", "[[issuer]]\nkey = \"\""] {
        let error = toml::from_str::<Rules>(text).unwrap_err().to_string();
        assert!(error.contains("unknown field"), "{error}");
    }
}
