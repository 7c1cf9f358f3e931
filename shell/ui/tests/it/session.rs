//! A board that is sold by time: the screen before it, the chip and what is said near the end.

use display::Area;
use screens::*;
use slint::{ComponentHandle, Global};

use crate::easel::Easel;
use crate::screens::{TALL, WALL, both_languages, elements, has, rows};

fn offers(easel: &Easel, chinese: bool, many: usize) -> Vec<TimeRow> {
    let all = [
        ("room-hour", "自习室一小时", "Study room, one hour", 60, "¥20.00", "1f4da.webp"),
        ("tutoring", "辅导课九十分钟", "Tutoring class, ninety minutes", 90, "¥60.00", "23f0.webp"),
        ("half", "半小时讨论", "Half an hour to talk", 30, "¥12.00", ""),
        ("music", "琴房一小时", "Piano room, one hour", 60, "¥35.00", "1f389.webp"),
    ];
    let row = |(id, zh, en, minutes, price, picture): (&str, &str, &str, i32, &str, &str)| TimeRow {
        id: id.into(),
        name: if chinese { zh } else { en }.into(),
        other_name: if chinese { en } else { zh }.into(),
        minutes,
        seconds: 0,
        price: price.into(),
        has_picture: !picture.is_empty(),
        picture: if picture.is_empty() {
            slint::Image::default()
        } else {
            easel.assets.picture(picture).unwrap()
        },
    };
    all.into_iter().take(many).map(row).collect()
}

#[test]
fn session_start() {
    for size in [WALL, TALL, (3840, 2160)] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                for many in [2, 4] {
                    let screen = SessionScreen::new().unwrap();
                    easel.look.dress(&screen);
                    let adapter = screen.global::<SessionAdapter<'_>>();
                    adapter.set_chinese(chinese);
                    adapter.set_till_here(true);
                    adapter.set_offers(rows(offers(easel, chinese, many)));
                    adapter.set_room("101".into());
                    adapter.set_chosen("room-hour".into());
                    adapter.set_most(if many == 2 { 4 } else { 1 });
                    adapter.set_count(if many == 2 { 2 } else { 1 });
                    adapter.set_total("¥40.00".into());
                    adapter.set_refused(many == 2);
                    easel.show(&screen, language);
                    easel.draw(&format!("session-{many}-{language}-{}", size.1));
                    let found = elements(&screen, size);
                    let card = has(&found, "time-room-hour");
                    assert!(card.chosen && card.label.contains("¥20.00"), "{card:?}");
                    assert!(!has(&found, "time-tutoring").chosen);
                    assert!(
                        has(&found, "pay-time").enabled && has(&found, "pay-time").label.contains("40.00")
                    );
                    assert_eq!(found.iter().any(|element| element.name == "time-more"), many == 2);
                    // What must be touched is within a child's reach.
                    let lower = Area::new(0, size.1 as i32 / 3, size.0 as i32, size.1 as i32);
                    for name in ["pay-time", "time-room-hour"] {
                        let reach = has(&found, name).y >= lower.y || many == 4 && size.0 > size.1;
                        assert!(reach, "{name} is too high");
                    }
                }
            });
        });
    }
}

#[test]
fn session_without_a_till_or_offers() {
    Easel::with(WALL, WALL, |easel| {
        for (name, here, many) in [("away", false, 2), ("none", true, 0)] {
            let screen = SessionScreen::new().unwrap();
            easel.look.dress(&screen);
            let adapter = screen.global::<SessionAdapter<'_>>();
            adapter.set_till_here(here);
            adapter.set_offers(rows(offers(easel, false, many)));
            adapter.set_chosen(if many == 0 { "" } else { "room-hour" }.into());
            easel.show(&screen, "en");
            easel.draw(&format!("session-{name}-en"));
            let found = elements(&screen, WALL);
            assert!(!found.iter().any(|element| element.name == "pay-time" && element.enabled));
        }
    });
}

fn time<'a, C>(surface: &'a C, warning: TimeWarning, left: i32)
where
    SessionAdapter<'a>: Global<'a, C>,
    C: ComponentHandle,
{
    let adapter = surface.global::<SessionAdapter<'a>>();
    adapter.set_warning(warning);
    adapter.set_left(left);
    adapter.set_can_extend(left != 59);
    adapter.set_more_minutes(60);
    adapter.set_more_price("¥20.00".into());
}

const MOMENTS: [(TimeWarning, i32, &str); 4] = [
    (TimeWarning::None, 4_500, "1:15:00"),
    (TimeWarning::Soon, 299, "4:59"),
    (TimeWarning::Last, 59, "0:59"),
    (TimeWarning::Grace, 83, "1:23"),
];

#[test]
fn session_chip_and_banner() {
    for screen in [WALL, (3840, 2160), TALL] {
        let unit = screen.0.min(screen.1) / 1080;
        let banner = if screen == TALL { (1052, 216) } else { (1240 * unit, 132 * unit) };
        both_languages(|language, _| {
            for (warning, left, clock) in MOMENTS {
                Easel::with(screen, (196 * unit, 64 * unit), |easel| {
                    let chip = TimeChipSurface::new().unwrap();
                    easel.look.dress(&chip);
                    time(&chip, warning, left);
                    easel.show(&chip, language);
                    easel.draw(&format!("time-{left}-{language}-{}", screen.1));
                    assert!(
                        has(&elements(&chip, (196 * unit, 64 * unit)), "time-left").label.contains(clock)
                    );
                });
                Easel::with(screen, banner, |easel| {
                    let surface = TimeBannerSurface::new().unwrap();
                    easel.look.dress(&surface);
                    time(&surface, warning, left);
                    easel.show(&surface, language);
                    easel.draw(&format!("time-over-{left}-{language}-{}", screen.1));
                    let found = elements(&surface, banner);
                    let grace = warning == TimeWarning::Grace;
                    assert_eq!(found.iter().any(|element| element.name == "extend"), left != 59);
                    assert_eq!(found.iter().any(|element| element.name == "close-time"), !grace);
                    // Near the end the board can be taken along, for then it is wiped.
                    let near = warning != TimeWarning::None;
                    assert_eq!(found.iter().any(|element| element.name == "take-along"), near);
                });
            }
        });
    }
}

#[test]
fn time_that_was_paid_is_no_meal() {
    for size in [WALL, TALL] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                for stage in [Stage::Paid, Stage::Cancelled, Stage::Expired] {
                    let screen = crate::screens::kiosk(easel, chinese);
                    let adapter = screen.global::<KioskAdapter<'_>>();
                    adapter.set_for_time(true);
                    adapter.set_stage(stage);
                    adapter.set_paid_by(Channel::Wechat);
                    adapter.set_seconds_left(18);
                    easel.show(&screen, language);
                    easel.draw(&format!("time-{stage:?}-{language}-{}", size.1).to_lowercase());
                    has(&elements(&screen, size), "dismiss");
                }
            });
        });
    }
}
