//! The kernel's side: which devices are there, which of them is a scanner, and opening it.
//!
//! A device is only opened after it has proved to be a character device, and is locked while it is ours: a serial port
//! and a HID device by an advisory lock, as the card reader locks its port, a keyboard by the kernel's own grab.

mod evdev;
mod find;
mod hidraw;
mod ioctl;
mod tty;

use std::fmt;
use std::path::{Path, PathBuf};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{FileType, FlockOperation, Mode, OFlags, flock, fstat, stat};
use rustix::io::Errno;

use crate::decoding::Manner;
use crate::error::{Missing, ScannerError};
use crate::hidpos;
use crate::quirks::{self, Quirks};
use crate::scanner::{Bay, Opened};
use crate::source::{Place, Source};

/// Who a device says it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Identity {
    name: String,
    vendor: u16,
    product: u16,
}

impl Identity {
    fn is_scanner(&self) -> bool {
        quirks::of(self.vendor, self.product).is_some() || quirks::is_named(&self.name)
    }
}

/// How a scanner presents itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presents {
    /// As a keyboard.
    Keyboard,
    /// As a HID POS scanner.
    HidPos,
    /// As a serial port.
    Serial,
}

impl fmt::Display for Presents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keyboard => "keyboard",
            Self::HidPos => "HID POS scanner",
            Self::Serial => "serial port",
        })
    }
}

/// One device that a self-test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its node.
    pub place: PathBuf,
    /// How it presents itself.
    pub presents: Presents,
    /// The name it gives itself.
    pub name: String,
    /// Its USB vendor, 0 where it has none.
    pub vendor: u16,
    /// Its USB product.
    pub product: u16,
    /// A scanner for sure; else a keyboard that may be one.
    pub known: bool,
    /// Whether it can be used. A scanner that the till uses right now is [`Missing::InUse`].
    pub opens: Result<(), Missing>,
}

/// What a self-test found: at least one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The devices, scanners first.
    pub found: Vec<Found>,
}

/// Looks for the scanner, opens it for a moment, and says what it saw. Nothing is read from it.
///
/// # Errors
/// [`ScannerError::Missing`] where nothing is there that could be a scanner.
pub fn check(source: &Source) -> Result<Report, ScannerError> {
    Ports::new(source.clone()).check().map_err(ScannerError::Missing)
}

/// The machine's ports, and what is looked for there.
#[derive(Debug)]
pub(crate) struct Ports {
    source: Source,
    dev: PathBuf,
    sys: PathBuf,
}

/// A device that is open, but not taken.
struct Candidate {
    place: PathBuf,
    fd: OwnedFd,
    identity: Identity,
    manner: Presented,
}

/// What a search found.
struct Search {
    /// Scanners for sure.
    sure: Vec<Candidate>,
    /// Keyboards that may be one.
    keyboards: Vec<Candidate>,
    /// Why a scanner for sure could not be opened.
    failed: Option<Missing>,
}

enum Presented {
    Keyboard,
    HidPos(hidpos::Layout),
    Serial,
}

impl Ports {
    pub(crate) fn new(source: Source) -> Self {
        Self { source, dev: "/dev".into(), sys: "/sys".into() }
    }

    fn search(&self, held: &[PathBuf]) -> Search {
        let (mut sure, mut keyboards, mut failed) = (Vec::new(), Vec::new(), None);
        let free = |path: &PathBuf| !held.contains(path);
        for path in find::nodes(&self.dev, "hidraw").into_iter().filter(free) {
            // Whoever may not open one cannot know whether it is a scanner.
            sure.extend(self.candidate(&path, Some(Presents::HidPos)));
        }
        for path in find::nodes(&self.dev.join("input"), "event").into_iter().filter(free) {
            match self.candidate(&path, Some(Presents::Keyboard)) {
                Ok(candidate) if candidate.identity.is_scanner() => sure.push(candidate),
                Ok(candidate) => keyboards.push(candidate),
                Err(_) => {}
            }
        }
        for path in find::nodes(&self.dev.join("serial/by-id"), "").into_iter().filter(free) {
            // Known before it is opened: opening a port moves its lines, and it may be the card reader's.
            let identity = find::port_identity(&self.sys, &path);
            if identity.is_scanner() || quirks::is_named(&path.to_string_lossy()) {
                match self.candidate(&path, Some(Presents::Serial)) {
                    Ok(candidate) => sure.push(candidate),
                    Err(why) => failed = Some(why),
                }
            }
        }
        Search { sure, keyboards, failed }
    }

    /// Opens a device and asks it what it is; where `only` is given it must be that.
    fn candidate(&self, path: &Path, only: Option<Presents>) -> Result<Candidate, Missing> {
        let fd = evdev::open(path).map_err(missing)?;
        let place = path.to_owned();
        let may_be = |presents| only.is_none_or(|only| only == presents);
        if may_be(Presents::HidPos)
            && let Ok(descriptor) = hidraw::descriptor(&fd)
        {
            let layout = hidpos::Layout::find(&descriptor).ok_or(Missing::Silent)?;
            let identity = hidraw::identity(&fd).unwrap_or_default();
            return Ok(Candidate { place, fd, identity, manner: Presented::HidPos(layout) });
        }
        if may_be(Presents::Keyboard)
            && let Ok(identity) = evdev::identity(&fd)
        {
            if !evdev::is_keyboard(&fd).map_err(missing)? {
                return Err(Missing::Silent);
            }
            return Ok(Candidate { place, fd, identity, manner: Presented::Keyboard });
        }
        if may_be(Presents::Serial) && tty::is_terminal(&fd) {
            let identity = find::port_identity(&self.sys, path);
            return Ok(Candidate { place, fd, identity, manner: Presented::Serial });
        }
        Err(Missing::Silent)
    }

