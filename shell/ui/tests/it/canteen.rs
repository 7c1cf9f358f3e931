//! The kiosk for everybody: larger words, everything lower, and the question whether somebody is still there.

use std::cell::Cell;
use std::rc::Rc;

use slint::ComponentHandle;
use ui::screens::*;

use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{TALL, WALL, both_languages, elements, has, in_view, kiosk, show_codes};

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
                    crate::screens::both_codes_read(&drawn);
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
