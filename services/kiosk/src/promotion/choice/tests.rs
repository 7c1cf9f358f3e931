//! Which offers an order takes, as a table: what is shown, what is paid, and what is left out and why.
#![allow(clippy::arithmetic_side_effects)]

use super::{Shown, choose};
use crate::promotion::{Coupon, PointsOffer, Presented, Rules, Serial, Source, Voucher, Worth};
use crate::till::{Currency, Line, Money};

const NOW: u64 = 1_767_323_045_000;

fn rules() -> Rules {
    let rules: Rules = toml::from_str(
        "coupons_max = 2\nvouchers_max = 2\n
         [[coupon]]\nid = 'tenth'\ncut = { percent = { basis_points = 1000, cap = 500 } }\n
         first_day = '2020-01-01'\nlast_day = '2030-01-01'\ngroup = 'season'\n
         [[coupon]]\nid = 'three'\ncut = { amount = 300 }\n
         first_day = '2020-01-01'\nlast_day = '2030-01-01'\ngroup = 'season'\n
         [[coupon]]\nid = 'members'\ncut = { amount = 100 }\n
         first_day = '2020-01-01'\nlast_day = '2030-01-01'\nper_member = 1\n
         [[coupon]]\nid = 'gone'\ncut = { amount = 100 }\n
         first_day = '2020-01-01'\nlast_day = '2020-02-01'\n",
    )
    .expect("rules");
    rules.check().expect("good rules");
    rules
}

fn presented<'a>(rules: &'a Rules, id: &str, member: bool) -> Presented<'a> {
    let coupon: &Coupon = rules.coupon(id).expect(id);
    Presented { coupon, used_by_member: member.then_some(0), used_by_all: 0, granted: 0 }
}

fn voucher(number: u8, worth: Worth) -> Voucher {
    Voucher {
        serial: Serial::new([number; 16]),
        issuer: "office".into(),
        audience: "dais".into(),
        expires_s: u64::MAX,
        worth,
    }
}

/// Words: a coupon's name, with `!` where the payer is a member; `v300` money vouchers; `dish` a voucher for noodles;
/// `p200` points.
fn told(order: &[(&str, u32, i64)], words: &str) -> String {
    let rules = rules();
    let lines: Vec<Line> = order
        .iter()
        .map(|(sku, quantity, unit_price)| Line {
            sku: (*sku).into(),
            quantity: *quantity,
            unit_price: *unit_price,
        })
        .collect();
    let mut shown = Shown::default();
    for (place, word) in words.split_whitespace().enumerate() {
        let number = u8::try_from(place).expect("few");
        if word == "dish" {
            shown.vouchers.push((place, voucher(number, Worth::Dish("noodles".into()))));
        } else if let Some(minor) = word.strip_prefix('v').and_then(|minor| minor.parse().ok()) {
            shown.vouchers.push((place, voucher(number, Worth::Money(Money::new(minor, Currency::CNY)))));
        } else if let Some(points) = word.strip_prefix('p').and_then(|points| points.parse().ok()) {
            shown.points = Some(PointsOffer { points });
        } else {
            let id = word.trim_end_matches('!');
            shown.coupons.push((place, presented(&rules, id, id != word)));
        }
    }
    let choice = choose(&lines, &shown, &rules, NOW).expect("a price");
    let off = choice.priced.discounts.iter().map(|discount| match &discount.source {
        Source::Coupon(id) => format!("{id} {}", discount.amount.minor()),
        Source::Voucher(_) => format!("voucher {}", discount.amount.minor()),
        Source::Points(points) => format!("{points} points {}", discount.amount.minor()),
    });
    let out = choice.left_out.iter().map(|(place, why)| format!("[{place}] {why}"));
    let parts: Vec<String> = off.chain(out).collect();
    format!("{} | {}", choice.priced.total.minor(), parts.join(", "))
}

#[test]
fn an_order_takes_what_counts_and_says_why_not_the_rest() {
    let tea = [("tea", 2, 300)];
    for (words, wanted) in [
        ("", "600 | "),
        ("tenth", "540 | tenth 60"),
        // Of two that exclude each other the better one, whatever the order in which they are shown.
        (
            "tenth three",
            "300 | three 300, [0] the coupons \"three\" and \"tenth\" do not go together; choose one",
        ),
        (
            "three tenth",
            "300 | three 300, [1] the coupons \"three\" and \"tenth\" do not go together; choose one",
        ),
        ("members", "600 | [0] the coupon \"members\" is for members: show the member code first"),
        ("members! three", "200 | members 100, three 300"),
        ("gone three", "300 | three 300, [0] the coupon \"gone\" counted until 2020-02-01"),
        ("v200", "400 | voucher 200"),
        ("v200 three p9999", "100 | three 300, voucher 200"),
        // A voucher that finds nothing left is kept for another order.
        ("v600 v100", "0 | voucher 600, [1] takes nothing more off this order; keep it for another"),
        (
            "v1 v1 v1",
            "598 | voucher 1, voucher 1, [2] an order takes at most 2 coupons and 2 vouchers; take one off",
        ),
        ("dish", "600 | [0] the voucher is for \"noodles\": add it to the order"),
        ("p99", "600 | "),
        ("p200", "400 | 200 points 200"),
        ("p9999", "300 | 300 points 300"),
    ] {
        assert_eq!(told(&tea, words), wanted, "{words}");
    }
    let both = [("noodles", 1, 1800), ("tea", 1, 300)];
    assert_eq!(told(&both, "dish tenth"), "270 | voucher 1800, tenth 30");
    assert_eq!(told(&both, "dish three"), "0 | voucher 1800, three 300");
}

#[test]
fn what_is_chosen_can_be_priced_again() {
    let rules = rules();
    let lines = [Line { sku: "tea".into(), quantity: 2, unit_price: 300 }];
    for all in 0..16_u8 {
        let mut shown = Shown::default();
        for (bit, id) in ["tenth", "three", "members", "gone"].iter().enumerate() {
            if all & (1 << bit) != 0 {
                shown.coupons.push((bit, presented(&rules, id, true)));
            }
        }
        let choice = choose(&lines, &shown, &rules, NOW).expect("a price");
        let out: Vec<usize> = choice.left_out.iter().map(|(place, _)| *place).collect();
        assert_eq!(
            out.len() + choice.priced.discounts.len(),
            shown.coupons.len(),
            "{all}: each is taken or told"
        );
        // Only what was taken, shown again, makes the same price and leaves nothing out.
        shown.coupons.retain(|(place, _)| !out.contains(place));
        let again = choose(&lines, &shown, &rules, NOW).expect("a price");
        assert_eq!((again.priced, again.left_out), (choice.priced, Vec::new()), "{all}");
    }
}
