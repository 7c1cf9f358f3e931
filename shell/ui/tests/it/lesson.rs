//! The tools of a lesson under a finger: opened from the panel, moved by their heads, used, closed, hidden with the
//! board; and what they look like together.

use std::rc::Rc;

use api::shell::Element;
use display::{Scene, ToDisplay};
use ui::class::Class;
use ui::kept::prefs::Prefs;
use ui::sound::Speaker;

use crate::room::Room;

fn class(room: &Room) -> Rc<Class> {
    let lists = room.folder.join("classes");
    std::fs::create_dir(&lists).unwrap();
    std::fs::write(lists.join("7A.txt"), "王小明\n李华\nAda").unwrap();
    std::fs::write(lists.join("7B.txt"), "").unwrap();
    let speaker = Rc::new(Speaker::start());
    let class = Class::new(room.easel.clone(), room.layout, lists, speaker);
    class.like(&Prefs { motion: false, sound: false, ..Prefs::default() });
    class.set_visible(true);
    room.display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    class
}

fn find(class: &Class, name: &str) -> Option<Element> {
    let mut found = Vec::new();
    class.list(&mut found);
    found.into_iter().find(|element| element.name == name)
}

fn get(class: &Class, name: &str) -> Element {
    find(class, name).unwrap_or_else(|| panic!("there is no {name}"))
}

/// Opens a tool as a person does: its tile, and the panel is gone.
fn open(room: &mut Room, class: &Rc<Class>, tool: &str) {
    class.toggle_panel();
    let tile = format!("tool-{tool}");
    room.until("the panel is open", || find(class, &tile).is_some_and(|tile| tile.width > 0));
    let tile = get(class, &tile);
    room.touch(&tile);
    let head = format!("head-{tool}");
    room.until("the tool is open and the panel gone", || {
        find(class, &head).is_some() && find(class, "head-classroom").is_none()
    });
}

fn press(room: &mut Room, class: &Class, name: &str) {
    room.until("it can be pressed", || find(class, name).is_some_and(|element| element.width > 0));
    let element = get(class, name);
    room.touch(&element);
}

#[test]
fn a_tool_follows_the_finger_that_moves_it_and_stays_where_it_was_left() {
    Room::with((1920, 1080), |room| {
        let class = class(room);
        open(room, &class, "dice");
        let before = get(&class, "head-dice");
        room.drag(&before, (-500, -150));
        let close = |at: i32, wanted: i32| (at - wanted).abs() <= 2;
        room.until("it is where the finger went", || {
            let now = get(&class, "head-dice");
            close(now.x, before.x - 500) && close(now.y, before.y - 150)
        });
        let moved = get(&class, "head-dice");
        // Beyond the edge it stays on the screen.
        room.drag(&moved, (-1900, 1000));
        room.until("it is in the corner", || get(&class, "head-dice").x <= 10);
        let corner = get(&class, "head-dice");
        press(room, &class, "size-dice");
        room.until("it is larger", || get(&class, "head-dice").width > corner.width * 3 / 2);
        press(room, &class, "size-dice");
        room.until("it is as before", || get(&class, "head-dice").width == corner.width);
        let corner = get(&class, "head-dice");
        press(room, &class, "close-dice");
        room.until("it is closed", || find(&class, "head-dice").is_none());
        open(room, &class, "dice");
        room.until("it is laid out", || get(&class, "head-dice").width > 0);
        assert_eq!((get(&class, "head-dice").x, get(&class, "head-dice").y), (corner.x, corner.y));
    });
}

#[test]
fn points_and_names_and_time_answer_to_touches() {
    Room::with((1920, 1080), |room| {
        let class = class(room);
        open(room, &class, "scores");
        for name in ["team-more", "more-2", "more-2", "less-0"] {
            press(room, &class, name);
        }
        room.until("points are counted", || {
            find(&class, "points-2").is_some_and(|points| points.label.ends_with(" 2"))
                && get(&class, "points-0").label.ends_with(" -1")
        });
        press(room, &class, "close-scores");
        room.until("it is closed", || find(&class, "head-scores").is_none());

        open(room, &class, "picker");
        let mut drawn = std::collections::BTreeSet::new();
        for left in ["2", "1", "0"] {
            press(room, &class, "draw");
            room.until("one is drawn", || get(&class, "picker-left").label.contains(left));
            drawn.insert(get(&class, "drawn").label);
        }
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), ["Ada", "李华", "王小明"]);
        press(room, &class, "list-1");
        room.until("an empty list says so", || get(&class, "picker-left").label.contains("no names"));
        assert!(!get(&class, "draw").enabled);
        press(room, &class, "close-picker");
        room.until("it is closed", || find(&class, "head-picker").is_none());

        open(room, &class, "scores");
        room.until("points have stayed", || {
            find(&class, "points-2").is_some_and(|points| points.label.ends_with(" 2"))
        });
        class.set_visible(false);
        assert!(find(&class, "points-2").is_none(), "hidden with the board");
        class.set_visible(true);
        assert!(find(&class, "points-2").is_some());
    });
}

#[test]
fn a_stopwatch_runs_until_it_is_touched_again() {
    Room::with((1920, 1080), |room| {
        let class = class(room);
        open(room, &class, "timer");
        press(room, &class, "stopwatch");
        room.until("it is a stopwatch", || get(&class, "timer-digits").label == "00:00.0");
        press(room, &class, "timer-go");
        room.until("it runs", || get(&class, "timer-digits").label.as_str() >= "00:00.3");
        press(room, &class, "timer-go");
        room.until("it stands", || get(&class, "timer-go").label == "Start");
        press(room, &class, "timer-reset");
        room.until("it begins again", || get(&class, "timer-digits").label == "00:00.0");
    });
}

#[test]
fn noise_is_seen_as_it_is_heard() {
    Room::with((1920, 1080), |room| {
        let class = class(room);
        open(room, &class, "noise");
        room.until("nobody listens", || get(&class, "noise-light").label == "No microphone");
        class.set_noise(Some(-60.0));
        room.until("it is quiet", || get(&class, "noise-light").label == "Just right");
        class.set_noise(Some(-12.0));
        room.until("it is loud", || get(&class, "noise-light").label == "Too loud");
        class.set_noise(None);
        room.until("nobody listens any more", || get(&class, "noise-light").label == "No microphone");
    });
}

/// Slint has one event loop a process, so each size is a test of its own.
fn several_tools(size: (u32, u32), language: &str) {
    Room::with(size, |room| {
        let class = class(room);
        class.toggle_panel();
        slint::select_bundled_translation(language).unwrap();
        class.toggle_panel();
        for tool in ["timer", "scores", "clock"] {
            open(room, &class, tool);
        }
        press(room, &class, "timer-go");
        press(room, &class, "more-0");
        room.until("all were touched", || get(&class, "points-0").label.ends_with('1'));
        room.save(&format!("lesson-{language}"));
        class.toggle_panel();
        room.until("the panel is open", || find(&class, "tool-timer").is_some_and(|tile| tile.chosen));
        room.save(&format!("lesson-panel-{language}"));
    });
}

#[test]
fn a_lesson_with_several_tools() {
    several_tools((1920, 1080), "zh");
}

#[test]
fn a_lesson_with_several_tools_on_the_wall() {
    several_tools((3840, 2160), "en");
}
