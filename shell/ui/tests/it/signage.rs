//! What is shown while nobody is there: on a wall with and without pictures, on a kiosk, in both languages; a finger that
//! comes down takes it away.

use std::cell::Cell;
use std::rc::Rc;

use screens::*;
use slint::{ComponentHandle, Image, Rgba8Pixel, SharedPixelBuffer};
use ui::assets::Assets;

use crate::choices::press;
use crate::easel::{Easel, assets_folder};
use crate::screens::{WALL, both_languages, elements, has, rows};

fn hill(size: (u32, u32)) -> Image {
    let mut pixels = SharedPixelBuffer::<Rgba8Pixel>::new(size.0, size.1);
    for (at, pixel) in (0_u32..).zip(pixels.make_mut_slice()) {
        let (x, y) = (f64::from(at % size.0) / f64::from(size.0), f64::from(at / size.0) / f64::from(size.1));
        let hill = 0.62 + 0.12 * (x * 7.0).sin() + 0.05 * (x * 17.0).cos();
        let (r, g, b) =
            if y > hill { (70.0, 120.0, 60.0) } else { (150.0 + 60.0 * y, 190.0 + 30.0 * y, 235.0) };
        *pixel = Rgba8Pixel { r: r as u8, g: g as u8, b: b as u8, a: 255 };
    }
    Image::from_rgba8(pixels)
}

fn lessons(chinese: bool) -> Vec<LessonRow> {
    let row = |from: &str, to: &str, zh: &str, en: &str, room: &str, state| LessonRow {
        from: from.into(),
        to: to.into(),
        title: if chinese { zh } else { en }.into(),
        room: room.into(),
        state,
    };
    vec![
        row("08:00", "08:45", "数学", "Maths", "7A", LessonState::Past),
        row("08:55", "09:40", "语文", "Chinese", "7A", LessonState::Now),
        row("10:00", "10:45", "物理", "Physics", "8B", LessonState::Next),
        row("10:55", "11:40", "英语", "English", "7A", LessonState::Later),
    ]
}

fn signage(easel: &Easel, chinese: bool) -> SignageSurface {
    let signage = SignageSurface::new().unwrap();
    easel.look.dress(&signage);
    let adapter = signage.global::<SignageAdapter<'_>>();
    adapter.set_time("09:12".into());
    let dates = ["11月30日 星期一", "Monday, 30 November"];
    adapter.set_date(dates[usize::from(!chinese)].into());
    adapter.set_other_date(dates[usize::from(chinese)].into());
    adapter.set_lessons(rows(lessons(chinese)));
    signage
}

#[test]
fn a_wall_shows_the_time_the_lessons_and_the_schools_pictures() {
    for size in [WALL, (3840, 2160)] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                for (name, picture, place) in [("plain", false, (0.0, 0.0)), ("picture", true, (0.9, 0.45))] {
                    let signage = signage(easel, chinese);
                    let adapter = signage.global::<SignageAdapter<'_>>();
                    adapter.set_has_picture(picture);
                    if picture {
                        adapter.set_picture(hill(size));
                        adapter.set_before(hill(size));
                    }
                    adapter.set_along(place.0);
                    adapter.set_down(place.1);
                    easel.show(&signage, language);
                    easel.draw(&format!("signage-{name}-{language}-{}", size.1));
                    let found = elements(&signage, size);
                    assert_eq!(has(&found, "signage-time").label, "09:12");
                    assert!(has(&found, "lesson-1").label.contains(if chinese {
                        "语文"
                    } else {
                        "Chinese"
                    }));
                    let touched = Rc::new(Cell::new(0));
                    let told = touched.clone();
                    adapter.on_touched(move || told.set(told.get() + 1));
                    press(&signage, "signage");
                    assert_eq!(touched.get(), 1);
                }
            });
        });
    }
}

#[test]
fn a_kiosk_shows_a_dish() {
    for size in [(1080, 1920), WALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                let signage = signage(easel, chinese);
                let adapter = signage.global::<SignageAdapter<'_>>();
                let assets = Assets::new(assets_folder());
                let dish = |zh: &str, en: &str, price: &str, picture: &str| DishRow {
                    name: if chinese { zh } else { en }.into(),
                    other_name: if chinese { en } else { zh }.into(),
                    price: price.into(),
                    picture: assets.picture(picture).unwrap(),
                    ..DishRow::default()
                };
                adapter.set_dishes(rows(vec![
                    dish("红烧牛肉面", "Braised beef noodles", "¥16.00", "1f35c.webp"),
                    dish("煲仔饭", "Clay pot rice", "¥1,288.00", "1f371.webp"),
                    dish("咖喱土豆饭", "Potato curry rice", "¥14.00", "1f35b.webp"),
                    dish("三鲜水饺", "Three-flavour dumplings", "¥12.00", "1f95f.webp"),
                    dish("番茄蛋花汤", "Tomato and egg soup", "¥4.00", "1f372.webp"),
                    dish("珍珠奶茶", "Bubble tea", "¥8.00", "1f9cb.webp"),
                ]));
                adapter.set_kiosk(true);
                adapter.set_dish(1);
                easel.show(&signage, language);
                easel.draw(&format!("signage-kiosk-{language}-{}", size.1));
                let found = elements(&signage, size);
                assert_eq!(
                    has(&found, "signage-dish").label,
                    if chinese { "煲仔饭" } else { "Clay pot rice" }
                );
                assert!(has(&found, "signage").label.contains(if chinese { "点餐" } else { "order" }));
            });
        });
    }
}

#[test]
fn a_room_that_is_sold_shows_what_its_time_costs() {
    Easel::with(WALL, WALL, |easel| {
        both_languages(|language, chinese| {
            let signage = signage(easel, chinese);
            let adapter = signage.global::<SignageAdapter<'_>>();
            adapter.set_sold(true);
            let time = |id: &str, zh: &str, en: &str, minutes, price: &str| TimeRow {
                id: id.into(),
                name: if chinese { zh } else { en }.into(),
                other_name: if chinese { en } else { zh }.into(),
                minutes,
                price: price.into(),
                ..TimeRow::default()
            };
            adapter.set_times(rows(vec![
                time("half", "半小时", "Half an hour", 30, "¥15.00"),
                time(
                    "double",
                    "两节课连上，含课间",
                    "A double lesson with the break between",
                    100,
                    "¥1,288.00",
                ),
            ]));
            easel.show(&signage, language);
            easel.draw(&format!("signage-sold-{language}"));
            let found = elements(&signage, WALL);
            assert!(has(&found, "signage-offer-half").label.contains(if chinese {
                "半小时"
            } else {
                "Half"
            }));
            assert!(found.iter().all(|element| !element.name.starts_with("lesson")), "whose lessons?");
            assert!(has(&found, "signage").label.contains(if chinese { "教室" } else { "room" }));
        });
    });
}
