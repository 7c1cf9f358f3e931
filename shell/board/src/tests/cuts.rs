//! Whose rubbing out holds: what somebody rubbed out stays so, whatever others undo and redo.
use proptest::prelude::*;

use super::{Wall, damage::Act, person};
use crate::{Actor, Affine, Edit, Op, PageRect, Stamp};

/// A straight way of an eraser of person 2 or 3.
#[derive(Clone, Debug)]
struct Way {
    by: u8,
    from: (i32, i32),
    to: (i32, i32),
}

fn ways() -> impl Strategy<Value = Vec<Way>> {
    let way =
        (2..=3_u8, 20_000..380_000_i32, any::<bool>(), 30_000..200_000_i32).prop_map(|(by, x, down, y)| {
            if down {
                Way { by, from: (x, 10_000), to: (x, 210_000) }
            } else {
                Way { by, from: (x.min(200_000), y), to: (x.min(200_000) + 150_000, y) }
            }
        });
    prop::collection::vec(way, 1..5)
}

fn wipe(wall: &mut Wall, way: &Way) {
    wall.act(&Act::Tool { by: way.by, tool: 2, colour: 0 });
    wall.stroke(way.by, &[way.from, way.to]);
}

/// The pixels with ink on the middle of an eraser's way.
fn ink_on(wall: &Wall, way: &Way) -> Vec<usize> {
    let full = wall.full();
    let pixel = |step: i32| {
        let mix = |a: i32, b: i32| (a + (b - a) / 100 * step) * 480 / 400_000;
        mix(way.from.1, way.to.1) as usize * 480 + mix(way.from.0, way.to.0) as usize
    };
    (0..=100).map(pixel).filter(|at| full[*at] != 0xfffd_fdfb).collect()
}

/// Whether a pixel is on an eraser's way or beside it: the eraser reaches 19 pixels to each side.
fn is_by(way: &Way, at: usize) -> bool {
    let px = |um: i32| um * 480 / 400_000;
    let (x, y) = ((at % 480) as i32, (at / 480) as i32);
    let beside = |at: i32, a: i32, b: i32| at > px(a.min(b)) - 26 && at < px(a.max(b)) + 26;
    beside(x, way.from.0, way.to.0) && beside(y, way.from.1, way.to.1)
}

fn inked(wall: &Wall, way: &Way) -> bool {
    !ink_on(wall, way).is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn no_undo_or_redo_gives_back_what_another_rubbed_out(
        ways in ways(), presses in prop::collection::vec(any::<bool>(), 1..12),
    ) {
        let mut wall = Wall::new(1);
        for y in [60_000, 100_000, 140_000] {
            wall.stroke(1, &[(30_000, y), (370_000, y + 20_000)]);
        }
        let mut theirs: Vec<usize> = Vec::new();
        for (number, way) in ways.iter().enumerate() {
            let mut met = ink_on(&wall, way);
            wipe(&mut wall, way);
            // Where person 2 had been before, they met only edges.
            met.retain(|at| !ways[..number].iter().any(|way| way.by == 2 && is_by(way, *at)));
            theirs.extend(met.iter().filter(|_| way.by == 3));
        }
        let before = wall.full();
        for undo in presses {
            if undo { wall.undo(2) } else { wall.redo(2) }
            let full = wall.full();
            for at in &theirs {
                prop_assert!(full[*at] == 0xfffd_fdfb, "ink is back at {}, {}", at % 480, at / 480);
            }
            prop_assert!(wall.screen == wall.full());
        }
        while wall.board.can_redo(person(2)) {
            wall.redo(2);
        }
        prop_assert!(wall.full() == before, "after all is done again it looks as before");
    }
}

#[test]
fn a_cut_that_is_undone_leaves_what_others_took_of_its_pieces() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    let mine = Way { by: 2, from: (200_000, 50_000), to: (200_000, 150_000) };
    let theirs = Way { by: 3, from: (100_000, 50_000), to: (100_000, 150_000) };
    wipe(&mut wall, &mine);
    wipe(&mut wall, &theirs);
    assert_eq!(wall.board.visible().len(), 3);
    wall.undo(2);
    assert!(inked(&wall, &mine) && !inked(&wall, &theirs));
    wall.undo(3);
    assert_eq!(wall.board.visible().len(), 1);
    assert!(inked(&wall, &theirs));
}

/// The ops of one wall told to another.
fn tell(to: &mut Wall, ops: &[Op]) {
    for op in ops {
        let effects = to.board.merge(op.clone());
        to.show(effects);
    }
}

#[test]
fn two_boards_that_cut_one_stroke_leave_what_neither_touched() {
    let mut walls = [Wall::new(1), Wall::new(2)];
    walls[0].stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    let first = walls[0].ops.clone();
    tell(&mut walls[1], &first);
    let ways = [120_000, 260_000].map(|x| Way { by: 2, from: (x, 50_000), to: (x, 150_000) });
    wipe(&mut walls[0], &ways[0]);
    wipe(&mut walls[1], &ways[1]);
    let said = [walls[0].ops.clone(), walls[1].ops.clone()];
    tell(&mut walls[0], &said[1]);
    tell(&mut walls[1], &said[0]);
    for wall in &walls {
        assert!(ways.iter().all(|way| !inked(wall, way)));
        assert!(inked(wall, &Way { by: 2, from: (190_000, 80_000), to: (190_000, 120_000) }));
    }
    assert!(walls[0].full() == walls[1].full());
}

#[test]
fn a_move_by_one_who_had_not_seen_the_cut_takes_the_rest_along() {
    let mut walls = [Wall::new(1), Wall::new(2)];
    walls[0].stroke(1, &[(50_000, 60_000), (350_000, 60_000)]);
    let first = walls[0].ops.clone();
    tell(&mut walls[1], &first);
    wipe(&mut walls[0], &Way { by: 2, from: (200_000, 20_000), to: (200_000, 100_000) });
    let ids = walls[1].board.visible();
    let by = Affine::shift(0, 90_000);
    let stamp = Stamp { time: 50_000_000, actor: Actor(2) };
    let edits = vec![Edit::Transform { ids, by }];
    let moved = Op { stamp, by: person(1), page: walls[1].board.page_id(), edits };
    tell(&mut walls[1], std::slice::from_ref(&moved));
    let said = walls[0].ops.clone();
    tell(&mut walls[1], &said);
    tell(&mut walls[0], &[moved]);
    for wall in &walls {
        let ids = wall.board.visible();
        assert_eq!(ids.len(), 2);
        let bounds: Vec<PageRect> = ids.iter().map(|id| wall.board.bounds(&[*id]).unwrap()).collect();
        assert!(bounds.iter().all(|rect| rect.y0_um > 140_000), "{bounds:?}");
        assert!(!inked(wall, &Way { by: 2, from: (200_000, 140_000), to: (200_000, 160_000) }));
    }
    assert!(walls[0].full() == walls[1].full());
}
