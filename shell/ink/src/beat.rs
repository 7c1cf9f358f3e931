//! The regular beat of a digitiser's reports behind their times: a report is stamped when the kernel got it,
//! up to a millisecond after the device saw the contact, and a millisecond of a fast pen is a millimetre.

/// A report further from the beat than this part of a period was not late: the device has another beat.
const FAR: f32 = 0.35;
/// A pause in seconds after which the beat is looked for anew.
const PAUSE_S: f32 = 0.05;
/// Over how many reports the beat is averaged.
const REPORTS: f32 = 24.0;
/// The shortest time between two reports, in seconds.
const SHORTEST_S: f32 = 1e-4;

/// Finds the beat by the growing-memory alpha-beta filter: the straight line through the times so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beat {
    period: f32,
    seen: f32,
    /// How long the last report came after its beat, in seconds.
    late: f32,
}

impl Beat {
    pub(crate) fn new() -> Beat {
        Beat { period: 0.0, seen: 0.0, late: 0.0 }
    }

    /// How long the last report came after its beat, in seconds; negative where it came before.
    pub(crate) fn late(&self) -> f32 {
        self.late
    }

    /// The time between this report's beat and the last one's, where the reports came `seconds` apart.
    pub(crate) fn even(&mut self, seconds: f32) -> f32 {
        let since = self.late + seconds;
        let miss = since - self.period;
        if self.seen < 1.0 || miss.abs() > FAR * self.period || seconds > PAUSE_S {
            *self = Beat { period: seconds, seen: 1.0, late: 0.0 };
            return since.max(SHORTEST_S);
        }
        self.seen = (self.seen + 1.0).min(REPORTS);
        let seen = self.seen;
        let scale = seen * (seen + 1.0);
        let (into_place, into_period) = ((4.0 * seen - 2.0) / scale, 6.0 / scale);
        let step = self.period + into_place.min(1.0) * miss;
        self.period += into_period.min(1.0) * miss;
        self.late = since - step;
        step.max(SHORTEST_S)
    }
}
