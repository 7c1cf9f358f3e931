//! One camera: opened from a [`Source`], asked for the next [`Sight`] until it fails, then opened anew by its owner.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::glance::Glance;
use crate::pipeline::{Pipeline, Pulled};
use crate::source::Source;
use crate::watch::{Sight, Watch};

mod measure;

pub use measure::Measured;

/// No frame for so long means the camera hangs. Slow MJPEG cameras send one picture a second.
const STALLED_AFTER: Duration = Duration::from_secs(3);
/// A camera may take this long to its first frame: USB enumeration, sensor start, HTTP connect.
const FIRST_FRAME_WITHIN: Duration = Duration::from_secs(8);
/// How long one wait for a frame lasts at most, so that bus errors are seen between two waits.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Why a camera gives no frames. After any of these the camera is over: drop it and open it again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    /// GStreamer or one of its elements is not installed.
    #[error(
        "the camera needs software that is not installed ({0}): install Debian's gstreamer1.0-plugins-good and -bad; for a gst: camera, check its description"
    )]
    NotInstalled(String),
    /// The device, file or address could not be opened.
    #[error(
        "the camera {source_name} cannot be opened: check that it is plugged in, switched on and not in use ({why})"
    )]
    CannotOpen {
        /// The device, file or address.
        source_name: String,
        /// What GStreamer said.
        why: String,
    },
    /// It worked and then failed: unplugged, or the connection broke.
    #[error("the camera {source_name} was lost: check its cable or network ({why})")]
    Lost {
        /// The device, file or address.
        source_name: String,
        /// What GStreamer said.
        why: String,
    },
    /// The video or stream is over.
    #[error("the camera {source_name} ended its stream: check that the camera or the video is still there")]
    Ended {
        /// The device, file or address.
        source_name: String,
    },
    /// Still connected, but no frame came for too long.
    #[error("the camera {source_name} sends no picture: unplug it and plug it in again")]
    Stalled {
        /// The device, file or address.
        source_name: String,
    },
}

/// An open camera. Blocking: give it a thread of its own.
#[derive(Debug)]
pub struct Camera {
    pipeline: Pipeline,
    watch: Watch,
    last_frame: Instant,
    any_frame: bool,
    age: Option<Duration>,
    glance: Option<Glance>,
    source_name: String,
    /// Where it lies, if it is a device of this machine.
    device: Option<PathBuf>,
}

impl Camera {
    /// Opens the source. A device or address that answers later still opens here and fails in [`Camera::next`].
    pub fn open(source: Source) -> Result<Self, CameraError> {
        let pipeline = Pipeline::start(&source)?;
        let device = match source {
            Source::Device(path) => Some(path),
            _ => None,
        };
        Ok(Self {
            device,
            source_name: pipeline.source_name().to_owned(),
            pipeline,
            watch: Watch::new(),
            last_frame: Instant::now(),
            any_frame: false,
            age: None,
            glance: None,
        })
    }

    /// Looks until something is to be told, at the latest until `deadline` (then [`Sight::Nothing`]).
    ///
    /// Always looks at one frame if one is there, even when the deadline has passed.
    ///
    /// # Errors
    /// [`CameraError`], after which this camera gives nothing more.
    pub fn next(&mut self, deadline: Instant) -> Result<Sight, CameraError> {
        loop {
            let wait = deadline.saturating_duration_since(Instant::now()).min(LOOK_EVERY);
            match self.pipeline.pull(wait, self.any_frame)? {
                Pulled::Frame(frame) => {
                    self.last_frame = Instant::now();
                    self.any_frame = true;
                    self.age = frame.age;
                    self.glance = Glance::of(&frame.gray, frame.width, frame.height);
                    let sight = self.watch.look(&frame.gray, frame.width, frame.height, self.last_frame);
                    if sight != Sight::Nothing {
                        return Ok(sight);
                    }
                }
                Pulled::None => self.check_silent()?,
            }
            if Instant::now() >= deadline {
                return Ok(Sight::Nothing);
            }
        }
    }

    /// The frame that was looked at last, small; once.
    pub fn take_glance(&mut self) -> Option<Glance> {
        self.glance.take()
    }

    /// How long ago the frame that was looked at last had been taken when it came to be looked at; none where the source
    /// does not stamp its frames.
    pub fn frame_age(&self) -> Option<Duration> {
        self.age
    }

    /// How long this camera has run, in the time that its frames are stamped with.
    pub fn running_time(&self) -> Option<Duration> {
        self.pipeline.running_time()
    }

    fn check_silent(&self) -> Result<(), CameraError> {
        let limit = if self.any_frame { STALLED_AFTER } else { FIRST_FRAME_WITHIN };
        let late = self.last_frame.elapsed() > limit;
        silent(&self.source_name, self.device.as_deref(), self.any_frame, late)
    }
}

/// What is wrong with a camera that sends nothing now and of which GStreamer says nothing: of one in some hundred that are
/// pulled out it never does. Nobody can unplug what is gone.
fn silent(source_name: &str, device: Option<&Path>, worked: bool, late: bool) -> Result<(), CameraError> {
    let source_name = source_name.to_owned();
    let why = || "it is gone".to_owned();
    match device.is_some_and(|path| !path.exists()) {
        true if worked => Err(CameraError::Lost { source_name, why: why() }),
        true => Err(CameraError::CannotOpen { source_name, why: why() }),
        false if late => Err(CameraError::Stalled { source_name }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    //! What is said of a camera that sends nothing.
    use super::*;

    #[test]
    fn one_that_is_gone_is_not_to_be_unplugged() {
        let here = tempfile::NamedTempFile::new().unwrap();
        let said = |device: Option<&Path>, worked, late| silent("cam", device, worked, late);
        assert_eq!(said(Some(here.path()), true, false), Ok(()));
        assert!(matches!(said(Some(here.path()), true, true), Err(CameraError::Stalled { .. })));
        assert!(
            matches!(said(None, true, true), Err(CameraError::Stalled { .. })),
            "a stream has no place of its own"
        );
        let path = here.into_temp_path();
        let gone = path.to_path_buf();
        path.close().unwrap();
        for late in [false, true] {
            assert!(matches!(said(Some(&gone), true, late), Err(CameraError::Lost { .. })));
            assert!(matches!(said(Some(&gone), false, late), Err(CameraError::CannotOpen { .. })));
        }
    }
}
