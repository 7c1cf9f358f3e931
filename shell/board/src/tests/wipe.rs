//! An eraser looks only at what it newly reaches: what it takes is the same as if it looked at everything again with
//! every movement.
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Wall, person};
use crate::{
    Edit, ObjectId, PagePoint, Stamp, Width,
    erase::Swab,
    objects::Slot,
    runs::{Range, add, subtract},
    scene::Scene,
    wipe::Wipe,
};

type Cuts = BTreeMap<Slot, Vec<Range>>;

/// Looks at all of every stroke.
fn plain(scene: &Scene, ids: &[ObjectId], swab: &Swab, taken: &mut Cuts) {
    for slot in ids.iter().filter_map(|id| scene.slot(*id)) {
        let mut cuts = Vec::new();
        scene.placed_runs(slot, false).iter().for_each(|run| swab.cuts(run, &mut cuts));
        for range in cuts {
            add(taken.entry(scene.root(slot)).or_default(), range);
        }
    }
}

fn taken(scene: &Scene, stamp: Stamp) -> Cuts {
    let own = |(root, all): (&Slot, &Vec<(Stamp, Vec<Range>)>)| {
        all.iter().find(|(other, _)| *other == stamp).map(|(_, own)| (*root, own.clone()))
    };
    scene.wiped.iter().filter_map(own).collect()
}

/// An edge is found to within a micrometre, and from another movement it may be found elsewhere in it: what lies
/// no deeper than this in what was rubbed is at the edge.
const EDGE_UM: f64 = 2.0;

/// How deep a place along a stroke lies in what was rubbed, in micrometres.
fn depth(scene: &Scene, slot: Slot, at: u64, swabs: &[Swab]) -> f64 {
    let runs = scene.placed_runs(slot, false);
    let pair =
        runs.iter().flat_map(|run| run.windows(2)).find(|pair| (pair[0].at..=pair[1].at).contains(&at));
    let (a, b) = pair.map_or_else(|| (&runs[0][0], &runs[0][0]), |pair| (&pair[0], &pair[1]));
    let part = if a.at == b.at { 0.0 } else { (at - a.at) as f64 / (b.at - a.at) as f64 };
    swabs.iter().map(|swab| -swab.outside_between(&a.node, &b.node, part)).fold(f64::MIN, f64::max)
}

/// Nothing deeper than the edge is in `all` and not in `taken`.
fn assert_within(scene: &Scene, swabs: &[Swab], all: &Cuts, taken: &Cuts) {
    for (root, cuts) in all {
        let mut left = cuts.clone();
        taken.get(root).into_iter().flatten().for_each(|cut| subtract(&mut left, *cut));
        for (from, to) in left {
            let deep = depth(scene, *root, u64::midpoint(from, to), swabs);
            assert!(deep < EDGE_UM, "{from}..{to} of {root:?} is {deep} um deep: {all:?} and {taken:?}");
        }
    }
}

