//! Buckets, what is typical, and that the past is forgotten.

use super::*;

const T: Task = Task::Text;

fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

#[test]
fn an_answer_is_counted_in_the_bucket_that_holds_it() {
    let mut times = Times::default();
    assert_eq!(times.histogram(T), [0; 13]);
    for latency in [ms(0), ms(1), ms(2), Duration::from_micros(2_001), ms(5_000), ms(5_001), ms(60_000)] {
        times.answered(T, latency);
    }
    assert_eq!(times.histogram(T), [2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
}

#[test]
fn the_middle_of_the_last_times_is_typical_for_their_size_alone() {
    let now = Instant::now();
    let mut times = Times::default();
    for took in [10, 10, 900, 12] {
        times.took(T, 1_000, ms(took), now);
        assert_eq!(times.typical(T, 1_000, now), None, "too few");
    }
    times.took(T, 600, ms(11), now);
    assert_eq!(times.typical(T, 1_023, now), Some(ms(11)));
    assert_eq!(times.typical(T, 1_024, now), None, "another size");
    for _ in 0..REMEMBERED {
        times.took(T, 1_000, ms(40), now);
    }
    assert_eq!(times.typical(T, 1_000, now), Some(ms(40)));
}

#[test]
fn what_was_long_ago_says_nothing() {
    let start = Instant::now();
    let mut times = Times::default();
    for _ in 0..ENOUGH {
        times.took(T, 0, ms(7), start);
    }
    assert_eq!(times.typical(T, 0, start + RECENT), Some(ms(7)));
    assert_eq!(times.typical(T, 0, start + RECENT + ms(1)), None);
}
