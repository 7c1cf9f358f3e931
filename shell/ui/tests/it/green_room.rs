//! A dark green board on a 4K wall with the largest words: every panel opens on it, lies on the screen with all that can
//! be touched on it, and covers no part of the dock.

use display::Area;
use ui::kept::prefs::{BoardColour, Prefs, PrefsKeeper, TextSize};
use ui::settings::Language;

use crate::board_room::Lesson;
use crate::room::Room;

const WALL: (u32, u32) = (3840, 2160);
/// What opens a panel, something on it, and what closes it.
const PANELS: [(&str, &str, &str); 15] = [
    ("page", "page-1", "page"),
    ("insert", "insert-text", "insert"),
    ("sources", "close-sources", "close-sources"),
    ("present", "close-present", "close-present"),
    ("tools", "lay-ruler", "close-tools"),
    ("view", "split-2", "close-view"),
    ("find", "by-keys", "close-finder"),
    ("end-of-class", "wipe", "end-of-class"),
    ("tool-timer", "timer-go", "close-timer"),
    ("tool-dice", "close-dice", "close-dice"),
    ("tool-picker", "close-picker", "close-picker"),
    ("tool-scores", "more-0", "close-scores"),
    ("tool-noise", "close-noise", "close-noise"),
    ("tool-handout", "handout-board", "close-handout"),
    ("tool-attendance", "close-attendance", "close-attendance"),
];

#[test]
fn every_panel_fits_a_dark_board_with_the_largest_words() {
    open_all(Language::En, "en");
}

#[test]
fn and_in_chinese() {
    open_all(Language::Zh, "zh");
}

fn open_all(language: Language, name: &str) {
    Room::with(WALL, |room| {
        let prefs = Prefs {
            board: BoardColour::Green,
            text: TextSize::Huge,
            language: Some(language),
            ..Prefs::default()
        };
        PrefsKeeper::new(&room.folder).keep(&prefs).unwrap();
        let mut lesson = Lesson::begin(room, language);
        lesson.press("new-page");
        lesson.until_picture("the board is green", |picture| {
            picture.at(1920, 700).is_some_and(|[red, green, blue]| green > red + 20 && green > blue)
        });
        lesson.draw((1500, 600), (700, 200));
        let dock = lesson.until("home");
        for (open, on, close) in PANELS {
            if open.starts_with("tool-") {
                lesson.press("classroom");
                lesson.until("tool-timer");
                lesson.room.save(&format!("green-classroom-{name}"));
            }
            lesson.press(open);
            let surface = lesson.until(on).surface;
            lesson.room.save(&format!("green-{open}-{name}"));
            for element in lesson.elements().into_iter().filter(|element| element.surface == surface) {
                let area = Area::new(element.x, element.y, element.width, element.height);
                let seen = Area::new(0, 0, WALL.0 as i32, dock.y);
                assert_eq!(area.intersect(seen), area, "{open}: {element:?}");
            }
            lesson.press(close);
            lesson.until_gone(on);
        }
    });
}
