//! Keeps a contact where it is: at its beginning, while the panel sees it before it has arrived, and at rest, while
//! the panel trembles.
//!
//! The place is held within a small circle. What is over when the contact leaves it is not jumped over but worn off
//! on the way, so that a stroke begins without a hook and no point is lost.

use super::Report;
use crate::{Contact, ContactId, PanelPoint, Phase, Quirks, ToolKind};
use std::collections::HashMap;

/// A contact that stays within the tremble this long rests; slow writing is faster than 10 mm/s.
const REST_US: u64 = 100_000;
/// The held-back way is worn off over this many times its length.
const WEAR: i64 = 4;

#[derive(Debug)]
pub(super) struct Steady {
    quirks: Quirks,
    size_um: (i32, i32),
    tracks: HashMap<ContactId, Track>,
}

#[derive(Debug)]
struct Track {
    /// The panel's last place.
    raw: PanelPoint,
    /// Ours less the panel's.
    off: (i32, i32),
    hold: Option<Hold>,
    rest: (u64, PanelPoint),
}

/// The circle in which a contact is held.
#[derive(Clone, Copy, Debug)]
struct Hold {
    middle: PanelPoint,
    radius_um: i64,
    /// A contact that has arrived is let go at this time; one at rest when it leaves.
    until_us: Option<u64>,
}

impl Steady {
    pub(super) fn new(quirks: Quirks, size_um: (i32, i32)) -> Self {
        Self { quirks, size_um, tracks: HashMap::new() }
    }

    pub(super) fn run(&mut self, report: &mut Report) {
        let (time_us, contact) = (report.time_us, &mut report.contact);
        let trembles = self.quirks.tremble_um > 0 || self.quirks.smear_um > 0;
        if !trembles || contact.tool != ToolKind::Finger {
            // Found to be a palm on its way: it is not held any more.
            self.tracks.remove(&contact.id);
            return;
        }
        match contact.phase {
            Phase::Down => {
                let hold = (self.quirks.smear_us > 0).then_some(Hold {
                    middle: contact.at,
                    radius_um: self.quirks.smear_um.into(),
                    until_us: Some(time_us.saturating_add(self.quirks.smear_us)),
                });
                let (raw, rest) = (contact.at, (time_us, contact.at));
                self.tracks.insert(contact.id, Track { raw, off: (0, 0), hold, rest });
            }
            Phase::Move => {
                if let Some(track) = self.tracks.get_mut(&contact.id) {
                    contact.at = track.place(contact.at, time_us, &self.quirks, self.size_um);
                }
            }
            Phase::Up | Phase::Cancel => self.lift(contact, time_us),
        }
    }

    fn lift(&mut self, contact: &mut Contact, time_us: u64) {
        if let Some(mut track) = self.tracks.remove(&contact.id) {
            contact.at = track.place(contact.at, time_us, &self.quirks, self.size_um);
        }
    }
}

impl Track {
    fn place(&mut self, raw: PanelPoint, time_us: u64, quirks: &Quirks, size_um: (i32, i32)) -> PanelPoint {
        self.wear(self.raw.distance_um(raw));
        self.raw = raw;
        let mut here = shifted(raw, self.off, size_um);
        if let Some(Hold { middle, radius_um, until_us }) = self.hold {
            let left = here.distance_um(middle) > radius_um;
            if left || until_us.is_some_and(|until| time_us > until) {
                self.hold = None;
            }
            // Where it leaves the circle it is held back by the radius, not by the whole way of a fast start.
            self.off = (middle.x_um - raw.x_um, middle.y_um - raw.y_um);
            self.shorten(radius_um);
            here = shifted(raw, self.off, size_um);
            self.rest = (time_us, here);
        }
        let tremble = i64::from(quirks.tremble_um);
        if self.rest.1.distance_um(here) > tremble {
            self.rest = (time_us, here);
        } else if self.hold.is_none() && tremble > 0 && time_us.saturating_sub(self.rest.0) >= REST_US {
            self.hold = Some(Hold { middle: here, radius_um: tremble, until_us: None });
        }
        here
    }

    /// Shortens what is held back by a part of the way gone.
    fn wear(&mut self, way_um: i64) {
        let length = self.off_um();
        self.shorten(length - way_um / WEAR);
    }

    fn off_um(&self) -> i64 {
        let (x, y) = (i64::from(self.off.0), i64::from(self.off.1));
        (x * x + y * y).isqrt()
    }

    /// To at most this length.
    fn shorten(&mut self, most_um: i64) {
        let length = self.off_um();
        let left = most_um.clamp(0, length);
        let share = |part: i32| i32::try_from(i64::from(part) * left / length.max(1)).unwrap_or(0);
        self.off = (share(self.off.0), share(self.off.1));
    }
}

fn shifted(at: PanelPoint, off: (i32, i32), size_um: (i32, i32)) -> PanelPoint {
    let shift = |at: i32, off: i32, size: i32| at.saturating_add(off).clamp(0, size.max(0));
    PanelPoint { x_um: shift(at.x_um, off.0, size_um.0), y_um: shift(at.y_um, off.1, size_um.1) }
}
