//! A recording in evemu's text format, played in its own time.

use crate::event::code;
use crate::panel::Description;
use crate::source::{Read, SourceSpec, Waker};
use crate::wire::{read_text, timespec};
use crate::{InputEvent, TouchError, evemu};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The events that have not been played yet.
#[derive(Debug)]
pub(crate) struct Tape {
    events: VecDeque<InputEvent>,
    /// What is wrong with the line after the last good event.
    torn: Option<TouchError>,
    /// When the first event was played, and its recorded time.
    began: Option<(Instant, u64)>,
}

impl Tape {
    pub(crate) fn open(spec: &SourceSpec) -> Result<(Self, Description), TouchError> {
        let text = read_text(&spec.path)?;
        let description = match &spec.desc {
            Some(desc) => evemu::description(&read_text(desc)?)?,
            None => evemu::description(&text)?,
        };
        let mut events = VecDeque::new();
        let mut torn = None;
        for event in evemu::events(&text) {
            match event {
                Ok(event) => events.push_back(event),
                Err(error) => {
                    torn = Some(error);
                    break;
                }
            }
        }
        Ok((Self { events, torn, began: None }, description))
    }

    /// The next frame's events once their time has come.
    pub(crate) fn read(&mut self, waker: &Waker, wait: Duration) -> Result<Read, TouchError> {
        let Some(first) = self.events.front() else {
            return self.torn.take().map_or(Ok(Read::End), Err);
        };
        let (began, recorded) = *self.began.get_or_insert_with(|| (Instant::now(), first.time_us));
        let due = Duration::from_micros(first.time_us.saturating_sub(recorded));
        let left = due.saturating_sub(began.elapsed());
        if !left.is_zero() {
            let mut fds = [PollFd::new(waker.fd(), PollFlags::IN)];
            match poll(&mut fds, Some(&timespec(left.min(wait)))) {
                Ok(0) if left <= wait => {}
                Ok(_) | Err(Errno::INTR) => return Ok(Read::Nothing),
                Err(error) => return Err(TouchError::Lost(error.into())),
            }
        }
        let mut frame = Vec::new();
        while let Some(event) = self.events.pop_front() {
            frame.push(event);
            if event.kind == code::EV_SYN && event.code == code::SYN_REPORT {
                break;
            }
        }
        Ok(Read::Events(frame))
    }
}
