//! Switches of somebody who cannot touch: an adapter that is not there, as the kernel's own bytes in a FIFO.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use touch::{InputEvent, code};

/// A hand's way from one press to the next, on the adapter's clock.
const APART_US: u64 = 500_000;

/// One of the two.
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// KEY_SPACE: into it, or do it.
    Choose = 57,
    /// KEY_ENTER: on to the next.
    Step = 28,
}

/// The adapter's writing end.
#[derive(Debug)]
pub struct Switches {
    fifo: File,
    time_us: u64,
}

impl Switches {
    /// Plugs the adapter in; the shell is told by the arguments.
    pub(crate) fn make(dir: &Path) -> Result<(Self, [String; 4])> {
        let path = dir.join("switches");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
            .context("the switches' FIFO cannot be made")?;
        let fifo = File::options()
            .read(true)
            .write(true)
            .custom_flags(OFlags::CLOEXEC.bits().cast_signed())
            .open(&path)?;
        let spec = |key: &str| format!("{},{key}", path.display());
        let flag = || "--switch".to_owned();
        Ok((Self { fifo, time_us: 0 }, [flag(), spec("KEY_SPACE"), flag(), spec("KEY_ENTER")]))
    }

    /// Presses one and lets it go.
    pub fn press(&mut self, key: Key) -> Result<()> {
        self.time_us += APART_US;
        let event = |value| InputEvent { time_us: self.time_us, kind: code::EV_KEY, code: key as u16, value };
        let report = InputEvent::report(self.time_us);
        let bytes = [event(1).to_bytes(), report.to_bytes(), event(0).to_bytes(), report.to_bytes()].concat();
        Ok(self.fifo.write_all(&bytes)?)
    }
}
