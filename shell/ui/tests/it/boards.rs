//! The boards of a unit, small: by their pictures, named in both languages, opened by a touch, deleted only when closed.

use std::cell::RefCell;
use std::rc::Rc;

use screens::*;
use slint::{ComponentHandle, Image, Rgba8Pixel, SharedPixelBuffer, SharedString};

use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{WALL, both_languages, elements, has, rows};

const SIZE: (u32, u32) = (1220, 780);

/// A page as it might look: a ground, and lines of writing.
fn page(ground: [u8; 3], ink: [u8; 3], lines: u32) -> Image {
    let (width, height) = (560_u32, 315_u32);
    let mut pixels = SharedPixelBuffer::<Rgba8Pixel>::new(width, height);
    let written = |x: u32, y: u32| {
        let line = y / 40;
        let wave = (f64::from(x) / 9.0 + f64::from(line)).sin() * 9.0;
        line < lines && x > 40 && x < 480 - line * 40 && (f64::from(y % 40) - 20.0 - wave).abs() < 3.0
    };
    for (at, pixel) in (0_u32..).zip(pixels.make_mut_slice()) {
        let [r, g, b] = if written(at % width, at / width) { ink } else { ground };
        *pixel = Rgba8Pixel { r, g, b, a: 255 };
    }
    Image::from_rgba8(pixels)
}

fn filled(easel: &Easel) -> BoardsSurface {
    let sheet = BoardsSurface::new().unwrap();
    easel.look.dress(&sheet);
    let row = |name: &str, date: &str, picture: Option<Image>, open: bool| BoardRow {
        name: name.into(),
        date: date.into(),
        has_picture: picture.is_some(),
        picture: picture.unwrap_or_default(),
        open,
    };
    let adapter = sheet.global::<BoardsAdapter<'_>>();
    adapter.set_boards(rows(vec![
        row("数学：分数", "11-30 08:05", Some(page([253, 253, 251], [20, 80, 160], 5)), true),
        row("", "11-29 14:20", Some(page([31, 74, 63], [244, 241, 230], 6)), false),
        row(
            "Physics: Ohm's law with a very long name",
            "11-28 10:10",
            Some(page([253, 253, 251], [180, 40, 30], 3)),
            false,
        ),
        row("七（1）班", "11-27 08:00", None, false),
        row("", "–", None, false),
    ]));
    adapter.set_names(rows(["数学", "语文", "物理", "七（1）班", "7B"].map(SharedString::from)));
    sheet
}

#[test]
fn boards_are_opened_named_and_deleted() {
    for (wall, times) in [(WALL, 1), ((3840, 2160), 2)] {
        let size = (SIZE.0 * times, SIZE.1 * times);
        Easel::with(wall, size, |easel| {
            both_languages(|language, chinese| {
                let sheet = filled(easel);
                easel.show(&sheet, language);
                easel.draw(&format!("boards-{language}-{}", wall.1));
                let found = elements(&sheet, size);
                assert_eq!(has(&found, "new-board").label, if chinese { "新白板" } else { "New board" });
                assert!(has(&found, "board-0").label.contains("数学：分数"));
                assert!(has(&found, "board-1").label.contains("11-29"), "one without a name has its date");
                let least = 44 * times as i32;
                for element in found.iter().filter(|element| element.name.contains("board")) {
                    assert!(element.width >= least && element.height >= least, "{element:?}");
                }
                let told = Rc::new(RefCell::new(Vec::new()));
                let adapter = sheet.global::<BoardsAdapter<'_>>();
                let tell = told.clone();
                adapter.on_open(move |at| tell.borrow_mut().push(format!("open {at}")));
                let tell = told.clone();
                adapter.on_delete(move |at| tell.borrow_mut().push(format!("delete {at}")));
                let tell = told.clone();
                adapter.on_rename(move |at, name| tell.borrow_mut().push(format!("{at} {name}")));
                let tell = told.clone();
                adapter.on_type_name(move |at| tell.borrow_mut().push(format!("type {at}")));
                let tell = told.clone();
                adapter.on_take_back(move || tell.borrow_mut().push("back".to_owned()));
                press(&sheet, "board-2");
                press(&sheet, "more-of-board-0");
                easel.draw(&format!("boards-open-one-{language}-{}", wall.1));
                assert!(!has(&elements(&sheet, size), "delete-board").enabled, "it is open");
                press(&sheet, "name-1");
                press(&sheet, "type-name");
                press(&sheet, "more-of-board-1");
                easel.draw(&format!("boards-chosen-{language}-{}", wall.1));
                press(&sheet, "delete-board");
                adapter.set_chosen(-1);
                adapter.set_told(BoardsTold::Deleted);
                adapter.set_about("11-29 14:20".into());
                easel.draw(&format!("boards-deleted-{language}-{}", wall.1));
                assert!(has(&elements(&sheet, size), "boards-told").label.contains("11-29"));
                press(&sheet, "take-back");
                assert_eq!(*told.borrow(), ["open 2", "0 语文", "type 0", "delete 1", "back"]);
            });
        });
    }
}
