//! The channels' fees by contract, at the edges of rounding, minimum and cap.

use super::cny;
use crate::channel::ChannelKind;
use crate::split::{Fees, SplitError};

fn fees(rules: &str) -> Fees {
    toml::from_str(rules).expect("fee rules")
}

#[test]
fn a_fee_is_rounded_and_bounded_as_its_rule_says() {
    for (rule, amount, fee) in [
        ("basis_points = 60", 1000, 6),
        // 0.54, 0.498, 0.5 and 1.5 cents.
        ("basis_points = 60", 90, 1),
        ("basis_points = 60", 83, 0),
        ("basis_points = 50", 100, 1),
        ("basis_points = 50\nrounding = 'half-even'", 100, 0),
        ("basis_points = 50\nrounding = 'half-even'", 300, 2),
        ("basis_points = 50\nrounding = 'up'", 1, 1),
        ("basis_points = 50\nrounding = 'up'", 200, 1),
        ("basis_points = 50\nrounding = 'down'", 399, 1),
        ("basis_points = 60\nminimum = 10", 1000, 10),
        ("basis_points = 60\nminimum = 10", 3, 3),
        ("basis_points = 60\ncap = 2000", 1_000_000, 2000),
        ("basis_points = 0", 1_000_000, 0),
        ("basis_points = 10000", i64::MAX, i64::MAX),
        ("basis_points = 60", 0, 0),
    ] {
        let fees = fees(&format!("[[fee]]\nchannel = 'alipay'\n{rule}"));
        fees.check().unwrap();
        let rule_of = fees.rule(ChannelKind::Alipay).unwrap();
        assert_eq!(rule_of.of(cny(amount)), Ok(cny(fee)), "{rule} of {amount}");
        assert_eq!(rule_of.back(cny(amount), cny(amount)), Ok(cny(-fee)), "{rule} of {amount}, all back");
        assert_eq!(fees.rule(ChannelKind::Campus), None);
    }
}

#[test]
fn a_refund_takes_its_part_of_the_fee_along_or_leaves_it() {
    let returned = fees("[[fee]]\nchannel = 'wechat'\nbasis_points = 60\ncap = 50\ntolerance = 1");
    let rule = returned.rule(ChannelKind::Wechat).unwrap();
    assert_eq!(rule.back(cny(100_000), cny(50_000)), Ok(cny(-25)), "half of the capped fee");
    assert_eq!(rule.back(cny(100), cny(101)), Err(SplitError::Amount));
    assert_eq!(rule.of(cny(-1)), Err(SplitError::Amount));
    for (billed, agrees) in [(24, true), (25, true), (26, true), (27, false), (23, false), (-25, false)] {
        assert_eq!(rule.agrees(cny(25), cny(billed)), agrees, "{billed}");
    }
    let kept = fees("[[fee]]\nchannel = 'unionpay'\nbasis_points = 60\non_refund = 'kept'");
    assert_eq!(kept.rule(ChannelKind::Unionpay).unwrap().back(cny(1000), cny(1000)), Ok(cny(0)));
}

#[test]
fn rules_that_no_channel_has_are_refused() {
    for rule in
        ["basis_points = 10001", "basis_points = 1\nminimum = -1", "basis_points = 1\nminimum = 9\ncap = 8"]
    {
        let wrong = fees(&format!("[[fee]]\nchannel = 'alipay'\n{rule}")).check();
        assert_eq!(wrong, Err(SplitError::FeeRule(ChannelKind::Alipay)), "{rule}");
    }
    let one = "[[fee]]\nchannel = 'alipay'\nbasis_points = 60\n";
    assert_eq!(fees(&one.repeat(2)).check(), Err(SplitError::FeeTwice(ChannelKind::Alipay)));
}
