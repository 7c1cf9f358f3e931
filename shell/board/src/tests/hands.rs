//! Many hands: whose they are, what they write at once, what they circle and move.
use super::{Wall, person};
use crate::{BoardEvent, Colour, ContactId, PagePoint, PanelPoint, Tool, Touch};

#[test]
fn two_people_write_at_once_each_in_their_colour() {
    let mut wall = Wall::new(1);
    wall.board.set_colour(person(1), Colour::BLUE);
    wall.board.set_colour(person(2), Colour::VERMILION);
    for (contact, y) in [(1, 60_000), (2, 160_000)] {
        let touch = wall.touch(contact, contact as u8, 50_000, y);
        wall.down(&touch);
    }
    for step in 1..40 {
        for (contact, y) in [(1, 60_000), (2, 160_000)] {
            let touch = wall.touch(contact, contact as u8, 50_000 + step * 6_000, y);
            wall.go(&touch);
        }
    }
    let pixel = |wall: &Wall, x: usize, y: usize| wall.screen[y * 480 + x] & 0xff_ffff;
    assert_eq!(pixel(&wall, 150, 72), Colour::BLUE.rgb());
    assert_eq!(pixel(&wall, 150, 192), Colour::VERMILION.on(crate::Ground::White));
    let wet = wall.screen.clone();
    for contact in [1, 2] {
        let effects = wall.board.lift(ContactId(contact));
        wall.show(effects);
    }
    assert_eq!(wall.board.visible().len(), 2);
    let looks_the_same = |x: usize| (0..270).all(|y| wall.screen[y * 480 + x] == wet[y * 480 + x]);
    assert!((60..300).all(looks_the_same), "drying does not change the ink");
}

#[test]
fn a_highlighter_does_not_darken_over_itself() {
    let mut wall = Wall::new(1);
    wall.board.set_colour(person(1), Colour::YELLOW);
    let effects = wall.board.set_tool(person(1), Tool::Highlighter);
    wall.show(effects);
    let there_and_back = [(60_000, 100_000), (300_000, 100_000), (60_000, 100_000), (300_000, 100_000)];
    wall.stroke(1, &there_and_back);
    let once = wall.screen[120 * 480 + 200];
    assert_ne!(once, 0xfffd_fdfb);
    let colours: std::collections::HashSet<u32> =
        (110..130).flat_map(|y| (100..330).map(move |x| y * 480 + x)).map(|at| wall.screen[at]).collect();
    assert_eq!(colours.len(), 1, "one flat colour inside the line");
    wall.stroke(1, &[(200_000, 40_000), (200_000, 180_000)]);
    assert_eq!(wall.screen[120 * 480 + 240], once, "nor over another stroke of the same colour");
}

#[test]
fn ink_lies_over_highlighter_whatever_came_first() {
    let mut wall = Wall::new(1);
    wall.stroke(2, &[(60_000, 100_000), (300_000, 100_000)]);
    let effects = wall.board.set_tool(person(1), Tool::Highlighter);
    wall.show(effects);
    wall.stroke(1, &[(60_000, 100_000), (300_000, 100_000)]);
    assert_eq!(wall.screen[120 * 480 + 200] & 0xff_ffff, Colour::BLUE.rgb());
}

#[test]
fn a_lasso_selects_what_it_circles_and_then_moves_it() {
    let mut wall = Wall::new(1);
    wall.stroke(2, &[(100_000, 80_000), (140_000, 80_000)]);
    wall.stroke(2, &[(300_000, 80_000), (340_000, 80_000)]);
    let circled = wall.board.visible()[0];
    let effects = wall.board.set_tool(person(1), Tool::Lasso);
    wall.show(effects);
    wall.events.clear();
    let round =
        [(80_000, 50_000), (170_000, 50_000), (170_000, 110_000), (80_000, 110_000), (80_000, 55_000)];
    wall.stroke(1, &round);
    let [BoardEvent::Selected { person: by, ids, bounds }] = &wall.events[..] else {
        panic!("{:?}", wall.events);
    };
    assert_eq!((*by, &ids[..]), (person(1), &[circled][..]));
    assert!(bounds.contains(PagePoint::new(120_000, 80_000)) && bounds.width_um() < 50_000);
    assert!(wall.screen == wall.full(), "the frame is shown");
    let written = wall.ops.len();
    wall.stroke(1, &[(120_000, 80_000), (160_000, 140_000)]);
    assert_eq!(wall.ops.len(), written + 1, "one op for one move");
    let moved = wall.board.bounds(&[circled]).unwrap();
    assert!(moved.contains(PagePoint::new(160_000, 140_000)), "{moved:?}");
    assert!(wall.screen == wall.full());
    wall.undo(1);
    assert!(wall.board.bounds(&[circled]).unwrap().contains(PagePoint::new(120_000, 80_000)));
    assert!(wall.board.selection(person(1)).is_empty());
    assert!(wall.screen == wall.full());
}

