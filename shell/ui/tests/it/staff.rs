//! Staff at the kiosk: what they touch is asked of the till, once; what they saw is gone when they leave.

use std::rc::Rc;

use api::devices::{DeviceHealth, TestResult};
use api::kiosk::Dish;
use api::staff::{Case, DayTakings, Refund, RefundState, Sale, Takings};
use screens::*;
use slint::ComponentHandle;
use ui::bridge::{Asked, Asker, FromUi, Hidden, No, StaffAsk, StaffSaid};
use ui::kept::Keeper;
use ui::staff::Staff;

use crate::canteen::in_view;
use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{TALL, WALL, both_languages, has, kiosk};

struct Counter {
    screen: KioskScreen,
    staff: Rc<Staff>,
    asked: Asked,
    keeper: Keeper,
    _folder: tempfile::TempDir,
}

impl Counter {
    fn new(easel: &Easel, chinese: bool, language: &str) -> Self {
        let screen = kiosk(easel, chinese);
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::new(folder.path());
        let (asker, asked) = Asker::alone();
        let staff = Staff::new(&screen, asker, keeper.refunds(), || NOON_MS);
        let dish = |sku: &str, zh: &str, en: &str| Dish {
            sku: sku.into(),
            name_zh: zh.into(),
            name_en: en.into(),
            price: 1800,
            picture: String::new(),
        };
        staff.take_menu(
            &[dish("noodles", "红烧牛肉面", "Braised beef noodles"), dish("tea", "热乌龙茶", "Hot tea")],
            "CNY",
        );
        staff.speak(chinese);
        easel.show(&screen, language);
        Self { screen, staff, asked, keeper, _folder: folder }
    }

    fn press(&self, name: &str) {
        press(&self.screen, name);
    }

    fn next(&mut self) -> Option<StaffAsk> {
        self.asked.take().map(|asked| match asked {
            FromUi::Staff(ask) => ask,
            other => panic!("{other:?}"),
        })
    }

    /// As somebody who has typed number and PIN and sees the day's payments.
    fn signed_in(easel: &Easel, chinese: bool, language: &str) -> Self {
        let mut counter = Self::new(easel, chinese, language);
        counter.press("staff");
        for digit in "01481920".chars() {
            counter.press(&format!("digit-{digit}"));
        }
        counter.press("enter");
        let Some(StaffAsk::SignIn { pin }) = counter.next() else { panic!("nobody is signed in") };
        assert_eq!(pin, Hidden("01481920".into()));
        assert!(!format!("{pin:?}").contains("481920"));
        counter.staff.take(StaffSaid::SignedIn(Ok((Hidden("grant".into()), "01".into(), 300))));
        counter.sold();
        counter
    }

    /// Answers the question for the payments.
    fn sold(&mut self) {
        assert!(matches!(self.next(), Some(StaffAsk::Sales { .. })));
        self.staff.take(StaffSaid::Sales(Ok(sales())));
    }

    fn page(&self) -> StaffPage {
        self.screen.global::<StaffAdapter<'_>>().get_page()
    }
}

/// Sunday, the first of March 2026, five past noon in China: a picture is the same whenever it is made.
const NOON_MS: u64 = 1_772_337_900_000;

fn sales() -> Vec<Sale> {
    let now = NOON_MS;
    let sale = |id: &str, pickup, total, returned, paid_by, ago_ms: u64| Sale {
        id: id.into(),
        paid_ms: now - ago_ms,
        total,
        currency: "CNY".into(),
        paid_by,
        pickup,
        returned,
        lines: vec![("noodles".into(), 2), ("tea".into(), 1)],
    };
    vec![
        sale("lunch-3", 128, 3900, 0, 1, 1),
        sale("lunch-2", 127, 3900, 3900, 2, 2),
        // Long ago: not of today.
        sale("lunch-1", 126, 3900, 0, 4, 90_000_000),
    ]
}

fn refund(ask: &str, state: RefundState) -> Vec<Refund> {
    vec![Refund { number: "K1".into(), ask: ask.into(), amount: 350, state: state.to_wire() }]
}

