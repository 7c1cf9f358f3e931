//! Two people look for something at once, each at their side of the wall with keys and answers of their own.

use api::shell::Element;
use board::PersonId;
use display::{Area, BoardCommand, ToDisplay};
use ui::settings::Language;

use crate::board_room::Lesson;
use crate::room::Room;
use crate::screens::WALL;

fn place(lesson: &Lesson<'_>, text: &str) {
    let (person, rect) = (PersonId::FIRST, Area::new(700, 200, 300, 60));
    let place = BoardCommand::PlaceText { person, rect, text: text.to_owned(), replaces: Vec::new() };
    lesson.room.display.send(ToDisplay::Board(place)).unwrap();
}

#[test]
fn each_side_has_a_question_keys_and_answers_of_its_own_and_the_end_of_a_class_clears_both() {
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::En);
        place(&lesson, "every whale sings");
        lesson.press("new-page");
        lesson.until_label("page", "2");
        place(&lesson, "volcanoes smoke");
        lesson.press("find");
        let first = lesson.until("question");
        lesson.press("find");
        let second = lesson.until("question-left");
        assert!(second.x + second.width < first.x, "beside each other: {second:?} {first:?}");
        lesson.press("by-keys");
        lesson.press("by-keys-left");
        // Letter by letter, as two people type at once.
        for (one, other) in "whale".chars().zip("smoke".chars()) {
            lesson.press(&format!("key-{one}-find"));
            lesson.press(&format!("key-{other}-find-left"));
        }
        lesson.until_label("hit-0", "Page 1");
        lesson.until_label("hit-0", "whale");
        lesson.until_label("hit-0-left", "smoke");
        lesson.room.save("two-find");
        // A third touch takes nobody's question away.
        lesson.press("find");
        lesson.until_label("hit-0", "whale");
        lesson.until_label("hit-0-left", "smoke");
        // One of them is done; the other goes on.
        lesson.press("hit-0");
        lesson.until_gone("question");
        lesson.until_label("page", "1");
        lesson.until_label("hit-0-left", "smoke");
        lesson.press("find");
        lesson.until("question");
        assert!(lesson.find("hit-0").is_none(), "what was found is forgotten");
        lesson.press("end-of-class");
        let wipe = lesson.until("wipe");
        let knob = Element { width: 64, ..wipe.clone() };
        lesson.room.drag(&knob, (wipe.width, 0));
        lesson.until("undo-end");
        lesson.until_gone("question");
        lesson.until_gone("question-left");
        lesson.press("undo-end");
        lesson.until_gone("undo-end");
        lesson.press("find");
        lesson.until("question");
        assert!(lesson.find("hit-0").is_none() && lesson.find("question-left").is_none());
    });
}
