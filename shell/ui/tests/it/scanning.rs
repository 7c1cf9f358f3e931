//! One-switch scanning on a real display: the frame walks, goes in, and what it chooses happens; and what is said is shown.

use std::cell::RefCell;
use std::rc::Rc;

use api::shell::Element;
use display::{Scene, ToDisplay};
use screens::{PastAdapter, PastSurface};
use slint::ComponentHandle;
use ui::access::{Captions, Found, Manner, Press, Scanner};
use ui::kept::prefs::ScanPace;
use ui::preferences::Preferences;
use ui::settings::Language;
use ui::surface::Level;

use crate::room::Room;
use crate::screens::WALL;

fn frame(scanner: &Scanner) -> Option<Element> {
    let mut found = Vec::new();
    scanner.list(&mut found);
    found.into_iter().find(|element| element.name == "scan-frame")
}

#[test]
fn a_setting_is_changed_by_touches_anywhere() {
    Room::with(WALL, |room| {
        slint::select_bundled_translation("en").unwrap();
        let changed = Rc::new(RefCell::new(Vec::new()));
        let tell = changed.clone();
        let apply = move |prefs| tell.borrow_mut().push(prefs);
        let preferences = Preferences::new(room.easel.clone(), room.layout, &room.folder, apply);
        room.display.send(ToDisplay::Scene(Scene::Board)).unwrap();
        preferences.open(Language::En);
        let find = |name: &str| {
            let mut found: Vec<Element> = Vec::new();
            preferences.list(&mut found);
            found.into_iter().find(|element| element.name == name)
        };
        room.until("it is laid out", || find("set-contrast-on").is_some_and(|element| element.width > 0));
        let told = Rc::new(RefCell::new(Vec::new()));
        let keep = told.clone();
        let scanner = Scanner::new(room.easel.clone(), room.layout.screen(), move |found: Option<&Found>| {
            keep.borrow_mut().push(found.map(Found::name));
        });
        // A second switch steps, so that time moves nothing here.
        let manner = Manner { pace: ScanPace::Quick, touches: true, stepped: true };
        scanner.set(Some(manner));
        room.until("the frame is there", || frame(&scanner).is_some());
        let wanted = find("set-contrast-on").unwrap();
        let middle = (wanted.x + wanted.width / 2, wanted.y + wanted.height / 2);
        let inside = |frame: &Element| {
            (frame.x..frame.x + frame.width).contains(&middle.0)
                && (frame.y..frame.y + frame.height).contains(&middle.1)
        };
        // Far from everything: any touch is the switch.
        let corner = Element { x: 30, y: 300, width: 2, height: 2, ..wanted.clone() };
        let mut saved = false;
        for _ in 0..60 {
            let before = frame(&scanner).unwrap();
            if !inside(&before) {
                scanner.press(Press::Step);
            } else {
                if !saved {
                    room.save("scan-frame");
                    saved = true;
                }
                room.touch(&corner);
                if before.label == wanted.label {
                    break;
                }
            }
            let place = |element: &Element| (element.x, element.y, element.width, element.height);
            room.until("the frame moves", || {
                frame(&scanner).is_some_and(|now| place(&now) != place(&before))
            });
        }
        room.until("it is chosen", || changed.borrow().last().is_some_and(|prefs| prefs.contrast));
        assert_eq!(changed.borrow().len(), 1, "and nothing else");
        assert!(told.borrow().contains(&Some("set-contrast-on".to_owned())), "a voice can say it");
        scanner.set(None);
        room.until("the frame is gone", || frame(&scanner).is_none());
    });
}

/// One switch has one direction: a slider goes on step by step, and from its end back to its beginning.
#[test]
fn a_slider_is_moved_by_one_switch() {
    Room::with(WALL, |room| {
        slint::select_bundled_translation("en").unwrap();
        let rect = room.layout.panel((1200.0, 220.0), 0);
        let past = Rc::new(room.easel.make("past", rect, Level::Passing, None, PastSurface::new).unwrap());
        let (places, weak) = (Rc::new(RefCell::new(Vec::new())), Rc::downgrade(&past));
        let told = places.clone();
        let adapter = past.ui.global::<PastAdapter<'_>>();
        adapter.set_place(0.85);
        adapter.on_go(move |place| {
            told.borrow_mut().push((place * 100.0).round() as i32);
            weak.upgrade().iter().for_each(|past| past.ui.global::<PastAdapter<'_>>().set_place(place));
        });
        past.set_visible(true);
        let scanner = Scanner::new(room.easel.clone(), room.layout.screen(), |_| {});
        scanner.set(Some(Manner { pace: ScanPace::Quick, touches: true, stepped: true }));
        room.until("the frame is there", || frame(&scanner).is_some());
        for _ in 0..40 {
            if frame(&scanner).is_some_and(|frame| frame.label.starts_with("Moment")) {
                break;
            }
            scanner.press(Press::Step);
            if frame(&scanner).is_some_and(|frame| frame.label == "…") {
                scanner.press(Press::Choose);
            }
        }
        for _ in 0..4 {
            assert!(frame(&scanner).unwrap().label.starts_with("Moment"), "the frame stays");
            scanner.press(Press::Choose);
        }
        let places = places.borrow();
        assert_eq!(places[..3], [90, 95, 100]);
        assert_eq!(places.last(), Some(&0), "and from the end to the beginning: {places:?}");
    });
}

#[test]
fn words_are_shown_at_the_foot_and_at_the_top_while_the_board_hangs_lower() {
    Room::with(WALL, |room| {
        let captions = Captions::new(&room.easel, room.layout).unwrap();
        let shown = || {
            let mut found = Vec::new();
            captions.list(&mut found);
            found.into_iter().find(|element| element.name == "captions")
        };
        assert!(shown().is_none());
        captions.show("High contrast: On, button", false);
        room.until("words are shown", || shown().is_some_and(|words| words.width > 0));
        let words = shown().unwrap();
        assert!(words.label.contains("High contrast") && words.y > WALL.1 as i32 / 2, "{words:?}");
        room.save("captions");
        captions.show("付款成功。十八元五角", true);
        room.until("they move", || shown().is_some_and(|words| words.y < WALL.1 as i32 / 4));
        room.touch(&shown().unwrap());
        room.until("a touch takes them away", || shown().is_none());
    });
}