fn places(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(i32, i32)>> {
    prop::collection::vec((10_000..390_000_i32, 10_000..215_000_i32), count)
}

/// Where an eraser goes next from where it is, and how wide it is then: mostly near and unchanged.
fn movements() -> impl Strategy<Value = Vec<(i32, i32, u32)>> {
    let near = -25_000..25_000_i32;
    let radius = prop_oneof![4 => Just(20_000_u32), 1 => 200..45_000_u32];
    prop::collection::vec((near.clone(), near, radius), 1..12)
}

/// One gesture both ways.
fn gesture(wall: &mut Wall, start: (i32, i32), movements: &[(i32, i32, u32)]) -> Vec<Edit> {
    let ids = wall.board.visible();
    let (stamp, page) = (wall.board.clock.next(wall.now_us), wall.board.page_id());
    let done = wall.board.clock.next(wall.now_us);
    let scene = &mut wall.board.scene;
    let mut at = PagePoint::new(start.0, start.1);
    let (mut wipe, mut all, mut swabs) = (Wipe::new(stamp, page, at, false), Cuts::new(), Vec::new());
    for (dx, dy, radius) in movements {
        let to = PagePoint::new(at.x_um + dx, at.y_um + dy);
        swabs.push(Swab::new(at, to, *radius));
        plain(scene, &ids, &swabs[swabs.len() - 1], &mut all);
        wipe.rub(scene, to, *radius);
        let taken = taken(scene, stamp);
        assert_within(scene, &swabs, &taken, &all);
        assert_within(scene, &swabs, &all, &taken);
        at = to;
    }
    let taken = taken(scene, stamp);
    let edits = wipe.finish(scene, done);
    assert!(scene.wiped.is_empty());
    for edit in &edits {
        let Edit::Add(piece) = edit else { continue };
        let of = piece.piece_of.unwrap();
        let cuts = &taken[&scene.root(scene.slot(of.of).unwrap())];
        assert!(cuts.iter().all(|(from, to)| *to <= of.from || *from >= of.to), "a piece has what was taken");
    }
    edits
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn an_eraser_takes_what_looking_at_everything_would_take(
        strokes in prop::collection::vec(places(1..7), 1..8),
        gestures in prop::collection::vec(((0..400_000_i32, 0..225_000_i32), movements()), 1..4),
    ) {
        let mut wall = Wall::new(1);
        for (number, path) in strokes.iter().enumerate() {
            wall.board.set_width(person(1), if number % 2 == 0 { Width::Fine } else { Width::Broad });
            wall.stroke(1, path);
        }
        for (start, movements) in &gestures {
            let edits = gesture(&mut wall, *start, movements);
            if !edits.is_empty() {
                let stamp = edits.iter().find_map(|edit| match edit {
                    Edit::Add(piece) => Some(piece.id.made),
                    _ => None,
                });
                let stamp = stamp.unwrap_or_else(|| wall.board.clock.next(wall.now_us));
                let op = crate::Op { stamp, by: person(2), page: wall.board.page_id(), edits };
                let effects = wall.board.merge(op);
                wall.show(effects);
                prop_assert!(wall.screen == wall.full());
            }
        }
    }
}

#[test]
fn a_sweep_over_hundreds_of_strokes_leaves_the_index_as_if_they_had_never_been() {
    let mut wall = Wall::new(1);
    for number in 0..600 {
        let (x, y) = (20_000 + number % 30 * 12_000, 20_000 + number / 30 * 9_000);
        let touch = wall.touch(9, 1, x, y);
        let effects = wall.board.hand_down(&touch);
        wall.show(effects);
        let effects = wall.board.hand_up(&touch);
        wall.ops.extend(effects.ops);
    }
    wall.stroke(1, &[(10_000, 5_000), (390_000, 5_000)]);
    assert_eq!(wall.board.visible().len(), 601);
    wall.screen = wall.full();
    let movements: Vec<_> =
        (0..38).map(|step| (10_000, if step % 2 == 0 { 4 } else { -4 }, 98_000)).collect();
    let edits = gesture(&mut wall, (10_000, 112_000), &movements);
    assert!(matches!(&edits[..], [Edit::Erase { ids }] if ids.len() == 600));
    let (stamp, page) = (wall.board.clock.next(wall.now_us), wall.board.page_id());
    let op = crate::Op { stamp, by: person(1), page, edits };
    let effects = wall.board.merge(op);
    wall.show(effects);
    assert_eq!(wall.board.visible().len(), 1);
    assert!(wall.screen == wall.full());
    wall.undo(1);
    assert_eq!(wall.board.visible().len(), 601);
    assert!(wall.screen == wall.full());
}

#[test]
fn an_eraser_that_began_before_the_ink_it_meets_is_an_op_after_it() {
    let mut wall = Wall::new(1);
    let effects = wall.board.set_tool(person(2), crate::Tool::Eraser);
    wall.show(effects);
    let begin = wall.touch(9, 2, 200_000, 20_000);
    let effects = wall.board.hand_down(&begin);
    wall.show(effects);
    wall.now_us += 1_000_000;
    wall.stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    wall.now_us += 1_000_000;
    let end = wall.touch(9, 2, 200_000, 180_000);
    let mut effects = wall.board.hand_move(&end);
    effects.extend(wall.board.hand_up(&end));
    let [erased] = &effects.ops[..] else { panic!("{:?}", effects.ops) };
    let written = wall.ops.last().unwrap().stamp;
    assert!(erased.stamp > written, "{:?} is before {written:?}", erased.stamp);
    assert!(matches!(&erased.edits[..], [Edit::Erase { .. }, Edit::Add(one), Edit::Add(two)]
        if one.id.made == erased.stamp && two.id.made == erased.stamp));
}

#[test]
fn a_stroke_eraser_takes_whole_strokes_and_only_those_that_it_meets() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 60_000), (350_000, 60_000)]);
    wall.stroke(1, &[(50_000, 160_000), (350_000, 160_000)]);
    let both = wall.screen.clone();
    let effects = wall.board.set_tool(person(2), crate::Tool::StrokeEraser);
    wall.show(effects);
    // Across the end of the first one only: gone while the hand is still down, and as one step.
    let down = wall.touch(7, 2, 340_000, 30_000);
    wall.down(&down);
    for y in [50_000, 70_000, 90_000] {
        let touch = wall.touch(7, 2, 340_000, y);
        wall.go(&touch);
    }
    assert_eq!(wall.screen, wall.full(), "all that went was shown again");
    let up = wall.touch(7, 2, 340_000, 90_000);
    wall.up(&up);
    assert_eq!(wall.board.visible().len(), 1);
    assert_eq!(wall.screen, wall.full());
    wall.undo(2);
    assert_eq!(wall.screen, both);
    // Of a stroke in two pieces only the piece that is met goes.
    let effects = wall.board.set_tool(person(2), crate::Tool::Eraser);
    wall.show(effects);
    wall.stroke(2, &[(200_000, 30_000), (200_000, 90_000)]);
    assert_eq!(wall.board.visible().len(), 3);
    let effects = wall.board.set_tool(person(2), crate::Tool::StrokeEraser);
    wall.show(effects);
    wall.stroke(2, &[(340_000, 30_000), (340_000, 90_000)]);
    assert_eq!(wall.board.visible().len(), 2);
    assert_eq!(wall.screen, wall.full());
}
