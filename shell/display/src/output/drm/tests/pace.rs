//! A flip is handed over just before a refresh, never put off, and earlier after one was missed.

use super::super::pace::Pace;

/// 60 Hz.
const PERIOD: u64 = 16_667;

/// A pace that has seen a refresh at `at`.
fn seen(at: u64) -> Pace {
    let mut pace = Pace::new(PERIOD);
    pace.flipped(at);
    pace
}

fn due(mut pace: Pace, now: u64) -> u64 {
    pace.want(now);
    pace.due_us().unwrap()
}

#[test]
fn a_change_waits_until_just_before_the_next_refresh() {
    assert_eq!(due(seen(1_000_000), 1_000_100), 1_000_000 + PERIOD - 2_000);
    assert_eq!(due(seen(1_000_000), 1_000_000 + PERIOD - 2_000), 1_000_000 + PERIOD - 2_000);
    // Too late for this one.
    assert_eq!(due(seen(1_000_000), 1_000_000 + PERIOD - 1_999), 1_000_000 + 2 * PERIOD - 2_000);
    // Ten refreshes without a change are counted on.
    assert_eq!(due(seen(1_000_000), 1_000_000 + 10 * PERIOD), 1_000_000 + 11 * PERIOD - 2_000);
}

#[test]
fn without_a_known_refresh_it_is_flipped_at_once() {
    assert_eq!(due(Pace::new(PERIOD), 5), 5);
    assert_eq!(due(seen(1_000_000), 2_000_001), 2_000_001, "too long ago");
    assert_eq!(due(seen(1_000_000), 999_000), 1_000_000 + PERIOD - 2_000, "a stamp just ahead of our clock");
}

#[test]
fn a_stream_of_changes_puts_nothing_off() {
    let mut pace = seen(0);
    pace.want(1);
    let first = pace.due_us();
    for now in 2..PERIOD * 3 {
        pace.want(now);
        assert_eq!(pace.due_us(), first);
    }
    pace.sent();
    assert_eq!(pace.due_us(), None);
}

#[test]
fn a_missed_refresh_lengthens_the_lead_and_a_long_good_run_shortens_it() {
    let mut pace = seen(0);
    let mut at = 0;
    let mut flip = |pace: &mut Pace, late: u64| {
        pace.want(at + 1);
        let lead = at + PERIOD - pace.due_us().unwrap();
        pace.sent();
        at += PERIOD * (1 + late);
        pace.flipped(at);
        lead
    };
    assert_eq!(flip(&mut pace, 1), 2_000);
    assert_eq!(flip(&mut pace, 1), 2_500);
    assert_eq!(flip(&mut pace, 0), 3_000);
    (1..600).for_each(|_| assert_eq!(flip(&mut pace, 0), 3_000));
    assert_eq!(flip(&mut pace, 0), 2_900);
    // It never waits for more than half a period, nor for less than the least.
    for _ in 0..100 {
        flip(&mut pace, 1);
    }
    assert_eq!(flip(&mut pace, 0), PERIOD / 2);
    for _ in 0..600 * 100 {
        flip(&mut pace, 0);
    }
    assert_eq!(flip(&mut pace, 0), 2_000);
}

#[test]
fn a_screen_without_a_believable_period_is_taken_for_60_hz() {
    for wrong in [0, 1, 999, 100_001, u64::MAX] {
        let mut pace = Pace::new(wrong);
        pace.flipped(0);
        assert_eq!(due(pace, 1), PERIOD - 2_000);
    }
}
