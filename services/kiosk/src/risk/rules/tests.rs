//! The shipped rules are the default, and what cannot be meant is named.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{Clock, Rules, RulesError};

const SHIPPED: &str = include_str!("../../../../../image/rootfs/etc/dais/risk.toml");

#[test]
fn the_shipped_rules_are_the_default() {
    let rules: Rules = toml::from_str(SHIPPED).unwrap();
    assert_eq!(rules, Rules::default());
    assert_eq!(rules.check(), Ok(()));
}

#[test]
fn the_hash_follows_every_change() {
    let rules = Rules::default();
    assert_eq!(rules.hash(), Rules::default().hash());
    assert_eq!(rules.hash().len(), 32);
    let changed: Rules = toml::from_str(&SHIPPED.replace("more_than = 20,", "more_than = 21,")).unwrap();
    assert_ne!(changed.hash(), rules.hash());
}

#[test]
fn what_cannot_be_meant_is_named() {
    let name = || "x".to_owned();
    for (when, expect) in [
        ("{ velocity = { of = \"card\", minutes = 0, more_than = 1 } }", RulesError::Window(name())),
        ("{ velocity = { of = \"card\", minutes = 44641, more_than = 1 } }", RulesError::Window(name())),
        ("{ velocity = { of = \"card\", minutes = 1 } }", RulesError::Limit(name())),
        ("{ velocity = { of = \"card\", minutes = 1, more_than = 1000 } }", RulesError::Limit(name())),
        ("{ refunds = { of = \"staff\", minutes = 1, amount_above = -1 } }", RulesError::Limit(name())),
        ("{ dead-codes = { of = \"kiosk\", minutes = 1, more_than = 1000 } }", RulesError::Limit(name())),
        ("{ kiosk-mismatch = { of = \"card\", minutes = 0 } }", RulesError::Window(name())),
        ("{ amount = { from = -1 } }", RulesError::Band(name())),
        ("{ amount = { from = 5, below = 5 } }", RulesError::Band(name())),
        ("{ night = { from = \"23:00\", until = \"23:00\", amount_above = 0 } }", RulesError::Night(name())),
        ("{ night = { from = \"23:00\", until = \"05:00\", amount_above = -1 } }", RulesError::Band(name())),
    ] {
        let rules: Rules =
            toml::from_str(&format!("[[rule]]\nname = \"x\"\nverdict = \"review\"\nwhen = {when}")).unwrap();
        assert_eq!(rules.check(), Err(expect), "{when}");
    }
    let two = |a: &str, b: &str, verdict: &str| -> Rules {
        let rule = |name: &str| {
            format!(
                "[[rule]]\nname = \"{name}\"\nverdict = \"{verdict}\"\nwhen = {{ amount = {{ from = 1 }} }}\n"
            )
        };
        toml::from_str(&format!("{}{}", rule(a), rule(b))).unwrap()
    };
    assert_eq!(two("x", "x", "review").check(), Err(RulesError::Name(name())));
    assert_eq!(two("", "x", "review").check(), Err(RulesError::Name(String::new())));
    assert_eq!(two("x", "y", "allow").check(), Err(RulesError::Allows(name())));
    let many = Rules { rules: vec![Rules::default().rules[0].clone(); 65], ..Rules::default() };
    assert_eq!(many.check(), Err(RulesError::TooMany));
}

#[test]
fn a_misspelt_key_and_a_strange_subject_are_named() {
    for (text, word) in [
        ("shadw = true", "shadw"),
        ("[[rule]]\nname = \"x\"\nverdict = \"review\"\nwhen = { velocity = { off = \"card\" } }", "off"),
        (
            "[[rule]]\nname = \"x\"\nverdict = \"review\"\nwhen = { velocity = { of = \"uid\", minutes = 1 } }",
            "uid",
        ),
        ("[[rule]]\nname = \"x\"\nverdict = \"deny\"\nwhen = { amount = { from = 1 } }", "deny"),
        (
            "[[rule]]\nname = \"x\"\nverdict = \"review\"\nwhen = { night = { from = \"24:00\", until = \"05:00\", amount_above = 1 } }",
            "24:00",
        ),
    ] {
        let error = toml::from_str::<Rules>(text).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    for text in ["", "5:00", "05:0", "05:60", "+5:00", "05:00:00", "0500"] {
        assert!(Clock::try_from(text.to_owned()).is_err(), "{text}");
    }
    assert_eq!(String::from(Clock::try_from("05:07".to_owned()).unwrap()), "05:07");
}
