//! `org.dais.Kiosk1.Devices` on the bus: the grant is checked first, then the device is asked.

use api::devices::{self as wire, DevicesError};
use api::kiosk::{Device, DeviceState};
use tokio::sync::watch;
use zbus::interface;
use zbus::message::Header;

use super::desk::{Desk, No};
use super::staff::caller;
use crate::counter::{Devices, NoTrial, Trials, printer_trouble, words};
use crate::receipts::Standing;
use crate::staff::{Denied, Right};

/// The interface.
pub(super) struct DevicesDesk {
    desk: Desk,
    devices: watch::Receiver<Devices>,
    printing: watch::Receiver<Standing>,
    trials: Trials,
}

impl DevicesDesk {
    pub(super) fn new(
        desk: &Desk,
        devices: &watch::Receiver<Devices>,
        printing: &watch::Receiver<Standing>,
        trials: Trials,
    ) -> Self {
        Self { desk: desk.clone(), devices: devices.clone(), printing: printing.clone(), trials }
    }
}

#[interface(name = "org.dais.Kiosk1.Devices")]
impl DevicesDesk {
    #[zbus(out_args("result"))]
    async fn test(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        device: u32,
    ) -> Result<wire::TestResult, DevicesError> {
        self.desk.check(caller(&header), grant, Right::TestDevices).await.map_err(refuse)?;
        let device = Device::from_wire(device);
        let found = self.trials.run(device).await.map_err(|no| match no {
            NoTrial::NoDevice => DevicesError::NoDevice(no.to_string()),
            NoTrial::Paying | NoTrial::Testing => DevicesError::Busy(no.to_string()),
        })?;
        let (zh, en) = words::of_test(device, found.outcome, found.why);
        Ok(wire::TestResult {
            outcome: found.outcome.to_wire(),
            why: found.why.to_wire(),
            facts: found.facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            zh,
            en,
        })
    }

    #[zbus(property(emits_changed_signal = "false"))]
    async fn health(&self) -> Vec<wire::DeviceHealth> {
        let mut health = self.devices.borrow().health();
        // A printer that answers may still not print.
        let trouble = printer_trouble(self.printing.borrow().printer);
        let printer = health.iter_mut().find(|health| health.device == Device::Printer.to_wire());
        if let (Some(why), Some(printer)) = (trouble, printer)
            && printer.state == DeviceState::Ready.to_wire()
        {
            printer.why = why.to_wire();
            (printer.zh, printer.en) = words::what_to_do(Device::Printer, why);
        }
        health
    }
}

fn refuse(no: No) -> DevicesError {
    let text = no.to_string();
    match no {
        No::Nobody => DevicesError::NoStaff(text),
        No::Ending => DevicesError::Locked(text),
        No::Denied(Denied::NoGrant | Denied::Expired) => DevicesError::NoGrant(text),
        No::Denied(_) => DevicesError::NotAllowed(text),
    }
}