    /// Locks a device, and sets it up.
    fn take(&self, candidate: Candidate, proven: bool) -> Result<Opened, Missing> {
        let Candidate { place, fd, identity, manner } = candidate;
        let known = quirks::of(identity.vendor, identity.product).unwrap_or(Quirks::PLAIN);
        let manner = match manner {
            Presented::Keyboard => {
                evdev::set_clock(&fd)?;
                if proven {
                    evdev::claim(&fd)?;
                }
                Manner::Keyboard(self.source.layout.unwrap_or(known.layout))
            }
            Presented::HidPos(layout) => {
                lock(&fd)?;
                Manner::HidPos(layout)
            }
            Presented::Serial => {
                lock(&fd)?;
                tty::set_up(&fd, self.source.speed, self.source.parity)?;
                Manner::Serial
            }
        };
        let suffix = self.source.suffix.unwrap_or(known.suffix);
        let prefix = self.source.prefix.clone().unwrap_or_else(|| known.prefix.to_vec());
        Ok(Opened { place, fd, manner, suffix, prefix, proven })
    }

    fn check(&self) -> Result<Report, Missing> {
        let Search { sure, keyboards, failed } = match &self.source.place {
            Place::Node(path) => {
                Search { sure: vec![self.candidate(path, None)?], keyboards: Vec::new(), failed: None }
            }
            Place::Auto => self.search(&[]),
        };
        let sure = sure.into_iter().map(|candidate| self.try_out(candidate, true));
        let keyboards = keyboards.into_iter().map(|candidate| self.try_out(candidate, false));
        let found: Vec<Found> = sure.chain(keyboards).collect();
        if found.is_empty() { Err(failed.unwrap_or(Missing::Unplugged)) } else { Ok(Report { found }) }
    }

    fn try_out(&self, candidate: Candidate, known: bool) -> Found {
        let (place, Identity { name, vendor, product }) =
            (candidate.place.clone(), candidate.identity.clone());
        let presents = match candidate.manner {
            Presented::Keyboard => Presents::Keyboard,
            Presented::HidPos(_) => Presents::HidPos,
            Presented::Serial => Presents::Serial,
        };
        let opens = self.take(candidate, known).map(drop);
        Found { place, presents, name, vendor, product, known, opens }
    }
}

impl Bay for Ports {
    fn open(&mut self, held: &[PathBuf]) -> Result<Vec<Opened>, Missing> {
        let Search { sure, keyboards, failed } = match &self.source.place {
            Place::Node(path) => return Ok(vec![self.take(self.candidate(path, None)?, true)?]),
            Place::Auto => self.search(held),
        };
        let mut failed = failed.unwrap_or(Missing::Unplugged);
        for candidate in sure {
            match self.take(candidate, true) {
                Ok(opened) => return Ok(vec![opened]),
                Err(why) => failed = why,
            }
        }
        let opened: Vec<Opened> =
            keyboards.into_iter().filter_map(|keyboard| self.take(keyboard, false).ok()).collect();
        if opened.is_empty() { Err(failed) } else { Ok(opened) }
    }

    fn claim(&mut self, line: BorrowedFd<'_>) -> Result<(), Missing> {
        evdev::claim(line)
    }

    fn keys_down(&mut self, line: BorrowedFd<'_>) -> Vec<u16> {
        evdev::keys_down(line).unwrap_or_default()
    }
}

/// Opens a character device without waiting for a modem, and without making it our terminal.
fn open(path: &Path, write: bool) -> Result<OwnedFd, Errno> {
    let is_device = |mode| FileType::from_raw_mode(mode) == FileType::CharacterDevice;
    // A name that once was a device may be a plain file by now: whoever wrote to it made it.
    if !is_device(stat(path)?.st_mode) {
        return Err(Errno::NOTTY);
    }
    let access = if write { OFlags::RDWR } else { OFlags::RDONLY };
    let fd =
        rustix::fs::open(path, access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
    if is_device(fstat(&fd)?.st_mode) { Ok(fd) } else { Err(Errno::NOTTY) }
}

fn lock(fd: impl AsFd) -> Result<(), Missing> {
    flock(fd, FlockOperation::NonBlockingLockExclusive).map_err(missing)
}

/// What an error of the kernel means for whoever stands there.
fn missing(error: Errno) -> Missing {
    match error {
        Errno::ACCESS | Errno::PERM => Missing::Forbidden,
        Errno::BUSY | Errno::WOULDBLOCK => Missing::InUse,
        Errno::NOTTY | Errno::INVAL | Errno::IO => Missing::Silent,
        _ => Missing::Unplugged,
    }
}

/// The kernel's text, up to its first NUL.
fn text(bytes: &[u8]) -> String {
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests;
