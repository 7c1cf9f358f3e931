//! Self-tests: a device is asked, on its own thread, whether it does what it should.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use api::devices::{Outcome, Why};
use api::kiosk::{Device, DeviceState};
use api::receipts::PrinterState;
use tokio::sync::{oneshot, watch};

use super::Devices;
use crate::actor::Screen;
use crate::receipts::{self, Letter, NoReceipt, TestPage};

/// A test that takes longer has failed: a camera's takes three seconds, all others less.
const WITHIN: Duration = Duration::from_secs(8);
/// A page is printed in a few seconds, and waits for a receipt that is being printed.
const PRINTED_WITHIN: Duration = Duration::from_secs(30);

/// What a test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) outcome: Outcome,
    pub(crate) why: Why,
    /// What was measured, by name.
    pub(crate) facts: Vec<(&'static str, i64)>,
}

impl Found {
    pub(super) fn passed(facts: Vec<(&'static str, i64)>) -> Self {
        Self { outcome: Outcome::Passed, why: Why::Nothing, facts }
    }

    pub(super) fn failed(why: Why) -> Self {
        Self { outcome: Outcome::Failed, why, facts: Vec::new() }
    }

    /// Whoever stands there says what came of it.
    pub(super) fn look_and_listen() -> Self {
        Self { outcome: Outcome::LookAndListen, why: Why::Nothing, facts: Vec::new() }
    }
}

/// Why there was no test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoTrial {
    #[error("this kiosk has no such device; kiosk.toml names those it has")]
    NoDevice,
    #[error("a payment is on the screen; test when it is over")]
    Paying,
    #[error("another test runs; wait for it")]
    Testing,
}

/// Somebody waits for what a test finds.
pub(super) struct Asked(oneshot::Sender<Found>);

impl Asked {
    /// Whether somebody still waits.
    pub(super) fn is_wanted(&self) -> bool {
        !self.0.is_closed()
    }

    pub(super) fn answer(self, found: Found) {
        if self.0.send(found).is_err() {
            tracing::debug!("nobody waited for the end of a self-test");
        }
    }
}

/// A device's end of it.
pub(super) type Asks = Receiver<Asked>;

/// The way to every device that can be tested.
#[derive(Clone)]
pub(crate) struct Trials {
    ways: Vec<(Device, SyncSender<Asked>)>,
    devices: watch::Receiver<Devices>,
    screen: watch::Receiver<Screen>,
    printing: receipts::Desk,
}

impl Trials {
    pub(super) fn new(
        devices: watch::Receiver<Devices>,
        screen: watch::Receiver<Screen>,
        printing: receipts::Desk,
    ) -> Self {
        Self { ways: Vec::new(), devices, screen, printing }
    }

    /// One more device that is tested on its thread, one test at a time.
    pub(super) fn way_to(&mut self, device: Device) -> Asks {
        let (way, asks) = sync_channel(1);
        self.ways.push((device, way));
        asks
    }

    /// Tests a device.
    pub(crate) async fn run(&self, device: Device) -> Result<Found, NoTrial> {
        let (state, why) = {
            let devices = self.devices.borrow();
            (devices.state(device), devices.why(device))
        };
        if state == DeviceState::Absent {
            return Err(NoTrial::NoDevice);
        }
        if self.is_paying() {
            return Err(NoTrial::Paying);
        }
        if state != DeviceState::Ready {
            return Ok(Found::failed(why));
        }
        match device {
            Device::Printer => Ok(self.print().await),
            _ => self.ask(device).await,
        }
    }

    /// Asks a device on its own thread.
    async fn ask(&self, device: Device) -> Result<Found, NoTrial> {
        let way = self.ways.iter().find(|(is, _)| *is == device).map(|(_, way)| way);
        let way = way.ok_or(NoTrial::NoDevice)?;
        let (reply, answer) = oneshot::channel();
        match way.try_send(Asked(reply)) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(NoTrial::Testing),
            Err(TrySendError::Disconnected(_)) => return Ok(Found::failed(Why::Lost)),
        }
        // A device that was lost in the middle of it has nobody who answers.
        let silent = Found::failed(Why::Silent);
        Ok(tokio::time::timeout(WITHIN, answer).await.map_or(silent.clone(), |found| found.unwrap_or(silent)))
    }

    /// Prints a test page.
    async fn print(&self) -> Found {
        let page = tokio::time::timeout(PRINTED_WITHIN, self.printing.ask(Letter::Test)).await;
        let trouble = |otherwise| {
            let standing = self.printing.standing();
            let why = printer_trouble(standing.borrow().printer);
            Found::failed(why.unwrap_or(otherwise))
        };
        match page {
            Ok(Ok(TestPage::Proved)) => Found::passed(Vec::new()),
            Ok(Ok(TestPage::Handed)) => Found::look_and_listen(),
            Ok(Err(NoReceipt::NoSpool)) => Found::failed(Why::Failing),
            Ok(Err(_)) => trouble(Why::Fault),
            Err(_late) => trouble(Why::Silent),
        }
    }

    fn is_paying(&self) -> bool {
        self.screen.borrow().payment.as_ref().is_some_and(|payment| !payment.phase.is_over())
    }
}

/// What keeps a printer that answers from printing.
pub(crate) fn printer_trouble(state: PrinterState) -> Option<Why> {
    match state {
        PrinterState::NoPaper => Some(Why::NoPaper),
        PrinterState::CoverOpen => Some(Why::CoverOpen),
        PrinterState::Fault => Some(Why::Fault),
        PrinterState::Away => Some(Why::Unplugged),
        PrinterState::Ready | PrinterState::PaperLow | PrinterState::Absent | PrinterState::Unknown => None,
    }
}
