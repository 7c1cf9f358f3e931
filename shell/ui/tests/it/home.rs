//! The first screen and the settings, in both languages, on a wall and on a tall screen, at every size of words.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use board::PersonId;
use display::{BoardCommand, Scene, ToDisplay};
use screens::*;
use slint::{ComponentHandle, Image, Rgba8Pixel, SharedPixelBuffer};
use ui::class::calendar;
use ui::home::Home;
use ui::kept::prefs::{BoardColour, Hand, Prefs, PrefsKeeper, TextSize};
use ui::preferences::Preferences;
use ui::settings::Language;

use crate::choices::press;
use crate::easel::Easel;
use crate::room::Room;
use crate::screens::{TALL, WALL, both_languages, elements, has, rows};

const DAY: [(&str, &str, &str, &str, &str, LessonState); 6] = [
    ("08:00", "08:45", "语文", "Chinese", "七（1）班", LessonState::Past),
    ("08:55", "09:40", "英语", "English", "七（2）班", LessonState::Past),
    ("10:00", "10:45", "数学", "Maths", "七（1）班", LessonState::Now),
    ("10:55", "11:40", "物理", "Physics", "实验室 2", LessonState::Next),
    ("14:00", "14:45", "美术", "Art and crafts with a long name", "", LessonState::Later),
    ("14:55", "15:40", "班会", "Class meeting", "七（1）班", LessonState::Later),
];

fn fill(easel: &Easel, home: &HomeScreen, chinese: bool) {
    let adapter = home.global::<HomeAdapter<'_>>();
    adapter.set_reading_ready(true);
    adapter.set_chinese(chinese);
    adapter.set_time("10:28".into());
    let (zh, en) = ("11月30日 星期一", "Monday, 30 November");
    adapter.set_date(if chinese { zh } else { en }.into());
    adapter.set_other_date(if chinese { en } else { zh }.into());
    adapter.set_lessons(rows(DAY.map(|(from, to, title, title_en, room, state)| LessonRow {
        from: from.into(),
        to: to.into(),
        title: if chinese { title } else { title_en }.into(),
        room: room.into(),
        state,
    })));
    let ages = [(Age::Minutes, 12), (Age::Hours, 3), (Age::Yesterday, 1), (Age::Days, 12)];
    adapter.set_pages(rows(ages.iter().enumerate().map(|(at, (age, count))| RecentRow {
        number: 7 - at as i32,
        age: *age,
        count: *count,
        has_picture: at != 3,
        picture: if at == 0 { upright() } else { easel.assets.picture("1f4da.webp").unwrap() },
    })));
}

/// A page of an upright panel, written on from its top.
fn upright() -> Image {
    let mut pixels = SharedPixelBuffer::<Rgba8Pixel>::new(270, 480);
    for (at, pixel) in (0_u32..).zip(pixels.make_mut_slice()) {
        let (x, y) = (at % 270, at / 270);
        let inked = (30..240).contains(&x) && y < 120 && y % 30 > 22;
        let (r, g, b) = if inked { (30, 60, 160) } else { (253, 253, 251) };
        *pixel = Rgba8Pixel { r, g, b, a: 255 };
    }
    Image::from_rgba8(pixels)
}

#[test]
fn home() {
    for size in [WALL, TALL, (3840, 2160)] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                let home = HomeScreen::new().unwrap();
                easel.look.dress(&home);
                fill(easel, &home, chinese);
                easel.show(&home, language);
                easel.draw(&format!("home-{language}-{}", size.1));
                let found = elements(&home, size);
                let board = has(&found, "board");
                assert_eq!(board.label, if chinese { "书写" } else { "Write" });
                let area = i64::from(board.width) * i64::from(board.height);
                assert!(
                    area * 6 > i64::from(size.0) * i64::from(size.1),
                    "the board is the largest: {board:?}"
                );
                assert_eq!(has(&found, "language-zh").label, "中文");
                let now = has(&found, "lesson-2").label;
                assert!(now.contains(if chinese { "数学 正在上" } else { "Maths Now" }), "{now}");
                let opened = Rc::new(Cell::new(0));
                let told = opened.clone();
                home.global::<HomeAdapter<'_>>().on_page(move |number| told.set(number));
                press(&home, "page-6");
                assert_eq!(opened.get(), 6);
                let settings = Rc::new(Cell::new(false));
                let told = settings.clone();
                home.global::<HomeAdapter<'_>>().on_settings(move || told.set(true));
                press(&home, "settings");
                assert!(settings.get());
                let least = 44 * size.0.min(size.1) as i32 / 1080;
                for element in found.iter().filter(|element| !element.name.starts_with("lesson")) {
                    assert!(element.width >= least && element.height >= least, "{element:?}");
                }
            });
        });
    }
}

#[test]
fn home_on_a_holiday_without_a_canteen_and_with_large_words() {
    Easel::with(WALL, WALL, |easel| {
        both_languages(|language, chinese| {
            for (name, text, contrast, fault) in
                [("plain", TextSize::Normal, false, 0), ("huge", TextSize::Huge, true, 12)]
            {
                easel.look.set_liked(&Prefs { text, contrast, ..Prefs::default() });
                let home = HomeScreen::new().unwrap();
                easel.look.dress(&home);
                fill(easel, &home, chinese);
                let adapter = home.global::<HomeAdapter<'_>>();
                adapter.set_has_boards(true);
                adapter.set_has_setup(true);
                if fault == 0 {
                    adapter.set_has_kiosk(false);
                    adapter.set_pages(rows([]));
                }
                easel.show(&home, language);
                easel.draw(&format!("home-{name}-{language}"));
                adapter.set_lessons(rows([]));
                adapter.set_fault_line(fault);
                easel.draw(&format!("home-{name}-empty-{language}"));
                let found = elements(&home, WALL);
                // What a unit without a school has beside the settings says something else than they do.
                assert_eq!(has(&found, "setup").label, if chinese { "接入学校" } else { "Join a school" });
                assert_eq!(has(&found, "settings").label, if chinese { "设置" } else { "Settings" });
                assert_eq!(found.iter().any(|element| element.name == "canteen"), fault != 0);
                let none = has(&found, "no-lessons").label;
                assert_eq!(none.contains("12"), fault != 0, "{none}");
            }
        });
    });
}

