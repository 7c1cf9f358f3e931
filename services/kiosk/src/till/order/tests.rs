//! What an order may be, and the name of each refusal.

use super::{Dish, Line, Menu, MenuError, Order, OrderError, PaymentId, TakenOff};
use crate::promotion::{Priced, Source};
use crate::till::{Currency, Money};

fn dish(sku: &str, price: i64) -> Dish {
    Dish {
        sku: sku.into(),
        zh: format!("{sku}菜"),
        en: sku.into(),
        price,
        picture: "1f35c.webp".into(),
        ..Dish::default()
    }
}

fn menu() -> Menu {
    Menu {
        currency: Currency::CNY,
        categories: Vec::new(),
        dishes: vec![dish("noodles", 1800), dish("tea", 300)],
    }
}

fn line(sku: &str, quantity: u32, unit_price: i64) -> Line {
    Line { sku: sku.into(), quantity, unit_price }
}

#[test]
fn a_sound_order_is_taken_with_a_subject() {
    let order = Order::check(&menu(), vec![line("noodles", 1, 1800), line("tea", 2, 300)], 2400, "CNY")
        .expect("sound");
    assert_eq!((order.total.minor(), order.subject.as_str()), (2400, "noodles菜等3件"));
    assert!(order.same_as_asked(&[line("noodles", 1, 1800), line("tea", 2, 300)], 2400, "CNY", None));
    assert!(!order.same_as_asked(&[line("noodles", 1, 1800)], 2400, "CNY", None));
}

/// Refunds in any steps, of which some are refused later, give back in the end exactly what offers took off.
#[test]
fn what_offers_took_off_goes_back_in_parts_that_sum_to_the_whole() {
    let order = Order::gross(&menu(), vec![line("tea", 1, 300)], "CNY").expect("sound");
    let shares = [70, 30];
    let discount = |source, amount: i64| crate::promotion::Discount {
        source,
        amount: Money::new(amount, Currency::CNY),
        shares: vec![amount],
    };
    let discounts =
        vec![discount(Source::Coupon("c".into()), shares[0]), discount(Source::Points(30), shares[1])];
    let (gross, total) = (Money::new(300, Currency::CNY), Money::new(200, Currency::CNY));
    let order = order.with_price(Priced { gross, discounts, total, lines: Vec::new() }).expect("its price");
    let cny = |minor| Money::new(minor, Currency::CNY);
    let mut seed = 7_u64;
    for _ in 0..500 {
        // Refunds that stand: amount and what of offers went back with it.
        let mut stand: Vec<(i64, TakenOff)> = Vec::new();
        loop {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let before: i64 = stand.iter().map(|(minor, _)| minor).sum();
            if before == 200 {
                break;
            }
            if seed >> 62 == 0 && !stand.is_empty() {
                stand.remove(0);
                continue;
            }
            let now = 1 + i64::try_from((seed >> 33) % u64::try_from(200 - before).unwrap()).unwrap();
            let mut given = TakenOff::nothing(Currency::CNY);
            for (_, off) in &stand {
                given.discounts = given.discounts.plus(off.discounts).unwrap();
                given.points = given.points.plus(off.points).unwrap();
            }
            let off = order.off_again(cny(before), &given, cny(now)).expect("a part");
            assert!(off.discounts.minor() >= 0 && off.points.minor() >= 0);
            stand.push((now, off));
        }
        let sum = |part: fn(&TakenOff) -> Money| stand.iter().map(|(_, off)| part(off).minor()).sum::<i64>();
        assert_eq!((sum(|off| off.discounts), sum(|off| off.points)), (70, 30), "{stand:?}");
    }
}

#[test]
fn each_refusal_has_its_name() {
    use OrderError as E;
    let many = vec![line("tea", 1, 300); 65];
    for (lines, total, currency, wanted) in [
        (vec![], 0, "CNY", E::Empty),
        (many, 65 * 300, "CNY", E::TooManyLines),
        (vec![line("tea", 0, 300)], 0, "CNY", E::WrongTotal),
        (vec![line("tea", 1, 300)], 299, "CNY", E::WrongTotal),
        (vec![line("tea", 1, 300)], -300, "CNY", E::WrongTotal),
        (vec![line("tea", u32::MAX, 300), line("tea", 1, 300)], 0, "CNY", E::WrongTotal),
        (vec![line("soup", 1, 300)], 300, "CNY", E::UnknownDish("soup".into())),
        (vec![line("tea", 1, 200)], 200, "CNY", E::PriceChanged("tea".into())),
        (vec![line("tea", 1, 300)], 300, "USD", E::WrongCurrency(Currency::CNY)),
        (vec![line("tea", 1, 300)], 300, "", E::WrongCurrency(Currency::CNY)),
    ] {
        assert_eq!(Order::check(&menu(), lines, total, currency), Err(wanted));
    }
    for id in ["", "a b", "号", &"x".repeat(65)] {
        assert_eq!(PaymentId::new(id), Err(E::BadId));
    }
}

#[test]
fn a_menu_that_cannot_be_sold_from_is_refused() {
    let with = |dishes| Menu { currency: Currency::CNY, categories: Vec::new(), dishes }.check();
    assert_eq!(with(vec![]), Err(MenuError::Empty));
    assert_eq!(with(vec![dish("a", 1), dish("a", 2)]), Err(MenuError::Twice("a".into())));
    assert_eq!(with(vec![dish("a", 0)]), Err(MenuError::Price("a".into())));
    assert_eq!(with(vec![dish("", 1)]), Err(MenuError::Nameless(String::new())));
    assert_eq!(menu().check(), Ok(()));
}

#[test]
fn what_is_sold_out_is_not_ordered() {
    let mut menu = menu();
    let line = |sku: &str, price| Line { sku: sku.into(), quantity: 1, unit_price: price };
    menu.dishes[1].sold_out = true;
    let gone = Order::check(&menu, vec![line("noodles", 1800), line("tea", 300)], 2100, "CNY");
    assert_eq!(gone, Err(OrderError::SoldOut("tea".into())));
    assert!(Order::check(&menu, vec![line("noodles", 1800)], 1800, "CNY").is_ok());
}
