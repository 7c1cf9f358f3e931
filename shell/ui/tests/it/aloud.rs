//! Touch to speak on a real display: the first touch says, the second acts, and what happened is said by itself.

use std::cell::RefCell;
use std::rc::Rc;

use api::shell::Element;
use display::{Area, Scene, ToDisplay};
use screens::*;
use slint::ComponentHandle;
use ui::access::{Reader, Utterance};
use ui::preferences::Preferences;
use ui::settings::Language;
use ui::surface::{Level, Surface};

use crate::room::Room;
use crate::screens::{TALL, WALL};

/// A reader whose words are kept instead of said.
fn reader(room: &Room) -> (Rc<Reader>, Rc<RefCell<Vec<Utterance>>>) {
    let said = Rc::new(RefCell::new(Vec::new()));
    let keep = said.clone();
    let reader = Reader::new(room.easel.clone(), move |words| keep.borrow_mut().push(words), || {});
    (reader, said)
}

fn last(said: &RefCell<Vec<Utterance>>) -> String {
    said.borrow().last().map(|words| words.text.clone()).unwrap_or_default()
}

#[test]
fn the_first_touch_says_and_the_second_acts() {
    Room::with(WALL, |room| {
        slint::select_bundled_translation("en").unwrap();
        let changed = Rc::new(RefCell::new(Vec::new()));
        let tell = changed.clone();
        let apply = move |prefs| tell.borrow_mut().push(prefs);
        let preferences = Preferences::new(room.easel.clone(), room.layout, &room.folder, apply);
        room.display.send(ToDisplay::Scene(Scene::Board)).unwrap();
        preferences.open(Language::En);
        let (reader, said) = reader(room);
        reader.set_on(true);
        assert!(last(&said).contains("Touch once to hear"), "{}", last(&said));
        let find = |name: &str| {
            let mut found: Vec<Element> = Vec::new();
            preferences.list(&mut found);
            found.into_iter().find(|element| element.name == name)
        };
        room.until("it is laid out", || find("set-contrast-on").is_some_and(|element| element.width > 0));
        let contrast = find("set-contrast-on").unwrap();
        room.touch(&contrast);
        room.until("it is said", || last(&said) == "High contrast: On, button");
        assert!(changed.borrow().is_empty(), "a first touch acts on nothing");
        room.touch(&contrast);
        room.until("it acts", || changed.borrow().last().is_some_and(|prefs| prefs.contrast));
        room.until("how it stands is said", || last(&said) == "High contrast: On, button, chosen");
        // Another element is another first touch.
        room.touch(&find("set-sound-off").unwrap());
        room.until("the other is said", || last(&said) == "Sound: Off, button");
        assert_eq!(changed.borrow().len(), 1);
        // Twice beside everything is as good as a second touch.
        let head = find("head-settings").unwrap();
        let beside = Element { x: head.x + 40, y: head.y + 725, width: 2, height: 2, ..head };
        room.touch(&beside);
        room.touch(&beside);
        room.until("it acts from afar", || changed.borrow().last().is_some_and(|prefs| !prefs.sound));
        // A finger that goes over the sheet reads what it comes to.
        let motion = find("set-motion-on").unwrap();
        room.drag(&motion, (0, -76));
        room.until("what it came to is said", || last(&said).starts_with("High contrast: On"));
        assert_eq!(changed.borrow().len(), 2);
        reader.set_on(false);
        room.touch(&find("set-contrast-off").unwrap());
        room.until("a touch acts again", || changed.borrow().last().is_some_and(|prefs| !prefs.contrast));
    });
}

#[test]
fn what_became_of_a_payment_is_said_by_itself() {
    Room::with(TALL, |room| {
        let whole = Area::new(0, 0, TALL.0 as i32, TALL.1 as i32);
        let kiosk: Surface<KioskScreen> =
            room.easel.make("kiosk", whole, Level::Screen, None, KioskScreen::new).unwrap();
        let adapter = kiosk.ui.global::<KioskAdapter<'_>>();
        adapter.set_amount("¥18.50".into());
        adapter.set_paid_by(Channel::Alipay);
        kiosk.set_visible(true);
        let (reader, said) = reader(room);
        for (language, asking, unpaid, paid) in [
            (
                "en",
                "We are asking the bank. eighteen yuan and fifty fen. Please wait and do not pay again.",
                "Not paid. Nothing was charged.",
                "Paid. eighteen yuan and fifty fen with Alipay",
            ),
            ("zh", "正在向银行", "付款未成功", "付款成功。十八元五角"),
        ] {
            slint::select_bundled_translation(language).unwrap();
            reader.speak(language == "zh");
            reader.set_on(true);
            for (stage, words) in [(Stage::Asking, asking), (Stage::Failed, unpaid), (Stage::Paid, paid)] {
                adapter.set_stage(stage);
                room.until("it is said", || last(&said).starts_with(words));
                let times = said.borrow().iter().filter(|said| said.text.starts_with(words)).count();
                assert_eq!(times, 1, "it is said once");
            }
            assert!(said.borrow().iter().rev().take(3).all(|said| said.chinese == (language == "zh")));
            reader.set_on(false);
        }
    });
}
