//! The self-test of an input: what a technician wants to know about it.

use std::time::{Duration, Instant};

use crate::capture::{Capture, Seen, Size};
use crate::frame::Frame;
use crate::level::Level;
use crate::loss::{CaptureError, Loss};
use crate::microphone::{Heard, Microphone};
use crate::picture::Facts;
use crate::source::Source;

/// For how long frames are counted.
const COUNT_FOR: Duration = Duration::from_secs(1);
/// How much sound is listened to: a word.
const LISTEN_FOR: Duration = Duration::from_millis(500);

/// Why a test failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// It cannot work here.
    #[error(transparent)]
    Cannot(#[from] CaptureError),
    /// Nothing comes.
    #[error("{0}")]
    Lost(Loss),
    /// Nothing came in time.
    #[error("nothing came within {0:?}: unplug it and plug it in again")]
    TooSlow(Duration),
}

/// What a test of pictures saw.
#[derive(Debug)]
pub struct VideoTrial {
    /// How long the first picture took.
    pub first: Duration,
    /// Pictures a second, of a thousand.
    pub rate_milli: u32,
    /// The last picture.
    pub frame: Frame,
    /// What can be said about it.
    pub facts: Facts,
}

/// What a test of sound heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AudioTrial {
    /// How long the first sound took.
    pub first: Duration,
    /// The loudest that was heard.
    pub level: Level,
}

impl AudioTrial {
    /// Whether nothing at all was heard: every real microphone hisses, so it is switched off.
    pub fn is_muted(self) -> bool {
        self.level == Level::SILENCE
    }
}

/// Opens an input and looks at its pictures.
///
/// # Errors
/// [`Failed`]: no picture came within this time.
pub fn video(source: Source, most: Size, within: Duration) -> Result<VideoTrial, Failed> {
    let began = Instant::now();
    let mut capture = Capture::open(source, most)?;
    let mut frame = first_frame(&mut capture, began, within)?;
    let (first, counted_from) = (began.elapsed(), Instant::now());
    let mut frames = 0_u32;
    while counted_from.elapsed() < COUNT_FOR {
        match capture.next(counted_from + COUNT_FOR)? {
            Seen::Frame(newer) => {
                frame = newer;
                frames += 1;
            }
            Seen::Lost(loss) => return Err(Failed::Lost(loss)),
            Seen::Nothing => {}
        }
    }
    let milliseconds = u32::try_from(counted_from.elapsed().as_millis()).unwrap_or(u32::MAX).max(1);
    let rate_milli = frames.saturating_mul(1_000_000) / milliseconds;
    let facts = Facts::of(frame.pixels(), frame.width());
    Ok(VideoTrial { first, rate_milli, frame, facts })
}

/// Waits past losses that may mend themselves: an input may need a second try.
fn first_frame(capture: &mut Capture, began: Instant, within: Duration) -> Result<Frame, Failed> {
    let mut lost = None;
    loop {
        match capture.next(began + within)? {
            Seen::Frame(frame) => return Ok(frame),
            Seen::Lost(Loss::Unplugged) => return Err(Failed::Lost(Loss::Unplugged)),
            Seen::Lost(loss) => lost = Some(loss),
            Seen::Nothing if began.elapsed() >= within => {
                return Err(lost.map_or(Failed::TooSlow(within), Failed::Lost));
            }
            Seen::Nothing => {}
        }
    }
}

/// Opens a microphone and listens.
///
/// # Errors
/// [`Failed`]: not enough sound came within this time.
pub fn audio(source: Source, within: Duration) -> Result<AudioTrial, Failed> {
    let began = Instant::now();
    let mut microphone = Microphone::open(source)?;
    let (mut first, mut heard, mut samples, mut lost) = (None, Duration::ZERO, Vec::new(), None);
    while heard < LISTEN_FOR {
        match microphone.next(began + within)? {
            Heard::Sound(sound) => {
                first.get_or_insert_with(|| began.elapsed());
                heard += sound.length();
                samples.extend(sound.samples);
            }
            Heard::Lost(Loss::Unplugged) => return Err(Failed::Lost(Loss::Unplugged)),
            Heard::Lost(loss) => lost = Some(loss),
            Heard::Nothing if began.elapsed() >= within => {
                return Err(lost.map_or(Failed::TooSlow(within), Failed::Lost));
            }
            Heard::Nothing => {}
        }
    }
    Ok(AudioTrial { first: first.unwrap_or_default(), level: Level::of(&samples) })
}
