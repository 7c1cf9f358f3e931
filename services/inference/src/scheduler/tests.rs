//! Order of service, who is turned away, who is late.

use std::time::Duration;

use super::*;

fn queue(of: &[(Urgency, u64, char)], start: Instant) -> (Queue<char>, Vec<char>) {
    let mut queue = Queue::default();
    let away = of
        .iter()
        .filter_map(|&(urgency, seconds, work)| {
            queue.push(Waiting { urgency, deadline: start + Duration::from_secs(seconds), work })
        })
        .collect();
    (queue, away)
}

fn drained(mut queue: Queue<char>) -> String {
    std::iter::from_fn(|| queue.take()).map(|waiting| waiting.work).collect()
}

use Urgency::{Background as B, Interactive as I};

#[test]
fn people_come_first_and_each_class_in_order() {
    let (queue, away) = queue(&[(B, 9, 'x'), (I, 9, 'a'), (B, 9, 'y'), (I, 1, 'b')], Instant::now());
    assert!(away.is_empty());
    assert_eq!(drained(queue), "abxy");
}

#[test]
fn a_full_queue_turns_away_the_oldest_of_the_lowest_class() {
    let full: Vec<_> = "abcdexyz".chars().map(|work| (if work < 'x' { I } else { B }, 9, work)).collect();
    for (new, away, order) in [(I, 'x', "abcdenyz"), (B, 'x', "abcdeyzn")] {
        let (queue, turned_away) = queue(&[&full[..], &[(new, 9, 'n')]].concat(), Instant::now());
        assert_eq!((turned_away, drained(queue).as_str()), (vec![away], order), "{new:?}");
    }
}

#[test]
fn among_people_the_newest_wins_and_the_background_never_displaces_them() {
    let full: Vec<_> = "abcdefgh".chars().map(|work| (I, 9, work)).collect();
    let (newest, away) = queue(&[&full[..], &[(I, 9, 'n')]].concat(), Instant::now());
    assert_eq!((away, drained(newest).as_str()), (vec!['a'], "bcdefghn"));
    let (kept, away) = queue(&[&full[..], &[(B, 9, 'n')]].concat(), Instant::now());
    assert_eq!((away, drained(kept).as_str()), (vec!['n'], "abcdefgh"));
}

#[test]
fn the_late_are_taken_out_and_the_next_deadline_is_known() {
    let start = Instant::now();
    let (mut queue, _) = queue(&[(I, 3, 'c'), (B, 1, 'a'), (I, 2, 'b')], start);
    assert_eq!(queue.next_deadline(), Some(start + Duration::from_secs(1)));
    assert!(queue.take_late(start).is_empty());
    assert_eq!(queue.take_late(start + Duration::from_secs(2)), ['a', 'b']);
    assert_eq!(drained(queue), "c");
}
