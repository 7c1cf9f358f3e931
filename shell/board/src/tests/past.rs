//! The time machine: whatever way it goes, it shows what there was.
use proptest::prelude::*;

use super::{
    Wall,
    damage::{Act, acts},
    merge::shuffled,
    person,
};
use crate::{Focus, PageId, Timeline};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_way_through_time_shows_what_there_was(
        script in acts(100), seed: u64, ways in prop::collection::vec(0..100_u64, 1..8),
    ) {
        let mut wall = Wall::new(1);
        for act in &script {
            // A second between what happens: no two ops of one instant.
            wall.now_us += 1_000_000;
            wall.act(act);
        }
        (0..4).for_each(|contact| wall.act(&Act::Up { contact }));
        let line = Timeline::new(shuffled(&wall.ops, seed));
        let Some((from, to)) = line.span(Focus::default()) else { return Ok(()) };
        let mut past = wall.board.past(&line, None);
        for way in ways {
            let at = from + (to - from) * way / 99;
            past.go(&line, at);
            let mut then = Wall::new(1);
            let ops = wall.ops.iter().filter(|op| op.stamp.time <= at);
            for op in ops {
                let effects = then.board.merge(op.clone());
                then.show(effects);
            }
            prop_assert_eq!(past.pages(), then.board.page_ids());
            prop_assert_eq!(past.document(), then.board.document(), "at {}", at);
        }
    }
}

#[test]
fn a_stroke_is_seen_while_it_was_written_and_only_whose_it_is() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 60_000), (350_000, 60_000)]);
    wall.now_us += 60_000_000;
    wall.stroke(2, &[(50_000, 100_000), (350_000, 100_000)]);
    let line = Timeline::new(wall.ops.clone());
    assert_eq!(line.people(Focus::default()), [person(1), person(2)]);
    assert_eq!(line.steps(Focus { person: Some(person(2)), page: None }).len(), 1);
    assert_eq!(line.page_at(u64::MAX), PageId::FIRST);
    let (from, to) = line.span(Focus::default()).unwrap();
    let (_, first_end) = line.span(Focus { person: Some(person(1)), page: Some(PageId::FIRST) }).unwrap();
    let mut last = 0;
    for part in [20, 50, 80] {
        let writing = line.writing(from + (first_end - from) * part / 100, Focus::default());
        assert_eq!(writing.len(), 1);
        assert!(writing[0].stroke.trace.len() > last, "it grows");
        assert_eq!(writing[0].by, person(1));
        last = writing[0].stroke.trace.len();
    }
    let hers = Focus { person: Some(person(2)), page: None };
    assert_eq!(line.writing(from + (first_end - from) / 2, hers), []);
    let mut past = wall.board.past(&line, Some(person(2)));
    past.go(&line, first_end);
    assert_eq!(past.visible(PageId::FIRST), []);
    past.go(&line, to);
    assert_eq!(past.visible(PageId::FIRST).len(), 1);
}

#[test]
fn playing_cuts_pauses_and_goes_as_fast_as_asked() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 60_000), (350_000, 60_000)]);
    wall.now_us += 60_000_000;
    wall.stroke(2, &[(50_000, 100_000), (350_000, 100_000)]);
    let line = Timeline::new(wall.ops.clone());
    let (from, to) = line.span(Focus::default()).unwrap();
    let hers = line.span(Focus { person: Some(person(2)), page: None }).unwrap();
    let (one, two) = (to - hers.1 + hers.1 - hers.0, 1_500_000);
    assert!(to - from > 60_000_000);
    let all = one * 2 + two;
    assert_eq!(line.played(from, all + 20_000, 1), to, "a minute's pause takes a second and a half");
    assert!(line.played(from, all / 2, 1) < hers.0 && line.played(from, all / 8, 4) < hers.0);
    assert_eq!(line.played(from, all / 8, 4), line.played(from, all / 8 * 4, 1));
    assert_eq!(line.played(from, u64::MAX, 32), to);
}
