//! Sound of the microphone on its way to recognition: a second of it at most, and what nobody takes in time is dropped.

use std::time::Instant;

use capture::watchdog::Limits;
use capture::{CaptureError, Heard, Kind, Microphone, Sound, Source};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::device::{Given, Opened};

/// Samples a second, as the driver gives them.
pub(crate) const RATE: u32 = 48_000;
/// Pieces that may wait: a second of those of 10 ms.
const PIECES_MAX: usize = 100;

/// Pieces of sound, signed samples of 16 bits, little end first.
pub(crate) type Sounds = mpsc::Receiver<Vec<u8>>;

/// What takes sound, and where it is heard.
pub(crate) fn ear() -> (impl FnMut(Sound, bool) + Send + 'static, Sounds) {
    let (pieces, heard) = mpsc::channel(PIECES_MAX);
    let take = move |sound: Sound, _first| {
        let bytes = sound.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        // A level is told four times a second, so a gap is not even noticed.
        if let Err(TrySendError::Full(_)) = pieces.try_send(bytes) {
            tracing::debug!("sound was dropped");
        }
    };
    (take, heard)
}

impl Opened for Microphone {
    type Gift = Sound;
    const KIND: Kind = Kind::Audio;

    fn open(source: Source, limits: Limits) -> Result<Self, CaptureError> {
        Self::with_limits(source, limits)
    }

    fn next(&mut self, deadline: Instant) -> Result<Given<Sound>, CaptureError> {
        Ok(match self.next(deadline)? {
            Heard::Sound(sound) => Given::Some(sound),
            Heard::Lost(loss) => Given::Lost(loss),
            Heard::Nothing => Given::Nothing,
        })
    }
}
