//! Where contacts come from: a device, a FIFO, a raw file or a recording, all through one decoder.

use crate::decoder::{Decoder, Fed};
use crate::panel::Protocol;
use crate::tape::Tape;
use crate::wire::Wire;
use crate::wire::timespec;
use crate::{Frame, Panel, Placements, TouchError};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::fd::OwnedFd;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where contacts come from, as written on the command line:
/// `PATH` (device node), `PATH,DESC` (FIFO or file of `struct input_event`, and an evemu description) or
/// `PATH.evemu` / `PATH.events,DESC` (a recording, played in its own time; it may hold its own description). `any` is
/// every panel and pen of the machine, for a [`Finder`](crate::Finder).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceSpec {
    pub path: PathBuf,
    pub desc: Option<PathBuf>,
}

impl SourceSpec {
    /// Reads `PATH` or `PATH,DESC`; the last comma divides.
    pub fn parse(text: &str) -> Result<Self, TouchError> {
        let (path, desc) = match text.rsplit_once(',') {
            Some((path, desc)) => (path, Some(desc)),
            None => (text, None),
        };
        if path.is_empty() || desc.is_some_and(str::is_empty) {
            return Err(TouchError::Spec(text.to_owned()));
        }
        Ok(Self { path: path.into(), desc: desc.map(PathBuf::from) })
    }

    /// Every panel and pen there is.
    pub fn is_any(&self) -> bool {
        self.path.as_os_str() == "any" && self.desc.is_none()
    }

    /// A recording in evemu's text format, by its name.
    pub(crate) fn is_recording(&self) -> bool {
        self.path.extension().is_some_and(|end| end == "evemu" || end == "events")
    }
}

/// What a source had to say before its deadline.
#[derive(Debug)]
pub enum Heard {
    Frame(Frame),
    /// The wait is over, somebody called the waker, or only part of a frame came.
    Nothing,
    /// The source said something that made no sense; it was left out and the source goes on.
    Strange(TouchError),
    /// No more will come. The frame lifts what was still down; the reason is there unless the end was regular.
    Ended(Frame, Option<TouchError>),
}

/// Ends another thread's wait in [`Source::next`].
#[derive(Clone, Debug)]
pub struct Waker(Arc<OwnedFd>);

impl Waker {
    pub fn new() -> Result<Self, TouchError> {
        let fd = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK);
        fd.map(|fd| Self(Arc::new(fd))).map_err(|error| TouchError::Lost(error.into()))
    }

    /// From now on every wait of the source returns at once.
    pub fn wake(&self) -> Result<(), TouchError> {
        rustix::io::write(&*self.0, &1u64.to_ne_bytes())
            .map(|_| ())
            .map_err(|error| TouchError::Lost(error.into()))
    }

    /// Sleeps; true if it was woken before the time was over.
    pub fn wait(&self, time: Duration) -> bool {
        let mut fds = [PollFd::new(&*self.0, PollFlags::IN)];
        matches!(poll(&mut fds, Some(&timespec(time))), Ok(count) if count > 0)
    }

    pub(crate) fn fd(&self) -> &OwnedFd {
        &self.0
    }
}

/// An open source. Blocking: give it a thread.
#[derive(Debug)]
pub struct Source {
    decoder: Decoder,
    from: From,
    waker: Waker,
    /// One read can complete several frames; they leave in order.
    ready: VecDeque<Heard>,
    ended: bool,
    time_us: u64,
}

#[derive(Debug)]
enum From {
    Wire(Wire),
    Tape(Tape),
}

impl Source {
    /// `fit_um`: the size of the screen that the panel lies on; contacts are scaled to it. Without it the panel's
    /// own size counts. `placements` say which panels do not lie straight on it.
    pub fn open(
        spec: &SourceSpec,
        fit_um: Option<(i32, i32)>,
        placements: &Placements,
        waker: Waker,
    ) -> Result<Self, TouchError> {
        let (from, description) = if spec.is_recording() {
            let (tape, description) = Tape::open(spec)?;
            (From::Tape(tape), description)
        } else {
            let (wire, description) = Wire::open(spec)?;
            (From::Wire(wire), description)
        };
        let decoder = Decoder::new(Panel::placed(&description, fit_um, placements.of(spec, &description))?);
        let ready = VecDeque::new();
        let mut source = Self { decoder, from, waker, ready, ended: false, time_us: 0 };
        source.read_state();
        Ok(source)
    }

    pub fn panel(&self) -> &Panel {
        self.decoder.panel()
    }

    /// True for a source whose fingers can number more than one.
    pub fn is_multi_touch(&self) -> bool {
        matches!(self.panel().protocol(), Protocol::Slots(count) if count > 1)
    }

    /// True for a device or a FIFO: after its end it can be opened again. A file has nothing more to say.
    pub fn comes_back(&self) -> bool {
        matches!(&self.from, From::Wire(wire) if wire.comes_back())
    }

    /// Waits for the next frame, at most `wait`. After [`Heard::Ended`] it only says so again, without contacts.
    pub fn next(&mut self, wait: Duration) -> Heard {
        if let Some(heard) = self.ready.pop_front() {
            return heard;
        }
        if self.ended {
            return Heard::Ended(Frame::new(self.time_us, Vec::new()), None);
        }
        let read = match &mut self.from {
            From::Wire(wire) => wire.read(&self.waker, wait),
            From::Tape(tape) => tape.read(&self.waker, wait),
        };
        match read {
            Ok(Read::Events(events)) => {
                for event in events {
                    self.feed(event);
                }
            }
            Ok(Read::Nothing) => {}
            Ok(Read::End) => self.end(None),
            Err(error) => self.end(Some(error)),
        }
        self.ready.pop_front().unwrap_or(Heard::Nothing)
    }

    fn feed(&mut self, event: crate::InputEvent) {
        self.time_us = event.time_us;
        match self.decoder.feed(event) {
            Fed::Nothing => {}
            Fed::Frame(frame) => self.ready.push_back(Heard::Frame(frame)),
            Fed::Strange(error) => self.ready.push_back(Heard::Strange(error)),
            Fed::Lost => {
                if !self.read_state() {
                    let frame = self.decoder.lift_all(self.time_us);
                    self.ready.push_back(Heard::Frame(frame));
                }
            }
        }
    }

    /// Feeds a device's present state; false where there is no device to ask.
    fn read_state(&mut self) -> bool {
        let From::Wire(wire) = &self.from else { return false };
        let Some(events) = wire.state(self.decoder.panel(), self.time_us) else { return false };
        for event in events {
            if let Fed::Frame(frame) = self.decoder.feed(event) {
                self.ready.push_back(Heard::Frame(frame));
            }
        }
        true
    }

    fn end(&mut self, why: Option<TouchError>) {
        self.ended = true;
        let frame = self.decoder.lift_all(self.time_us);
        self.ready.push_back(Heard::Ended(frame, why));
    }
}

/// What one read brought.
pub(crate) enum Read {
    Events(Vec<crate::InputEvent>),
    Nothing,
    End,
}

#[cfg(test)]
mod tests;
