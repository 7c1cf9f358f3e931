//! What is known of the room, and what is in trouble: all that ever leaves the service.

use std::collections::BTreeMap;

use super::Sense;

/// What can be in trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The camera.
    Camera,
    /// The microphone.
    Microphone,
    /// Recognition of what is seen.
    Sight,
    /// Recognition of what is heard.
    Hearing,
}

/// Why something does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not plugged in, or was pulled out.
    Unplugged,
    /// Nothing arrives at its socket, or nothing that can be held or taken.
    NoSignal,
    /// It is there and sends nothing.
    Silent,
    /// Another program has it.
    Busy,
    /// It may not be used.
    Forbidden,
    /// Software for it is missing.
    NotInstalled,
    /// It failed otherwise.
    Failed,
    /// Recognition is not running.
    Absent,
    /// Recognition has too much to do.
    Overloaded,
    /// A model of it cannot be used.
    NoModel,
}

/// How loud it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// A-weighted dBFS.
    pub dbfs: f64,
    /// As on the wire: [`api::voice::NoiseColour`].
    pub colour: u32,
}

/// What is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The camera is not surely closed.
    pub watching: bool,
    /// The microphone is not.
    pub listening: bool,
    /// Faces.
    pub persons: u32,
    /// One of them raised a hand.
    pub hand_raised: bool,
    /// How loud it is.
    pub noise: Option<Noise>,
    /// Somebody speaks.
    pub speaking: bool,
    /// What is in trouble.
    pub troubles: BTreeMap<Part, Why>,
}

impl Known {
    pub(super) fn is_well(&mut self, part: Part) {
        self.troubles.remove(&part);
    }

    /// Something gives nothing any more, and what came by it is no longer true.
    pub(super) fn lose(&mut self, sense: Sense, part: Part, why: Why) {
        self.forget(sense);
        self.troubles.insert(part, why);
    }

    /// What a device told is no longer true.
    pub(super) fn forget(&mut self, sense: Sense) {
        match sense {
            Sense::Sight => (self.persons, self.hand_raised) = (0, false),
            Sense::Hearing => (self.noise, self.speaking) = (None, false),
        }
    }
}
