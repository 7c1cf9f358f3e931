//! Who is here: cards held to the reader, names under a finger, in both languages, and what a palette says that waits
//! for its owner.

use std::cell::RefCell;
use std::rc::Rc;

use api::attendance::{Came, Tapped};
use api::shell::Element;
use board::{Colour, Ground};
use display::{Scene, ToDisplay};
use screens::*;
use slint::{Color, ComponentHandle, SharedString};
use ui::class::Class;
use ui::class::roll::Reader;
use ui::kept::prefs::Prefs;
use ui::sound::Speaker;

use crate::choices::press;
use crate::easel::Easel;
use crate::room::Room;
use crate::screens::{WALL, both_languages, elements, has, rows};

const SIZE: (u32, u32) = (1000, 716);
const NAMES: [&str; 33] = [
    "王小明",
    "李华",
    "张伟",
    "刘洋",
    "陈静",
    "杨帆",
    "赵敏",
    "黄磊",
    "周杰",
    "吴倩",
    "徐鹏",
    "孙丽",
    "马超",
    "朱婷",
    "胡军",
    "郭敬",
    "何勇",
    "高圆",
    "林涛",
    "罗兰",
    "郑爽",
    "梁山",
    "谢安",
    "宋佳",
    "唐寅",
    "许晴",
    "韩梅",
    "冯远",
    "邓超",
    "曹植",
    "Alexandrina Featherstonehaugh",
    "欧阳娜娜",
    "Ada",
];

fn filled(easel: &Easel, told: RollTold, about: &str, reader: RollReader) -> AttendanceSurface {
    let sheet = AttendanceSurface::new().unwrap();
    easel.look.dress(&sheet);
    let adapter = sheet.global::<AttendanceAdapter<'_>>();
    adapter.set_lists(rows(["七（1）班", "7B", "8A"].map(SharedString::from)));
    adapter.set_list(0);
    let row = |(at, name): (usize, &&str)| RollRow {
        name: (*name).into(),
        here: at % 3 != 1,
        by_card: at % 3 == 0,
        has_card: at % 4 != 1,
    };
    adapter.set_names(rows(NAMES.iter().enumerate().map(row).collect::<Vec<_>>()));
    adapter.set_here(22);
    adapter.set_told(told);
    adapter.set_about(about.into());
    adapter.set_reader(reader);
    sheet
}

#[test]
fn the_list_says_who_is_here_and_what_happened() {
    for (wall, times) in [(WALL, 1), ((3840, 2160), 2)] {
        let size = (SIZE.0 * times, SIZE.1 * times);
        Easel::with(wall, size, |easel| {
            both_languages(|language, chinese| {
                for (name, told, about, reader) in [
                    ("ready", RollTold::Nothing, "", RollReader::Ready),
                    ("whose", RollTold::Whose, "", RollReader::Ready),
                    ("came", RollTold::Came, "王小明", RollReader::Ready),
                    ("missing", RollTold::Nothing, "", RollReader::Missing),
                ] {
                    let about = if about.is_empty() || chinese { about } else { "Ada" };
                    let sheet = filled(easel, told, about, reader);
                    easel.show(&sheet, language);
                    easel.draw(&format!("attendance-{name}-{language}-{}", wall.1));
                    let found = elements(&sheet, size);
                    let least = 55 * times as i32;
                    for element in found.iter().filter(|element| element.name.starts_with("roll-name")) {
                        assert!(element.width >= least && element.height >= least, "{element:?}");
                    }
                    assert!(has(&found, "roll-name-0").chosen);
                    let part = found.iter().any(|element| element.name == "roll-part");
                    let aside = found.iter().any(|element| element.name == "roll-aside");
                    assert_eq!((part, aside), (name == "came", name == "whose"));
                    let said = &has(&found, "roll-told").label;
                    if name == "came" {
                        assert_eq!(said, if chinese { "王小明，欢迎" } else { "Welcome, Ada" });
                    }
                    let touched = Rc::new(RefCell::new(Vec::new()));
                    let told = touched.clone();
                    let adapter = sheet.global::<AttendanceAdapter<'_>>();
                    adapter.on_touched(move |at| told.borrow_mut().push(at));
                    press(&sheet, "roll-name-4");
                    assert_eq!(*touched.borrow(), [4]);
                }
            });
        });
    }
}

#[test]
fn cards_alone_are_counted_and_a_table_is_offered() {
    Easel::with(WALL, SIZE, |easel| {
        both_languages(|language, _| {
            let sheet = filled(easel, RollTold::Counted, "", RollReader::Ready);
            let adapter = sheet.global::<AttendanceAdapter<'_>>();
            adapter.set_list(-1);
            adapter.set_names(rows(Vec::new()));
            adapter.set_counted(17);
            easel.show(&sheet, language);
            easel.draw(&format!("attendance-count-{language}"));
            assert!(has(&elements(&sheet, SIZE), "roll-here").label.contains("17"));
            adapter.set_offered(true);
            adapter.set_address("192.168.1.20:8088/k7f01x2m4q".into());
            adapter.set_code(ui::code_picture::draw("http://192.168.1.20:8088/k7f01x2m4q").unwrap());
            easel.draw(&format!("attendance-code-{language}"));
            let found = elements(&sheet, SIZE);
            let code = has(&found, "roll-code");
            assert!(code.width >= 300 && code.width == code.height);
            assert!(
                found.iter().all(|element| !element.name.starts_with("roll-name")),
                "names are not shown"
            );
        });
    });
}

