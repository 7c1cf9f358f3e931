//! The canteen's screens: menu, ways to pay, what happened; larger words, everything lower, and the question whether
//! somebody is still there.

use std::cell::Cell;
use std::rc::Rc;

use api::shell::Element;
use display::Area;
use screens::*;
use slint::{ComponentHandle, Model};
use ui::surface;

use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{TALL, WALL, both_codes_read, both_languages, elements, has, kiosk, rows, show_codes};

#[test]
fn kiosk_menu() {
    for size in [WALL, TALL, (3840, 2160)] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                let screen = kiosk(easel, chinese);
                easel.show(&screen, language);
                easel.draw(&format!("menu-{language}-{}", size.1));
                let found = in_view(&screen, size);
                let noodles = has(&found, "dish-noodles");
                assert!(noodles.label.contains("16.00"), "{noodles:?}");
                let gone = has(&found, "dish-dumplings");
                assert!(!gone.enabled && gone.label.contains(if chinese { "已售完" } else { "sold out" }));
                assert!(has(&found, "category-meals").chosen && !has(&found, "category-light").chosen);
                assert!(has(&found, "pay").enabled);
                for name in
                    ["more-tea", "less-tea", "empty", "home", "language-en", "large-text", "low-layout"]
                {
                    let button = has(&found, name);
                    let least = 44.0 * size.0.min(size.1) as f32 / 1080.0;
                    assert!(button.width as f32 >= least && button.height as f32 >= least, "{button:?}");
                }
            });
        });
    }
}

/// The menu scrolls, so some dishes may lie below the edge.
pub(crate) fn in_view(root: &impl ComponentHandle, size: (u32, u32)) -> Vec<Element> {
    let mut found = Vec::new();
    surface::list(root, "test", Area::new(0, 0, size.0 as i32, size.1 as i32), &mut found);
    found
}

/// Whoever cannot pull the dishes along is shown them part by part, and from the end the first ones again.
#[test]
fn kiosk_shows_more_dishes() {
    for size in [WALL, TALL] {
        Easel::with(size, size, |easel| {
            let screen = kiosk(easel, false);
            let adapter = screen.global::<KioskAdapter<'_>>();
            let dishes: Vec<DishRow> = adapter.get_dishes().iter().collect();
            let many = (0..24).map(|at| DishRow {
                sku: format!("dish-{at}").into(),
                sold_out: false,
                ..dishes[at % dishes.len()].clone()
            });
            adapter.set_dishes(rows(many.collect::<Vec<_>>()));
            easel.show(&screen, "en");
            let seen = |name: &str| in_view(&screen, size).iter().any(|element| element.name == name);
            assert!(seen("dish-dish-0") && !seen("dish-dish-23"));
            let mut parts = 0;
            while !seen("dish-dish-23") {
                assert!(has(&in_view(&screen, size), "more-dishes").label.contains("Show more"));
                press(&screen, "more-dishes");
                easel.draw(&format!("kiosk-more-{parts}-{}", size.1));
                parts += 1;
                assert!(parts < 12, "it never ends");
            }
            assert!(parts > 1 && !seen("dish-dish-0"));
            while !has(&in_view(&screen, size), "more-dishes").label.contains("top") {
                press(&screen, "more-dishes");
            }
            press(&screen, "more-dishes");
            assert!(seen("dish-dish-0"));
        });
    }
}

#[test]
fn kiosk_without_a_till() {
    Easel::with(WALL, WALL, |easel| {
        let screen = KioskScreen::new().unwrap();
        easel.look.dress(&screen);
        ui::kiosk_look::dress(&screen, &easel.assets).unwrap();
        easel.show(&screen, "zh");
        easel.draw("no-till-zh");
        assert!(!has(&elements(&screen, WALL), "pay").enabled);
        drop(screen);
        let screen = kiosk(easel, false);
        screen.global::<KioskAdapter<'_>>().set_till_here(false);
        easel.show(&screen, "en");
        easel.draw("till-lost-en");
        let found = in_view(&screen, WALL);
        assert!(!has(&found, "pay").enabled && !has(&found, "dish-noodles").enabled);
        assert!(has(&found, "notice").label.contains("does not answer"));
    });
}

#[test]
fn kiosk_pay() {
    for size in [WALL, TALL, (3840, 2160)] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                // The same layout as on the wall, four times the pixels: once is enough.
                if size.1 == 2160 && chinese {
                    return;
                }
                let screen = kiosk(easel, chinese);
                screen.global::<KioskAdapter<'_>>().set_stage(Stage::Opening);
                easel.show(&screen, language);
                easel.draw(&format!("opening-{language}-{}", size.1));
                show_codes(&screen);
                if chinese {
                    screen.global::<KioskAdapter<'_>>().set_notice(Notice::CodeUnreadable);
                }
                let drawn = easel.draw(&format!("codes-{language}-{}", size.1));
                let found = elements(&screen, size);
                for name in [
                    "code-alipay",
                    "code-wechat",
                    "way-camera",
                    "way-card",
                    "cancel-payment",
                    "amount",
                    "good-for",
                ] {
                    has(&found, name);
                }
                let panel_mm = if size.0 > size.1 { 1895.0 } else { 398.0 };
                let millimetres = has(&found, "code-alipay").width as f32 * panel_mm / size.0 as f32;
                assert!(millimetres >= 40.0, "{millimetres} mm");
                both_codes_read(&drawn);
            });
        });
    }
}

