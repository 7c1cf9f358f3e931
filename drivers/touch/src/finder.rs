//! Finds the panels and pens of the machine: those that are there, and those that are plugged in later.

use crate::source::{SourceSpec, Waker};
use crate::wire::timespec;
use crate::{Description, TouchError, evdev};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::OwnedFd;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where the kernel makes the nodes of input devices.
const FOLDER: &str = "/dev/input";
/// Room for the changes of one look; more are read at the next.
const CHANGES: usize = 4096;

/// A panel that was not there before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    pub spec: SourceSpec,
    pub description: Description,
}

/// Looks for panels. Blocking: give it a thread.
#[derive(Debug)]
pub struct Finder {
    folder: PathBuf,
    watch: OwnedFd,
    waker: Waker,
    /// Nodes that need no look until they go: they were found, or are none of ours.
    known: BTreeSet<OsString>,
    /// Something has changed since the last look.
    changed: bool,
}

impl Finder {
    pub fn new(waker: Waker) -> Result<Self, TouchError> {
        Self::of(Path::new(FOLDER), waker)
    }

    fn of(folder: &Path, waker: Waker) -> Result<Self, TouchError> {
        let cannot = |error: Errno| TouchError::Open { path: folder.to_owned(), source: error.into() };
        let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).map_err(cannot)?;
        // A node is made before we may open it: its rights come a moment later.
        let changes = WatchFlags::CREATE | WatchFlags::ATTRIB | WatchFlags::DELETE | WatchFlags::MOVED_TO;
        inotify::add_watch(&watch, folder, changes).map_err(cannot)?;
        Ok(Self { folder: folder.to_owned(), watch, waker, known: BTreeSet::new(), changed: true })
    }

    /// Waits for the next panel, at most `wait`. `None` when the wait is over or somebody called the waker.
    ///
    /// # Errors
    /// When the kernel no longer tells of changes; a node that cannot be opened is none.
    pub fn next(&mut self, wait: Duration) -> Result<Option<Found>, TouchError> {
        let until = Instant::now().checked_add(wait);
        loop {
            if self.changed {
                match self.look() {
                    Some(found) => return Ok(Some(found)),
                    None => self.changed = false,
                }
            }
            let left = until.map_or(wait, |until| until.saturating_duration_since(Instant::now()));
            let mut fds =
                [PollFd::new(&self.watch, PollFlags::IN), PollFd::new(self.waker.fd(), PollFlags::IN)];
            match poll(&mut fds, Some(&timespec(left))) {
                Ok(0) => return Ok(None),
                Err(Errno::INTR) => continue,
                Ok(_) if !fds[1].revents().is_empty() => return Ok(None),
                Ok(_) => self.changes()?,
                Err(error) => return Err(TouchError::Lost(error.into())),
            }
        }
    }

    /// Takes in what the kernel says has changed.
    fn changes(&mut self) -> Result<(), TouchError> {
        let mut room = [MaybeUninit::uninit(); CHANGES];
        let mut reader = inotify::Reader::new(&self.watch, &mut room);
        loop {
            match reader.next() {
                Ok(change) => {
                    self.changed = true;
                    let name = change.file_name().map(|name| OsString::from_vec(name.to_bytes().to_vec()));
                    match name {
                        // What comes under a name that was gone is another device.
                        Some(name) if change.events().intersects(ReadFlags::DELETE | ReadFlags::CREATE) => {
                            self.known.remove(&name);
                        }
                        Some(_) => {}
                        // Changes were lost: everything is looked at again. Who has a panel keeps it.
                        None => self.known.clear(),
                    }
                }
                Err(Errno::AGAIN) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(TouchError::Lost(error.into())),
            }
        }
    }

    /// The next node that is a panel and was not known.
    fn look(&mut self) -> Option<Found> {
        let mut names: Vec<OsString> =
            std::fs::read_dir(&self.folder).ok()?.filter_map(|entry| Some(entry.ok()?.file_name())).collect();
        names.sort_by_key(|name| (name.len(), name.clone()));
        for name in names {
            if !name.as_encoded_bytes().starts_with(b"event") || self.known.contains(&name) {
                continue;
            }
            let path = self.folder.join(&name);
            // One that may not be opened yet is looked at again when its rights change.
            let Ok(file) = File::open(&path) else { continue };
            let described = evdev::describe(&file);
            self.known.insert(name);
            if let Ok(description) = described
                && description.is_on_screen()
            {
                return Some(Found { spec: SourceSpec { path, desc: None }, description });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
