//! The board's screens as people use them: the whole app on a display in memory, touched by a finger.

use std::path::Path;
use std::time::Duration;

use api::shell::Element;
use display::Picture;
use ui::access::Tree;
use ui::app;
use ui::assets::Assets;
use ui::bridge::{Ask, Bridge, ToUi, oneshot};
use ui::look::Look;
use ui::settings::{Language, Role, Settings};
use ui::surface::Easel;

use crate::easel::assets_folder;
use crate::room::Room;

/// The app with the board in front.
pub(crate) struct Lesson<'a> {
    pub(crate) room: &'a mut Room,
    _bridge: Bridge,
}

impl<'a> Lesson<'a> {
    pub(crate) fn begin(room: &'a mut Room, language: Language) -> Self {
        Self::begin_with(room, language, |_| {})
    }

    /// With other settings than those of a test.
    pub(crate) fn begin_with(
        room: &'a mut Room,
        language: Language,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let (size, scale) = (room.size(), room.scale());
        let mut settings = Settings {
            role: Role::Panel,
            size,
            panel_mm: (1895, 1066),
            state: room.folder.clone(),
            folders: vec![room.folder.join("inbox")],
            lessons: room.folder.join("lessons"),
            language,
            ..Settings::default()
        };
        change(&mut settings);
        std::fs::create_dir_all(room.folder.join("inbox")).unwrap();
        let assets = Assets::new(assets_folder());
        let easel = Easel {
            display: room.display.clone(),
            look: Look::load(&assets, scale).unwrap(),
            tree: Tree::default(),
        };
        let bridge = Bridge::start(app::teller(), room.folder.join("board")).unwrap();
        app::begin(&settings, easel, room.layout, assets, bridge.asker()).unwrap();
        let lesson = Self { room, _bridge: bridge };
        let (reply, mut shown) = oneshot::channel();
        app::teller()(ToUi::Asked(Ask::Show("board".to_owned(), reply)));
        lesson.turn_until("the board is shown", || shown.try_recv().is_ok_and(|shown| shown));
        lesson.until("home");
        lesson
    }

    fn turn_until(&self, what: &str, mut so: impl FnMut() -> bool) {
        let began = std::time::Instant::now();
        while !so() {
            assert!(began.elapsed() < Duration::from_secs(30), "never so: {what}");
            assert!(self.room.display.turn(Duration::from_millis(10)).is_continue());
        }
    }

    pub(crate) fn elements(&self) -> Vec<Element> {
        let (reply, mut told) = oneshot::channel();
        app::teller()(ToUi::Asked(Ask::Elements(reply)));
        let mut found = None;
        self.turn_until("elements are told", || {
            found = told.try_recv().ok();
            found.is_some()
        });
        found.unwrap()
    }

    pub(crate) fn find(&self, name: &str) -> Option<Element> {
        self.elements().into_iter().find(|element| element.name == name && element.width > 0)
    }

    fn so(&self, what: &str, so: impl Fn(&Self) -> bool) {
        let began = std::time::Instant::now();
        while !so(self) {
            if began.elapsed() > Duration::from_secs(30) {
                self.room.save(&format!("never-{}", what.replace(' ', "-")));
                panic!("never so: {what}");
            }
            assert!(self.room.display.turn(Duration::from_millis(10)).is_continue());
        }
    }

    /// Waits for an element and gives it.
    pub(crate) fn until(&self, name: &str) -> Element {
        let found = std::cell::RefCell::new(None);
        self.so(&format!("there is {name}"), |lesson| {
            *found.borrow_mut() = lesson.find(name);
            found.borrow().is_some()
        });
        found.into_inner().unwrap()
    }

    pub(crate) fn until_gone(&self, name: &str) {
        self.so(&format!("{name} is gone"), |lesson| lesson.find(name).is_none());
    }

