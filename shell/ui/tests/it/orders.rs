//! From the tray to the till: what is asked, at which price, and what nobody must find who comes next.

use std::rc::Rc;

use api::counter::Wanted;
use api::kiosk::{Category, Dish, Label, Payment, PaymentState, Price};
use screens::*;
use slint::ComponentHandle;
use ui::assets::Assets;
use ui::bridge::{Answer, Asked, Asker, FromUi};
use ui::kept::Keeper;
use ui::kiosk::{GuestWish, Kiosk};
use ui::till_copy::Menu;

use crate::canteen::in_view;
use crate::choices::press;
use crate::easel::{Easel, assets_folder};
use crate::screens::{TALL, has};

struct Counter {
    kiosk: Rc<Kiosk>,
    asked: Asked,
    wanted: Wanted,
    keeper: Keeper,
    _folder: tempfile::TempDir,
}

impl Counter {
    fn new(easel: &Easel, language: &str) -> Self {
        let screen = KioskScreen::new().unwrap();
        easel.look.dress(&screen);
        easel.show(&screen, language);
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::new(folder.path());
        let (asker, asked) = Asker::alone();
        let kiosk = Kiosk::new(screen, Rc::new(Assets::new(assets_folder())), asker, keeper.clone());
        kiosk.speak(language == "zh");
        kiosk.take_standing(1);
        kiosk.take_menu(menu());
        kiosk.set_shown(true);
        Self { kiosk, asked, wanted: Wanted::Nothing, keeper, _folder: folder }
    }

    fn press(&self, name: &str) {
        press(self.kiosk.screen(), name);
    }

    fn total(&self) -> String {
        self.kiosk.screen().global::<KioskAdapter<'_>>().get_total().to_string()
    }

    /// What was asked next; what the counter shall listen for is kept aside.
    fn next(&mut self) -> Option<FromUi> {
        loop {
            match self.asked.take()? {
                FromUi::Want { wanted, .. } => self.wanted = Wanted::from_wire(wanted),
                asked => return Some(asked),
            }
        }
    }

    /// Types a text and uses it; answers the question's number and texts.
    fn offer(&mut self, text: &str) -> (u64, Vec<String>) {
        self.press("offers");
        for key in text.chars() {
            self.press(&format!("key-{key}"));
        }
        self.press("offers-add");
        let Some(FromUi::Quote { ticket, offers, .. }) = self.next() else { panic!("no question") };
        assert_eq!(self.wanted, Wanted::CardsAndCodes, "a code may be scanned too");
        (ticket, offers.into_iter().map(|offer| offer.0).collect())
    }
}

fn menu() -> Menu {
    let dish = |sku: &str, price| Dish {
        sku: sku.into(),
        name_zh: "面".into(),
        name_en: "Noodles".into(),
        price,
        picture: "1f35c.webp".into(),
    };
    let label = |sku: &str, category: &str| Label {
        sku: sku.into(),
        category: category.into(),
        allergens: vec![1],
        sold_out: false,
    };
    let category =
        |name: &str, zh: &str, en: &str| Category { name: name.into(), zh: zh.into(), en: en.into() };
    Menu {
        currency: "CNY".into(),
        dishes: vec![dish("noodles", 1800), dish("tea", 300)],
        categories: vec![category("meals", "主食", "Meals"), category("drinks", "饮品", "Drinks")],
        labels: vec![label("noodles", "meals"), label("tea", "drinks")],
        prints_asked: false,
    }
}

fn price(total: i64, left_out: Vec<(u32, String)>) -> Price {
    Price {
        gross: 1800,
        total,
        discounts: Vec::new(),
        member: true,
        tier: "gold".into(),
        points: 230,
        earns: 15,
        at_hand: Vec::new(),
        left_out,
    }
}

#[test]
fn an_order_is_begun_at_the_price_that_offers_make_and_at_no_other() {
    Easel::with(TALL, TALL, |easel| {
        for language in ["en", "zh"] {
            let mut counter = Counter::new(easel, language);
            counter.press("dish-noodles");
            let (ticket, offers) = counter.offer("SAVE3");
            assert_eq!(offers, ["SAVE3"]);
            // Nothing is begun while nobody knows the price.
            let kiosk = counter.kiosk.clone();
            let adapter = kiosk.screen().global::<OffersAdapter<'_>>();
            adapter.invoke_hide();
            counter.press("pay");
            assert!(counter.next().is_none());
            counter.kiosk.take_price(ticket, Some(price(1500, Vec::new())));
            adapter.invoke_show();
            easel.draw(&format!("offers-{language}"));
            has(&in_view(counter.kiosk.screen(), TALL), "use-points");
            counter.press("offers-done");
            assert_eq!(counter.total(), "¥15.00");
            counter.press("pay");
            let Some(FromUi::BeginWith { id, total, offers, .. }) = counter.next() else {
                panic!("not begun")
            };
            assert_eq!((total, offers.len()), (1500, 1));
            assert_eq!(counter.keeper.recall().map(|kept| (kept.id, kept.total)), Some((id, 1500)));
        }
    });
}