fn silent() -> No {
    No { trouble: StaffTrouble::Silent, words: String::new() }
}

#[test]
fn staff_pages() {
    for size in [TALL, WALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                let mut counter = Counter::new(easel, chinese, language);
                counter.press("staff");
                counter.press("digit-7");
                easel.draw(&format!("staff-keypad-{language}-{}", size.1));
                let found = elements_of_staff(&counter.screen, size);
                assert_eq!(
                    has(&found, "staff-keypad").label,
                    if chinese { "工号和密码" } else { "Staff number and PIN" }
                );
                assert!(!has(&found, "enter").enabled, "a PIN is longer");
                drop(counter);
                counter = Counter::signed_in(easel, chinese, language);
                easel.draw(&format!("staff-sales-{language}-{}", size.1));
                let found = elements_of_staff(&counter.screen, size);
                assert!(has(&found, "sale-1").label.contains("127"));
                assert!(!found.iter().any(|element| element.name == "sale-2"), "yesterday's is not today's");
                has(&found, "grant-left");
                counter.press("sale-0");
                easel.draw(&format!("staff-refund-{language}-{}", size.1));
                let found = elements_of_staff(&counter.screen, size);
                assert!(!has(&found, "send-back").enabled, "a reason is wanted first");
                assert!(has(&found, "refund-amount").label.contains("39.00"));
                counter.press("staff-tab-1");
                counter.sold();
                easel.draw(&format!("staff-day-{language}-{}", size.1));
                let found = elements_of_staff(&counter.screen, size);
                assert!(has(&found, "taken").label.contains("78.00"));
                assert!(found.iter().any(|element| element.name.starts_with("hour-")));
                has(&found, "close-day-1");
                counter.press("staff-tab-2");
                assert!(matches!(counter.next(), Some(StaffAsk::Cases { .. })));
                let case = Case {
                    case: 7,
                    at_ms: 1_800_000_000_000,
                    payment: "lunch-0".into(),
                    number: "K0".into(),
                    kind: 2,
                    amount: 1800,
                    currency: "CNY".into(),
                };
                counter.staff.take(StaffSaid::Cases(Ok(vec![case])));
                easel.draw(&format!("staff-cases-{language}-{}", size.1));
                counter.press("close-case-0");
                assert!(matches!(counter.next(), Some(StaffAsk::CloseCase { case: 7, .. })));
                counter.press("staff-tab-3");
                assert!(matches!(counter.next(), Some(StaffAsk::Health)));
                counter.staff.take(StaffSaid::Health(health()));
                counter.press("test-1");
                assert!(matches!(counter.next(), Some(StaffAsk::Test { device: 1, .. })));
                let (zh, en) = ("摄像头能看到画面。".into(), "The camera sees a picture.".into());
                let found = TestResult { outcome: 1, why: 1, facts: Vec::new(), zh, en };
                counter.staff.take(StaffSaid::Tested { device: 1, found: Ok(found) });
                easel.draw(&format!("staff-devices-{language}-{}", size.1));
                has(&elements_of_staff(&counter.screen, size), "device-2");
            });
        });
    }
}

#[test]
fn staff_see_a_week_its_dishes_and_what_is_on_sale() {
    for size in [TALL, WALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                let mut counter = Counter::signed_in(easel, chinese, language);
                counter.press("staff-tab-1");
                counter.sold();
                counter.press("chart-1");
                assert!(matches!(counter.next(), Some(StaffAsk::Takings { .. })));
                counter.staff.take(StaffSaid::Takings(Ok(takings())));
                easel.draw(&format!("staff-week-{language}-{}", size.1));
                let found = elements_of_staff(&counter.screen, size);
                assert!(has(&found, "taken").label.contains("2100.00"));
                assert_eq!(found.iter().filter(|element| element.name.starts_with("day-")).count(), 7);
                counter.press("chart-2");
                assert!(counter.next().is_none(), "they are known");
                easel.draw(&format!("staff-dishes-{language}-{}", size.1));
                let found = elements_of_staff(&counter.screen, size);
                let noodles = if chinese { "红烧牛肉面" } else { "Braised beef noodles" };
                assert!(has(&found, "sold-0").label.contains(noodles));
                assert!(!found.iter().any(|element| element.name.starts_with("day-")));
                counter.press("staff-tab-4");
                let pictures = ["1f35c.webp", "1f375.webp"].map(|name| easel.assets.picture(name).ok());
                counter.staff.take_sold_out(vec!["tea".into()], pictures.to_vec());
                easel.draw(&format!("staff-menu-{language}-{}", size.1));
                let found = elements_of_staff(&counter.screen, size);
                assert!(has(&found, "sell-tea").chosen && !has(&found, "sell-noodles").chosen);
            });
        });
    }
}

