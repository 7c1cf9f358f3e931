//! The dock, its handles and its panels: every button is named, large enough, and does what it says.

use std::cell::RefCell;
use std::rc::Rc;

use api::shell::Element;
use screens::*;
use slint::{ComponentHandle, Image, Rgba8Pixel, SharedPixelBuffer};

use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{WALL, both_languages, elements, has, rows};

pub(crate) const WALL_4K: (u32, u32) = (3840, 2160);
/// A panel of 86 inches is 1.9 m wide, so a design unit of a 1080th of its height is about a millimetre.
const TARGET_MM: i32 = 18;

/// What somebody pressed, in order.
pub(crate) type Pressed = Rc<RefCell<Vec<String>>>;

pub(crate) fn all_large_enough(found: &[Element]) {
    for element in found {
        assert!(element.width >= 2 * TARGET_MM && element.height >= 2 * TARGET_MM, "{element:?}");
    }
}

/// A page as it would be seen small.
pub(crate) fn small_page(rgb: [u8; 3]) -> Image {
    let mut buffer = SharedPixelBuffer::<Rgba8Pixel>::new(200, 113);
    let width = buffer.width() as usize;
    for (at, pixel) in buffer.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (at % width, at / width);
        let inked = (x / 6 + y / 4) % 9 == 0 && (20..150).contains(&x) && (20..90).contains(&y);
        let [r, g, b] = if inked { [0, 0x72, 0xb2] } else { rgb };
        *pixel = Rgba8Pixel { r, g, b, a: 255 };
    }
    Image::from_rgba8(buffer)
}

#[test]
fn dock() {
    for (compact, size) in [(false, (1094, 98)), (true, (966, 98))] {
        Easel::with(WALL, size, |easel| {
            both_languages(|language, _| {
                let dock = DockSurface::new().unwrap();
                easel.look.dress(&dock);
                let adapter = dock.global::<DockAdapter<'_>>();
                adapter.set_compact(compact);
                adapter.set_pages(3);
                adapter.set_presenting(true);
                adapter.set_view_open(!compact);
                let pressed = Pressed::default();
                let told = pressed.clone();
                adapter.on_open(move |panel, x| told.borrow_mut().push(format!("{panel:?} {}", x > 100.0)));
                let told = pressed.clone();
                adapter.on_go(move |place| told.borrow_mut().push(format!("{place:?}")));
                easel.show(&dock, language);
                easel.draw(&format!("dock-{language}-{compact}"));
                let found = elements(&dock, size);
                all_large_enough(&found);
                assert!(!has(&found, "previous-page").enabled && has(&found, "next-page").enabled);
                assert!(has(&found, "view").chosen != compact);
                for name in ["home", "find", "classroom", "insert", "sources", "tools"] {
                    has(&found, name);
                }
                press(&dock, "page");
                press(&dock, "present");
                press(&dock, "end-of-class");
                press(&dock, "dock-left");
                assert_eq!(*pressed.borrow(), ["Pages true", "Present true", "End true", "Left"]);
                // Behind the last page there is a new one.
                adapter.set_page(3);
                let found = elements(&dock, size);
                has(&found, "new-page");
                assert!(found.iter().all(|element| element.name != "next-page"));
            });
        });
    }
}

#[test]
fn handles_in_both_corners_are_mirrored() {
    let size = (152, 98);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            let mut places = Vec::new();
            for right in [false, true] {
                let edge = EdgeSurface::new().unwrap();
                easel.look.dress(&edge);
                let adapter = edge.global::<EdgeAdapter<'_>>();
                adapter.set_right(right);
                adapter.set_reached(right);
                easel.show(&edge, language);
                easel.draw(&format!("edge-{language}-{right}"));
                let found = elements(&edge, size);
                all_large_enough(&found);
                let reach = has(&found, if right { "reach-right" } else { "reach-left" });
                assert_eq!(reach.chosen, right);
                places.push(if right { 152 - reach.x - reach.width } else { reach.x });
            }
            assert_eq!(places[0], places[1]);
        });
    });
}

