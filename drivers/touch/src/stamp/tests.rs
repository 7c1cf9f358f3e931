//! Stamps that jitter, wrap, restart and drift.

use super::*;
use proptest::prelude::*;

/// Frames every `step` microseconds of the device's clock, from `first`; `late(n)` is the delay of frame n.
fn times(first: u32, step: u32, count: u32, late: impl Fn(u32) -> u64) -> Vec<(u64, u64)> {
    let mut stamp = Stamp::default();
    (0..count)
        .map(|n| {
            let true_us = 1_000_000 + u64::from(n) * u64::from(step);
            stamp.event(first.wrapping_add(n * step).cast_signed());
            (true_us, stamp.time(true_us + late(n)))
        })
        .collect()
}

#[test]
fn delays_that_differ_do_not_reach_the_frame_times() {
    let got = times(5, 8_000, 200, |n| if n % 7 == 0 { 300 } else { 4_000 });
    for (true_us, time_us) in &got[1..] {
        assert!(time_us.abs_diff(true_us + 300) < 200, "{true_us} {time_us}");
    }
}

#[test]
fn a_wrap_is_no_step() {
    let got = times(u32::MAX - 20_000, 8_000, 10, |_| 500);
    assert!(got.iter().all(|(true_us, time_us)| *time_us == true_us + 500), "{got:?}");
}

#[test]
fn a_restart_after_a_pause_ties_anew() {
    let mut stamp = Stamp::default();
    for (told, arrived, wanted) in [
        (70_000, 1_000, 1_000),
        (78_000, 9_500, 9_000),
        (0, 3_000_000, 3_000_000),
        (8_000, 3_008_900, 3_008_000),
    ] {
        stamp.event(told);
        assert_eq!(stamp.time(arrived), wanted, "{told}");
    }
    assert_eq!(stamp.time(3_020_000), 3_020_000, "without a stamp the arrival counts");
}

#[test]
fn clocks_that_drift_stay_tied() {
    // The device runs 100 millionths slow: over 80 seconds it falls 8 ms behind.
    let mut stamp = Stamp::default();
    for n in 0..10_000_u64 {
        stamp.event(i32::try_from(n * 8_000).unwrap());
        let arrived = 1_000 + n * 8_000 + n * 8 / 10;
        let time = stamp.time(arrived);
        assert!(time <= arrived && arrived - time < 1_000, "{n}: {}", arrived - time);
    }
}

proptest! {
    #[test]
    fn never_later_than_the_arrival_nor_backwards(
        frames in proptest::collection::vec((any::<i32>(), 0u64..100_000), 1..100)
    ) {
        let mut stamp = Stamp::default();
        let (mut arrived, mut last) = (0, 0);
        for (told, step) in frames {
            arrived += step;
            stamp.event(told);
            let time = stamp.time(arrived);
            prop_assert!(time <= arrived && time >= last, "{last} {time} {arrived}");
            last = time;
        }
    }
}
