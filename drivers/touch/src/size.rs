//! What a contact is by its size, with hysteresis: pen tip, thick tip, finger, palm.
//!
//! The measure is the side of the square as large as the contact (the root of longer times shorter axis), so a finger
//! laid flat is not a palm. A palm is told as early as can be: by the panel, by its size, or because it grows, since
//! within 80 ms the board takes its ink back. Once a palm, a palm to its lift.

use crate::quirks::Sizes;
use crate::sieve::Report;
use crate::{Contact, ContactId, Phase, TipClass, ToolKind};
use std::collections::HashMap;

/// Thinner than this is a pen's tip, for passive pens with two ends: 2 to 3 mm and 5 to 6 mm.
const TIP_UM: u32 = 4_000;
/// Thinner than this is a pen's thick end; fingers are 7 to 14 mm.
const THICK_UM: u32 = 7_000;
/// A class is left only when the size is beyond its border by this much: infrared frames count in beams.
const MARGIN_UM: u32 = 600;
/// Longer than this is a palm ...
const PALM_UM: u32 = 22_000;
/// ... if its measure is at least this: a finger laid flat is 25 by 9 mm.
const PALM_MEASURE_UM: u32 = 16_000;
/// A hand that writes for a while and then seems larger must be much larger, and stay so.
const LATE_PALM_UM: u32 = 28_000;
const LATE_REPORTS: u8 = 3;
/// A palm found until now takes its ink back (the board's rule); later it only erases.
const EARLY_US: u64 = 80_000;
/// A hand lands within this time: what grows by half, to the palm's least measure, is one.
const GROWTH_US: u64 = 60_000;
const GROWTH_UM: u32 = 6_000;
/// From then on a tip keeps its class: a pen that is leant does not become a finger.
const SETTLED_US: u64 = 150_000;

#[derive(Debug)]
pub(crate) struct Sizer {
    sizes: Sizes,
    known: HashMap<ContactId, Known>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    born_us: u64,
    first_um: Option<u32>,
    class: Option<TipClass>,
    /// Reports in a row that were as large as a late palm.
    large: u8,
}

impl Sizer {
    pub(crate) fn new(sizes: Sizes) -> Self {
        Self { sizes, known: HashMap::new() }
    }

    /// Corrects the sizes of a report and says what it is.
    pub(crate) fn run(&mut self, report: &mut Report) {
        let contact = &mut report.contact;
        self.correct(contact);
        if matches!(contact.tool, ToolKind::Pen | ToolKind::Eraser) {
            return;
        }
        let fresh = Known { born_us: report.time_us, first_um: None, class: None, large: 0 };
        let mut known = self.known.remove(&contact.id).unwrap_or(fresh);
        known.look(contact, report.time_us);
        contact.class = known.class;
        if known.class == Some(TipClass::Palm) {
            contact.tool = ToolKind::Palm;
        }
        if contact.phase < Phase::Up {
            self.known.insert(contact.id, known);
        }
    }

    fn correct(&self, contact: &mut Contact) {
        let lengths = [
            &mut contact.major_um,
            &mut contact.minor_um,
            &mut contact.width_major_um,
            &mut contact.width_minor_um,
        ];
        for length in lengths {
            *length = match self.sizes {
                Sizes::Trusted => *length,
                Sizes::Scaled { permille } => length
                    .map(|um| u32::try_from(u64::from(um) * u64::from(permille) / 1000).unwrap_or(u32::MAX)),
                Sizes::Untrusted => None,
            };
        }
    }
}

impl Known {
    fn look(&mut self, contact: &Contact, time_us: u64) {
        let age_us = time_us.saturating_sub(self.born_us);
        let is_palm = contact.tool == ToolKind::Palm || self.class == Some(TipClass::Palm);
        // A panel that measures says 0 before it has measured.
        let major = contact.major_um.filter(|major| *major > 0);
        let measure = major.map(|major| measure_um(major, contact.minor_um));
        self.first_um = self.first_um.or(measure);
        let first = self.first_um.unwrap_or(0);
        let (Some(major), Some(measure), false) = (major, measure, is_palm) else {
            self.class = if is_palm { Some(TipClass::Palm) } else { self.class };
            return;
        };
        let large = major > PALM_UM && measure >= PALM_MEASURE_UM;
        // A panel may say anything, also that a finger is a kilometre wide.
        let far = first.saturating_add(GROWTH_UM).max((first / 2).saturating_mul(3));
        let grew = first > 0 && measure >= PALM_MEASURE_UM && measure >= far;
        self.large = if large && measure > LATE_PALM_UM { self.large.saturating_add(1) } else { 0 };
        let early = age_us <= EARLY_US && large || age_us <= GROWTH_US && grew;
        if early || self.large >= LATE_REPORTS {
            self.class = Some(TipClass::Palm);
        } else if self.class.is_none() || age_us <= SETTLED_US {
            self.class = Some(step(self.class, measure));
        }
    }
}

/// The class of a measure, given the class so far.
fn step(now: Option<TipClass>, measure_um: u32) -> TipClass {
    // Each border moves away from the class that is held.
    let border = |at: u32, holds_below: bool| match now {
        None => at,
        Some(_) if holds_below => at + MARGIN_UM,
        Some(_) => at - MARGIN_UM,
    };
    let thin = border(TIP_UM, now == Some(TipClass::PenTip));
    let thick = border(THICK_UM, now < Some(TipClass::Finger));
    if measure_um < thin {
        TipClass::PenTip
    } else if measure_um < thick {
        TipClass::ThickTip
    } else {
        TipClass::Finger
    }
}

/// A shorter axis of less than a third of the longer one is not believed: even a finger laid flat has more.
fn measure_um(major: u32, minor: Option<u32>) -> u32 {
    let minor = minor.unwrap_or(major).clamp(major / 3, major);
    u32::try_from((u64::from(major) * u64::from(minor)).isqrt()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
