//! Strokes in a row: pages that are wanted, ways back, and people who talk with their hands.

use proptest::prelude::*;

use super::*;

/// What strokes at these milliseconds turn.
fn turned(strokes: &[(u64, Page)]) -> Vec<(u64, Page)> {
    let mut palm = Palm::default();
    let turns = |(ms, page): &&(u64, Page)| palm.stroke(Duration::from_millis(*ms), *page);
    strokes.iter().filter(turns).copied().collect()
}

use Page::{Next, Previous};

#[test]
fn one_wave_is_one_page() {
    assert_eq!(turned(&[(0, Next)]), [(0, Next)]);
    assert_eq!(
        turned(&[(0, Next), (300, Next), (700, Next)]),
        [(0, Next)],
        "a stroke that is told in pieces"
    );
    assert_eq!(turned(&[(0, Next), (900, Next)]), [(0, Next), (900, Next)]);
}

#[test]
fn the_hand_comes_back() {
    for back in [300, 800, 1600, 2400] {
        assert_eq!(turned(&[(0, Next), (back, Previous)]), [(0, Next)], "{back}");
    }
    assert_eq!(turned(&[(0, Next), (2600, Previous)]), [(0, Next), (2600, Previous)]);
}

#[test]
fn a_teacher_pages_quickly_forward() {
    // A page a second and the way back told, as recognition tells it where the hand stays open: the first two turn,
    // then it looks like talking.
    let strokes: Vec<(u64, Page)> =
        (0..6).flat_map(|n| [(n * 1000, Next), (n * 1000 + 500, Previous)]).collect();
    assert_eq!(turned(&strokes), [(0, Next), (1000, Next)]);
    // Recognition tells no way back within a second and a half; then all turn.
    let strokes: Vec<(u64, Page)> = (0..6).map(|n| (n * 1000, Next)).collect();
    assert_eq!(turned(&strokes), strokes);
}

#[test]
fn who_talks_with_open_hands_turns_few_pages_and_who_rests_may_turn_again() {
    // A minute of strokes to and fro, one every 0.9 seconds.
    let talk: Vec<(u64, Page)> =
        (0..66).map(|n| (n * 900, if n % 2 == 0 { Next } else { Previous })).collect();
    let turns = turned(&talk);
    assert!(turns.len() <= 2, "{turns:?}");
    let calm = 66 * 900 + 4000;
    let then = [talk, vec![(calm, Next)]].concat();
    assert_eq!(turned(&then).last(), Some(&(calm, Next)));
    let hasty = [then, vec![(calm + 500, Previous), (calm + 3200, Previous)]].concat();
    assert_eq!(turned(&hasty).last(), Some(&(calm + 3200, Previous)), "two changes are a mistake set right");
}

/// Pages a minute of hands that talk: strokes at random times and to random sides, of one seed.
fn false_pages(strokes_a_minute: u64, alternating: bool, mut seed: u64) -> usize {
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let (mut at, mut page, mut strokes) = (0, Next, Vec::new());
    while at < 600_000 {
        at += 300 + next(2 * (60_000 / strokes_a_minute - 300));
        let changes = if alternating { next(10) < 8 } else { next(2) == 0 };
        if changes {
            page = if page == Next { Previous } else { Next };
        }
        strokes.push((at, page));
    }
    turned(&strokes).len()
}

#[test]
fn of_strokes_of_talking_hands_few_turn_a_page() {
    let mean = |strokes, alternating| {
        (0..50).map(|seed| false_pages(strokes, alternating, seed)).sum::<usize>() as f64 / 50.0
    };
    // Each stroke would be a page without the state machine. Seldom ones are pages: nothing tells them from a wave.
    for (strokes, to_and_fro_max, random_max) in
        [(10, 0.9, 0.95), (20, 0.65, 0.8), (30, 0.05, 0.05), (40, 0.05, 0.05)]
    {
        let all = strokes as f64 * 10.0;
        let (to_and_fro, random) = (mean(strokes, true) / all, mean(strokes, false) / all);
        eprintln!(
            "{strokes} strokes a minute: {to_and_fro:.2} of them turn to and fro, {random:.2} at random"
        );
        assert!(to_and_fro <= to_and_fro_max && random <= random_max, "{strokes}: {to_and_fro} {random}");
    }
}

proptest! {
    #[test]
    fn whatever_the_hands_do_pages_keep_their_distance(
        steps in prop::collection::vec((0..3000_u64, any::<bool>()), 0..60)
    ) {
        let mut at = 0;
        let strokes: Vec<(u64, Page)> = steps
            .into_iter()
            .map(|(pause, next)| {
                at += pause;
                (at, if next { Next } else { Previous })
            })
            .collect();
        for two in turned(&strokes).windows(2) {
            let least = if two[0].1 == two[1].1 { 800 } else { 2500 };
            prop_assert!(two[1].0 - two[0].0 >= least, "{two:?}");
        }
    }

    #[test]
    fn a_stroke_after_a_calm_always_turns(
        steps in prop::collection::vec((0..3000_u64, any::<bool>()), 0..60),
        next in any::<bool>(),
    ) {
        let mut at = 0;
        let mut strokes: Vec<(u64, Page)> = Vec::new();
        for (pause, next) in steps {
            at += pause;
            strokes.push((at, if next { Next } else { Previous }));
        }
        let last = (at + 4000, if next { Next } else { Previous });
        strokes.push(last);
        prop_assert_eq!(turned(&strokes).last().copied(), Some(last));
    }
}