#[test]
fn kiosk_moments() {
    for size in [WALL, TALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                let mut headlines = std::collections::BTreeSet::new();
                let stages = [
                    (Stage::Charging, Notice::None),
                    (Stage::Confirming, Notice::ConfirmOnPhone),
                    (Stage::Confirming, Notice::UseTerminal),
                    (Stage::Confirming, Notice::CardAgain),
                    (Stage::Asking, Notice::DoNotPayAgain),
                    (Stage::Reversing, Notice::None),
                    (Stage::Reversing, Notice::Closing),
                    (Stage::Failed, Notice::MoneyReturned),
                    (Stage::Paid, Notice::None),
                    (Stage::Cancelled, Notice::None),
                    (Stage::Expired, Notice::None),
                    (Stage::Failed, Notice::InsufficientFunds),
                ];
                for (stage, notice) in stages {
                    let screen = kiosk(easel, chinese);
                    let adapter = screen.global::<KioskAdapter<'_>>();
                    adapter.set_stage(stage);
                    adapter.set_notice(notice);
                    adapter.set_paid_by(Channel::Alipay);
                    adapter.set_pickup(128);
                    adapter.set_seconds_left(18);
                    easel.show(&screen, language);
                    easel.draw(&format!("{stage:?}-{notice:?}-{language}-{}", size.1).to_lowercase());
                    let found = elements(&screen, size);
                    let ended =
                        matches!(stage, Stage::Paid | Stage::Cancelled | Stage::Expired | Stage::Failed);
                    assert_eq!(found.iter().any(|element| element.name == "dismiss"), ended, "{stage:?}");
                    let told = notice == Notice::InsufficientFunds;
                    assert_eq!(found.iter().any(|element| element.name == "notice"), told, "{notice:?}");
                    let stop = found.iter().any(|element| element.name == "cancel-payment");
                    assert_eq!(stop, notice == Notice::UseTerminal, "{stage:?}");
                    let headline = has(&found, "stage");
                    assert!(headlines.insert(headline.label.clone()), "{stage:?} {notice:?} says the same");
                    // Read from two metres: a line of 70 pixels is 26 mm on a kiosk's panel.
                    assert!(headline.height >= 70, "{headline:?}");
                }
            });
        });
    }
}

/// What a finger needs for an order; all of it must be on the screen, whatever the size of words.
const NEEDED: [&str; 7] =
    ["pay", "total", "home", "large-text", "low-layout", "language-zh", "category-drinks"];

fn sized(screen: &KioskScreen, large: bool, low: bool) {
    let adapter = screen.global::<KioskAdapter<'_>>();
    adapter.set_large(large);
    adapter.set_low(low);
    let theme = screen.global::<Theme<'_>>();
    theme.set_u(if large { theme.get_u() * 1.25 } else { theme.get_u() });
}

#[test]
fn kiosk_menu_larger_and_lower() {
    for size in [TALL, WALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                for (name, large, low) in [("large", true, false), ("low", false, true), ("both", true, true)]
                {
                    let screen = kiosk(easel, chinese);
                    sized(&screen, large, low);
                    easel.show(&screen, language);
                    easel.draw(&format!("menu-{name}-{language}-{}", size.1));
                    let found = in_view(&screen, size);
                    for needed in NEEDED {
                        let element = has(&found, needed);
                        let (right, bottom) = (element.x + element.width, element.y + element.height);
                        assert!(element.x >= 0 && element.y >= 0, "{element:?}");
                        assert!(right <= size.0 as i32 && bottom <= size.1 as i32, "{element:?}");
                        assert!(!low || element.y >= size.1 as i32 / 4, "{element:?} is out of reach");
                    }
                    assert_eq!(has(&found, "large-text").chosen, large);
                    assert_eq!(has(&found, "low-layout").chosen, low);
                }
            });
        });
    }
}

#[test]
fn kiosk_pay_larger_and_lower() {
    for size in [TALL, WALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                for (name, large, low) in [("large", true, false), ("low", false, true)] {
                    let screen = kiosk(easel, chinese);
                    show_codes(&screen);
                    sized(&screen, large, low);
                    screen.global::<KioskAdapter<'_>>().set_notice(Notice::CodeGlare);
                    easel.show(&screen, language);
                    let drawn = easel.draw(&format!("codes-{name}-{language}-{}", size.1));
                    let found = elements(&screen, size);
                    for needed in
                        ["code-alipay", "code-wechat", "way-camera", "way-card", "cancel-payment", "notice"]
                    {
                        let element = has(&found, needed);
                        assert!(!low || element.y >= size.1 as i32 / 4, "{element:?} is out of reach");
                    }
                    both_codes_read(&drawn);
                }
            });
        });
    }
}

#[test]
fn kiosk_asks_whether_somebody_is_there() {
    Easel::with(TALL, TALL, |easel| {
        both_languages(|language, chinese| {
            let screen = kiosk(easel, chinese);
            let adapter = screen.global::<KioskAdapter<'_>>();
            adapter.set_asks_presence(true);
            adapter.set_presence_left(14);
            easel.show(&screen, language);
            easel.draw(&format!("presence-{language}"));
            let found = in_view(&screen, TALL);
            let asked = has(&found, "presence");
            assert_eq!(asked.label, if chinese { "您还在吗？" } else { "Are you still there?" });
            // Low enough for everybody.
            assert!(has(&found, "still-here").y > 960 && has(&found, "start-anew").y > 960);
            let pressed = Rc::new(Cell::new((0, 0)));
            let (here, anew) = (pressed.clone(), pressed.clone());
            adapter.on_here(move || here.set((here.get().0 + 1, here.get().1)));
            adapter.on_anew(move || anew.set((anew.get().0, anew.get().1 + 1)));
            press(&screen, "still-here");
            press(&screen, "start-anew");
            assert_eq!(pressed.get(), (1, 1));
            // While something is paid nobody is asked.
            show_codes(&screen);
            easel.draw(&format!("presence-paying-{language}"));
            assert!(in_view(&screen, TALL).iter().all(|element| element.name != "presence"));
        });
    });
}
