//! The kernel's binary events from a device node, a FIFO or a raw file.

use crate::panel::Description;
use crate::source::{Read, SourceSpec, Waker};
use crate::{InputEvent, Panel, TouchError, evdev, evemu};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::fs::{File, FileType, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

/// Events taken in one read: at 240 Hz and 40 contacts a frame has about 160.
const AT_ONCE: usize = 256;

/// An open descriptor and the bytes of an event that is not complete yet.
#[derive(Debug)]
pub(crate) struct Wire {
    file: File,
    is_device: bool,
    is_fifo: bool,
    part: Vec<u8>,
}

impl Wire {
    pub(crate) fn open(spec: &SourceSpec) -> Result<(Self, Description), TouchError> {
        let cannot = |error: std::io::Error| TouchError::Open { path: spec.path.clone(), source: error };
        let kind: FileType = std::fs::metadata(&spec.path).map_err(cannot)?.file_type();
        let is_device = kind.is_char_device();
        // Without NONBLOCK the opening of a FIFO would wait for its writer, where no waker reaches it.
        let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(&spec.path);
        let file = file.map_err(cannot)?;
        let description = if is_device {
            let no = |source| TouchError::NotADevice { path: spec.path.clone(), source };
            let description = evdev::describe(&file).map_err(no)?;
            evdev::claim(&file).map_err(|error| match error.kind() {
                ErrorKind::ResourceBusy => TouchError::Busy(spec.path.clone()),
                _ => cannot(error),
            })?;
            description
        } else {
            let desc = spec.desc.as_ref().ok_or_else(|| TouchError::NoDescription(spec.path.clone()))?;
            evemu::description(&read_text(desc)?)?
        };
        Ok((Self { file, is_device, is_fifo: kind.is_fifo(), part: Vec::new() }, description))
    }

    /// A device of keys, or a FIFO or file of its events; no description is needed.
    pub(crate) fn open_keys(path: &Path) -> Result<Self, TouchError> {
        let cannot = |error: std::io::Error| TouchError::Open { path: path.to_owned(), source: error };
        let kind = std::fs::metadata(path).map_err(cannot)?.file_type();
        let is_device = kind.is_char_device();
        let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path).map_err(cannot)?;
        if is_device {
            evdev::claim(&file).map_err(|error| match error.kind() {
                ErrorKind::ResourceBusy => TouchError::Busy(path.to_owned()),
                _ => TouchError::NotADevice { path: path.to_owned(), source: error },
            })?;
        }
        Ok(Self { file, is_device, is_fifo: kind.is_fifo(), part: Vec::new() })
    }

    /// Waits for events, the waker or the deadline.
    pub(crate) fn read(&mut self, waker: &Waker, wait: Duration) -> Result<Read, TouchError> {
        let mut fds = [PollFd::new(&self.file, PollFlags::IN), PollFd::new(waker.fd(), PollFlags::IN)];
        match poll(&mut fds, Some(&timespec(wait))) {
            Ok(0) | Err(Errno::INTR) => return Ok(Read::Nothing),
            Ok(_) => {}
            Err(error) => return Err(TouchError::Lost(error.into())),
        }
        if !fds[1].revents().is_empty() || fds[0].revents().is_empty() {
            return Ok(Read::Nothing);
        }
        let mut bytes = [0u8; AT_ONCE * InputEvent::BYTES];
        match self.file.read(&mut bytes) {
            Ok(0) if self.part.is_empty() => Ok(Read::End),
            Ok(0) => Err(TouchError::Torn(self.part.len())),
            Ok(count) => Ok(Read::Events(self.split(bytes.get(..count).unwrap_or_default()))),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                Ok(Read::Nothing)
            }
            Err(error) => Err(TouchError::Lost(error)),
        }
    }

    pub(crate) fn comes_back(&self) -> bool {
        self.is_device || self.is_fifo
    }

    /// The device's present state as events, or `None` where there is no device.
    pub(crate) fn state(&self, panel: &Panel, time_us: u64) -> Option<Vec<InputEvent>> {
        if !self.is_device {
            return None;
        }
        evdev::state(&self.file, panel, time_us).ok()
    }

    fn split(&mut self, bytes: &[u8]) -> Vec<InputEvent> {
        self.part.extend_from_slice(bytes);
        let (whole, rest) = self.part.as_chunks::<{ InputEvent::BYTES }>();
        let events = whole.iter().map(InputEvent::from_bytes).collect();
        self.part = rest.to_vec();
        events
    }
}

/// Reads a description or a recording.
pub(crate) fn read_text(path: &Path) -> Result<String, TouchError> {
    /// The largest recording taken into memory: a lesson of forty contacts at 240 Hz, many times over.
    const LIMIT_MB: u64 = 256;
    let cannot = |source: std::io::Error| TouchError::Open { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(cannot)?.len() > LIMIT_MB << 20 {
        return Err(TouchError::TooLarge(path.to_owned(), LIMIT_MB));
    }
    let bytes = std::fs::read(path).map_err(cannot)?;
    // Comments may hold device names in any encoding; events are ASCII.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub(crate) fn timespec(wait: Duration) -> Timespec {
    // A wait beyond what the kernel's clock can name is as good as for ever.
    let tv_sec = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
    Timespec { tv_sec, tv_nsec: i64::from(wait.subsec_nanos()) }
}
