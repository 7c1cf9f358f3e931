//! Time passes only where it is told to.

use super::*;

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_countdown_ends_once() {
    let mut countdown = Countdown::new(s(120));
    assert!(!countdown.pass(s(1_000)), "nobody has started it");
    countdown.press(s(1_000));
    assert!(!countdown.pass(s(1_119)));
    assert_eq!((countdown.left(s(1_119)), countdown.going()), (s(1), Going::Runs));
    assert!(countdown.pass(s(1_121)));
    assert!(!countdown.pass(s(1_122)), "it has ended already");
    assert_eq!((countdown.going(), countdown.over_for(s(1_125))), (Going::Over, Some(s(5))));
    countdown.press(s(1_130));
    assert_eq!(countdown.left(s(1_130)), s(120), "it begins again");
}

#[test]
fn time_does_not_pass_while_it_rests() {
    let mut countdown = Countdown::new(s(300));
    countdown.press(s(10));
    countdown.press(s(70));
    assert_eq!((countdown.left(s(5_000)), countdown.going()), (s(240), Going::Rests));
    countdown.press(s(6_000));
    assert_eq!(countdown.left(s(6_010)), s(230));
    countdown.reset();
    assert_eq!((countdown.left(s(6_020)), countdown.going()), (s(300), Going::Ready));
}

#[test]
fn minutes_are_added_at_any_time() {
    let mut countdown = Countdown::new(s(60));
    countdown.add_minutes(-1, s(0));
    assert_eq!(countdown.length(), LENGTH_MIN, "no countdown is shorter");
    countdown.press(s(0));
    countdown.add_minutes(2, s(30));
    assert_eq!(countdown.left(s(30)), s(150));
    assert!(countdown.part_left(s(30)) <= 1.0);
    countdown.add_minutes(-5, s(30));
    assert!(countdown.pass(s(30)), "shortened to nothing it is over");
    countdown.add_minutes(-1, s(40));
    assert_eq!(countdown.going(), Going::Over);
    countdown.add_minutes(1, s(40));
    assert_eq!((countdown.left(s(50)), countdown.going()), (s(50), Going::Runs));
    countdown.press(s(50));
    countdown.add_minutes(100_000, s(50));
    assert_eq!(countdown.left(s(50)), LENGTH_MAX);
}

#[test]
fn a_stopwatch_adds_up() {
    let mut watch = Stopwatch::default();
    assert_eq!((watch.going(), watch.shows(s(9))), (Going::Ready, s(0)));
    watch.press(s(10));
    watch.press(s(14));
    assert_eq!((watch.going(), watch.shows(s(99))), (Going::Rests, s(4)));
    watch.press(s(100));
    assert_eq!((watch.going(), watch.shows(s(103))), (Going::Runs, s(7)));
}

#[test]
fn digits() {
    for (ms, countdown, stopwatch) in [
        (0, "00:00", "00:00.0"),
        (1, "00:01", "00:00.0"),
        (59_999, "01:00", "00:59.9"),
        (300_000, "05:00", "05:00.0"),
        (3_599_500, "1:00:00", "59:59.5"),
        (3_725_000, "1:02:05", "1:02:05"),
    ] {
        let time = Duration::from_millis(ms);
        assert_eq!(
            (countdown_digits(time).as_str(), stopwatch_digits(time).as_str()),
            (countdown, stopwatch)
        );
    }
}
