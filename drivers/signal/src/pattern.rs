//! What each signal looks and sounds like.
//!
//! Nobody is asked to tell colours or pitches apart: any two signals differ in the rhythm of the light, and any two
//! that sound differ in the rhythm of the sound. No light flashes more than three times a second, the limit of WCAG
//! 2.3.1. Every pattern ends: it repeats a few times, and rests.

use std::time::Duration;

use crate::signal::{Colour, Hertz, Signal, Volume};

/// What Soft leaves of a tone, as one part of this many.
const SOFT_PART: u32 = 3;

/// One value for a while.
pub type Beat<T> = (T, u16);

/// Values in turn, each with its milliseconds, repeated, and what stays afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Track<T: 'static> {
    /// Each value and for how many milliseconds, never 0.
    pub beats: &'static [Beat<T>],
    /// How often they are repeated.
    pub rounds: u32,
    /// What stays.
    pub rest: T,
}

/// Where a track is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment<T> {
    /// What is due.
    pub value: T,
    /// For how long it has been, of this beat.
    pub into: Duration,
    /// How long it stays; none where it rests.
    pub left: Option<Duration>,
}

impl<T: Copy> Track<T> {
    /// How long it takes until it rests.
    pub fn length(&self) -> Duration {
        self.round().saturating_mul(self.rounds)
    }

    fn round(&self) -> Duration {
        self.beats.iter().map(|(_, ms)| Duration::from_millis((*ms).into())).sum()
    }

    /// What is due so long after its start.
    pub fn at(&self, since: Duration) -> Moment<T> {
        let resting = Moment { value: self.rest, into: since.saturating_sub(self.length()), left: None };
        if since >= self.length() {
            return resting;
        }
        let round = self.round().as_nanos();
        let mut into = Duration::from_nanos(u64::try_from(since.as_nanos() % round).unwrap_or(0));
        for (value, ms) in self.beats {
            let length = Duration::from_millis((*ms).into());
            if into < length {
                return Moment { value: *value, into, left: Some(length - into) };
            }
            into -= length;
        }
        resting
    }
}

const fn steady(rest: Colour) -> Track<Colour> {
    Track { beats: &[], rounds: 0, rest }
}

const fn light_track(beats: &'static [Beat<Colour>], rounds: u32, rest: Colour) -> Track<Colour> {
    Track { beats, rounds, rest }
}

/// The light of a signal.
pub fn light(signal: Signal) -> Track<Colour> {
    use Colour as C;
    match signal {
        Signal::Off => steady(C::DARK),
        // A slow wink for a minute; whoever has not come by then needs no more movement.
        Signal::Waiting => light_track(&[(C::WHITE, 1600), (C::DARK, 400)], 30, C::WHITE),
        Signal::LookHere => {
            light_track(&[(C::BLUE, 200), (C::DARK, 200), (C::BLUE, 200), (C::DARK, 800)], 10, C::BLUE)
        }
        Signal::HoldCard => light_track(&[(C::AMBER, 500), (C::DARK, 500)], 10, C::AMBER),
        Signal::Busy => steady(C::AMBER),
        Signal::Paid => light_track(&[(C::GREEN, 700), (C::DARK, 200)], 2, C::GREEN),
        Signal::Refused => light_track(&[(C::RED, 250), (C::DARK, 250)], 4, C::RED),
        Signal::SeeStaff => {
            light_track(&[(C::RED, 1000), (C::DARK, 250), (C::RED, 250), (C::DARK, 250)], 30, C::RED)
        }
        Signal::Test => light_track(
            &[(C::DARK, 300), (C::RED, 700), (C::DARK, 300), (C::GREEN, 700), (C::DARK, 300), (C::BLUE, 700)],
            1,
            C::DARK,
        ),
    }
}

/// The sound of a signal. Only what a person has to react to sounds.
pub fn sound(signal: Signal) -> Track<Option<Hertz>> {
    const fn tone(hertz: u16, ms: u16) -> Beat<Option<Hertz>> {
        (Some(Hertz(hertz)), ms)
    }
    const fn pause(ms: u16) -> Beat<Option<Hertz>> {
        (None, ms)
    }
    let (beats, rounds): (&'static [Beat<Option<Hertz>>], u32) = match signal {
        Signal::Off | Signal::Waiting | Signal::Busy => (&[], 0),
        Signal::LookHere => (const { &[tone(880, 90)] }, 1),
        Signal::HoldCard => (const { &[tone(880, 90), pause(90), tone(880, 90)] }, 1),
        // Rising: C, E, G.
        Signal::Paid => (const { &[tone(1047, 120), tone(1319, 120), tone(1568, 240)] }, 1),
        // Falling.
        Signal::Refused => (const { &[tone(440, 180), pause(90), tone(330, 420)] }, 1),
        // Three even calls, and twice more for whoever was busy elsewhere.
        Signal::SeeStaff => {
            const CALLS: &[Beat<Option<Hertz>>] =
                &[tone(660, 300), pause(200), tone(660, 300), pause(200), tone(660, 300), pause(12_000)];
            (CALLS, 3)
        }
        Signal::Test => {
            const SCALE: &[Beat<Option<Hertz>>] = &[
                tone(500, 200),
                pause(400),
                tone(1000, 200),
                pause(400),
                tone(2000, 200),
                pause(400),
                tone(4000, 200),
            ];
            (SCALE, 1)
        }
    };
    Track { beats, rounds, rest: None }
}

/// What sounds so long after a signal's start.
pub fn heard(signal: Signal, volume: Volume, since: Duration) -> Moment<Option<Hertz>> {
    let track = sound(signal);
    let moment = track.at(since);
    match volume {
        Volume::Full => moment,
        Volume::Silent => Moment { value: None, ..moment },
        Volume::Soft => {
            let (Some(_), Some(left)) = (moment.value, moment.left) else { return moment };
            let part = (moment.into + left) / SOFT_PART;
            match part.checked_sub(moment.into).filter(|part| !part.is_zero()) {
                Some(part) => Moment { left: Some(part), ..moment },
                None => Moment { value: None, ..moment },
            }
        }
    }
}

#[cfg(test)]
mod tests;