    pub(crate) fn until_label(&self, name: &str, part: &str) {
        let has = |lesson: &Self| lesson.find(name).is_some_and(|found| found.label.contains(part));
        self.so(&format!("{name} says {part}"), has);
    }

    pub(crate) fn press(&mut self, name: &str) {
        let element = self.until(name);
        assert!(element.enabled, "{element:?}");
        self.room.touch(&element);
        self.settle();
    }

    /// What was touched has been done: the display told the screens, and what they wanted of it reached it.
    fn settle(&self) {
        self.room.picture();
        self.elements();
        self.room.picture();
    }

    /// Draws from a place of the screen, in pixels.
    pub(crate) fn draw(&mut self, (x, y): (i32, i32), by: (i32, i32)) {
        let at = Element { x, y, width: 1, height: 1, ..self.until("home") };
        self.room.drag(&at, by);
    }

    pub(crate) fn until_picture(&self, what: &str, so: impl Fn(&Picture) -> bool) -> Picture {
        self.so(what, |lesson| so(&lesson.room.picture()));
        self.room.picture()
    }
}

/// Whether there is ink within a few pixels of a place.
pub(crate) fn ink(picture: &Picture, (x, y): (i32, i32)) -> bool {
    let ground = picture.at(1000, 300);
    (-4..=4).any(|dy| picture.at(x as u32, (y + dy) as u32) != ground)
}

const WALL: (u32, u32) = (1920, 1080);

#[test]
fn pages_are_made_and_given_a_paper_from_the_strip_and_ink_is_seen_on_both_boards() {
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::Zh);
        lesson.draw((500, 400), (400, 0));
        lesson.press("page");
        lesson.until("page-1");
        lesson.press("add-page");
        lesson.until_label("page", "2");
        lesson.until("page-2");
        lesson.draw((600, 40), (300, 10));
        // That touch was far from the strip, whose owner goes on.
        lesson.press("paper-tianzige");
        lesson.press("board-green");
        let is_green = |picture: &Picture| picture.at(1000, 90).is_some_and(|[r, g, b]| g > r && g > b);
        lesson.until_picture("the board is green", is_green);
        lesson.so("the strip shows the paper", |lesson| {
            lesson.until("paper-tianzige").chosen && lesson.until("board-green").chosen
        });
        lesson.so("both pages are seen small", |lesson| {
            lesson.room.save("board-strip");
            lesson.find("page-1").is_some_and(|page| !page.chosen)
        });
        lesson.press("page-1");
        lesson.until_picture("the first page", |picture| ink(picture, (700, 400)));
        // A touch near it closes it.
        let strip = lesson.until("close-pages");
        lesson.draw((strip.x - 200, strip.y - 60), (40, 0));
        lesson.until_gone("close-pages");
    });
}

#[test]
fn what_is_frozen_says_so_and_one_touch_ends_it() {
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::En);
        lesson.press("present");
        lesson.press("show-freeze");
        lesson.until("end-freeze");
        lesson.press("close-present");
        lesson.until_gone("close-present");
        lesson.draw((500, 400), (400, 0));
        lesson.draw((500, 500), (400, 0));
        let frozen = lesson.room.picture();
        assert!(!ink(&frozen, (700, 400)), "frozen");
        lesson.room.save("board-frozen");
        lesson.press("end-freeze");
        lesson.until_gone("end-freeze");
        lesson.until_picture("what was written meanwhile", |picture| ink(picture, (700, 400)));
        // All of them at once, each ended by itself.
        for what in ["spotlight", "curtain"] {
            // The first one closes the panel: what comes next is a finger on the board.
            lesson.press("present");
            lesson.press(&format!("show-{what}"));
            lesson.until(&format!("end-{what}"));
            lesson.so("it is open or closed", |lesson| {
                lesson.find("show-blank").is_some() == (what == "curtain")
            });
        }
        lesson.room.save("board-presenting");
        // The panel lies over the reminders.
        lesson.press("close-present");
        lesson.until_gone("close-present");
        for what in ["spotlight", "curtain"] {
            lesson.press(&format!("end-{what}"));
            lesson.until_gone(&format!("end-{what}"));
        }
        lesson.until_picture("all as before", |picture| ink(picture, (700, 400)));
    });
}

