//! Frames of the camera: of all that come so many in a second as recognition is to look at, each sealed at once, the
//! newest wins. A frame's time is the camera's, not ours: how fast a palm moved must not depend on how busy this machine
//! was when it looked.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::sealed;
use capture::watchdog::Limits;
use capture::{Capture, CaptureError, Frame, Kind, Seen, Size, Source};
use tokio::sync::watch;

use crate::device::{Given, Opened};

/// Largest frame that is handed on: people up to five metres away are seen in it, and more costs time and shows no more
/// palms.
const FRAME: Size = Size { width: 960, height: 540 };

/// A frame on its way to recognition. It never prints.
pub(crate) struct Shown {
    /// Red, green, blue, a byte each, rows without padding, in a sealed memfd.
    pub(crate) pixels: OwnedFd,
    /// Pixels in a row.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) height: u32,
    /// When it was taken, since the camera was first opened.
    pub(crate) at: Duration,
}

/// The newest frame; none before the first.
pub(crate) type Newest = watch::Receiver<Option<Arc<Shown>>>;

/// What takes frames, and where the newest of them is seen.
pub(crate) fn eye(frames_per_second: u32) -> (impl FnMut(Frame, bool) + Send + 'static, Newest) {
    let (newest, seen) = watch::channel(None);
    let (began, mut clock, mut pace) = (Instant::now(), Clock::default(), Pace::new(frames_per_second));
    let take = move |frame: Frame, first: bool| {
        let at = clock.at(frame.at(), first, began.elapsed());
        if !pace.is_due(at) {
            return;
        }
        match shown(&frame, at) {
            Ok(shown) => {
                newest.send_replace(Some(Arc::new(shown)));
            }
            Err(error) => tracing::warn!(%error, "a frame could not be handed on"),
        }
    };
    (take, seen)
}

fn shown(frame: &Frame, at: Duration) -> Result<Shown, sealed::SealedError> {
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let pixels = sealed::seal(&rgb(frame.pixels()))?;
    Ok(Shown { pixels, width: side(frame.width()), height: side(frame.height()), at })
}

/// Of blue, green, red and a byte that means nothing.
fn rgb(pixels: &[u8]) -> Vec<u8> {
    pixels.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect()
}

/// The camera's own time, made to go on where it begins anew, as after a loss; a camera that tells none has ours.
#[derive(Default)]
struct Clock {
    /// From when on it goes: by the camera's time, and by what is told.
    from: (Duration, Duration),
    last: (Duration, Duration),
}

impl Clock {
    /// When a frame was taken that has `own` time. `first` says that the camera was opened since the one before, and
    /// `here` how late it is by our own clock.
    fn at(&mut self, own: Duration, first: bool, here: Duration) -> Duration {
        if first || own <= self.last.0 {
            self.from = (own, here.max(self.last.1));
        }
        let at = self.from.1 + (own - self.from.0);
        self.last = (own, at);
        at
    }
}

/// Which frames are taken: a camera gives 30 a second, or 25, or as many as the light allows.
struct Pace {
    every: Duration,
    next: Duration,
}

impl Pace {
    fn new(frames_per_second: u32) -> Self {
        Self { every: Duration::from_secs(1) / frames_per_second.max(1), next: Duration::ZERO }
    }

    /// A little too early is not early: otherwise a camera of the same rate would lose frames whenever one wavers.
    fn is_due(&mut self, at: Duration) -> bool {
        let due = at + self.every / 4 >= self.next;
        if due {
            // A late frame sets a new beat, so that no burst follows it.
            let beat = if at > self.next + self.every { at } else { self.next };
            self.next = beat + self.every;
        }
        due
    }
}

impl Opened for Capture {
    type Gift = Frame;
    const KIND: Kind = Kind::Video;

    fn open(source: Source, limits: Limits) -> Result<Self, CaptureError> {
        Self::with_limits(source, FRAME, limits)
    }

    fn next(&mut self, deadline: Instant) -> Result<Given<Frame>, CaptureError> {
        Ok(match self.next(deadline)? {
            Seen::Frame(frame) => Given::Some(frame),
            Seen::Lost(loss) => Given::Lost(loss),
            Seen::Nothing => Given::Nothing,
        })
    }
}

#[cfg(test)]
mod tests {
    //! Which frames are taken, and what is made of their bytes.
    use super::*;

    /// How many frames of a camera of one rate are taken in ten seconds at another.
    fn taken(camera: u32, wanted: u32) -> u32 {
        let mut pace = Pace::new(wanted);
        let frames = (0..camera * 10).filter(|frame| pace.is_due(Duration::from_secs(1) * *frame / camera));
        u32::try_from(frames.count()).unwrap()
    }

    #[test]
    fn a_quick_camera_is_slowed_and_a_slow_one_is_not() {
        for (camera, wanted, frames) in
            [(30, 15, 150), (15, 15, 150), (25, 15, 150), (60, 15, 150), (7, 15, 70)]
        {
            let taken = taken(camera, wanted);
            assert!(taken.abs_diff(frames) <= 1, "{taken} of {camera} at {wanted}");
        }
    }

    #[test]
    fn a_frame_late_brings_no_burst() {
        let mut pace = Pace::new(10);
        let ms = Duration::from_millis;
        assert!(pace.is_due(ms(0)) && pace.is_due(ms(5000)));
        assert!(!pace.is_due(ms(5010)) && pace.is_due(ms(5100)));
    }

    #[test]
    fn time_is_the_cameras_and_goes_on_when_that_begins_anew() {
        let ms = Duration::from_millis;
        let mut clock = Clock::default();
        // The second comes late, and was taken when it was taken.
        assert_eq!(clock.at(ms(40), true, ms(700)), ms(700));
        assert_eq!(clock.at(ms(80), false, ms(5700)), ms(740));
        // Pulled out and in again; then a film that is ahead of us ends and begins anew.
        assert_eq!(clock.at(ms(120), true, ms(9000)), ms(9000));
        assert_eq!(clock.at(ms(5120), false, ms(9010)), ms(14_000));
        assert_eq!(clock.at(ms(0), false, ms(9020)), ms(14_000));
        assert_eq!(clock.at(ms(40), false, ms(9030)), ms(14_040));
        // Of a camera without a clock.
        let mut clock = Clock::default();
        let told: Vec<Duration> = [3, 40, 90].map(|here| clock.at(ms(0), here == 3, ms(here))).to_vec();
        assert_eq!(told, [ms(3), ms(40), ms(90)]);
    }

    #[test]
    fn red_comes_first() {
        assert_eq!(rgb(&[1, 2, 3, 9, 4, 5, 6, 9]), [3, 2, 1, 6, 5, 4]);
    }
}
