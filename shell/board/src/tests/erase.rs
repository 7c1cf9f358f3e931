//! Palms and erasers: they rub out where they are, and write one op when they lift.
use super::Wall;
use crate::{Edit, Nib, Tool, Touch};

/// A palm as an infrared frame reports it: wide, and known as such at once.
fn palm(touch: Touch) -> Touch {
    Touch { major_um: Some(50_000), minor_um: Some(30_000), ..touch }
}

fn ink_in_row(wall: &Wall, y: usize) -> Vec<usize> {
    (0..480).filter(|x| wall.screen[y * 480 + x] != 0xfffd_fdfb).collect()
}

#[test]
fn a_palm_rubs_out_what_it_covers_and_commits_one_op() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    let written = wall.ops.len();
    let down = palm(wall.touch(7, 2, 150_000, 100_000));
    wall.down(&down);
    assert!(!ink_in_row(&wall, 120).contains(&180), "rubbed out at once, not at the lift");
    for x in [170_000, 200_000, 230_000, 250_000] {
        let go = palm(wall.touch(7, 2, x, 100_000));
        wall.go(&go);
        assert_eq!(wall.ops.len(), written, "nothing is written before the lift");
    }
    let up = palm(wall.touch(7, 2, 250_000, 100_000));
    wall.up(&up);
    assert_eq!(wall.ops.len(), written + 1);
    let edits = &wall.ops[written].edits;
    assert!(matches!(&edits[0], Edit::Erase { ids } if ids.len() == 1), "{edits:?}");
    assert_eq!(edits.iter().filter(|edit| matches!(edit, Edit::Add(_))).count(), 2, "two ends are left");
    let row = ink_in_row(&wall, 120);
    // The palm's disc has a radius of 19.4 mm, 23 pixels, and went from 180 to 300.
    assert!(row.iter().all(|x| *x < 160 || *x > 321), "{row:?}");
    assert!(row.contains(&150) && row.contains(&330), "{row:?}");
    assert!(wall.screen == wall.full());
}

#[test]
fn what_a_palm_drew_in_its_first_80_ms_was_never_drawn() {
    let mut wall = Wall::new(1);
    wall.stroke(2, &[(50_000, 100_000), (350_000, 100_000)]);
    let down = wall.touch(7, 1, 200_000, 60_000);
    wall.down(&down);
    for step in 1..=8 {
        let go = wall.touch(7, 1, 200_000, 60_000 + step * 2_000);
        wall.go(&go);
    }
    assert!(ink_in_row(&wall, 80).contains(&240), "it wrote like a finger at first");
    let turned = palm(wall.touch(7, 1, 200_000, 80_000));
    wall.go(&turned);
    assert!(ink_in_row(&wall, 80).is_empty(), "the finger's ink is gone");
    let go = palm(wall.touch(7, 1, 200_000, 105_000));
    wall.go(&go);
    wall.up(&go);
    assert_eq!(wall.ops.len(), 2, "person 2's stroke and what the palm rubbed out");
    assert!(!ink_in_row(&wall, 120).contains(&240));
    assert!(wall.screen == wall.full());
}

#[test]
fn a_contact_that_grows_after_80_ms_keeps_what_it_wrote() {
    let mut wall = Wall::new(1);
    let down = wall.touch(7, 1, 100_000, 60_000);
    wall.down(&down);
    for step in 1..=12 {
        let go = wall.touch(7, 1, 100_000 + step * 5_000, 60_000);
        wall.go(&go);
    }
    let grown = palm(wall.touch(7, 1, 162_000, 60_000));
    wall.go(&grown);
    assert_eq!(wall.ops.len(), 1, "the stroke is kept");
    let away = palm(wall.touch(7, 1, 110_000, 60_000));
    wall.go(&away);
    wall.up(&away);
    assert_eq!(wall.ops.len(), 1, "and the hand rubs nothing out");
    assert!(ink_in_row(&wall, 72).contains(&140));
}

#[test]
fn a_palm_that_never_should_have_been_rubs_nothing_out() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    let before = wall.full();
    let objects = wall.board.visible();
    let down = palm(wall.touch(7, 2, 150_000, 100_000));
    wall.down(&down);
    let go = palm(wall.touch(7, 2, 190_000, 100_000));
    wall.go(&go);
    assert!(wall.full() != before);
    let effects = wall.board.hand_cancel(go.contact);
    wall.show(effects);
    assert!(wall.screen == before);
    assert_eq!(wall.board.visible(), objects);
    assert_eq!(wall.ops.len(), 1);
}

#[test]
fn the_rubber_end_of_a_pen_rubs_out_whatever_the_tool() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(100_000, 100_000), (110_000, 100_000)]);
    let touch = Touch { nib: Nib::Eraser, ..wall.touch(7, 1, 105_000, 100_000) };
    wall.down(&touch);
    wall.up(&touch);
    assert!(wall.is_blank());
}

#[test]
fn two_erasers_on_one_stroke_leave_what_neither_touched() {
    let mut wall = Wall::new(1);
    wall.stroke(3, &[(50_000, 100_000), (350_000, 100_000)]);
    for by in [1, 2] {
        let effects = wall.board.set_tool(super::person(by), Tool::Eraser);
        wall.show(effects);
    }
    // Both are on the board at once, and each meets pieces the other made.
    for (contact, x) in [(1, 120_000), (2, 280_000)] {
        let touch = wall.touch(contact, contact as u8, x, 60_000);
        wall.down(&touch);
    }
    for y in [90_000, 140_000] {
        for (contact, x) in [(2, 280_000), (1, 120_000), (1, 200_000), (2, 200_000)] {
            let touch = wall.touch(contact, contact as u8, x, y);
            wall.go(&touch);
        }
    }
    for (contact, x) in [(2, 200_000), (1, 200_000)] {
        let touch = wall.touch(contact, contact as u8, x, 140_000);
        wall.up(&touch);
    }
    assert!(wall.screen == wall.full());
    let mut again = Wall::new(2);
    for op in wall.ops.clone() {
        let effects = again.board.merge(op);
        again.show(effects);
    }
    assert!(again.full() == wall.full(), "the journal says the same");
    let row = ink_in_row(&wall, 120);
    assert!(row.iter().all(|x| *x < 130 || *x > 350), "{row:?}");
    assert!(row.contains(&70) && row.contains(&400));
}