#[test]
fn two_peoples_moves_of_one_object_add_up() {
    let mut wall = Wall::new(1);
    wall.stroke(3, &[(100_000, 80_000), (140_000, 80_000)]);
    let ids = wall.board.visible();
    let start = wall.board.bounds(&ids).unwrap();
    for by in [1, 2] {
        let effects = wall.board.set_tool(person(by), Tool::Hand);
        wall.show(effects);
    }
    wall.stroke(1, &[(120_000, 80_000), (120_000, 120_000)]);
    wall.stroke(2, &[(120_000, 120_000), (180_000, 120_000)]);
    wall.undo(1);
    let end = wall.board.bounds(&ids).unwrap();
    assert_eq!((end.x0_um - start.x0_um, end.y0_um - start.y0_um), (60_000, 0), "only my part is taken back");
}

#[test]
fn a_finger_that_rests_asks_for_a_palette_and_leaves_no_dot() {
    let mut wall = Wall::new(1);
    let touch = wall.touch(1, 1, 200_000, 100_000);
    wall.down(&touch);
    let effects = wall.board.tick(touch.t_us + 790_000);
    wall.show(effects);
    assert!(wall.events.is_empty());
    let effects = wall.board.tick(touch.t_us + 800_000);
    wall.show(effects);
    assert_eq!(wall.events, [BoardEvent::PaletteAsked { at: touch.at }]);
    wall.up(&touch);
    assert!(wall.is_blank() && wall.screen == wall.full() && wall.ops.is_empty());
}

#[test]
fn a_writing_hand_is_not_asking_for_a_palette() {
    let mut wall = Wall::new(1);
    let touch = wall.touch(1, 1, 100_000, 100_000);
    wall.down(&touch);
    let far = wall.touch(1, 1, 150_000, 100_000);
    wall.go(&far);
    let effects = wall.board.tick(far.t_us + 5_000_000);
    wall.show(effects);
    assert!(wall.events.is_empty());
    let effects = wall.board.hand_cancel(far.contact);
    wall.show(effects);
    assert!(wall.is_blank() && wall.screen == wall.full(), "a cancelled stroke was never written");
}

#[test]
fn turning_the_page_keeps_what_was_being_written_where_it_was_written() {
    let mut wall = Wall::new(1);
    let touch = wall.touch(1, 1, 100_000, 100_000);
    wall.down(&touch);
    let go = wall.touch(1, 1, 180_000, 100_000);
    wall.go(&go);
    let effects = wall.board.add_page(person(2), wall.now_us);
    wall.show(effects);
    assert_eq!((wall.board.page(), wall.board.pages(), wall.board.hands()), (1, 2, 0));
    assert!(wall.is_blank() && wall.screen == wall.full());
    let effects = wall.board.go_to_page(0, 0);
    wall.show(effects);
    assert_eq!(wall.board.visible().len(), 1);
    assert!(!wall.is_blank() && wall.screen == wall.full());
}

#[test]
fn a_very_long_stroke_is_written_in_parts_and_looks_whole() {
    let mut wall = Wall::new(1);
    let first = wall.touch(1, 1, 20_000, 20_000);
    wall.down(&first);
    let mut last = first;
    let mut reports = 0;
    while wall.ops.is_empty() {
        reports += 1;
        assert!(reports < 60_000, "never written down");
        let (x, y) = (20_000 + (reports * 3_001) % 360_000, 20_000 + (reports * 977) % 180_000);
        last = Touch { at: PanelPoint::new(x, y), t_us: last.t_us + 8_000, ..last };
        let effects = wall.board.hand_move(&last);
        wall.show(effects);
    }
    wall.up(&last);
    assert_eq!(wall.board.visible().len(), 2);
    assert!(wall.screen == wall.full());
}
