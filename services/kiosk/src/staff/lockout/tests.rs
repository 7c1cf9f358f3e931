//! Rests as a table, and what a stranger gains in a day.

use super::*;

#[test]
fn rests_grow_as_the_table_says() {
    let mut lockout = Lockout::default();
    assert_eq!(lockout.wait_ms(0), 0);
    let mut now = 1_000_000;
    for (tries, rest_s) in [
        (1, 0),
        (2, 0),
        (3, 30),
        (4, 60),
        (5, 120),
        (6, 240),
        (7, 480),
        (8, 960),
        (9, 1920),
        (10, 3600),
        (11, 3600),
    ] {
        lockout = lockout.tried(now);
        assert_eq!(lockout.wait_ms(now), rest_s * 1000, "{tries}");
        assert_eq!(lockout.wait_ms(now + 10_000), (rest_s * 1000).saturating_sub(10_000), "{tries}");
        now += rest_s * 1000;
        assert_eq!(lockout.wait_ms(now), 0, "{tries}");
    }
    assert_eq!(Lockout::longest(now).wait_ms(now), 3_600_000);
}

#[test]
fn a_clock_that_was_set_back_never_locks_longer_than_the_rest() {
    let lockout = Lockout::default().tried(0).tried(0).tried(1_000_000_000);
    assert_eq!(lockout.resumed(1000).wait_ms(1000), 30_000);
    assert_eq!(lockout.resumed(1000).wait_ms(31_000), 0);
    assert_eq!(lockout.resumed(1_000_010_000).wait_ms(1_000_010_000), 20_000, "a clock that went on");
}

#[test]
fn a_stranger_has_some_dozens_of_tries_a_day() {
    let (mut lockout, mut now, mut tries) = (Lockout::default(), 0, 0);
    while now < 86_400_000 {
        now += lockout.wait_ms(now);
        lockout = lockout.tried(now);
        tries += 1;
    }
    assert!((30..40).contains(&tries), "{tries}");
}
