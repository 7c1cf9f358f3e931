//! Plans as they stand in a configuration file: which one is chosen, what it gives, and what is refused at the start.

use super::cny;
use crate::channel::{ChannelKind, Terms};
use crate::split::{Plans, Sold, SplitError};

const PLANS: &str = r#"
[[plan]]
name = "card fee"
channels = ["terminal"]
parties = [{ party = "issuer", weight = 7 }, { party = "acquirer", weight = 2 }, { party = "network", weight = 1 }]

[[plan]]
name = "noodles"
skus = ["beef-noodles"]
channels = ["alipay", "wechat"]
parties = [{ party = "supplier", basis_points = 3000 }, { party = "operator", basis_points = 1500 }]

[[plan]]
name = "drinks"
categories = ["drink"]
keep = 1
parties = [{ party = "operator", weight = 1 }]

[[plan]]
name = "all else"
channels = ["alipay"]
parties = [{ party = "operator", basis_points = 1000 }]
"#;

fn plans(text: &str) -> Plans {
    toml::from_str(text).expect("plans")
}

fn terms(parties_max: u32) -> Terms {
    Terms { parties_max, ..Terms::default() }
}

fn sold(text: &'static str) -> Sold<'static> {
    let mut words = text.split(' ');
    let sku = words.next().expect("a sku");
    let amount = cny(words.next().expect("an amount").parse().expect("minor units"));
    Sold { sku, category: words.next(), amount }
}

#[test]
fn each_dish_is_divided_by_the_first_plan_that_fits_best() {
    let plans = plans(PLANS);
    for (channel, lines, paid, shares) in [
        (ChannelKind::Alipay, vec!["beef-noodles 1001 main"], 1001, "operator 150, supplier 300"),
        (ChannelKind::Alipay, vec!["rice 500 main"], 500, "operator 50"),
        (ChannelKind::Wechat, vec!["rice 500 main"], 500, ""),
        (ChannelKind::Wechat, vec!["tea 301 drink"], 301, "operator 151"),
        (
            ChannelKind::Alipay,
            vec!["beef-noodles 1001 main", "tea 301 drink"],
            1302,
            "operator 301, supplier 300",
        ),
        (
            ChannelKind::Alipay,
            vec!["tea 301 drink", "beef-noodles 1001 main"],
            1302,
            "operator 301, supplier 300",
        ),
        // Two lines of one plan round once: 50 % of 2, not twice 50 % of 1.
        (ChannelKind::Wechat, vec!["tea 1 drink", "milk 1 drink"], 2, "operator 1"),
        // A discount of half is borne by all lines.
        (ChannelKind::Wechat, vec!["beef-noodles 1000 main", "rice 1000"], 1000, "operator 75, supplier 150"),
        (ChannelKind::Terminal, vec!["rice 100"], 100, "acquirer 20, issuer 70, network 10"),
        // Nobody gets a share of 0.
        (ChannelKind::Alipay, vec!["rice 1"], 1, ""),
    ] {
        let lines: Vec<_> = lines.into_iter().map(sold).collect();
        let told = plans.shares(channel, &terms(3), &lines, cny(paid)).unwrap();
        let told: Vec<_> = told.iter().map(|s| format!("{} {}", s.party, s.amount.minor())).collect();
        assert_eq!(told.join(", "), shares, "{channel:?} {lines:?}");
    }
    assert_eq!(plans.shares(ChannelKind::Alipay, &terms(0), &[sold("rice 500")], cny(500)), Ok(vec![]));
}

#[test]
fn plans_that_a_channel_cannot_carry_out_are_refused_before_anybody_pays() {
    let plans = plans(PLANS);
    let three = terms(3);
    assert_eq!(plans.check([(ChannelKind::Alipay, &three), (ChannelKind::Terminal, &terms(4))]), Ok(()));
    // A plan for all channels simply does not hold where nothing is divided; one that names the channel must.
    assert_eq!(plans.check([(ChannelKind::Campus, &terms(0))]), Ok(()));
    for (channel, max, parties) in [(ChannelKind::Terminal, 0, 3), (ChannelKind::Wechat, 1, 2)] {
        let refused = plans.check([(channel, &terms(max))]);
        assert_eq!(refused, Err(SplitError::TooManyParties(channel, parties, max)));
    }
    let lines = [sold("beef-noodles 1000")];
    let refused = plans.shares(ChannelKind::Wechat, &terms(1), &lines, cny(1000));
    assert_eq!(refused, Err(SplitError::TooManyParties(ChannelKind::Wechat, 2, 1)));
}

#[test]
fn plans_that_nobody_can_mean_are_refused() {
    let name = || "p".to_owned();
    let twice = |party: &str| SplitError::Party(name(), party.to_owned());
    for (parties, wrong) in [
        ("", SplitError::Parties(name())),
        ("{ party = 'a', weight = 1 }, { party = 'a', weight = 2 }", twice("a")),
        ("{ party = '', weight = 1 }", twice("")),
        ("{ party = \"a\\nb\", weight = 1 }", twice("a\nb")),
        ("{ party = 'a' }", SplitError::Weights(name())),
        ("{ party = 'a', weight = 0 }", SplitError::Weights(name())),
        ("{ party = 'a', weight = 1, basis_points = 1 }", SplitError::Weights(name())),
        ("{ party = 'a', weight = 1 }, { party = 'b', basis_points = 1 }", SplitError::Weights(name())),
        (
            "{ party = 'a', basis_points = 6000 }, { party = 'b', basis_points = 4001 }",
            SplitError::Weights(name()),
        ),
    ] {
        let plans = plans(&format!("[[plan]]\nname = 'p'\nparties = [{parties}]"));
        assert_eq!(plans.check([]), Err(wrong), "{parties}");
    }
    let one = "[[plan]]\nname = 'p'\nparties = [{ party = 'a', weight = 1 }]\n";
    assert_eq!(plans(&one.repeat(2)).check([]), Err(SplitError::PlanTwice(name())));
    for text in
        ["[[plan]]\nname = 'p'\nparties = []\nchannels = ['cash']", "[[plan]]\nname = 'p'\nparty = []"]
    {
        assert!(toml::from_str::<Plans>(text).is_err(), "{text}");
    }
}
