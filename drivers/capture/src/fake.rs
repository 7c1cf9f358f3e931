//! Inputs that can be plugged in and out, fall silent and come back.
//!
//! They are devices of a provider of GStreamer's own kind, so the monitor finds them as it finds real ones, and their
//! elements are built into the same pipelines.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use gstreamer as gst;
use gstreamer::glib;
use gstreamer::prelude::*;

use crate::loss::CaptureError;
use crate::source::{Kind, Source};

mod device;
mod provider;

/// An input. It is gone when it is dropped.
#[derive(Debug)]
pub struct Input {
    device: device::Device,
}

impl Input {
    /// Plugs an input in. `description` is that of an element in GStreamer's words, such as
    /// `videotestsrc is-live=true pattern=ball` or `audiotestsrc is-live=true`.
    ///
    /// # Errors
    /// GStreamer is not there.
    pub fn plug(kind: Kind, name: &str, description: &str) -> Result<Self, CaptureError> {
        gst::init().map_err(|error| CaptureError::NotInstalled(error.to_string()))?;
        register()?;
        let input = Self { device: device::Device::new(kind, name, description) };
        input.plug_again();
        Ok(input)
    }

    /// As the monitor would give it.
    pub fn source(&self) -> Option<Source> {
        Source::found(self.device.clone().upcast())
    }

    /// Plugs it out: what runs fails, and it cannot be opened.
    pub fn unplug(&self) {
        self.device.unplug();
        plugged().retain(|device| device != &self.device);
        if let Some(provider) = provider::running() {
            provider.device_remove(&self.device);
        }
    }

    /// Plugs it in again.
    pub fn plug_again(&self) {
        self.device.plug();
        plugged().push(self.device.clone());
        if let Some(provider) = provider::running() {
            provider.device_add(&self.device);
        }
    }

    /// From now on nothing comes, and nothing says why.
    pub fn stall(&self) {
        self.device.stall(true);
    }

    /// It comes again, once it has been opened anew.
    pub fn go_on(&self) {
        self.device.stall(false);
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// What is plugged in, for a monitor that starts later.
static PLUGGED: Mutex<Vec<device::Device>> = Mutex::new(Vec::new());

fn plugged() -> MutexGuard<'static, Vec<device::Device>> {
    PLUGGED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Once a process.
fn register() -> Result<(), CaptureError> {
    static DONE: OnceLock<Result<(), glib::BoolError>> = OnceLock::new();
    let kind = provider::Provider::static_type;
    let done =
        DONE.get_or_init(|| gst::DeviceProvider::register(None, "daisfake", gst::Rank::PRIMARY, kind()));
    done.clone().map_err(|error| CaptureError::NotInstalled(error.to_string()))
}
