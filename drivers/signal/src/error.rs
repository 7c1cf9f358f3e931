//! Why a light or buzzer does not work, in words for whoever stands in front of it.

use std::io;
use std::path::{Path, PathBuf};

/// Why a light or buzzer does not work. It is opened again by itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignalError {
    /// Nothing is there.
    #[error("there is no {path}: check that the light or buzzer is plugged in and that kiosk.toml names it")]
    NotFound {
        /// What was opened.
        path: PathBuf,
    },
    /// It is there but may not be used.
    #[error("{path} may not be written: check that the rules of /usr/lib/udev/rules.d are installed")]
    Forbidden {
        /// What was opened.
        path: PathBuf,
    },
    /// It is no light of the LED class.
    #[error("{path} is no light of the kernel's LED class ({why}): name a directory of /sys/class/leds")]
    NoLight {
        /// What was opened.
        path: PathBuf,
        /// What is missing.
        why: &'static str,
    },
    /// It makes no sounds.
    #[error("{path} makes no sounds: name an input device of a speaker or beeper")]
    NoBuzzer {
        /// What was opened.
        path: PathBuf,
    },
    /// It worked and then failed.
    #[error("{path} was lost: check its cable ({why})")]
    Lost {
        /// What was written.
        path: PathBuf,
        /// What the kernel said.
        why: io::ErrorKind,
    },
    /// A write does not come back.
    #[error("{path} hangs: unplug it and plug it in again")]
    Hung {
        /// What was written.
        path: PathBuf,
    },
}

impl SignalError {
    /// Of an attempt to open.
    pub(crate) fn opening(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            io::ErrorKind::PermissionDenied => Self::Forbidden { path },
            why => Self::Lost { path, why },
        }
    }
}