#[test]
fn the_dock_goes_to_both_sides_and_the_board_comes_down() {
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::En);
        let middle = lesson.until("home").x;
        lesson.press("dock-here-left");
        lesson.so("it is left", |lesson| lesson.until("home").x < middle);
        // Pulled by its end it goes to the next place.
        let grip = lesson.until("dock-right");
        lesson.room.drag(&grip, (150, 0));
        lesson.so("it is in the middle", |lesson| lesson.until("home").x == middle);
        lesson.press("dock-here-right");
        lesson.so("it is right", |lesson| lesson.until("home").x > middle);
        lesson.draw((700, 100), (300, 0));
        lesson.until_picture("a line at the top", |picture| ink(picture, (850, 100)));
        lesson.press("reach-left");
        lesson.so("both handles know", |lesson| lesson.until("reach-right").chosen);
        let lowered = |picture: &Picture| {
            (527..=537).any(|y| picture.at(850, y) != picture.at(850, 560))
                && picture.at(850, 300) != picture.at(850, 560)
        };
        lesson.until_picture("it is within reach", lowered);
        lesson.room.save("board-reached");
        lesson.press("reach-right");
        lesson.until_picture("and back up", |picture| ink(picture, (850, 100)));
    });
}

#[test]
fn a_palette_draws_figures_rubs_out_strokes_and_clears_by_a_slide() {
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::En);
        lesson.press("more-1");
        lesson.press("rectangle-1");
        lesson.draw((500, 400), (300, 120));
        lesson.until_picture("a rectangle", |picture| ink(picture, (650, 400)) && ink(picture, (650, 520)));
        lesson.press("pen-1");
        lesson.press("width-2-1");
        lesson.draw((500, 620), (300, 0));
        lesson.until_picture("a broad line", |picture| ink(picture, (650, 616)));
        lesson.press("eraser-1");
        lesson.press("stroke-eraser-1");
        lesson.draw((520, 590), (0, 60));
        lesson.until_picture("the whole line is gone", |picture| !ink(picture, (780, 620)));
        lesson.press("undo-1");
        lesson.until_picture("and back", |picture| ink(picture, (780, 620)));
        lesson.room.save("board-eraser");
        let clear = lesson.until("clear-1");
        let knob = Element { width: 50, ..clear.clone() };
        lesson.room.drag(&knob, (clear.width, 0));
        lesson.until_picture("all is gone", |picture| !ink(picture, (780, 620)) && !ink(picture, (650, 400)));
        lesson.press("undo-1");
        lesson
            .until_picture("and back again", |picture| ink(picture, (780, 620)) && ink(picture, (650, 400)));
        lesson.press("more-1");
        lesson.press("note-1");
        lesson.so("a note lies beside the palette", |lesson| {
            let palette = lesson.until("pen-1");
            let picture = lesson.room.picture();
            picture.at((palette.x + 260) as u32, (palette.y + 100) as u32) != picture.at(1000, 300)
        });
        lesson.room.save("board-note");
    });
}

#[test]
fn the_board_is_divided_as_before_and_instruments_lie_on_it() {
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::Zh);
        lesson.draw((500, 300), (300, 0));
        lesson.press("view");
        lesson.press("split-2");
        lesson.so("there are two", |lesson| lesson.until("split-2").chosen);
        lesson.press("undo-split");
        lesson.so("there is one", |lesson| lesson.until("split-1").chosen);
        lesson.press("zoom-in");
        lesson.until_label("zoom", "125");
        lesson.press("fit-full");
        lesson.until_label("zoom", "100");
        lesson.press("tools");
        lesson.until_gone("split-1");
        lesson.press("lay-ruler");
        lesson.until_gone("lay-ruler");
        let empty = |picture: &Picture| picture.at(960, 545) == picture.at(1000, 200);
        lesson.until_picture("a ruler lies in the middle", |picture| !empty(picture));
        lesson.room.save("board-ruler");
    });
}