#[test]
fn a_palette_waits_for_its_owner_and_wears_their_name() {
    let size = (152, 600);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            for (name, claim, owner) in [
                ("waits", ClaimState::Waits, ""),
                ("stranger", ClaimState::Stranger, ""),
                ("owned", ClaimState::None, "欧阳娜娜"),
            ] {
                let palette = PaletteSurface::new().unwrap();
                easel.look.dress(&palette);
                let adapter = palette.global::<PaletteAdapter<'_>>();
                let colours = Colour::all().map(|colour| colour.on(Ground::White));
                adapter.set_colours(rows(colours.map(|rgb| Color::from_argb_encoded(0xff00_0000 | rgb))));
                adapter.set_colour(3);
                adapter.set_claim(claim);
                adapter.set_owner(owner.into());
                easel.show(&palette, language);
                if claim == ClaimState::None {
                    press(&palette, "more-1");
                }
                easel.draw(&format!("palette-claim-{name}-{language}"));
                let found = elements(&palette, size);
                let waits = found.iter().any(|element| element.name == "claim-end-1");
                assert_eq!(waits, claim != ClaimState::None);
                if owner.is_empty() {
                    assert!(found.iter().all(|element| element.name != "pen-1"), "its tools come back after");
                } else {
                    assert_eq!(has(&found, "owner-1").label, owner);
                    assert!(has(&found, "claim-1").label.contains(owner));
                }
            }
        });
    });
}

fn find(class: &Class, name: &str) -> Option<Element> {
    let mut found = Vec::new();
    class.list(&mut found);
    found.into_iter().find(|element| element.name == name)
}

fn touch(room: &mut Room, class: &Class, name: &str) {
    room.until("it can be pressed", || find(class, name).is_some_and(|element| element.width > 0));
    let element = find(class, name).unwrap();
    room.touch(&element);
}

fn says(room: &Room, class: &Class, name: &str, words: &str) {
    room.until(words, || find(class, name).is_some_and(|element| element.label.contains(words)));
}

#[test]
fn a_class_walks_past_the_reader() {
    Room::with((1920, 1080), |room| {
        let lists = room.folder.join("classes");
        std::fs::create_dir(&lists).unwrap();
        std::fs::write(lists.join("7A.txt"), "王小明\n李华\nAda").unwrap();
        let class = Class::new(room.easel.clone(), room.layout, lists, Rc::new(Speaker::start()));
        class.roll().keep_in(&room.folder);
        let asked = Rc::new(RefCell::new(Vec::new()));
        let asks = asked.clone();
        class.roll().on_ask(move |_, seconds| asks.borrow_mut().push(seconds));
        class.like(&Prefs { motion: false, sound: false, ..Prefs::default() });
        class.set_visible(true);
        room.display.send(ToDisplay::Scene(Scene::Board)).unwrap();
        class.toggle_panel();
        touch(room, &class, "tool-attendance");
        says(room, &class, "roll-told", "touch the names");
        assert!(asked.borrow().last().is_some_and(|seconds| *seconds > 0), "the reader is asked for");
        class.roll().set_reader(Reader::Ready);
        says(room, &class, "roll-told", "Hold your card");
        let tap = |name: &str| {
            class.roll().take(&[Tapped { came: Came::Card.to_wire(), name: name.to_owned() }]);
        };
        tap("c1");
        says(room, &class, "roll-told", "Whose card");
        touch(room, &class, "roll-name-1");
        says(room, &class, "roll-told", "李华");
        says(room, &class, "roll-here", "1 of 3");
        // Somebody else's card, and a wrong name.
        tap("c2");
        says(room, &class, "roll-told", "Whose card");
        touch(room, &class, "roll-name-0");
        says(room, &class, "roll-here", "2 of 3");
        touch(room, &class, "roll-part");
        says(room, &class, "roll-here", "1 of 3");
        touch(room, &class, "roll-name-2");
        says(room, &class, "roll-told", "Ada");
        touch(room, &class, "roll-name-0");
        says(room, &class, "roll-here", "3 of 3");
        room.save("attendance");
        // Hidden, nobody is counted, and the reader goes back.
        class.set_visible(false);
        assert_eq!(asked.borrow().last(), Some(&0));
        class.set_visible(true);
        says(room, &class, "roll-here", "3 of 3");
        touch(room, &class, "roll-reset");
        says(room, &class, "roll-here", "0 of 3");
        tap("c2");
        says(room, &class, "roll-told", "Welcome, Ada");
        touch(room, &class, "roll-save");
        says(room, &class, "roll-told", "stick");
        touch(room, &class, "close-attendance");
        room.until("it is closed", || find(&class, "head-attendance").is_none());
        // The class is over: the next one starts blank, and cards are still their owners'.
        class.leave();
        class.forget();
        class.toggle_panel();
        touch(room, &class, "tool-attendance");
        says(room, &class, "roll-here", "0 of 3");
        tap("c1");
        says(room, &class, "roll-told", "Welcome, 李华");
    });
}