#[test]
fn what_the_till_does_not_take_is_taken_away_and_a_changed_tray_is_asked_about_again() {
    Easel::with(TALL, TALL, |easel| {
        let mut counter = Counter::new(easel, "en");
        counter.press("dish-noodles");
        let (ticket, _) = counter.offer("NONE");
        counter.kiosk.take_price(ticket, Some(price(1800, vec![(0, "no such coupon".into())])));
        easel.draw("offers-refused");
        let offers = counter.kiosk.screen().global::<OffersAdapter<'_>>();
        assert!(offers.get_refused());
        counter.press("offers-done");
        counter.press("pay");
        assert!(matches!(counter.next(), Some(FromUi::Begin { total: 1800, .. })), "without offers");
        drop(counter);
        let mut counter = Counter::new(easel, "en");
        counter.press("dish-noodles");
        let (first, _) = counter.offer("SAVE3");
        counter.press("offers-done");
        counter.press("more-noodles");
        let Some(FromUi::Quote { ticket, lines, .. }) = counter.next() else { panic!("not asked again") };
        assert_eq!(lines[0].quantity, 2);
        // The answer to the first question is not the price of two.
        counter.kiosk.take_price(first, Some(price(1500, Vec::new())));
        assert_eq!(counter.total(), "¥36.00");
        counter.kiosk.take_price(ticket, Some(Price { gross: 3600, ..price(3300, Vec::new()) }));
        assert_eq!(counter.total(), "¥33.00");
    });
}

#[test]
fn nothing_of_one_student_is_left_for_the_next() {
    Easel::with(TALL, TALL, |easel| {
        let mut counter = Counter::new(easel, "en");
        counter.press("category-drinks");
        counter.press("dish-tea");
        counter.press("large-text");
        counter.press("low-layout");
        // Home and back: whose tray is it?
        counter.kiosk.set_shown(false);
        counter.kiosk.set_shown(true);
        easel.draw("presence-back");
        has(&in_view(counter.kiosk.screen(), TALL), "presence");
        counter.press("still-here");
        assert_eq!(counter.total(), "¥3.00");
        counter.kiosk.set_shown(false);
        counter.kiosk.set_shown(true);
        counter.press("start-anew");
        let kiosk = counter.kiosk.clone();
        let adapter = kiosk.screen().global::<KioskAdapter<'_>>();
        assert_eq!((adapter.get_count(), adapter.get_category()), (0, 0));
        assert!(!adapter.get_large() && !adapter.get_low());
        // A payment in flight is the till's, whatever is touched or not touched.
        counter.press("dish-noodles");
        counter.press("pay");
        let Some(FromUi::Begin { id, total, .. }) = counter.next() else { panic!("not begun") };
        let asking = Payment {
            id: id.clone(),
            state: PaymentState::Asking.to_wire(),
            total,
            currency: "CNY".into(),
            ..Payment::default()
        };
        counter.kiosk.take_payment(asking);
        counter.kiosk.set_shown(false);
        counter.kiosk.set_shown(true);
        adapter.invoke_anew();
        assert_eq!(adapter.get_stage(), Stage::Asking);
        assert!(!adapter.get_asks_presence(), "who pays is there");
        assert_eq!(counter.keeper.recall().map(|kept| kept.id), Some(id.clone()));
        counter.kiosk.take_answer(&id, Answer::Taken);
    });
}

#[test]
fn the_next_student_finds_the_language_of_the_kiosk_and_silence() {
    Easel::with(TALL, TALL, |easel| {
        let counter = Counter::new(easel, "zh");
        let wishes = Rc::new(std::cell::RefCell::new(Vec::new()));
        let told = wishes.clone();
        counter.kiosk.on_guest(move |wish| told.borrow_mut().push(wish));
        counter.kiosk.set_shipped(true);
        let adapter = counter.kiosk.screen().global::<KioskAdapter<'_>>();
        adapter.invoke_anew();
        assert!(wishes.borrow().is_empty(), "it was as it should be");
        counter.press("read-aloud");
        assert!(adapter.get_reads());
        counter.press("read-aloud");
        counter.press("read-aloud");
        // Nobody is there any more, whether or not something was chosen.
        adapter.invoke_anew();
        assert!(!adapter.get_reads());
        counter.kiosk.speak(false);
        adapter.invoke_anew();
        use GuestWish::{Gone, Reads};
        assert_eq!(*wishes.borrow(), [Reads(true), Reads(false), Reads(true), Gone, Gone]);
    });
}