/// A week in which every day was better than the one before.
fn takings() -> Takings {
    let day = |number: i64| DayTakings {
        day: format!("2026-03-0{number}"),
        payments: 10,
        gross: number * 7_500,
        returned: 100,
    };
    Takings {
        days: (1..=7).map(day).collect(),
        channels: vec![(2, 40, 120_000), (1, 20, 60_000), (4, 10, 30_000)],
        dishes: (0..12)
            .map(|at| (if at == 0 { "noodles".into() } else { format!("dish-{at}") }, 90 - at, 160_000 >> at))
            .collect(),
    }
}

#[test]
fn a_dish_is_sold_out_with_one_touch_and_back_with_the_next() {
    Easel::with(WALL, WALL, |easel| {
        let mut counter = Counter::signed_in(easel, false, "en");
        counter.press("staff-tab-4");
        counter.press("sell-tea");
        let Some(StaffAsk::SellOut { sku, sold_out, .. }) = counter.next() else {
            panic!("nothing is asked")
        };
        assert_eq!((sku.as_str(), sold_out), ("tea", true));
        counter.press("sell-tea");
        assert!(counter.next().is_none(), "it is under way");
        // The till tells every screen, then answers.
        counter.staff.take_sold_out(vec!["tea".into()], Vec::new());
        counter.staff.take(StaffSaid::SoldOut(Ok(true)));
        let found = elements_of_staff(&counter.screen, WALL);
        assert!(has(&found, "staff-told").label.contains("sold out"));
        assert!(has(&found, "sell-tea").label.contains("back on sale"));
        counter.press("sell-tea");
        assert!(matches!(counter.next(), Some(StaffAsk::SellOut { sold_out: false, .. })));
        let no = No { trouble: StaffTrouble::NotAllowed, words: String::new() };
        counter.staff.take(StaffSaid::SoldOut(Err(no)));
        let found = elements_of_staff(&counter.screen, WALL);
        assert!(has(&found, "staff-told").label.contains("role"));
        assert!(has(&found, "sell-tea").chosen, "nothing has changed");
    });
}

fn elements_of_staff(screen: &KioskScreen, size: (u32, u32)) -> Vec<api::shell::Element> {
    // The menu below is covered; what is not on the screen belongs to it.
    let found = in_view(screen, size);
    assert!(found.iter().all(|element| !element.label.is_empty()));
    found
}

fn health() -> Vec<DeviceHealth> {
    let one = |device, state, zh: &str, en: &str| DeviceHealth {
        device,
        state,
        why: 1,
        since_ms: 0,
        ready: 1,
        lost: 0,
        zh: zh.into(),
        en: en.into(),
    };
    vec![
        one(1, 1, "", ""),
        one(2, 2, "请插好读卡器，会自动重试。", "Plug the card reader in; it is tried again by itself."),
        one(3, 3, "", ""),
        one(4, 1, "", ""),
    ]
}

