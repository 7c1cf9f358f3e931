//! The tray adds up, and never orders what is not on the menu.

use super::*;

fn dish(sku: &str, price: i64) -> Dish {
    Dish { sku: sku.into(), name_zh: "菜".into(), name_en: "Dish".into(), price, picture: "x.webp".into() }
}

#[test]
fn an_order_adds_up() {
    let menu = [dish("rice", 200), dish("soup", 650)];
    let mut basket = Basket::default();
    assert_eq!(basket.order(&menu), None);
    assert!(basket.more("rice") && basket.more("soup") && basket.more("rice"));
    let (lines, total) = basket.order(&menu).unwrap();
    assert_eq!(total, 1050);
    assert_eq!(lines[0], Line { sku: "rice".into(), quantity: 2, unit_price: 200 });
    basket.less("soup");
    assert_eq!((basket.count(), basket.count_of("soup")), (2, 0));
}

#[test]
fn a_tray_has_an_end() {
    let mut basket = Basket::default();
    assert_eq!((0..50).filter(|_| basket.more("rice")).count(), QUANTITY_MAX as usize);
    assert_eq!((0..100).filter(|n| basket.more(&format!("dish{n}"))).count(), ORDER_LINES_MAX - 1);
}

#[test]
fn a_dish_that_left_the_menu_leaves_the_tray() {
    let mut basket = Basket::default();
    assert!(basket.more("rice") && basket.more("soup"));
    assert!(basket.keep_on(&[dish("rice", 200)]));
    assert!(!basket.keep_on(&[dish("rice", 200)]));
    assert_eq!(basket.count(), 1);
}

#[test]
fn a_sum_beyond_all_numbers_is_no_order() {
    let mut basket = Basket::default();
    assert!(basket.more("gold") && basket.more("gold"));
    assert_eq!(basket.order(&[dish("gold", i64::MAX)]), None);
}
