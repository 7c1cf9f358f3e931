//! The counter: camera, card reader and what else stands there, each on a thread of its own, become one stream of
//! tenders.
//!
//! What is presented while no payment waits for it is dropped here, and once more by the till. A device that fails
//! is opened again by itself, ever more slowly up to a limit, and its state is published.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use ::camera::{Glance, Source};
use api::devices::Why;
use api::kiosk::{Device, DeviceState};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use crate::actor::{Mail, Screen, Sensed};
use crate::receipts::{self, ReceiptPrinter, Work};
use crate::run::Clock;

mod attendance;
mod camera;
mod glance;
mod health;
mod printer;
mod reader;
mod scanner;
mod signal;
mod trial;
pub(crate) mod words;

pub(crate) use attendance::Attendance;
pub(crate) use glance::{Found as Glanced, Glances, Want};
pub use health::Devices;
pub use reader::CardReader;
use signal::Signals;
pub use signal::{BuzzerPlace, QuietHours};
use trial::{Asked, Asks};
pub(crate) use trial::{NoTrial, Trials, printer_trouble};

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
    /// Where codes are scanned.
    pub scanner: Option<::scanner::Source>,
    /// Where receipts are printed.
    pub printer: Option<ReceiptPrinter>,
    /// The customer light: a directory of the kernel's LED class.
    pub light: Option<PathBuf>,
    /// The buzzer.
    pub buzzer: Option<BuzzerPlace>,
}

/// The running device threads. They end when this is stopped or dropped.
pub(crate) struct Counter {
    devices: watch::Sender<Devices>,
    _ends: Vec<SyncSender<()>>,
    signals: AbortHandle,
    trials: Trials,
    sight: watch::Sender<Option<Glance>>,
}

/// What the counter knows of the till.
pub(crate) struct Wiring<'a> {
    /// Where to send what is presented.
    pub(crate) mail: &'a mpsc::Sender<Mail>,
    /// Whether it is wanted.
    pub(crate) listen: &'a watch::Receiver<bool>,
    /// What the payer sees.
    pub(crate) screen: &'a watch::Receiver<Screen>,
    /// The way to the receipt printer.
    pub(crate) printing: &'a receipts::Desk,
    /// What the screen wants to know while nobody pays.
    pub(crate) glances: &'a Glances,
    /// Who is counted by card.
    pub(crate) attendance: &'a Attendance,
    /// The time.
    pub(crate) clock: &'a Clock,
}

impl Counter {
    pub(crate) fn start(places: Places, receipts: Option<Work>, till: &Wiring<'_>) -> std::io::Result<Self> {
        let devices = watch::Sender::new(Devices::configured((till.clock)(), |device| match device {
            Device::Camera => places.camera.is_some(),
            Device::CardReader => places.reader.is_some(),
            Device::Scanner => places.scanner.is_some(),
            Device::Printer => places.printer.is_some(),
            Device::Light => places.light.is_some(),
            Device::Buzzer => places.buzzer.is_some(),
            Device::Unknown => false,
        }));
        let sight = watch::Sender::new(None);
        let runtime = Handle::current();
        let mut ends = Vec::new();
        let mut trials = Trials::new(devices.subscribe(), till.screen.clone(), till.printing.clone());
        let mut thread = |name: &str, asks: Asks, work: Box<dyn FnOnce(Counting) + Send>| {
            let (end, ended) = sync_channel(1);
            let counting = Counting {
                mail: till.mail.clone(),
                listen: till.listen.clone(),
                devices: devices.clone(),
                clock: till.clock.clone(),
                runtime: runtime.clone(),
                ended,
                asks,
                sight: sight.clone(),
                glances: till.glances.clone(),
                attendance: till.attendance.clone(),
            };
            ends.push(end);
            std::thread::Builder::new().name(name.to_owned()).spawn(move || work(counting)).map(drop)
        };
        if let Some(source) = places.camera {
            let asks = trials.way_to(Device::Camera);
            thread("camera", asks, Box::new(move |counting| counting.watch_camera(&source)))?;
        }
        if let Some(place) = places.reader {
            let (asks, screen) = (trials.way_to(Device::CardReader), till.screen.clone());
            thread("reader", asks, Box::new(move |counting| counting.watch_reader(&place, &screen)))?;
        }
        if let Some(source) = places.scanner {
            let asks = trials.way_to(Device::Scanner);
            thread("scanner", asks, Box::new(move |counting| counting.watch_scanner(&source)))?;
        }
        if let Some(work) = receipts {
            // Its letters are its tests too.
            let (_, asks) = sync_channel(1);
            thread("printer", asks, Box::new(move |counting| counting.print_receipts(work)))?;
        }
        let signals = Signals::start(places.light, places.buzzer, till.clock.clone(), &mut trials)?;
        let signals = signals.follow(till.screen.clone(), devices.clone());
        Ok(Self { devices, _ends: ends, signals, trials, sight })
    }

    pub(crate) fn devices(&self) -> watch::Receiver<Devices> {
        self.devices.subscribe()
    }

    /// What the camera sees, while somebody pays.
    pub(crate) fn sight(&self) -> watch::Receiver<Option<Glance>> {
        self.sight.subscribe()
    }

    pub(crate) fn trials(&self) -> Trials {
        self.trials.clone()
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
    clock: Clock,
    /// For what waits beside the thread.
    runtime: Handle,
    ended: Receiver<()>,
    asks: Asks,
    /// What the camera sees.
    sight: watch::Sender<Option<Glance>>,
    glances: Glances,
    attendance: Attendance,
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

    /// What is presented while nobody pays, for the screen that wants it.
    fn glance(&self, sensed: Sensed) {
        if let Sensed::Tender(tender) = sensed {
            self.glances.present(tender);
        }
    }

    fn state_of(&self, device: Device) -> DeviceState {
        self.devices.borrow().state(device)
    }

    fn device_is_ready(&self, device: Device) {
        self.device_is(device, DeviceState::Ready, Why::Nothing);
    }

    fn device_is_missing(&self, device: Device, why: Why) {
        self.device_is(device, DeviceState::Missing, why);
    }

    fn device_is(&self, device: Device, state: DeviceState, why: Why) {
        let now = (self.clock)();
        self.devices.send_if_modified(|devices| devices.set(device, state, why, now));
    }

    /// A self-test that somebody waits for.
    fn asked(&self) -> Option<Asked> {
        self.asks.try_recv().ok().filter(Asked::is_wanted)
    }
}
