//! What is on in the room, and what is known of it. Pure: events in, effects out; the only time is that of the frames.
//!
//! The one rule: a device is open only while somebody holds it. Nothing that is known outlives the device's opening.

mod known;
mod organ;

use std::collections::BTreeSet;
use std::time::Duration;

pub use known::{Known, Noise, Part, Why};
pub use organ::{Organ, State};

use crate::palm::{Page, Palm};

/// Connections that may hold something at once: the shell, and a few programs of a technician.
pub const HOLDERS_MAX: usize = 16;

/// A connection on the bus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Client(pub String);

/// One of the two devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sense {
    /// The camera.
    Sight,
    /// The microphone.
    Hearing,
}

impl Sense {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sight, Self::Hearing];

    fn device(self) -> Part {
        match self {
            Self::Sight => Part::Camera,
            Self::Hearing => Part::Microphone,
        }
    }

    fn recognition(self) -> Part {
        match self {
            Self::Sight => Part::Sight,
            Self::Hearing => Part::Hearing,
        }
    }
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A connection wants a device on, or lets it go.
    Hold { client: Client, sense: Sense, on: bool },
    /// A connection has left the bus.
    Gone(Client),
    /// A frame, or sound, came for the first time since it was opened or lost.
    Came(Sense),
    /// The device gives nothing, and is tried again by itself.
    Lost(Sense, Why),
    /// The device is closed. With a reason where it closed by itself.
    Closed(Sense, Option<Why>),
    /// Recognition answers, or says why it does not.
    Recognised(Sense, Result<(), Why>),
    /// What the frame that was taken then shows.
    Saw { at: Duration, persons: u32, raised: bool, page: Option<Page> },
    /// How loud it is.
    Heard(Noise),
    /// Somebody began to speak, or nobody speaks any more.
    Spoke(bool),
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open the device.
    Open(Sense),
    /// Close it.
    Close(Sense),
    /// Tell that a page is turned.
    Turn(Page),
    /// Tell who asked that nothing was done.
    Refuse(Refusal),
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The camera is off in the configuration.
    #[error("the camera is switched off: set camera = \"any\" in /etc/dais/sense.toml")]
    NoCamera,
    /// The microphone is.
    #[error("the microphone is switched off: set microphone = \"any\" in /etc/dais/sense.toml")]
    NoMicrophone,
    /// Too many.
    #[error("{HOLDERS_MAX} connections hold camera or microphone already: end one of them")]
    Busy,
}

/// The room.
#[derive(Clone, Debug)]
pub struct Room {
    sight: Organ,
    hearing: Organ,
    palm: Palm,
    known: Known,
}

impl Room {
    /// A room with these devices in its configuration.
    pub fn new(camera: bool, microphone: bool) -> Self {
        Self {
            sight: Organ::new(camera),
            hearing: Organ::new(microphone),
            palm: Palm::default(),
            known: Known::default(),
        }
    }

    /// What may be told.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// Takes in what happened.
    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Hold { client, sense, on: true } => effects.extend(self.hold(client, sense)),
            Event::Hold { client, sense, on: false } => effects.extend(self.let_go(&client, sense)),
            Event::Gone(client) => {
                effects.extend(Sense::ALL.into_iter().filter_map(|sense| self.let_go(&client, sense)));
            }
            Event::Closed(sense, why) => effects.extend(self.closed(sense, why)),
            // Of a device that was let go nothing counts any more.
            Event::Came(sense) | Event::Lost(sense, _) | Event::Recognised(sense, _)
                if !self.is_open(sense) => {}
            Event::Saw { .. } if !self.is_open(Sense::Sight) => {}
            Event::Heard(_) | Event::Spoke(_) if !self.is_open(Sense::Hearing) => {}
            Event::Came(sense) => self.known.is_well(sense.device()),
            Event::Lost(sense, why) => self.known.lose(sense, sense.device(), why),
            Event::Recognised(sense, Ok(())) => self.known.is_well(sense.recognition()),
            Event::Recognised(sense, Err(why)) => self.known.lose(sense, sense.recognition(), why),
            Event::Saw { at, persons, raised, page } => {
                (self.known.persons, self.known.hand_raised) = (persons, raised);
                effects.extend(page.filter(|page| self.palm.stroke(at, *page)).map(Effect::Turn));
            }
            Event::Heard(noise) => self.known.noise = Some(noise),
            Event::Spoke(speaking) => self.known.speaking = speaking,
        }
        self.known.watching = self.sight.state() != State::Closed;
        self.known.listening = self.hearing.state() != State::Closed;
        effects
    }

    fn organ(&mut self, sense: Sense) -> &mut Organ {
        match sense {
            Sense::Sight => &mut self.sight,
            Sense::Hearing => &mut self.hearing,
        }
    }

    fn is_open(&self, sense: Sense) -> bool {
        let organ = match sense {
            Sense::Sight => &self.sight,
            Sense::Hearing => &self.hearing,
        };
        organ.state() == State::Open
    }

    fn hold(&mut self, client: Client, sense: Sense) -> Option<Effect> {
        let holders: BTreeSet<&Client> = self.sight.holders().chain(self.hearing.holders()).collect();
        let full = holders.len() >= HOLDERS_MAX && !holders.contains(&client);
        match (self.organ(sense).is_there(), sense) {
            (false, Sense::Sight) => Some(Effect::Refuse(Refusal::NoCamera)),
            (false, Sense::Hearing) => Some(Effect::Refuse(Refusal::NoMicrophone)),
            (true, _) if full => Some(Effect::Refuse(Refusal::Busy)),
            (true, _) => {
                let opens = self.organ(sense).hold(client);
                self.opened(sense, opens)
            }
        }
    }

    fn let_go(&mut self, client: &Client, sense: Sense) -> Option<Effect> {
        let closes = self.organ(sense).let_go(client);
        closes.then(|| {
            self.known.forget(sense);
            self.known.is_well(sense.device());
            self.known.is_well(sense.recognition());
            Effect::Close(sense)
        })
    }

    fn closed(&mut self, sense: Sense, why: Option<Why>) -> Option<Effect> {
        self.known.forget(sense);
        self.known.is_well(sense.recognition());
        if sense == Sense::Sight {
            // Its time begins anew too.
            self.palm = Palm::default();
        }
        if let Some(why) = why {
            self.known.lose(sense, sense.device(), why);
        }
        let opens = self.organ(sense).closed();
        self.opened(sense, opens)
    }

    /// What was wrong with it before is to be found anew.
    fn opened(&mut self, sense: Sense, opens: bool) -> Option<Effect> {
        opens.then(|| {
            self.known.is_well(sense.device());
            Effect::Open(sense)
        })
    }
}

#[cfg(test)]
mod tests;
