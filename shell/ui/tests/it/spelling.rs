//! 拼音 under a finger: syllables become words in a text on the board, and Latin letters stay what they are.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, mpsc};

use api::shell::Element;
use board::PersonId;
use display::{Area, BoardCommand, FromDisplay, Scene, ToDisplay};
use ui::bridge::Bridge;
use ui::class::Class;
use ui::pinyin;
use ui::settings::Language;
use ui::sound::Speaker;
use ui::wall::{Parts, Wall};

use crate::board_room::Lesson;
use crate::room::Room;
use crate::screens::WALL;

pub(crate) fn wall(room: &Room, bridge: &Bridge) -> Rc<Wall> {
    let class =
        Class::new(room.easel.clone(), room.layout, room.folder.join("classes"), Rc::new(Speaker::start()));
    let wall = Wall::new(Parts {
        sources: ui::wall::Setup::default(),
        easel: room.easel.clone(),
        layout: room.layout,
        class,
        asker: bridge.asker(),
        files: ui::wall::files(Vec::new()).unwrap(),
        size_um: (1_895_000, 1_066_000),
        leave: Box::new(|| {}),
        complain: Box::new(|_| panic!("the board complains")),
    })
    .unwrap();
    wall.set_visible(true);
    room.display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    wall
}

#[test]
fn syllables_become_words_on_the_board() {
    if !Path::new(pinyin::INSTALLED).exists() {
        println!("skipped: rime-data-pinyin-simp is not installed");
        return;
    }
    Room::with((1920, 1080), |room| {
        let bridge = Bridge::start(Arc::new(|_| {}), room.folder.clone()).unwrap();
        let wall = wall(room, &bridge);
        room.until("the words are there", || wall.spells());
        let placed = Rc::new(RefCell::new(None));
        let told = placed.clone();
        room.display.on_event(move |event| {
            if let FromDisplay::TextPlaced { id, bounds, .. } = event {
                *told.borrow_mut() = Some((id, bounds));
            }
        });
        let (person, rect) = (PersonId::FIRST, Area::new(700, 200, 300, 60));
        let text = "!".to_owned();
        let place = BoardCommand::PlaceText { person, rect, text: text.clone(), replaces: Vec::new() };
        room.display.send(ToDisplay::Board(place)).unwrap();
        room.until("a text is there", || placed.borrow().is_some());
        let (id, bounds) = placed.borrow_mut().take().unwrap();
        wall.take(FromDisplay::TextTapped { id, person, text, bounds });
        let find = |name: &str| {
            let mut found = Vec::new();
            wall.list(&mut found);
            found.into_iter().find(|element| element.name == name)
        };
        let mut press_what_says = |name: &str, part: &str| {
            let is_so = |element: Element| element.width > 0 && element.label.contains(part);
            room.until("it can be pressed", || find(name).is_some_and(is_so));
            room.touch(&find(name).unwrap());
        };
        let mut press = |name: &str| press_what_says(name, "");
        press("script-1");
        for letter in "nihao".chars() {
            press(&format!("key-{letter}-1"));
        }
        press_what_says("candidate-0-1", "你好");
        let mut press = |name: &str| press_what_says(name, "");
        // The rest is spelt and given up, then letters count as letters again.
        for name in
            ["key-l-1", "key-s-1", "space-1", "key-x-1", "backspace-1", "script-1", "key-o-1", "key-k-1"]
        {
            press(name);
        }
        press("done-1");
        let said = || {
            let (send, said) = mpsc::channel();
            let reply = Box::new(move |said| send.send(said).unwrap());
            room.display.send(ToDisplay::Board(BoardCommand::Said(reply))).unwrap();
            let said: board::Said = said.recv().unwrap();
            said.passages.first().map(|passage| passage.text.clone()).unwrap_or_default()
        };
        room.until("the text is changed", || said() != "!");
        assert_eq!(said(), "!你好老师ok");
    });
}

#[test]
fn a_question_is_spelt_too() {
    if !Path::new(pinyin::INSTALLED).exists() {
        println!("skipped: rime-data-pinyin-simp is not installed");
        return;
    }
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::En);
        let (person, rect) = (PersonId::FIRST, Area::new(700, 200, 300, 60));
        let text = "你好，火山".to_owned();
        let place = BoardCommand::PlaceText { person, rect, text, replaces: Vec::new() };
        lesson.room.display.send(ToDisplay::Board(place)).unwrap();
        lesson.press("find");
        lesson.press("by-keys");
        // The words are read for a moment after the start: until then the key changes nothing.
        lesson.until("script-find");
        for _ in 0..100 {
            lesson.press("script-find");
            if lesson.find("script-find").is_some_and(|key| key.label.contains("Latin")) {
                break;
            }
        }
        for letter in "huoshan".chars() {
            lesson.press(&format!("key-{letter}-find"));
        }
        lesson.until_label("candidate-0-find", "火山");
        lesson.room.save("find-pinyin");
        assert!(lesson.find("by-hand").is_none(), "the words take all of the line");
        lesson.press("candidate-0-find");
        lesson.until_label("hit-0", "火山");
        lesson.until("by-hand");
    });
}
