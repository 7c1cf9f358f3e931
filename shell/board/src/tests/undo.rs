//! Undo is everybody's own, and undoing everything leaves a blank page.
use proptest::prelude::*;

use super::{
    Wall,
    damage::{Act, acts},
    person,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn undoing_everything_is_blank_and_redoing_it_is_not_lossy(script in acts(100)) {
        let mut wall = Wall::new(1);
        script.iter().for_each(|act| wall.act(act));
        for contact in 0..4 {
            wall.act(&Act::Up { contact });
        }
        for page in 0..wall.board.pages() {
            wall.act(&Act::Page { add: false, number: page });
            for by in 1..=3 {
                while wall.board.can_undo(person(by)) {
                    wall.undo(by);
                }
            }
            prop_assert!(wall.is_blank(), "page {page}: {:?}", wall.board.visible());
            prop_assert_eq!(wall.board.visible(), vec![]);
        }
    }

    #[test]
    fn one_persons_undo_and_redo_come_back_to_the_same_pixels(
        script in acts(60), by in 1..=3_u8, steps in 1..6_usize,
    ) {
        let mut wall = Wall::new(1);
        script.iter().for_each(|act| wall.act(act));
        for contact in 0..4 {
            wall.act(&Act::Up { contact });
        }
        (1..=3).for_each(|by| wall.act(&Act::Tool { by, tool: 0, colour: 0 }));
        while wall.board.can_redo(person(by)) {
            wall.redo(by);
        }
        let before = wall.full();
        let objects = wall.board.visible();
        // What lies off the panel is taken back as well: a step is what the board says it took back, not what is seen.
        let steps = (0..steps).filter(|_| {
            let (ops, could) = (wall.ops.len(), wall.board.can_undo(person(by)));
            wall.undo(by);
            assert_eq!(wall.ops.len() > ops, could, "a press takes something back where it can");
            could
        }).count();
        (0..steps).for_each(|_| wall.redo(by));
        prop_assert_eq!(wall.board.visible(), objects);
        prop_assert!(wall.full() == before);
    }
}

#[test]
fn what_lies_below_the_panel_is_a_step_to_take_back_like_any_other() {
    let mut wall = Wall::new(1);
    wall.act(&Act::Text { by: 1, x: 0, y: 217_457, edit: false });
    wall.act(&Act::Text { by: 2, x: 0, y: 0, edit: true });
    let text = wall.board.visible()[0];
    let says = |wall: &Wall| wall.board.text(text).map(str::to_owned);
    let changed = says(&wall);
    wall.act(&Act::Clear { by: 2 });
    wall.undo(2);
    assert_eq!((wall.board.visible(), says(&wall)), (vec![text], changed.clone()));
    wall.undo(2);
    assert_eq!(says(&wall).as_deref(), Some("Dais"), "nothing of its words is to be seen on the panel");
    assert!(!wall.board.can_undo(person(2)));
    wall.redo(2);
    assert_eq!((wall.board.visible(), says(&wall)), (vec![text], changed));
    wall.redo(2);
    assert_eq!(wall.board.visible(), vec![]);
}

#[test]
fn undo_takes_my_stroke_after_others_drew() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 50_000), (150_000, 50_000)]);
    let mine = wall.board.visible();
    wall.stroke(2, &[(50_000, 90_000), (150_000, 90_000)]);
    let both = wall.full();
    wall.stroke(2, &[(50_000, 130_000), (150_000, 130_000)]);
    wall.undo(1);
    let left = wall.board.visible();
    assert_eq!(left.len(), 2);
    assert!(!left.contains(&mine[0]), "it is my stroke that went");
    assert!(!wall.board.can_undo(person(1)) && wall.board.can_undo(person(2)));
    wall.redo(1);
    wall.undo(2);
    assert!(wall.full() == both, "the stroke is back under what was drawn after it");
}

#[test]
fn undoing_a_stroke_that_others_cut_takes_its_pieces() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    let whole = wall.full();
    wall.act(&Act::Tool { by: 2, tool: 2, colour: 0 });
    wall.stroke(2, &[(200_000, 40_000), (200_000, 180_000)]);
    assert_eq!(wall.board.visible().len(), 2, "cut into two pieces");
    wall.undo(1);
    assert!(wall.is_blank(), "both pieces were mine");
    wall.redo(1);
    assert_eq!(wall.board.visible().len(), 2);
    wall.undo(2);
    assert!(wall.full() == whole, "the eraser's owner gives it back as it was");
}

#[test]
fn an_undo_that_would_change_nothing_goes_on_to_one_that_does() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 50_000), (150_000, 50_000)]);
    wall.stroke(1, &[(50_000, 150_000), (150_000, 150_000)]);
    let ids = wall.board.visible();
    wall.act(&Act::Tool { by: 2, tool: 2, colour: 0 });
    wall.stroke(2, &[(20_000, 150_000), (190_000, 150_000)]);
    assert_eq!(wall.board.visible(), ids[..1], "person 2 rubbed out the lower stroke");
    wall.undo(1);
    assert!(wall.is_blank(), "one press of undo takes away what is still there");
}

#[test]
fn drawing_something_new_forgets_only_my_own_redo() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 50_000), (150_000, 50_000)]);
    wall.stroke(2, &[(50_000, 90_000), (150_000, 90_000)]);
    wall.undo(1);
    wall.undo(2);
    wall.stroke(1, &[(50_000, 150_000), (150_000, 150_000)]);
    assert!(!wall.board.can_redo(person(1)));
    assert!(wall.board.can_redo(person(2)));
}
