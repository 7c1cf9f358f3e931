//! What is shown while nobody is there, on a real display: it comes by itself, never while something goes on, and the
//! touch that takes it away leads to a board that writes.

use std::cell::Cell;
use std::rc::Rc;

use display::Picture;
use ui::settings::Language;
use ui::signage::{Day, Kind, Parts, Signage, SignageSettings};

use crate::board_room::{Lesson, ink};
use crate::room::Room;
use crate::screens::WALL;

#[test]
fn it_comes_over_the_first_screen_and_the_touch_that_wakes_it_leads_to_ink() {
    Room::with(WALL, |room| {
        let pictures = room.folder.join("pictures");
        std::fs::create_dir(&pictures).unwrap();
        let blue = image::RgbImage::from_pixel(320, 180, image::Rgb([20, 60, 220]));
        blue.save(pictures.join("2.png")).unwrap();
        std::fs::write(pictures.join("1.jpg"), "damaged").unwrap();
        let mut lesson = Lesson::begin_with(room, Language::Zh, |settings| {
            settings.signage = SignageSettings { after_seconds: 1, board_after_seconds: 0, pictures };
        });
        lesson.press("home");
        lesson.until("signage");
        assert!(lesson.until("signage-time").label.contains(':'));
        let is_blue = |picture: &Picture| picture.at(1900, 40) == Some([20, 60, 220]);
        lesson.until_picture("the picture that can be read fills the screen", is_blue);
        lesson.room.save("signage-room");
        lesson.press("signage");
        lesson.until_gone("signage");
        lesson.draw((700, 400), (400, 0));
        lesson.until_picture("there is ink", |picture| ink(picture, (900, 400)));
        lesson.press("home");
        lesson.until("signage");
        lesson.press("signage");
        lesson.until_picture("what was written is still there", |picture| ink(picture, (900, 400)));
    });
}

#[test]
fn it_never_covers_what_goes_on_and_goes_when_something_begins() {
    Room::with(WALL, |room| {
        let (may, asked, woken) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(0)), Rc::new(Cell::new(None)));
        let (says, asks, wakes) = (may.clone(), asked.clone(), woken.clone());
        let day = || Day {
            time: "09:12".to_owned(),
            dates: ("11月30日 星期一".to_owned(), "Monday, 30 November".to_owned()),
            lessons: Vec::new(),
            dishes: Vec::new(),
            times: Vec::new(),
        };
        let parts = Parts {
            may: Box::new(move || {
                asks.set(asks.get() + 1);
                says.get()
            }),
            day: Box::new(day),
            wake: Box::new(move |kind| wakes.set(Some(kind))),
        };
        let settings = SignageSettings {
            after_seconds: 1,
            board_after_seconds: 0,
            pictures: room.folder.join("absent"),
        };
        let signage = Signage::new(room.easel.clone(), room.layout, &settings, parts);
        let find = || {
            let mut found = Vec::new();
            signage.list(&mut found);
            found.into_iter().find(|element| element.name == "signage" && element.width > 0)
        };
        room.until("it was asked again and again", || asked.get() >= 3);
        assert!(find().is_none(), "something goes on");
        may.set(Some(Kind::Board));
        asked.set(0);
        room.until("it was asked about a board", || asked.get() >= 3);
        assert!(find().is_none(), "over a board it is off here");
        may.set(Some(Kind::Kiosk));
        room.until("it is shown", || find().is_some());
        may.set(None);
        signage.settle();
        assert!(find().is_none(), "a payment has begun");
        may.set(Some(Kind::Kiosk));
        room.until("it is shown again", || find().is_some());
        let whole = find().unwrap();
        assert_eq!((whole.width, whole.height), (WALL.0 as i32, WALL.1 as i32), "all of it wakes");
        room.touch(&whole);
        room.until("somebody is there", || woken.get() == Some(Kind::Kiosk));
        assert!(find().is_none());
    });
}
