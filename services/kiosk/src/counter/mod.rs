//! The counter: camera, card reader and what else stands there, each on a thread of its own, become one stream of
//! tenders.
//!
//! What is presented while no payment waits for it is dropped here, and once more by the till. A device that fails
//! is opened again by itself, ever more slowly up to a limit, and its state is published.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use ::camera::Source;
use api::kiosk::{Device, DeviceState};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use crate::actor::{Mail, Screen, Sensed};
use crate::run::Clock;

mod camera;
mod reader;
mod signal;

pub use reader::CardReader;
use signal::Signals;
pub use signal::{BuzzerPlace, QuietHours};

/// Pauses before a failed device is opened again: the first, doubled each time, up to the last. A replugged device
/// is back within five seconds, a missing one costs next to nothing.
const REOPEN_FIRST: Duration = Duration::from_millis(250);
const REOPEN_MOST: Duration = Duration::from_secs(5);
/// Longest wait inside a driver, so that a stop and a change of listening are noticed.
const LOOK: Duration = Duration::from_millis(300);

/// Where the counter's devices are; none where the kiosk has none.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Where codes are seen.
    pub camera: Option<Source>,
    /// Where cards are read.
    pub reader: Option<CardReader>,
    /// The customer light: a directory of the kernel's LED class.
    pub light: Option<PathBuf>,
    /// The buzzer.
    pub buzzer: Option<BuzzerPlace>,
}

/// Every device and its state, in the order of their numbers on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Devices(Vec<(Device, DeviceState)>);

impl Devices {
    /// None of them is there; those that are configured are told when they are.
    fn configured(there: impl Fn(Device) -> bool) -> Self {
        let state = |device| if there(device) { DeviceState::Missing } else { DeviceState::Absent };
        Self(Device::ALL.iter().map(|device| (*device, state(*device))).collect())
    }

    /// How one of them is.
    pub fn state(&self, device: Device) -> DeviceState {
        self.0.iter().find(|(is, _)| *is == device).map_or(DeviceState::Absent, |(_, state)| *state)
    }

    /// Answers whether that is news.
    fn set(&mut self, device: Device, state: DeviceState) -> bool {
        let place = self.0.iter_mut().find(|(is, _)| *is == device);
        place.is_some_and(|(_, was)| std::mem::replace(was, state) != state)
    }

    /// As the bus has it.
    pub fn to_wire(&self) -> Vec<(u32, u32)> {
        self.0.iter().map(|(device, state)| (device.to_wire(), state.to_wire())).collect()
    }
}

/// The running device threads. They end when this is stopped or dropped.
pub(crate) struct Counter {
    devices: watch::Sender<Devices>,
    _ends: Vec<SyncSender<()>>,
    signals: AbortHandle,
}

/// What the counter knows of the till.
pub(crate) struct Wiring<'a> {
    /// Where to send what is presented.
    pub(crate) mail: &'a mpsc::Sender<Mail>,
    /// Whether it is wanted.
    pub(crate) listen: &'a watch::Receiver<bool>,
    /// What the payer sees.
    pub(crate) screen: &'a watch::Receiver<Screen>,
    /// The time.
    pub(crate) clock: &'a Clock,
}

impl Counter {
    pub(crate) fn start(places: Places, till: &Wiring<'_>) -> std::io::Result<Self> {
        let devices = watch::Sender::new(Devices::configured(|device| match device {
            Device::Camera => places.camera.is_some(),
            Device::CardReader => places.reader.is_some(),
            Device::Light => places.light.is_some(),
            Device::Buzzer => places.buzzer.is_some(),
            Device::Unknown | Device::Scanner | Device::Printer => false,
        }));
        let mut ends = Vec::new();
        let mut thread = |name: &str, work: Box<dyn FnOnce(Counting) + Send>| {
            let (end, ended) = sync_channel(1);
            let (mail, listen) = (till.mail.clone(), till.listen.clone());
            let counting = Counting { mail, listen, devices: devices.clone(), ended };
            ends.push(end);
            std::thread::Builder::new().name(name.to_owned()).spawn(move || work(counting)).map(drop)
        };
        if let Some(source) = places.camera {
            thread("camera", Box::new(move |counting| counting.watch_camera(&source)))?;
        }
        if let Some(place) = places.reader {
            thread("reader", Box::new(move |counting| counting.watch_reader(&place)))?;
        }
        let signals = Signals::start(places.light, places.buzzer, till.clock.clone())?;
        let signals = signals.follow(till.screen.clone(), devices.clone());
        Ok(Self { devices, _ends: ends, signals })
    }

    pub(crate) fn devices(&self) -> watch::Receiver<Devices> {
        self.devices.subscribe()
    }

    /// Ends the threads; each notices within one wait of its driver.
    pub(crate) fn stop(self) {
        drop(self);
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.signals.abort();
    }
}

/// What one device thread works with.
struct Counting {
    mail: mpsc::Sender<Mail>,
    listen: watch::Receiver<bool>,
    devices: watch::Sender<Devices>,
    ended: Receiver<()>,
}

impl Counting {
    /// Waits; answers false when the counter has stopped.
    fn pause(&self, time: Duration) -> bool {
        matches!(self.ended.recv_timeout(time), Err(RecvTimeoutError::Timeout))
    }

    fn goes_on(&self) -> bool {
        self.pause(Duration::ZERO)
    }

    fn listens(&self) -> bool {
        *self.listen.borrow()
    }

    /// A full mailbox means that the disk hangs; the payer shows the code again.
    fn tell(&self, sensed: Sensed) {
        if self.listens() && self.mail.try_send(Mail::Sensed(sensed)).is_err() {
            tracing::warn!("the till is busy, something presented was dropped");
        }
    }

    fn state_of(&self, device: Device) -> DeviceState {
        self.devices.borrow().state(device)
    }

    fn device_is(&self, device: Device, state: DeviceState) {
        self.devices.send_if_modified(|devices| devices.set(device, state));
    }
}
