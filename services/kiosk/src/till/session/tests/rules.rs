//! What is sold is checked before anything is.

use super::room::offers;
use crate::till::session::OfferRulesError as Error;
use crate::till::{Currency, Dish, Line, Menu, OrderError};

fn menu() -> Menu {
    let tea = Dish { sku: "tea".into(), zh: "茶".into(), en: "Tea".into(), price: 300, ..Dish::default() };
    Menu { currency: Currency::CNY, categories: Vec::new(), dishes: vec![tea] }
}

#[test]
fn a_list_that_cannot_be_sold_is_refused_by_name() {
    assert_eq!(offers().check(&menu()), Ok(()));
    let mut broken = Vec::new();
    for change in 0..6 {
        let mut rules = offers();
        let offer = &mut rules.offers[0];
        match change {
            0 => offer.price = 0,
            1 => offer.minutes = 0,
            2 => offer.in_a_row = 25,
            3 => offer.id = "tea".into(),
            4 => offer.room = String::new(),
            _ => rules.grace_seconds = 901,
        }
        broken.push(rules.check(&menu()).unwrap_err());
    }
    let hour = || "hour".to_owned();
    let named = [
        Error::Price(hour()),
        Error::Length(hour()),
        Error::Length(hour()),
        Error::Twice("tea".into()),
        Error::Nameless(hour()),
        Error::Grace,
    ];
    assert_eq!(broken, named);
}

#[test]
fn an_order_of_time_is_one_line_of_it_at_its_price() {
    let line = |sku: &str, quantity, unit_price| Line { sku: sku.into(), quantity, unit_price };
    let order = |lines: Vec<Line>, total| offers().order(Currency::CNY, lines, total, "CNY");
    let two = order(vec![line("hour", 2, 2_000)], 4_000).unwrap();
    let bought = two.session.unwrap();
    assert_eq!((bought.length_ms, bought.count, bought.extends), (7_200_000, 2, None));
    for (lines, total, refused) in [
        (vec![line("hour", 1, 2_000), line("tea", 1, 300)], 2_300, OrderError::SessionAlone),
        (vec![line("hour", 4, 2_000)], 8_000, OrderError::SessionLong(3)),
        (vec![line("hour", 1, 1_900)], 1_900, OrderError::PriceChanged("hour".into())),
        (vec![line("hour", 1, 2_000)], 1_999, OrderError::WrongTotal),
        (vec![line("hour", 0, 2_000)], 0, OrderError::WrongTotal),
    ] {
        assert_eq!(order(lines, total), Err(refused));
    }
    assert!(offers().sells(&[line("class", 1, 2_000)]) && !offers().sells(&[line("tea", 1, 300)]));
}
