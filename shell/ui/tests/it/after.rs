//! After paying: the receipt as a code and on paper, and how it was in two taps.

use std::rc::Rc;

use screens::*;
use slint::ComponentHandle;

use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{TALL, WALL, both_languages, elements, has, kiosk};

#[test]
fn after_paying_a_receipt_and_two_taps() {
    for size in [TALL, WALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                let screen = kiosk(easel, chinese);
                let adapter = screen.global::<KioskAdapter<'_>>();
                adapter.set_stage(Stage::Paid);
                adapter.set_paid_by(Channel::Wechat);
                adapter.set_pickup(128);
                adapter.set_seconds_left(18);
                let text = "Canteen receipt; 0a1b2c3d4e5f60718293a4b5c6d7e8f9; 2 x Noodles 36.00; 1 x Tea 3.00; Total 39.00";
                adapter.set_receipt(ui::code_picture::draw(text).unwrap());
                adapter.set_has_receipt(true);
                let told = Rc::new(std::cell::Cell::new((0, 0)));
                let (rated, sent) = (told.clone(), told.clone());
                adapter.on_rate(move |stars| rated.set((stars, rated.get().1)));
                adapter.on_send_stars(move || sent.set((sent.get().0, sent.get().1 + 1)));
                easel.show(&screen, language);
                press(&screen, "stars-4");
                adapter.set_stars(told.get().0);
                let drawn = easel.draw(&format!("after-{language}-{}", size.1));
                let found = elements(&screen, size);
                for name in ["pickup", "receipt", "stars-5", "stars-1", "send-stars", "dismiss"] {
                    has(&found, name);
                }
                assert!(has(&found, "stars-4").chosen);
                crate::zbar::reads(&drawn, &[text]);
                adapter.set_can_print(true);
                adapter.set_prints(true);
                let drawn = easel.draw(&format!("after-print-{language}-{}", size.1));
                crate::zbar::reads(&drawn, &[text]);
                let printed = Rc::new(std::cell::Cell::new(0));
                let touched = printed.clone();
                adapter.on_print(move || touched.set(touched.get() + 1));
                press(&screen, "print");
                assert_eq!(printed.get(), 1);
                adapter.set_printed(true);
                assert!(!elements(&screen, size).iter().any(|element| element.name == "print"));
                adapter.set_can_print(false);
                press(&screen, "send-stars");
                assert_eq!(told.get(), (4, 1));
                adapter.set_thanked(true);
                easel.draw(&format!("after-thanked-{language}-{}", size.1));
                let found = elements(&screen, size);
                has(&found, "thanked");
                assert!(!found.iter().any(|element| element.name.starts_with("stars-")));
            });
        });
    }
}
