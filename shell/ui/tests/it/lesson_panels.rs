//! Panels for the end of a class, looking back, and files: named, large enough, and slow to do what cannot be meant.

use screens::*;
use slint::{ComponentHandle, Image};

use crate::choices::press;
use crate::easel::Easel;
use crate::palettes::slide;
use crate::panels::{Pressed, WALL_4K, all_large_enough, small_page};
use crate::screens::{WALL, both_languages, elements, has, rows};

#[test]
fn the_end_of_a_class_is_a_slide_and_can_be_undone() {
    let size = (560, 252);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            let end = EndSurface::new().unwrap();
            easel.look.dress(&end);
            let pressed = Pressed::default();
            let told = pressed.clone();
            end.global::<EndAdapter<'_>>().on_end(move || told.borrow_mut().push("end".to_owned()));
            easel.show(&end, language);
            easel.draw(&format!("end-{language}"));
            let found = elements(&end, size);
            all_large_enough(&found);
            let wipe = has(&found, "wipe");
            let (y, from) = ((wipe.y + wipe.height / 2) as f32, wipe.x as f32 + 30.0);
            // A touch wipes nothing, nor does a pull half the way, nor one that began beside the knob.
            slide(&end, (from, y), (from, y));
            slide(&end, (from, y), (from + wipe.width as f32 / 2.0, y));
            slide(&end, (from + 200.0, y), (from + 700.0, y));
            assert!(pressed.borrow().is_empty());
            slide(&end, (from, y), (from + wipe.width as f32, y));
            assert_eq!(*pressed.borrow(), ["end"]);
        });
    });
    let size = (640, 104);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, chinese| {
            let ended = EndedSurface::new().unwrap();
            easel.look.dress(&ended);
            let adapter = ended.global::<EndAdapter<'_>>();
            adapter.set_left(7);
            let pressed = Pressed::default();
            let told = pressed.clone();
            adapter.on_undo(move || told.borrow_mut().push("undo".to_owned()));
            easel.show(&ended, language);
            easel.draw(&format!("ended-{language}"));
            let found = elements(&ended, size);
            assert!(has(&found, "wiped-in").label.contains(if chinese { "7 秒" } else { "7 seconds" }));
            press(&ended, "undo-end");
            assert_eq!(*pressed.borrow(), ["undo"]);
        });
    });
}

#[test]
fn a_lesson_is_pulled_along_its_line_and_played() {
    let size = (1080, 212);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            let past = PastSurface::new().unwrap();
            easel.look.dress(&past);
            let adapter = past.global::<PastAdapter<'_>>();
            adapter.set_place(0.4);
            adapter.set_time("12:05 / 31:40".into());
            adapter.set_people(rows([1, 2, 5]));
            let ink =
                [0x0072b2, 0xbe5400, 0x946300].map(|rgb| slint::Color::from_argb_encoded(0xff00_0000 | rgb));
            adapter.set_colours(rows(ink));
            adapter.set_person(2);
            let pressed = Pressed::default();
            let told = pressed.clone();
            adapter.on_go(move |place| told.borrow_mut().push(format!("{place:.1}")));
            let told = pressed.clone();
            adapter.on_choose_person(move |person| told.borrow_mut().push(format!("person {person}")));
            let told = pressed.clone();
            adapter.on_leave(move || told.borrow_mut().push("leave".to_owned()));
            easel.show(&past, language);
            easel.draw(&format!("past-{language}"));
            let found = elements(&past, size);
            all_large_enough(&found);
            assert!(has(&found, "past-2").chosen && has(&found, "scrubber").label.contains("12:05"));
            let line = has(&found, "scrubber");
            let y = (line.y + line.height / 2) as f32;
            let at = |share: f32| (line.x as f32 + 26.0 + share * (line.width as f32 - 52.0), y);
            slide(&past, at(0.4), at(0.8));
            press(&past, "past-5");
            press(&past, "past-all");
            press(&past, "leave-past");
            let told = pressed.borrow();
            assert_eq!(told[..1], ["0.4"]);
            assert!(told.contains(&"0.8".to_owned()), "{told:?}");
            assert_eq!(told[told.len() - 3..], ["person 5", "person 0", "leave"]);
        });
    });
}

#[test]
fn files_are_shown_large_and_opened_by_a_touch() {
    for (screen, size) in [(WALL, (954, 480)), (WALL_4K, (1908, 960))] {
        Easel::with(screen, size, |easel| {
            both_languages(|language, chinese| {
                let insert = InsertSurface::new().unwrap();
                easel.look.dress(&insert);
                let adapter = insert.global::<InsertAdapter<'_>>();
                let row = |name: &str, kind, picture: bool| FileRow {
                    name: name.into(),
                    kind,
                    has_picture: picture,
                    picture: if picture { small_page([200, 220, 250]) } else { Image::default() },
                };
                adapter.set_files(rows([
                    row("七年级数学", FileKind::Folder, false),
                    row("USB 32 GB", FileKind::Drive, false),
                    row("Photosynthesis, a very long name of a lesson.pdf", FileKind::Pdf, false),
                    row("leaf.png", FileKind::Picture, true),
                    row("experiment.mp4", FileKind::Film, false),
                    row("monday.xopp", FileKind::Board, false),
                ]));
                adapter.set_inside(true);
                adapter.set_folder("inbox".into());
                let pressed = Pressed::default();
                let told = pressed.clone();
                adapter.on_open(move |place| told.borrow_mut().push(place.to_string()));
                let told = pressed.clone();
                adapter.on_text(move || told.borrow_mut().push("text".to_owned()));
                easel.show(&insert, language);
                easel.draw(&format!("insert-{language}-{}", screen.1));
                let found = elements(&insert, size);
                all_large_enough(&found);
                let pdf = has(&found, "file-2").label;
                assert!(pdf.starts_with("Photosynthesis") && pdf.ends_with("PDF"), "{pdf}");
                for name in ["file-3", "insert-text", "insert-note", "files-up", "look-again"] {
                    press(&insert, name);
                }
                assert_eq!(*pressed.borrow(), ["3", "text"]);
                adapter.set_files(rows([]));
                easel.draw(&format!("insert-none-{language}-{}", screen.1));
                let none = has(&elements(&insert, size), "no-files").label;
                assert!(none.contains(if chinese { "这里没有" } else { "Nothing here" }), "{none}");
            });
        });
    }
}

#[test]
fn what_went_wrong_with_a_file_is_said() {
    let size = (560, 112);
    let hints = [
        Hint::Unknown,
        Hint::Damaged,
        Hint::Locked,
        Hint::Newer,
        Hint::Empty,
        Hint::TooLarge,
        Hint::TooMuch,
        Hint::Full,
        Hint::BoardFull,
        Hint::Busy,
        Hint::Gone,
        Hint::NoPicture,
        Hint::Placed,
    ];
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            let mut said = std::collections::BTreeSet::new();
            for what in hints {
                let hint = HintSurface::new().unwrap();
                easel.look.dress(&hint);
                hint.global::<HintAdapter<'_>>().set_hint(what);
                hint.global::<HintAdapter<'_>>().set_file("leaf.png".into());
                easel.show(&hint, language);
                easel.draw(&format!("hint-{what:?}-{language}").to_lowercase());
                said.insert(has(&elements(&hint, size), "hint").label);
            }
            assert_eq!(said.len(), hints.len(), "each says something of its own");
        });
    });
}
