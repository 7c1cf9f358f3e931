//! A board is named by keys on a real display: the name is on its picture, and leaving the keys changes nothing.

use ui::settings::Language;

use crate::board_room::Lesson;
use crate::room::Room;
use crate::screens::WALL;

#[test]
fn a_board_is_called_what_was_typed_and_keeps_its_name_where_the_keys_are_left() {
    Room::with(WALL, |room| {
        let mut lesson = Lesson::begin(room, Language::En);
        lesson.press("home");
        lesson.press("boards");
        lesson.press("more-of-board-0");
        lesson.press("type-name");
        lesson.until("text-0");
        lesson.press("shift-0");
        for key in ["key-O-0", "key-h-0", "key-m-0", "space-0", "key-8-0", "key-x-0", "backspace-0"] {
            lesson.press(key);
        }
        lesson.room.save("board-name");
        lesson.press("done-0");
        lesson.until_gone("text-0");
        lesson.until_label("board-0", "Ohm 8");
        lesson.press("type-name");
        lesson.press("key-z-0");
        lesson.press("cancel-edit-0");
        lesson.until_gone("text-0");
        assert!(!lesson.until("board-0").label.contains('z'));
        // The keys go with the sheet.
        lesson.press("type-name");
        lesson.until("text-0");
        lesson.press("close-boards");
        lesson.until_gone("text-0");
    });
}