#[test]
fn settings() {
    let size = (1000, 760);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, chinese| {
            for (name, text) in [("plain", TextSize::Normal), ("huge", TextSize::Huge)] {
                easel.look.set_liked(&Prefs { text, contrast: name == "huge", ..Prefs::default() });
                let sheet = SettingsSurface::new().unwrap();
                easel.look.dress(&sheet);
                let adapter = sheet.global::<SettingsAdapter<'_>>();
                adapter.set_chinese(chinese);
                adapter.set_not_kept(name == "huge");
                easel.show(&sheet, language);
                easel.draw(&format!("settings-{name}-{language}"));
                let found = elements(&sheet, size);
                assert!(has(&found, if chinese { "set-language-zh" } else { "set-language-en" }).chosen);
                assert!(has(&found, "set-motion-on").chosen && !has(&found, "set-contrast-on").chosen);
                let buttons = found.iter().filter(|element| element.name.starts_with("set-"));
                assert!(buttons.clone().count() == 16);
                assert!(buttons.clone().all(|element| element.width >= 44 && element.height >= 44));
                sheet.global::<AccessAdapter<'_>>().set_read_aloud(true);
                press(&sheet, "open-access");
                easel.draw(&format!("settings-access-{name}-{language}"));
                assert!(has(&elements(&sheet, size), "set-read-aloud-on").chosen);
                press(&sheet, "close-access");
                has(&elements(&sheet, size), "set-sound-on");
            }
        });
    });
}

#[test]
fn what_is_chosen_counts_at_once_and_is_kept() {
    Room::with((1920, 1080), |room| {
        let applied = Rc::new(RefCell::new(Vec::new()));
        let told = applied.clone();
        let preferences = Preferences::new(room.easel.clone(), room.layout, &room.folder, move |prefs| {
            told.borrow_mut().push(prefs);
        });
        preferences.open(Language::Zh);
        let find = |name: &str| {
            let mut found = Vec::new();
            preferences.list(&mut found);
            found.into_iter().find(|element| element.name == name)
        };
        for name in ["set-board-green", "set-text-125", "set-contrast-on", "set-sound-off", "set-hand-left"] {
            room.until("it is laid out", || find(name).is_some_and(|element| element.width > 0));
            let element = find(name).unwrap();
            room.touch(&element);
            room.until(name, || find(name).is_some_and(|element| element.chosen));
        }
        let liked = Prefs {
            language: Some(Language::Zh),
            board: BoardColour::Green,
            text: TextSize::Large,
            contrast: true,
            motion: true,
            sound: false,
            hand: Hand::Left,
            ..Prefs::default()
        };
        assert_eq!(applied.borrow().last(), Some(&liked));
        assert_eq!(PrefsKeeper::new(&room.folder).recall(), liked);
        let close = find("close-settings").unwrap();
        room.touch(&close);
        room.until("it is closed", || find("close-settings").is_none());
    });
}

#[test]
fn the_day_and_the_pages_are_those_of_this_room() {
    Room::with((1920, 1080), |room| {
        // A lesson that lasts all of this day, whichever it is when the test runs.
        let day = calendar::now().weekday().to_monday_zero_offset();
        let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day as usize];
        let timetable = room.folder.join("timetable.toml");
        let write = |title: &str| {
            let lesson = format!(
                "[[lesson]]\ndays = [\"{day}\"]\nfrom = \"00:00\"\nto = \"23:59\"\ntitle = \"{title}\"\n"
            );
            std::fs::write(&timetable, lesson).unwrap();
        };
        write("科学");
        let home = Home::new(room.easel.clone(), &room.layout, &room.folder).unwrap();
        home.set_visible(true);
        let find = |name: &str| {
            let mut found = Vec::new();
            home.surface().list(&mut found);
            found.into_iter().find(|element| element.name == name)
        };
        room.until("the lesson is there", || {
            find("lesson-0").is_some_and(|lesson| lesson.label.contains("科学"))
        });
        assert!(find("time").unwrap().label.len() == 5);
        std::fs::remove_file(&timetable).unwrap();
        room.until("a lesson that was taken out is gone", || find("no-lessons").is_some());
        std::fs::write(&timetable, "\n\n[[lesson]]\nfrom = 3\n").unwrap();
        room.until("a mistake is told with its line", || {
            find("no-lessons").is_some_and(|words| words.label.contains("line"))
        });
        // What is written is there when somebody comes back.
        room.display.send(ToDisplay::Scene(Scene::Board)).unwrap();
        room.display
            .send(ToDisplay::Board(BoardCommand::PlaceText {
                person: PersonId::FIRST,
                rect: display::Area::new(300, 300, 400, 80),
                text: "光合作用".to_owned(),
                replaces: Vec::new(),
            }))
            .unwrap();
        let (send, said) = std::sync::mpsc::channel();
        let reply = Box::new(move |said| send.send(said).unwrap());
        room.display.send(ToDisplay::Board(BoardCommand::Said(reply))).unwrap();
        home.take_said(&said.recv().unwrap());
        room.until("the page is there", || find("page-1").is_some());
        room.save("home-alive");
    });
}