fn strip(easel: &Easel, green: bool) -> StripSurface {
    let strip = StripSurface::new().unwrap();
    easel.look.dress(&strip);
    let adapter = strip.global::<StripAdapter<'_>>();
    let page = |number: i32| PageRow {
        number,
        picture: if number % 2 == 0 { small_page([31, 74, 63]) } else { small_page([253, 253, 251]) },
        has_picture: number < 8,
        green: number % 2 == 0,
        shown: number == 2 || number == 3,
    };
    adapter.set_pages(rows((1..=12).map(page)));
    adapter.set_current(1);
    adapter.set_green(green);
    adapter.set_paper(if green { PaperKind::Tianzige } else { PaperKind::Staff });
    strip
}

#[test]
fn pages_are_gone_to_added_copied_deleted_and_given_a_paper() {
    for (screen, size) in [(WALL, (1010, 416)), (WALL_4K, (2020, 832))] {
        Easel::with(screen, size, |easel| {
            both_languages(|language, chinese| {
                let strip = strip(easel, chinese);
                let adapter = strip.global::<StripAdapter<'_>>();
                let pressed = Pressed::default();
                let tell = |what: &'static str| {
                    let told = pressed.clone();
                    move || told.borrow_mut().push(what.to_owned())
                };
                adapter.on_add(tell("add"));
                adapter.on_duplicate(tell("copy"));
                adapter.on_drop(tell("drop"));
                adapter.on_past(tell("past"));
                adapter.on_earlier(tell("earlier"));
                let told = pressed.clone();
                adapter.on_go(move |place| told.borrow_mut().push(place.to_string()));
                let told = pressed.clone();
                adapter.on_choose_paper(move |kind| told.borrow_mut().push(format!("{kind:?}")));
                let told = pressed.clone();
                adapter.on_choose_ground(move |green| told.borrow_mut().push(format!("green {green}")));
                easel.show(&strip, language);
                easel.draw(&format!("strip-{language}-{}", screen.1));
                let mut found = Vec::new();
                ui::surface::list(&strip, "test", display::Area::new(0, 0, 9999, 9999), &mut found);
                all_large_enough(&found);
                assert!(has(&found, "page-2").chosen && !has(&found, "page-1").chosen);
                assert_eq!(has(&found, "page-1").label, if chinese { "第 1 页" } else { "Page 1" });
                for name in ["add-page", "copy-page", "drop-page", "past", "page-earlier", "page-3"] {
                    press(&strip, name);
                }
                for name in ["paper-tianzige", "paper-four-lines", "board-green", "board-white"] {
                    press(&strip, name);
                }
                let wanted = [
                    "add",
                    "copy",
                    "drop",
                    "past",
                    "earlier",
                    "2",
                    "Tianzige",
                    "FourLines",
                    "green true",
                    "green false",
                ];
                assert_eq!(*pressed.borrow(), wanted);
                // The only page cannot be deleted.
                adapter.set_pages(rows([]));
                let found = elements(&strip, size);
                assert!(!has(&found, "drop-page").enabled);
            });
        });
    }
}

#[test]
fn a_page_far_along_the_strip_is_brought_into_sight() {
    let size = (1010, 416);
    Easel::with(WALL, size, |easel| {
        let strip = strip(easel, false);
        let seen = Rc::new(RefCell::new((0, 0)));
        let told = seen.clone();
        strip.global::<StripAdapter<'_>>().on_seen(move |from, to| *told.borrow_mut() = (from, to));
        easel.show(&strip, "en");
        easel.draw("strip-begin");
        strip.invoke_reveal(9);
        easel.draw("strip-revealed");
        let (from, to) = *seen.borrow();
        assert!((5..=9).contains(&from) && (10..=13).contains(&to), "{from} {to}");
    });
}

