//! Any order of ops gives the same board, and what was drawn live is what its ops give.
use proptest::prelude::*;

use super::{
    Wall,
    damage::{Act, acts},
};
use crate::{Op, decode, encode};

/// The same order for the same seed, a different one for another.
pub(crate) fn shuffled(ops: &[Op], seed: u64) -> Vec<Op> {
    let mut ops = ops.to_vec();
    let mut state = seed | 1;
    for last in (1..ops.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ops.swap(last, (state >> 33) as usize % (last + 1));
    }
    ops
}

fn pictures(wall: &mut Wall) -> Vec<Vec<u32>> {
    (0..wall.board.pages())
        .map(|page| {
            let effects = wall.board.go_to_page(0, page);
            wall.show(effects);
            wall.full()
        })
        .collect()
}

fn settle(wall: &mut Wall) {
    for contact in 0..4 {
        wall.act(&Act::Up { contact });
    }
    for by in 1..=3 {
        wall.act(&Act::Tool { by, tool: 0, colour: 0 });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn ops_in_any_order_give_the_same_board(script in acts(120), seed: u64) {
        let mut live = Wall::new(1);
        script.iter().for_each(|act| live.act(act));
        settle(&mut live);
        let mut other = Wall::new(2);
        for op in shuffled(&live.ops, seed) {
            let copy = decode(&encode(&op)).unwrap();
            prop_assert_eq!(&copy, &op);
            let effects = other.board.merge(copy);
            other.show(effects);
            prop_assert_eq!(&other.screen, &other.full());
        }
        prop_assert_eq!(other.board.pages(), live.board.pages());
        prop_assert!(pictures(&mut other) == pictures(&mut live), "the pages look different");
    }

    #[test]
    fn two_boards_that_exchange_their_ops_agree(one in acts(60), two in acts(60), seed: u64) {
        let mut walls = [Wall::new(1), Wall::new(2)];
        one.iter().for_each(|act| walls[0].act(act));
        two.iter().for_each(|act| walls[1].act(act));
        walls.iter_mut().for_each(settle);
        let sent = [walls[0].ops.clone(), walls[1].ops.clone()];
        for (wall, ops) in walls.iter_mut().zip([&sent[1], &sent[0]]) {
            for op in shuffled(ops, seed) {
                let effects = wall.board.merge(op);
                wall.show(effects);
            }
            // What was made meanwhile touches both sides' objects.
            wall.act(&Act::Undo { by: 1 });
            wall.act(&Act::Clear { by: 2 });
            wall.act(&Act::Undo { by: 2 });
        }
        let [mut left, mut right] = walls;
        let made = [left.ops.clone(), right.ops.clone()];
        for (wall, ops) in [(&mut left, &made[1]), (&mut right, &made[0])] {
            for op in ops {
                let effects = wall.board.merge(op.clone());
                wall.show(effects);
            }
        }
        prop_assert!(pictures(&mut left) == pictures(&mut right), "the boards look different");
    }

    #[test]
    fn a_replayed_board_goes_on_where_it_was(script in acts(100)) {
        let mut live = Wall::new(1);
        script.iter().for_each(|act| live.act(act));
        settle(&mut live);
        let mut again = Wall::new(1);
        let effects = again.board.replay(live.ops.clone());
        again.show(effects);
        // Undo and redo work over the restart, with the same result.
        let page = live.board.page();
        for wall in [&mut live, &mut again] {
            wall.act(&Act::Page { add: false, number: page });
            for by in [1, 2, 2, 3] {
                wall.act(&Act::Undo { by });
            }
            wall.act(&Act::Redo { by: 2 });
        }
        prop_assert!(pictures(&mut again) == pictures(&mut live));
    }

    #[test]
    fn any_bytes_are_safe_to_decode(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(op) = decode(&bytes) {
            let effects = Wall::new(1).board.merge(op);
            drop(effects);
        }
    }
}

#[test]
fn an_op_that_comes_twice_counts_once() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 50_000), (150_000, 50_000)]);
    let mut other = Wall::new(2);
    let move_it = {
        let ids = wall.board.visible();
        let effects = wall.board.move_by(super::person(1), &ids, 0, 60_000, 9_000_000);
        wall.show(effects);
        wall.ops.clone()
    };
    for op in move_it.iter().chain(&move_it) {
        let effects = other.board.merge(op.clone());
        other.show(effects);
    }
    assert!(other.full() == wall.full());
    assert!(!other.is_blank());
}
