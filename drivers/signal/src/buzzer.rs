//! A buzzer: an input device that sounds, such as the PC speaker or a beeper on a pin.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::annunciator::Output;
use crate::error::SignalError;
use crate::evdev::EventFile;
use crate::event::Voice;
use crate::pattern::{self, Moment};
use crate::signal::{Hertz, Signal, Volume};

/// An open input device.
pub trait Node: Send {
    /// Its bits of `EV_SND`.
    ///
    /// # Errors
    /// It is no input device, or is gone.
    fn sounds(&self) -> io::Result<u32>;

    /// One write; how many bytes it took.
    ///
    /// # Errors
    /// It is gone.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;
}

/// A buzzer. It falls silent when it is dropped.
#[derive(Debug)]
pub struct Buzzer<N: Node = EventFile> {
    path: PathBuf,
    node: N,
    voice: Voice,
}

impl Buzzer<EventFile> {
    /// Opens a device such as `/dev/input/by-path/platform-pcspkr-event-spkr`.
    ///
    /// # Errors
    /// [`SignalError`]: not there, not writable, no buzzer.
    pub fn open(path: &Path) -> Result<Self, SignalError> {
        let node = EventFile::open(path).map_err(|error| SignalError::opening(path, &error))?;
        Self::over(path, node)
    }
}

impl<N: Node> Buzzer<N> {
    /// The buzzer of an open device. It is silenced first: the kernel goes on with a tone whose program has died.
    ///
    /// # Errors
    /// [`SignalError::NoBuzzer`] or [`SignalError::Lost`].
    pub fn over(path: &Path, node: N) -> Result<Self, SignalError> {
        let bits = node.sounds().map_err(|error| match error.raw_os_error() {
            Some(code) if code == rustix::io::Errno::NOTTY.raw_os_error() => {
                SignalError::NoBuzzer { path: path.to_owned() }
            }
            _ => SignalError::Lost { path: path.to_owned(), why: error.kind() },
        })?;
        let voice = Voice::of(bits).ok_or_else(|| SignalError::NoBuzzer { path: path.to_owned() })?;
        let mut buzzer = Self { path: path.to_owned(), node, voice };
        buzzer.sound(None)?;
        Ok(buzzer)
    }

    /// Starts a tone, or ends it.
    ///
    /// # Errors
    /// [`SignalError::Lost`], after which it has to be opened anew.
    pub fn sound(&mut self, tone: Option<Hertz>) -> Result<(), SignalError> {
        let events = self.voice.events(tone);
        let lost = |why| SignalError::Lost { path: self.path.clone(), why };
        let written = self.node.write(&events).map_err(|error| lost(error.kind()))?;
        if written == events.len() { Ok(()) } else { Err(lost(io::ErrorKind::WriteZero)) }
    }
}

impl<N: Node> Drop for Buzzer<N> {
    fn drop(&mut self) {
        if let Err(error) = self.sound(None) {
            tracing::debug!(%error, "a buzzer was not silenced");
        }
    }
}

impl<N: Node> Output for Buzzer<N> {
    type Level = Option<Hertz>;
    const REST: Option<Hertz> = None;
    const CHANGES_AFTER: Duration = Duration::ZERO;

    fn due(signal: Signal, volume: Volume, since: Duration) -> Moment<Option<Hertz>> {
        pattern::heard(signal, volume, since)
    }

    fn apply(&mut self, level: Option<Hertz>) -> Result<(), SignalError> {
        self.sound(level)
    }
}