fn put(inbox: &Path) {
    let leaf = image::RgbaImage::from_pixel(400, 300, image::Rgba([200, 30, 30, 255]));
    leaf.save(inbox.join("leaf.png")).unwrap();
    std::fs::write(inbox.join("torn.pdf"), b"%PDF-1.7 and no more").unwrap();
}

#[test]
fn files_of_the_inbox_come_onto_the_board_and_a_bad_one_is_said_near_by() {
    Room::with(WALL, |room| {
        put_inbox(room);
        let mut lesson = Lesson::begin(room, Language::En);
        lesson.press("insert");
        lesson.until_label("file-0", "leaf.png");
        lesson.room.save("board-insert");
        lesson.press("file-1");
        lesson.until_label("hint", "damaged");
        lesson.room.save("board-hint");
        lesson.press("close-hint");
        lesson.until_gone("hint");
        lesson.press("file-0");
        lesson.until_label("hint", "on the board");
        lesson.until_gone("close-insert");
        lesson.until_picture("the picture", |picture| {
            picture.at(960, 540).is_some_and(|[r, g, b]| r > 150 && g < 90 && b < 90)
        });
        lesson.room.save("board-picture");
    });
}

fn put_inbox(room: &Room) {
    let inbox = room.folder.join("inbox");
    std::fs::create_dir_all(&inbox).unwrap();
    put(&inbox);
}

#[test]
fn a_class_ends_by_a_slide_and_is_had_back_by_a_touch() {
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::En);
        lesson.draw((500, 300), (300, 0));
        lesson.until_picture("ink", |picture| ink(picture, (650, 300)));
        let slide = |lesson: &mut Lesson<'_>| {
            lesson.press("end-of-class");
            let wipe = lesson.until("wipe");
            lesson.room.save("board-end");
            let knob = Element { width: 64, ..wipe.clone() };
            lesson.room.drag(&knob, (wipe.width, 0));
            lesson.until("undo-end");
            lesson.until_gone("wipe");
        };
        slide(&mut lesson);
        lesson.until_picture("an empty board", |picture| picture.at(650, 300) == picture.at(1000, 200));
        lesson.room.save("board-ended");
        lesson.press("undo-end");
        lesson.until_gone("undo-end");
        lesson.until_picture("the ink again", |picture| ink(picture, (650, 300)));
        slide(&mut lesson);
        // Nobody wants it back: it is final by itself.
        lesson.until_gone("undo-end");
        lesson.until_picture("still empty", |picture| picture.at(650, 300) == picture.at(1000, 200));
        lesson.draw((500, 400), (300, 0));
        lesson.until_picture("the next class writes", |picture| ink(picture, (650, 400)));
    });
}

#[test]
fn a_lesson_is_looked_back_at_and_left() {
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::En);
        lesson.draw((500, 300), (300, 0));
        lesson.until_picture("ink", |picture| ink(picture, (650, 300)));
        lesson.press("page");
        lesson.press("past");
        let line = lesson.until("scrubber");
        lesson.room.save("board-past");
        // To the beginning: nothing was written yet.
        let knob = Element { x: line.x + line.width - 27, width: 2, ..line.clone() };
        lesson.room.drag(&knob, (-line.width + 30, 0));
        lesson.until_picture("nothing yet", |picture| picture.at(650, 300) == picture.at(1000, 200));
        lesson.press("play-past");
        lesson.until_picture("it is written again", |picture| ink(picture, (650, 300)));
        lesson.press("leave-past");
        lesson.until_gone("scrubber");
        lesson.draw((500, 400), (300, 0));
        lesson.until_picture("now", |picture| ink(picture, (650, 300)) && ink(picture, (650, 400)));
    });
}
