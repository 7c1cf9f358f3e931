//! Signals can be told apart without colours or pitches, and none of them can hurt.

use std::collections::HashMap;

use super::*;

const MS: fn(u64) -> Duration = Duration::from_millis;
/// Longest that anything may move or call by itself.
const LONGEST: Duration = Duration::from_secs(60);

/// Whether there is light or sound, every 10 ms for the first five seconds.
fn rhythm(is_on: impl Fn(Duration) -> bool) -> Vec<bool> {
    (0..500).map(|tick| is_on(MS(tick * 10))).collect()
}

#[test]
fn lights_differ_without_their_colours() {
    let mut seen = HashMap::new();
    for signal in Signal::ALL {
        let other = seen.insert(rhythm(|at| light(signal).at(at).value.is_lit()), signal);
        assert_eq!(other, None, "looks like {signal:?}");
    }
}

#[test]
fn sounds_differ_without_their_pitches() {
    for volume in [Volume::Full, Volume::Soft] {
        let mut seen = HashMap::new();
        let sounding = |signal: &Signal| !matches!(signal, Signal::Off | Signal::Waiting | Signal::Busy);
        for signal in Signal::ALL.into_iter().filter(sounding) {
            let rhythm = rhythm(|at| heard(signal, volume, at).value.is_some());
            assert!(rhythm.contains(&true), "{signal:?} is not heard at {volume:?}");
            assert_eq!(seen.insert(rhythm, signal), None, "sounds like {signal:?} at {volume:?}");
        }
    }
}

#[test]
fn silent_is_silent() {
    for signal in Signal::ALL {
        assert!(rhythm(|at| heard(signal, Volume::Silent, at).value.is_some()).iter().all(|on| !on));
    }
}

#[test]
fn soft_is_a_third() {
    let sum = |volume| {
        rhythm(|at| heard(Signal::SeeStaff, volume, at).value.is_some()).iter().filter(|on| **on).count()
    };
    assert_eq!((sum(Volume::Full), sum(Volume::Soft)), (90, 30));
}

#[test]
fn no_light_flashes_more_than_three_times_in_any_second() {
    for signal in Signal::ALL {
        let track = light(signal);
        let onsets: Vec<u64> = (1..track.length().as_millis() as u64)
            .filter(|ms| track.at(MS(*ms)).value.is_lit() && !track.at(MS(ms - 1)).value.is_lit())
            .collect();
        for window in onsets.windows(4) {
            assert!(window[3] - window[0] >= 1000, "{signal:?} flashes four times from {} ms", window[0]);
        }
    }
}

#[test]
fn everything_ends_and_rests_silent() {
    for signal in Signal::ALL {
        assert!(light(signal).length() <= LONGEST && sound(signal).length() <= LONGEST, "{signal:?}");
        let end = sound(signal).at(LONGEST);
        assert_eq!((end.value, end.left), (None, None), "{signal:?}");
        assert_eq!(light(signal).at(LONGEST).left, None, "{signal:?}");
    }
    assert_eq!(light(Signal::Off).at(LONGEST).value, Colour::DARK);
    assert_eq!(light(Signal::Test).at(LONGEST).value, Colour::DARK);
}

#[test]
fn moments_lead_from_one_to_the_next() {
    for signal in Signal::ALL {
        let (mut at, mut walked) = (Duration::ZERO, Vec::new());
        while let Moment { value, into: _, left: Some(left) } = heard(signal, Volume::Full, at) {
            assert!(!left.is_zero());
            walked.push((value, left));
            at += left;
        }
        let track = sound(signal);
        let beats = track.beats.iter().map(|(value, ms)| (*value, MS((*ms).into())));
        let all: Vec<_> = beats.cycle().take(track.beats.len() * track.rounds as usize).collect();
        assert_eq!(walked, all, "{signal:?}");
    }
}

#[test]
fn a_soft_tone_ends_inside_its_beat() {
    let at = |ms| heard(Signal::LookHere, Volume::Soft, MS(ms));
    assert_eq!(at(0), Moment { value: Some(Hertz(880)), into: MS(0), left: Some(MS(30)) });
    assert_eq!(at(30), Moment { value: None, into: MS(30), left: Some(MS(60)) });
    assert_eq!(at(90).left, None);
}
