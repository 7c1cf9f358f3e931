//! Recordings in evemu's text format: made of what a device sends, and played into a device of our own.

use crate::evdev::uinput::VirtualDevice;
use crate::event::code;
use crate::source::{Read, SourceSpec, Waker};
use crate::tape::Tape;
use crate::wire::Wire;
use crate::{InputEvent, TouchError, evemu};
use std::io::Write;
use std::time::Duration;

/// Only the waker, an event or the end of the source cut a wait short, so it may be long.
const LISTEN: Duration = Duration::from_secs(3600);

/// Writes down what a device or FIFO is and sends, until it ends or the waker is woken; how many events that were.
/// Whole frames are written at once, so that a recording that is cut off is a whole one. Its time begins at 0.
pub fn record(spec: &SourceSpec, waker: &Waker, mut to: impl Write) -> Result<usize, TouchError> {
    let (mut wire, description) = Wire::open(spec)?;
    let mut put =
        |text: String| to.write_all(text.as_bytes()).and_then(|()| to.flush()).map_err(TouchError::Write);
    put(evemu::write_description(&description))?;
    let (mut frame, mut began, mut count) = (Vec::new(), None, 0);
    loop {
        match wire.read(waker, LISTEN)? {
            Read::Events(events) => {
                for mut event in events {
                    event.time_us = event.time_us.saturating_sub(*began.get_or_insert(event.time_us));
                    frame.push(event);
                    if is_report(&event) {
                        count += frame.len();
                        put(evemu::write_events(&frame))?;
                        frame.clear();
                    }
                }
            }
            Read::Nothing if waker.wait(Duration::ZERO) => return Ok(count),
            Read::Nothing => {}
            Read::End => return Ok(count),
        }
    }
}

/// A recording that was played, and the device it was played into. The kernel forgets what a listener has not read
/// yet when a device goes, and tells nobody how far listeners are; so the device stays plugged in until this is dropped.
#[derive(Debug)]
pub struct Played {
    /// How many events were sent.
    pub events: usize,
    /// What they came from.
    pub device: VirtualDevice,
}

/// Plays a recording in its own time into a device that is made for it, to its end or until the waker is woken.
/// `plugged` is called before the first event, with the device: who listens to it must open it first.
pub fn replay<E: From<TouchError>>(
    spec: &SourceSpec,
    waker: &Waker,
    plugged: impl FnOnce(&VirtualDevice) -> Result<(), E>,
) -> Result<Played, E> {
    let (mut tape, description) = Tape::open(spec)?;
    let mut device = VirtualDevice::new(&description)?;
    plugged(&device)?;
    let mut events = 0;
    loop {
        match tape.read(waker, LISTEN)? {
            Read::Events(frame) => {
                device.send(&frame)?;
                events += frame.len();
            }
            Read::Nothing if waker.wait(Duration::ZERO) => return Ok(Played { events, device }),
            Read::Nothing => {}
            Read::End => return Ok(Played { events, device }),
        }
    }
}

fn is_report(event: &InputEvent) -> bool {
    (event.kind, event.code) == (code::EV_SYN, code::SYN_REPORT)
}

#[cfg(test)]
mod tests;
