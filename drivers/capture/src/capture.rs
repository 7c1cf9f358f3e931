//! Pictures of an input, as new as can be.

use std::time::Instant;

use crate::feed::{Fed, Feed};
use crate::frame::Frame;
use crate::health::Health;
use crate::loss::{CaptureError, Loss};
use crate::pipeline;
use crate::source::{Kind, Source};
use crate::waker::Waker;
use crate::watchdog::Limits;

/// The largest picture that is wanted; larger ones are made smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels in a row.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Size {
    /// 4K: what a board of 86 inches shows, 33 MB a picture.
    pub const MOST: Self = Self { width: 3840, height: 2160 };
}

/// What was seen.
#[derive(Debug)]
pub enum Seen {
    /// A picture; after a [`Seen::Lost`] it means that the input is back.
    Frame(Frame),
    /// Nothing comes any more, and why. The input is tried again by itself.
    Lost(Loss),
    /// Nothing new until the deadline, or somebody called its waker.
    Nothing,
}

/// An HDMI input or camera. Blocking: give it a thread of its own.
#[derive(Debug)]
pub struct Capture {
    feed: Feed,
}

impl Capture {
    /// Takes pictures of this input, whether it is there now or comes later.
    ///
    /// # Errors
    /// [`CaptureError::WrongKind`]: it is a microphone.
    pub fn open(source: Source, most: Size) -> Result<Self, CaptureError> {
        Self::with_limits(source, most, Limits::default())
    }

    /// With other limits than usual.
    ///
    /// # Errors
    /// As [`Capture::open`].
    pub fn with_limits(source: Source, most: Size, limits: Limits) -> Result<Self, CaptureError> {
        if source.kind() != Kind::Video {
            return Err(CaptureError::WrongKind(source.name().to_owned()));
        }
        Ok(Self { feed: Feed::new(source, pipeline::pictures(most), limits) })
    }

    /// Waits for the newest picture, at the latest until `deadline` or until it is woken. A loss is told once.
    ///
    /// # Errors
    /// [`CaptureError`]: this will never work here.
    pub fn next(&mut self, deadline: Instant) -> Result<Seen, CaptureError> {
        Ok(match self.feed.next(deadline)? {
            Fed::Sample(sample) => Frame::of(&sample).map_or(Seen::Nothing, Seen::Frame),
            Fed::Lost(loss) => Seen::Lost(loss),
            Fed::Nothing => Seen::Nothing,
        })
    }

    /// Ends a wait of this one's [`next`](Self::next), from another thread.
    pub fn waker(&self) -> Waker {
        self.feed.waker()
    }

    /// How the input is.
    pub fn health(&self) -> &Health {
        self.feed.health()
    }
}
