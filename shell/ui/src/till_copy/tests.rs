//! The screen follows the property, whatever the order of events.

use super::*;

fn payment(id: &str, state: PaymentState) -> Payment {
    Payment {
        id: id.into(),
        state: state.to_wire(),
        total: 100,
        currency: "CNY".into(),
        ..Payment::default()
    }
}

#[test]
fn every_state_of_the_till_has_a_stage_of_its_own() {
    let mut seen = Vec::new();
    for state in PaymentState::ALL {
        let mut till = TillCopy { here: true, ..TillCopy::default() };
        assert_eq!(till.take_payment(payment("a", *state)), has_ended(*state));
        assert!(!seen.contains(&till.stage()), "{state:?}");
        seen.push(till.stage());
    }
}

#[test]
fn every_notice_of_the_till_has_words_of_its_own() {
    let mut seen = vec![Notice::None];
    for told in Told::ALL.iter().filter(|told| **told != Told::None) {
        assert!(!seen.contains(&notice(*told)), "{told:?}");
        seen.push(notice(*told));
    }
}

#[test]
fn an_end_is_news_once() {
    let mut till = TillCopy { here: true, ..TillCopy::default() };
    assert!(till.take_payment(payment("a", PaymentState::Paid)));
    assert_eq!(till.seconds_left, PAID_SECONDS);
    till.seconds_left = 3;
    assert!(!till.take_payment(payment("a", PaymentState::Paid)));
    assert_eq!(till.seconds_left, 3);
    assert!(till.take_payment(payment("b", PaymentState::Paid)));
}

#[test]
fn an_asked_payment_shows_at_once_and_yields_to_the_property() {
    let mut till = TillCopy { here: true, awaited: Some(("a".into(), 250)), ..TillCopy::default() };
    assert_eq!((till.stage(), till.amount()), (Stage::Opening, 250));
    assert!(!till.take_payment(payment("a", PaymentState::Waiting)));
    assert_eq!((till.stage(), till.amount(), till.awaited.clone()), (Stage::Waiting, 100, None));
}

#[test]
fn a_till_that_goes_away_while_money_may_move_says_do_not_pay_again() {
    let mut till = TillCopy { here: true, ..TillCopy::default() };
    let mut waiting = payment("a", PaymentState::Waiting);
    waiting.codes = vec![(1, "https://qr.example/1".into())];
    till.take_payment(waiting);
    assert_eq!(till.codes().len(), 1);
    till.lose();
    assert_eq!(till.codes().len(), 0);
    assert_eq!(till.notice(), Notice::DoNotPayAgain);
}

fn menu() -> Menu {
    let dish = |sku: &str| Dish {
        sku: sku.into(),
        name_zh: sku.into(),
        name_en: sku.into(),
        price: 300,
        picture: String::new(),
    };
    let category = |name: &str| Category { name: name.into(), zh: name.into(), en: name.into() };
    let label = |sku: &str, category: &str, sold_out| Label {
        sku: sku.into(),
        category: category.into(),
        allergens: vec![7],
        sold_out,
    };
    Menu {
        currency: "CNY".into(),
        dishes: vec![dish("tea"), dish("noodles"), dish("milk")],
        categories: vec![category("meals"), category("soups"), category("drinks")],
        labels: vec![
            label("tea", "drinks", false),
            label("noodles", "meals", false),
            label("milk", "drinks", true),
        ],
        prints_asked: false,
    }
}

#[test]
fn the_menu_is_shown_part_by_part_and_empty_parts_are_not() {
    let mut till = TillCopy::default();
    assert!(!till.take_menu(menu()));
    let parts: Vec<&str> = till.categories().map(|category| category.name.as_str()).collect();
    assert_eq!(parts, ["meals", "drinks"]);
    let shown = |till: &TillCopy| till.dishes_shown().map(|dish| dish.sku.clone()).collect::<Vec<_>>();
    assert_eq!(shown(&till), ["noodles"]);
    till.category = 1;
    assert_eq!(shown(&till), ["tea", "milk"]);
    // A till that tells of no parts shows everything at once.
    assert!(!till.take_menu(Menu { categories: Vec::new(), ..menu() }));
    assert_eq!((till.category, shown(&till).len()), (0, 3));
}

#[test]
fn what_is_sold_out_leaves_the_tray() {
    let mut till = TillCopy::default();
    till.basket.more("milk");
    till.basket.more("tea");
    assert!(till.take_menu(menu()));
    assert_eq!((till.basket.count_of("milk"), till.basket.count_of("tea")), (0, 1));
}

#[test]
fn codes_are_good_until_the_till_says() {
    let mut till = TillCopy { here: true, waits: (10_000, 190_000), ..TillCopy::default() };
    assert_eq!(till.good_for(20_000).0, 0, "nothing is shown yet");
    let mut waiting = payment("a", PaymentState::Waiting);
    waiting.codes = vec![(1, "https://qr.example/1".into())];
    till.take_payment(waiting);
    assert_eq!(till.good_for(100_000), (90, 0.5));
    assert_eq!(till.good_for(189_001), (1, 999.0 / 180_000.0));
    assert_eq!(till.good_for(200_000).0, 0);
    // A clock that was put back shows no more than there is.
    assert_eq!(till.good_for(0), (180, 1.0));
    till.lose();
    assert_eq!(till.good_for(100_000).0, 0, "nobody could take the payment");
}