const SHOWINGS: [Showing; 7] = [
    Showing::Freeze,
    Showing::Blank,
    Showing::White,
    Showing::Spotlight,
    Showing::Curtain,
    Showing::Laser,
    Showing::Magnifier,
];

#[test]
fn ways_to_present_are_toggles_and_what_is_on_is_ended_by_one_touch() {
    Easel::with(WALL, (528, 280), |easel| {
        both_languages(|language, _| {
            let present = PresentSurface::new().unwrap();
            easel.look.dress(&present);
            let adapter = present.global::<PresentAdapter<'_>>();
            adapter.set_curtain(true);
            let pressed = Pressed::default();
            let told = pressed.clone();
            adapter.on_toggle(move |what| told.borrow_mut().push(format!("{what:?}")));
            easel.show(&present, language);
            easel.draw(&format!("present-{language}"));
            let found = elements(&present, (528, 280));
            all_large_enough(&found);
            assert!(has(&found, "show-curtain").chosen && !has(&found, "show-freeze").chosen);
            for what in SHOWINGS {
                press(&present, &format!("show-{what:?}").to_lowercase());
            }
            assert_eq!(*pressed.borrow(), SHOWINGS.map(|what| format!("{what:?}")));
        });
    });
    let size = (672, 68);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            let reminder = ReminderSurface::new().unwrap();
            easel.look.dress(&reminder);
            let adapter = reminder.global::<ReminderAdapter<'_>>();
            adapter.set_on(rows([Showing::Freeze, Showing::Laser, Showing::Magnifier]));
            let pressed = Pressed::default();
            let told = pressed.clone();
            adapter.on_end(move |what| told.borrow_mut().push(format!("{what:?}")));
            easel.show(&reminder, language);
            easel.draw(&format!("reminder-{language}"));
            all_large_enough(&elements(&reminder, size));
            press(&reminder, "end-laser");
            assert_eq!(*pressed.borrow(), ["Laser"]);
        });
    });
}

#[test]
fn instruments_are_laid_and_the_board_is_divided_and_shown_larger() {
    let size = (702, 176);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            let tools = ToolsSurface::new().unwrap();
            easel.look.dress(&tools);
            let pressed = Pressed::default();
            let told = pressed.clone();
            tools
                .global::<ToolsAdapter<'_>>()
                .on_lay(move |tool| told.borrow_mut().push(format!("{tool:?}")));
            easel.show(&tools, language);
            easel.draw(&format!("tools-{language}"));
            all_large_enough(&elements(&tools, size));
            for name in ["ruler", "protractor", "compass", "half-square", "third-square"] {
                press(&tools, &format!("lay-{name}"));
            }
            assert_eq!(*pressed.borrow(), ["Ruler", "Protractor", "Compass", "HalfSquare", "ThirdSquare"]);
        });
    });
    let size = (616, 270);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            let view = ViewSurface::new().unwrap();
            easel.look.dress(&view);
            let adapter = view.global::<ViewAdapter<'_>>();
            adapter.set_panes(2);
            adapter.set_zoom("125 %".into());
            let pressed = Pressed::default();
            let told = pressed.clone();
            adapter.on_split(move |count| told.borrow_mut().push(count.to_string()));
            let told = pressed.clone();
            adapter.on_fit(move |fit| told.borrow_mut().push(format!("{fit:?}")));
            let told = pressed.clone();
            adapter.on_zoom_in(move || told.borrow_mut().push("larger".to_owned()));
            easel.show(&view, language);
            easel.draw(&format!("view-{language}"));
            let found = elements(&view, size);
            all_large_enough(&found.iter().filter(|e| e.name != "zoom").cloned().collect::<Vec<_>>());
            assert!(has(&found, "split-2").chosen && !has(&found, "undo-split").enabled);
            for name in ["split-1", "split-4", "zoom-in", "fit-page", "fit-width", "fit-full"] {
                press(&view, name);
            }
            assert_eq!(*pressed.borrow(), ["1", "4", "larger", "Page", "Width", "Full"]);
        });
    });
}
