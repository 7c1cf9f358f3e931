//! Texts: placed in place of handwriting, edited, moved, erased; and the raster they are read from.
use super::{Wall, person};
use crate::{BoardEvent, PageRect, Tool};

fn placed(wall: &mut Wall, text: &str) -> crate::ObjectId {
    let rect = PageRect::new(60_000, 60_000, 340_000, 110_000);
    let effects = wall.board.place_text(person(1), rect, text, &[], wall.now_us);
    wall.show(effects);
    *wall.board.visible().last().unwrap()
}

#[test]
fn a_text_takes_the_place_of_the_handwriting_in_one_step() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(60_000, 60_000), (340_000, 110_000)]);
    wall.stroke(1, &[(60_000, 110_000), (340_000, 60_000)]);
    let strokes = wall.board.visible();
    let before = wall.full();
    let rect = wall.board.bounds(&strokes).unwrap();
    let written = wall.ops.len();
    let effects = wall.board.place_text(person(1), rect, "你好 Dais", &strokes, wall.now_us);
    wall.show(effects);
    assert_eq!(wall.ops.len(), written + 1);
    let [text] = wall.board.visible()[..] else { panic!("only the text is left") };
    assert_eq!(wall.board.text(text), Some("你好 Dais"));
    let bounds = wall.board.bounds(&[text]).unwrap();
    assert!(
        bounds.x1_um <= rect.x1_um + 1_000 && bounds.y1_um <= rect.y1_um + 1_000,
        "{bounds:?} in {rect:?}"
    );
    assert!(wall.screen == wall.full() && !wall.is_blank());
    wall.undo(1);
    assert!(wall.full() == before);
}

#[test]
fn a_text_is_edited_and_the_edit_undone() {
    let mut wall = Wall::new(1);
    let id = placed(&mut wall, "first");
    let before = wall.full();
    let effects = wall.board.edit_text(person(2), id, "second line\nand more", wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.text(id), Some("second line\nand more"));
    assert!(wall.screen == wall.full() && wall.full() != before);
    wall.undo(1);
    assert!(wall.is_blank(), "person 1's step was to place it");
    wall.redo(1);
    wall.undo(2);
    assert_eq!(wall.board.text(id), Some("first"));
    assert!(wall.full() == before);
    for (by, text) in [(2, "word of two"), (3, "word of three")] {
        let effects = wall.board.edit_text(person(by), id, text, wall.now_us);
        wall.show(effects);
        assert_eq!(wall.board.text(id), Some(text), "the latest word holds");
    }
    wall.undo(2);
    assert_eq!(wall.board.text(id), Some("word of three"), "what somebody else wrote since stays");
    wall.undo(3);
    assert_eq!(wall.board.text(id), Some("first"));
    let effects = wall.board.edit_text(person(2), id, "  ", wall.now_us);
    wall.show(effects);
    assert!(wall.is_blank(), "an empty text is none");
}

#[test]
fn tapping_a_text_with_the_hand_asks_to_edit_it() {
    let mut wall = Wall::new(1);
    let id = placed(&mut wall, "tap me");
    let effects = wall.board.set_tool(person(2), Tool::Hand);
    wall.show(effects);
    wall.events.clear();
    wall.stroke(2, &[(80_000, 80_000), (81_000, 80_000)]);
    assert!(
        matches!(&wall.events[..], [BoardEvent::TextTapped { id: tapped, text, .. }] if *tapped == id && text == "tap me")
    );
    assert_eq!(wall.ops.len(), 1, "a tap moves nothing");
}

#[test]
fn a_long_text_breaks_its_lines_inside_the_page() {
    let mut wall = Wall::new(1);
    let id = placed(&mut wall, "short");
    let effects = wall.board.edit_text(person(1), id, &"several words and 几个汉字 ".repeat(12), wall.now_us);
    wall.show(effects);
    let bounds = wall.board.bounds(&[id]).unwrap();
    assert!(bounds.x1_um <= 400_000, "{bounds:?}");
    assert!(bounds.height_um() > 150_000, "{bounds:?}");
    let effects = wall.board.edit_text(person(1), id, &"m".repeat(300), wall.now_us);
    wall.show(effects);
    assert!(wall.board.bounds(&[id]).unwrap().x1_um <= 400_000, "a word longer than the line is broken too");
    assert!(wall.screen == wall.full());
}

#[test]
fn the_raster_is_black_on_white_with_a_margin() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(100_000, 60_000), (200_000, 160_000)]);
    let ids = wall.board.visible();
    let gray = wall.board.raster(&ids, 96).unwrap();
    assert_eq!((gray.height, gray.pixels.len()), (96, (gray.width * gray.height) as usize));
    assert!((90..110).contains(&gray.width), "as wide as it is high: {}", gray.width);
    let row = |y: u32| &gray.pixels[(y * gray.width) as usize..((y + 1) * gray.width) as usize];
    assert!((0..8).all(|y| row(y).iter().all(|pixel| *pixel == 255)), "the upper margin");
    assert!((88..96).all(|y| row(y).iter().all(|pixel| *pixel == 255)), "the lower margin");
    assert!((14..82).all(|y| row(y).contains(&0)), "ink in every row between");
    assert!(wall.board.raster(&[], 96).is_none());
    wall.undo(1);
    assert!(wall.board.raster(&ids, 96).is_none(), "what is gone is not read");
}

#[test]
fn a_dash_is_not_blown_up_to_the_height_of_the_line() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    let gray = wall.board.raster(&wall.board.visible(), 64).unwrap();
    let dark =
        gray.pixels.chunks(gray.width as usize).filter(|row| row.iter().any(|pixel| *pixel < 128)).count();
    assert!(dark < 16, "{dark} rows of a dash");
    assert!(gray.width < 1_000);
}
