//! Fingers that are one hand, and those that are not.

use super::*;
use crate::PanelPoint;

struct Bench(Fists, Tally);

impl Bench {
    /// (contact, phase, x, y) in millimetres; those that came through as palms.
    fn feed(&mut self, ms: u64, contacts: &[(u64, Phase, i32, i32)]) -> Vec<u64> {
        let report = |(id, phase, x, y): &(u64, Phase, i32, i32)| Report {
            time_us: ms * 1000,
            contact: Contact::new(ContactId(*id), *phase, PanelPoint { x_um: x * 1000, y_um: y * 1000 }),
        };
        let reports = self.0.run(contacts.iter().map(report).collect(), ms * 1000, &mut self.1);
        let palms = reports.iter().filter(|report| report.contact.tool == ToolKind::Palm);
        palms.map(|report| report.contact.id.0).collect()
    }

    /// Fingers `apart` millimetres from each other, the same number of milliseconds after each other.
    fn new(count: u64, apart: i32, every_ms: u64) -> Self {
        let mut bench = Self(Fists::default(), Tally::default());
        for id in 0..count {
            let palms = bench.feed(id * every_ms, &[(id, Phase::Down, 500 + id as i32 * apart, 500)]);
            assert!(palms.is_empty());
        }
        bench
    }
}

use Phase::{Down, Move, Up};

#[test]
fn four_fingers_that_wipe_are_a_hand_at_once() {
    let mut bench = Bench::new(4, 25, 5);
    assert!(bench.feed(20, &[(0, Move, 503, 500)]).is_empty());
    let wipe: Vec<_> = (0..4).map(|id| (id, Move, 507 + id as i32 * 25, 500)).collect();
    assert_eq!(bench.feed(25, &wipe), [0, 1, 2, 3]);
    assert_eq!(bench.1.fists, 1);
    // A thumb joins, a finger lifts; all are of the hand to their lift.
    assert_eq!(bench.feed(200, &[(9, Down, 540, 530), (0, Up, 507, 500)]), [9, 0]);
    assert_eq!(bench.feed(300, &[(1, Up, 532, 500), (9, Move, 600, 530)]), [1, 9]);
}

#[test]
fn a_hand_that_rests_is_told_of_though_it_says_nothing() {
    let mut bench = Bench::new(5, 25, 5);
    assert_eq!(bench.0.due_us(), Some(60_000));
    assert!(bench.feed(59, &[]).is_empty());
    assert_eq!(bench.feed(60, &[]), [0, 1, 2, 3, 4]);
    assert_eq!(bench.0.due_us(), None);
}

#[test]
fn what_is_no_hand() {
    let rests = |mut bench: Bench| bench.feed(500, &[]);
    assert!(rests(Bench::new(3, 25, 5)).is_empty(), "three fingers");
    assert!(rests(Bench::new(4, 50, 5)).is_empty(), "too far apart");
    assert!(rests(Bench::new(4, 25, 50)).is_empty(), "one after the other");
    let mut apart = Bench::new(4, 25, 5);
    assert!(apart.feed(40, &[(0, Move, 470, 470), (3, Move, 590, 540)]).is_empty(), "each their own way");
    assert!(apart.feed(500, &[]).is_empty());
    let mut letters = Bench::new(4, 25, 5);
    let strokes = [(0, Move, 500, 507), (1, Move, 525, 507), (2, Move, 543, 500), (3, Move, 575, 507)];
    assert!(letters.feed(30, &strokes).is_empty(), "strokes of one word, played at once");
    assert_eq!(apart.0.due_us(), None);
}

#[test]
fn a_finger_that_goes_across_three_that_rest_is_no_hand() {
    // It goes 12 mm without coming much nearer to any of them, one half before the last of them comes.
    let mut bench = Bench::new(3, 50, 5);
    bench.feed(15, &[(0, Move, 500, 506)]);
    assert!(bench.feed(20, &[(9, Down, 520, 506)]).is_empty());
    assert!(bench.feed(30, &[(0, Move, 500, 512)]).is_empty());
    assert!(bench.feed(500, &[]).is_empty());
}

#[test]
fn a_hand_that_moves_while_it_lands_is_one() {
    let mut bench = Bench(Fists::default(), Tally::default());
    for step in 0..4 {
        let mut frame: Vec<_> =
            (0..step).map(|id| (id, Move, 500 + id as i32 * 25 + step as i32 * 8, 500)).collect();
        frame.push((step, Down, 500 + step as i32 * 33, 500));
        assert!(bench.feed(step * 8, &frame).is_empty());
    }
    let wipe: Vec<_> = (0..4).map(|id| (id, Move, 500 + id as i32 * 25 + 32, 500)).collect();
    assert_eq!(bench.feed(32, &wipe), [0, 1, 2, 3]);
}

#[test]
fn two_hands_are_two() {
    let mut bench = Bench::new(4, 25, 5);
    for id in 10..14 {
        bench.feed(20, &[(id, Down, 900 + (id as i32 - 10) * 25, 500)]);
    }
    assert_eq!(bench.feed(100, &[]), [0, 1, 2, 3, 10, 11, 12, 13]);
    assert_eq!(bench.1.fists, 2);
}
