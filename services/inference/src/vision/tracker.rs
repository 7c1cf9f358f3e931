//! Things found in single frames, followed from frame to frame: what was seen once may be nothing, and what was not
//! seen once may still be there. A number lasts as long as its track and says nothing about who it is.

use std::time::Duration;

use super::place::{Point, Rect};

/// Seen so often, a thing counts.
const SIGHTINGS_MIN: u32 = 2;
/// Not seen so often where it was looked for, a thing that counted is gone.
const MISSES_MAX: u32 = 4;
/// Not looked for during so long, nothing is known of it any more.
const AGE_MAX: Duration = Duration::from_secs(20);
/// Boxes this alike are the same thing's.
const LIKENESS_MIN: f32 = 0.2;
/// Or those whose middles are this near, in parts of their side: small faces jump by more than they overlap.
const NEARNESS: f32 = 0.7;
/// Sides of two boxes of one thing differ at most so.
const SCALE_MAX: f32 = 2.0;
/// How much of a new box is taken over; the rest stays, which calms the networks' flicker.
const FRESHNESS: f32 = 0.6;
/// More than a classroom holds; what a hostile picture adds is dropped.
const TRACKS_MAX: usize = 256;
/// Longest look ahead: a thing does not keep its speed for longer.
const AHEAD_MAX: f32 = 0.5;

/// A place that was looked at, and the sides of things that would have been found there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// Things with their middle in here.
    pub(super) place: Rect,
    /// Smaller ones are not found.
    pub(super) least: f32,
    /// Larger ones neither.
    pub(super) most: f32,
}

impl Look {
    fn would_show(&self, place: &Rect) -> bool {
        let side = place.area().sqrt();
        self.place.contains(place.centre()) && (self.least..=self.most).contains(&side)
    }
}

/// One thing as it is followed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Track {
    /// Of this track alone.
    pub(super) number: u32,
    /// Where it was last.
    pub(super) place: Rect,
    speed: Point,
    at: Duration,
    sightings: u32,
    misses: u32,
}

/// All that are followed.
#[derive(Clone, Debug, Default)]
pub(super) struct Tracker {
    tracks: Vec<Track>,
    next: u32,
}

impl Track {
    /// Where it should be by now.
    fn ahead(&self, now: Duration) -> Rect {
        let seconds = now.saturating_sub(self.at).as_secs_f32().min(AHEAD_MAX);
        self.place.moved(self.speed.x * seconds, self.speed.y * seconds)
    }

    /// How well a box fits, 0 not at all.
    fn fit(&self, now: Duration, place: &Rect) -> f32 {
        let expected = self.ahead(now);
        let (own, other) = (expected.area().sqrt(), place.area().sqrt());
        if own <= 0.0 || other <= 0.0 || own / other > SCALE_MAX || other / own > SCALE_MAX {
            return 0.0;
        }
        let likeness = expected.likeness(place);
        let nearness = 1.0 - expected.centre().distance(place.centre()) / own.max(other);
        if likeness >= LIKENESS_MIN || nearness >= 1.0 - NEARNESS {
            likeness + nearness.max(0.01)
        } else {
            0.0
        }
    }

    fn see(&mut self, now: Duration, place: &Rect) {
        let seconds = now.saturating_sub(self.at).as_secs_f32();
        let blend = |old: f32, new: f32| old + (new - old) * FRESHNESS;
        let expected = self.ahead(now);
        let before = self.place.centre();
        self.place = Rect {
            left: blend(expected.left, place.left),
            top: blend(expected.top, place.top),
            right: blend(expected.right, place.right),
            bottom: blend(expected.bottom, place.bottom),
        };
        if seconds > 0.0 {
            let after = self.place.centre();
            self.speed.x = blend(self.speed.x, (after.x - before.x) / seconds);
            self.speed.y = blend(self.speed.y, (after.y - before.y) / seconds);
        }
        self.at = now;
        self.sightings = self.sightings.saturating_add(1);
        self.misses = 0;
    }

    /// Whether it was seen often enough to count.
    fn counts(&self) -> bool {
        self.sightings >= SIGHTINGS_MIN
    }
}

impl Tracker {
    /// Takes in what was found at `now` by these looks.
    pub(super) fn step(&mut self, now: Duration, found: &[Rect], looked: &[Look]) {
        let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
        for (track, known) in self.tracks.iter().enumerate() {
            let fits = found.iter().enumerate().map(|(new, place)| (known.fit(now, place), track, new));
            pairs.extend(fits.filter(|(fit, _, _)| *fit > 0.0));
        }
        pairs.sort_by(|left, right| right.0.total_cmp(&left.0));
        let (mut tracks, mut news) = (vec![false; self.tracks.len()], vec![false; found.len()]);
        for (_, track, new) in pairs {
            if !tracks[track] && !news[new] {
                (tracks[track], news[new]) = (true, true);
                self.tracks[track].see(now, &found[new]);
            }
        }
        for (track, seen) in self.tracks.iter_mut().zip(tracks) {
            let place = track.ahead(now);
            if !seen && looked.iter().any(|look| look.would_show(&place)) {
                track.misses += 1;
            }
        }
        self.tracks.retain(|track| {
            let patience = if track.counts() { MISSES_MAX } else { 1 };
            track.misses < patience && now.saturating_sub(track.at) <= AGE_MAX
        });
        for (place, _) in found.iter().zip(news).filter(|(_, taken)| !taken) {
            if self.tracks.len() < TRACKS_MAX {
                let (number, speed) = (self.next, Point::default());
                self.next = self.next.wrapping_add(1);
                self.tracks.push(Track { number, place: *place, speed, at: now, sightings: 1, misses: 0 });
            }
        }
    }

    /// Those that count.
    pub(super) fn tracks(&self) -> impl Iterator<Item = &Track> {
        self.tracks.iter().filter(|track| track.counts())
    }
}

#[cfg(test)]
mod tests;
