//! What an order may be, and the name of each refusal.

use super::{Dish, Line, Menu, MenuError, Order, OrderError, PaymentId};
use crate::till::Currency;

fn dish(sku: &str, price: i64) -> Dish {
    Dish { sku: sku.into(), zh: format!("{sku}菜"), en: sku.into(), price, picture: "1f35c.webp".into() }
}

fn menu() -> Menu {
    Menu { currency: Currency::CNY, dishes: vec![dish("noodles", 1800), dish("tea", 300)] }
}

fn line(sku: &str, quantity: u32, unit_price: i64) -> Line {
    Line { sku: sku.into(), quantity, unit_price }
}

#[test]
fn a_sound_order_is_taken_with_a_subject() {
    let order = Order::check(&menu(), vec![line("noodles", 1, 1800), line("tea", 2, 300)], 2400, "CNY")
        .expect("sound");
    assert_eq!((order.total.minor(), order.subject.as_str()), (2400, "noodles菜等3件"));
    assert!(order.same_as_asked(&[line("noodles", 1, 1800), line("tea", 2, 300)], 2400, "CNY"));
    assert!(!order.same_as_asked(&[line("noodles", 1, 1800)], 2400, "CNY"));
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
    let with = |dishes| Menu { currency: Currency::CNY, dishes }.check();
    assert_eq!(with(vec![]), Err(MenuError::Empty));
    assert_eq!(with(vec![dish("a", 1), dish("a", 2)]), Err(MenuError::Twice("a".into())));
    assert_eq!(with(vec![dish("a", 0)]), Err(MenuError::Price("a".into())));
    assert_eq!(with(vec![dish("", 1)]), Err(MenuError::Nameless(String::new())));
    assert_eq!(menu().check(), Ok(()));
}
