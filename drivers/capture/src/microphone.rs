//! Sound of a microphone, all of it while somebody takes it.

use std::fmt;
use std::time::{Duration, Instant};

use gstreamer as gst;

use crate::feed::{Fed, Feed};
use crate::health::Health;
use crate::level::Level;
use crate::loss::{CaptureError, Loss};
use crate::pipeline::{self, RATE};
use crate::source::{Kind, Source};
use crate::waker::Waker;
use crate::watchdog::Limits;

/// Clocks of two devices differ a little; sound that starts later than this has a gap before it.
const GAP_ABOVE: Duration = Duration::from_millis(5);

/// Some sound: one channel, signed samples of 16 bits, 48,000 a second.
#[derive(Clone, PartialEq)]
pub struct Sound {
    /// The samples.
    pub samples: Vec<i16>,
    /// How loud.
    pub level: Level,
    /// When it began, since the microphone was opened.
    pub at: Duration,
    /// How much is missing before it, because nobody took it in time; zero otherwise.
    pub gap: Duration,
}

impl Sound {
    /// How long it lasts.
    pub fn length(&self) -> Duration {
        let samples = u64::try_from(self.samples.len()).unwrap_or(u64::MAX);
        Duration::from_nanos(samples.saturating_mul(1_000_000_000) / u64::from(RATE))
    }
}

impl fmt::Debug for Sound {
    /// What people said belongs in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sound({} samples at {:?}, {:?})", self.samples.len(), self.at, self.level)
    }
}

/// What was heard.
#[derive(Debug)]
pub enum Heard {
    /// Sound; after a [`Heard::Lost`] it means that the microphone is back.
    Sound(Sound),
    /// Nothing comes any more, and why. The microphone is tried again by itself.
    Lost(Loss),
    /// Nothing until the deadline, or somebody called its waker.
    Nothing,
}

/// A microphone. Blocking: give it a thread of its own, and take what comes within a second.
#[derive(Debug)]
pub struct Microphone {
    feed: Feed,
    /// Where the sound that was taken last ended.
    end: Option<Duration>,
}

impl Microphone {
    /// Listens to this input, whether it is there now or comes later.
    ///
    /// # Errors
    /// [`CaptureError::WrongKind`]: it gives pictures.
    pub fn open(source: Source) -> Result<Self, CaptureError> {
        Self::with_limits(source, Limits::default())
    }

    /// With other limits than usual.
    ///
    /// # Errors
    /// As [`Microphone::open`].
    pub fn with_limits(source: Source, limits: Limits) -> Result<Self, CaptureError> {
        if source.kind() != Kind::Audio {
            return Err(CaptureError::WrongKind(source.name().to_owned()));
        }
        Ok(Self { feed: Feed::new(source, pipeline::sound(), limits), end: None })
    }

    /// Waits for sound, at the latest until `deadline` or until it is woken. A loss is told once.
    ///
    /// # Errors
    /// [`CaptureError`]: this will never work here.
    pub fn next(&mut self, deadline: Instant) -> Result<Heard, CaptureError> {
        Ok(match self.feed.next(deadline)? {
            Fed::Sample(sample) => self.sound_of(&sample).map_or(Heard::Nothing, Heard::Sound),
            Fed::Lost(loss) => {
                self.end = None;
                Heard::Lost(loss)
            }
            Fed::Nothing => Heard::Nothing,
        })
    }

    /// Ends a wait of this one's [`next`](Self::next), from another thread.
    pub fn waker(&self) -> Waker {
        self.feed.waker()
    }

    /// How the microphone is.
    pub fn health(&self) -> &Health {
        self.feed.health()
    }

    fn sound_of(&mut self, sample: &gst::Sample) -> Option<Sound> {
        let buffer = sample.buffer()?;
        let bytes = buffer.map_readable().ok()?;
        let samples: Vec<i16> =
            bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
        let at = buffer.pts().map_or(self.end.unwrap_or_default(), Duration::from);
        let gap = self.end.map_or(Duration::ZERO, |end| at.saturating_sub(end));
        let gap = if gap > GAP_ABOVE { gap } else { Duration::ZERO };
        let sound = Sound { level: Level::of(&samples), samples, at, gap };
        self.end = Some(at + sound.length());
        Some(sound)
    }
}
