//! Which inputs there are, while they come and go.

use std::time::{Duration, Instant};

use gstreamer as gst;
use gstreamer::prelude::*;

use crate::loss::CaptureError;
use crate::source::Source;

/// An input came or left.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It was plugged in.
    Came(Source),
    /// It was plugged out.
    Left(Source),
}

/// Watches for inputs. Blocking: give it a thread of its own.
#[derive(Debug)]
pub struct Monitor {
    monitor: gst::DeviceMonitor,
    bus: gst::Bus,
}

impl Monitor {
    /// Watches from now on.
    ///
    /// # Errors
    /// [`CaptureError::NotInstalled`]: nothing here can tell of inputs.
    pub fn start() -> Result<Self, CaptureError> {
        let missing = |what: String| CaptureError::NotInstalled(what);
        gst::init().map_err(|error| missing(error.to_string()))?;
        let monitor = gst::DeviceMonitor::new();
        for kind in ["Video/Source", "Audio/Source"] {
            // Without a provider of one kind the other kind is still watched.
            if monitor.add_filter(Some(kind), None).is_none() {
                tracing::warn!(kind, "nothing here can tell of such inputs");
            }
        }
        let bus = monitor.bus();
        monitor.start().map_err(|error| missing(error.to_string()))?;
        Ok(Self { monitor, bus })
    }

    /// Those that are there.
    pub fn inputs(&self) -> Vec<Source> {
        self.monitor.devices().into_iter().filter_map(Source::found).collect()
    }

    /// Waits for the next change, at the latest until `deadline`.
    pub fn next(&self, deadline: Instant) -> Option<Change> {
        let kinds = [gst::MessageType::DeviceAdded, gst::MessageType::DeviceRemoved];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let message = self.bus.timed_pop_filtered(clock_time(left), &kinds)?;
            let change = match message.view() {
                gst::MessageView::DeviceAdded(added) => Source::found(added.device()).map(Change::Came),
                gst::MessageView::DeviceRemoved(gone) => Source::found(gone.device()).map(Change::Left),
                _ => None,
            };
            if change.is_some() {
                return change;
            }
        }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.monitor.stop();
    }
}

fn clock_time(time: Duration) -> gst::ClockTime {
    gst::ClockTime::try_from(time).unwrap_or(gst::ClockTime::ZERO)
}
