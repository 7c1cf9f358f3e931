//! Order of service, who is turned away, who is late, who has gone.

use std::time::Duration;

use super::*;

use Class::{Background as B, Interactive as I, Live as L};

/// Class, client, seconds until the deadline, what.
type Row = (Class, &'static str, u64, char);

fn queue(rows: &[Row], start: Instant) -> (Queue<char>, Vec<Away<char>>) {
    let mut queue = Queue::default();
    let waiting = |&(class, client, seconds, work): &Row| Waiting {
        class,
        client: Client(client.into()),
        task: Task::Text,
        deadline: start + Duration::from_secs(seconds),
        work,
    };
    let away = rows.iter().filter_map(|row| queue.push(waiting(row))).collect();
    (queue, away)
}

fn drained(mut queue: Queue<char>, classes: &[Class]) -> String {
    std::iter::from_fn(|| queue.take(classes, |_| true)).map(|waiting| waiting.work).collect()
}

#[test]
fn people_come_first_then_what_is_live_and_each_class_in_order() {
    let rows = [(B, "1", 9, 'x'), (L, "1", 9, 'l'), (I, "1", 9, 'a'), (B, "2", 9, 'y'), (I, "2", 1, 'b')];
    let (foreground, away) = queue(&rows, Instant::now());
    assert!(away.is_empty());
    assert_eq!(drained(foreground, Class::FOREGROUND), "abl");
    assert_eq!(drained(queue(&rows, Instant::now()).0, Class::BACKGROUND), "xy");
}

#[test]
fn of_live_work_only_a_callers_newest_counts_and_it_keeps_the_place() {
    let (queue, away) = queue(&[(L, "1", 9, 'a'), (L, "2", 9, 'b'), (L, "1", 9, 'c')], Instant::now());
    assert_eq!(away, [Away::Overtaken('a')]);
    assert_eq!(drained(queue, Class::FOREGROUND), "cb");
}

#[test]
fn a_full_class_turns_away_the_newcomer_and_no_other_class() {
    for class in [I, B] {
        let full: Vec<Row> = "abcdefgh".chars().map(|work| (class, "1", 9, work)).collect();
        let (mut queue, away) = queue(&[&full[..], &[(class, "2", 9, 'n')]].concat(), Instant::now());
        assert_eq!(away, [Away::Full('n')]);
        for other in [I, L, B].into_iter().filter(|other| *other != class) {
            let new = Waiting {
                class: other,
                client: Client("3".into()),
                task: Task::Text,
                deadline: Instant::now(),
                work: 'o',
            };
            assert_eq!(queue.push(new), None, "{other:?}");
        }
        assert_eq!((queue.len(class), queue.waiting().count()), (WAITING_MAX, WAITING_MAX + 2));
    }
}

#[test]
fn whoever_is_late_or_gone_is_taken_out_and_the_others_stay_in_order() {
    let start = Instant::now();
    let rows = [(I, "1", 3, 'c'), (B, "2", 1, 'a'), (I, "2", 2, 'b'), (B, "1", 9, 'd')];
    let (mut late, _) = queue(&rows, start);
    let now = start + Duration::from_secs(2);
    assert_eq!(late.take_out(|waiting| waiting.deadline <= now), ['b', 'a']);
    let (mut gone, _) = queue(&rows, start);
    assert_eq!(gone.take_out(|waiting| waiting.client.0.as_ref() == "1"), ['c', 'd']);
    assert_eq!(drained(gone, &[I, L, B]), "ba");
}

#[test]
fn work_whose_engine_is_not_there_waits_without_holding_up_others() {
    let (mut queue, _) = queue(&[(I, "1", 9, 'a')], Instant::now());
    assert_eq!(queue.take(Class::FOREGROUND, |_| false), None);
    assert_eq!(queue.take(Class::FOREGROUND, |_| true).map(|waiting| waiting.work), Some('a'));
}