#[test]
fn a_repeated_press_is_one_refund_and_a_second_is_a_second() {
    Easel::with(WALL, WALL, |easel| {
        let mut counter = Counter::signed_in(easel, false, "en");
        let ask = |counter: &mut Counter| match counter.next() {
            Some(StaffAsk::Refund { ask, payment, amount, .. }) => (ask, payment, amount),
            other => panic!("{other:?}"),
        };
        counter.press("sale-0");
        counter.press("send-back");
        assert!(counter.next().is_none(), "without a reason nothing goes back");
        counter.press("reason-2");
        for digit in ["0", "3", "5", "0"] {
            counter.press(&format!("digit-{digit}"));
        }
        counter.press("send-back");
        let (first, payment, amount) = ask(&mut counter);
        assert_eq!((payment.as_str(), amount), ("lunch-3", 350));
        assert!(first.starts_with("not-good-"), "{first}");
        counter.press("send-back");
        assert!(counter.next().is_none(), "it is under way");
        // The till falls silent: nobody knows, so the same is asked again by the same name.
        counter.staff.take(StaffSaid::Refunded { ask: first.clone(), refunds: Err(silent()) });
        assert!(matches!(counter.next(), Some(StaffAsk::Sales { .. })));
        counter.staff.take(StaffSaid::Sales(Err(silent())));
        counter.press("send-back");
        assert_eq!(ask(&mut counter).0, first);
        let open = refund(&first, RefundState::Open);
        counter.staff.take(StaffSaid::Refunded { ask: first.clone(), refunds: Ok(open) });
        assert_eq!(counter.keeper.refunds().recall(), None);
        easel.draw("staff-refunded");
        assert!(has(&in_view(&counter.screen, WALL), "staff-told").label.contains("on its way back"));
        counter.sold();
        // A second rightful one of the same amount is a second.
        counter.press("sale-0");
        counter.press("reason-0");
        for digit in ["3", "5", "0"] {
            counter.press(&format!("digit-{digit}"));
        }
        counter.press("send-back");
        let (second, ..) = ask(&mut counter);
        assert!(second.starts_with("wrong-dish-") && second != first);
        // Another's refund is not begun while this one is unanswered.
        counter.staff.take(StaffSaid::Refunded { ask: second.clone(), refunds: Err(silent()) });
        assert!(counter.next().is_some());
        counter.staff.take(StaffSaid::Sales(Ok(sales())));
        counter.press("rub");
        counter.press("send-back");
        assert_eq!(ask(&mut counter).0, second);
    });
}

#[test]
fn what_was_asked_before_a_crash_is_asked_again_once_somebody_signs_in() {
    Easel::with(WALL, WALL, |easel| {
        let mut counter = Counter::new(easel, false, "en");
        let kept = counter.keeper.refunds().begin("lunch-3", "other", 3900, "CNY").unwrap();
        counter.press("staff");
        counter.staff.take(StaffSaid::SignedIn(Ok((Hidden("grant".into()), "01".into(), 300))));
        let asked = counter.next();
        assert!(
            matches!(&asked, Some(StaffAsk::Refund { ask, amount: 3900, .. }) if *ask == kept.ask),
            "{asked:?}"
        );
        // Who may not decides nothing.
        let no = No { trouble: StaffTrouble::NotAllowed, words: String::new() };
        counter.staff.take(StaffSaid::Refunded { ask: kept.ask.clone(), refunds: Err(no) });
        assert_eq!(counter.keeper.refunds().recall(), Some(kept));
    });
}

#[test]
fn a_grant_ends_after_its_seconds_and_nothing_of_the_day_is_left() {
    Easel::with(WALL, WALL, |easel| {
        let mut counter = Counter::signed_in(easel, false, "en");
        for _ in 0..299 {
            counter.staff.tick();
        }
        assert_eq!(counter.page(), StaffPage::Sales);
        assert_eq!(counter.screen.global::<StaffAdapter<'_>>().get_grant_left(), 1);
        counter.staff.tick();
        assert_eq!(counter.page(), StaffPage::Keypad);
        assert!(matches!(counter.next(), Some(StaffAsk::SignOut { .. })));
        easel.draw("staff-signed-out");
        let found = in_view(&counter.screen, WALL);
        assert!(has(&found, "staff-told").label.contains("signed out"));
        assert!(!found.iter().any(|element| element.name.starts_with("sale-")));
        // What the till answers after that is for nobody.
        counter.staff.take(StaffSaid::Sales(Ok(sales())));
        assert_eq!(counter.page(), StaffPage::Keypad);
        counter.press("staff-leave");
        assert_eq!(counter.page(), StaffPage::Closed);
        let menu = in_view(&counter.screen, WALL);
        has(&menu, "pay");
    });
}
