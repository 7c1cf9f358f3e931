//! What can go wrong with a screen: before it is lit, as an error that says what to do, and while it is lit.

use rustix::io::Errno;
use std::io;
use std::path::PathBuf;

/// Why the graphics device could not be used.
#[derive(Debug, thiserror::Error)]
pub enum DrmError {
    #[error("no graphics device: /dev/dri has no card; load its driver, or use --output window or memory")]
    NoCard,
    #[error(
        "{path} cannot be opened: {source}; check that it exists and that this user is in the group video"
    )]
    Open { path: PathBuf, source: io::Error },
    #[error("another program drives {path}; end the desktop session or boot splash, or use --output window")]
    Taken { path: PathBuf },
    #[error("{path} ({driver}) has no plain buffers to draw into; use --output window under a compositor")]
    NoBuffers { path: PathBuf, driver: String },
    #[error("no screen is connected to {path}; switch the panel on and check its cable")]
    NoScreen { path: PathBuf },
    #[error("the screen at {path} has no mode of {wanted}; set --size to one it has: {offered}")]
    NoMode { path: PathBuf, wanted: String, offered: String },
    #[error("{path} refused to {what}: {source}")]
    Refused { path: PathBuf, what: &'static str, source: io::Error },
}

/// Why a lit screen went dark.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(
        "another program took the screen (or a console was switched to); it comes back when that one ends"
    )]
    Taken,
    #[error("the graphics device is gone")]
    Gone,
    #[error("the screen was unplugged or switched off")]
    Unplugged,
    #[error("a screen was plugged in, or has other modes now")]
    Changed,
    #[error("the driver is still busy")]
    Busy,
    #[error("a flip was never shown")]
    Silent,
    #[error("the driver cannot flip")]
    NoFlips,
    #[error("the kernel refused: {0}")]
    Refused(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match Errno::from_io_error(&error) {
            // Every mode-setting call of a program that is no longer master is answered so.
            Some(Errno::ACCESS | Errno::PERM) => Self::Taken,
            Some(Errno::NODEV | Errno::NXIO | Errno::IO | Errno::NOENT) => Self::Gone,
            Some(Errno::BUSY) => Self::Busy,
            _ => Self::Refused(error),
        }
    }
}
