//! The few sounds a panel makes. They are worked out here, so that no recording must be licensed, and played by a
//! thread of their own; without a sound device nothing is heard and nothing is wrong.

mod chime;
mod player;
mod till;

use std::cell::Cell;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

pub(crate) use player::{Played, play_while};
pub use till::Outcome;

/// Sounds that wait for their turn; what comes later than that would be heard when its reason is long gone.
const QUEUE_MAX: usize = 2;

/// What can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// Something has come to its end.
    Bell,
    /// A card was counted.
    Tick,
    /// Somebody is to look at the screen.
    Ask,
    /// Something has become of a payment.
    Till(Outcome),
}

/// Plays sounds, unless it was switched off.
#[derive(Debug)]
pub struct Speaker {
    queue: Option<SyncSender<Sound>>,
    on: Cell<bool>,
}

impl Speaker {
    /// Starts its thread.
    pub fn start() -> Self {
        let (queue, sounds) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new().name("sound".to_owned()).spawn(move || serve(&sounds));
        let queue =
            thread.inspect_err(|error| tracing::warn!(%error, "there will be no sound")).ok().map(|_| queue);
        Self { queue, on: Cell::new(true) }
    }

    /// Plays a sound after those under way; never waits.
    pub fn play(&self, sound: Sound) {
        let unheard = |queue: &SyncSender<Sound>| queue.try_send(sound).is_err();
        if self.on.get() && self.queue.as_ref().is_some_and(unheard) {
            tracing::debug!("a sound is left out: others are being played");
        }
    }

    /// Whether anything is to be heard.
    pub fn set_on(&self, on: bool) {
        self.on.set(on);
    }
}

fn serve(sounds: &Receiver<Sound>) {
    let mut complained = false;
    for sound in sounds {
        let samples = match sound {
            Sound::Bell => chime::bell(),
            Sound::Tick => chime::short(&[1568.0]),
            Sound::Ask => chime::short(&[1046.5, 784.0]),
            Sound::Till(outcome) => till::heard(outcome),
        };
        match play_while(&samples, chime::RATE, || true) {
            Ok(_) => complained = false,
            Err(error) if !complained => {
                complained = true;
                tracing::warn!(%error, "a sound could not be played");
            }
            Err(_) => {}
        }
    }
}
