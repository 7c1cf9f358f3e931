//! The receipt printer on its thread.

use api::kiosk::{Device, DeviceState};

use super::Counting;
use crate::receipts::Work;

impl Counting {
    pub(super) fn print_receipts(&self, work: Work) {
        let mut there = |there| {
            let state = if there { DeviceState::Ready } else { DeviceState::Missing };
            self.device_is(Device::Printer, state);
        };
        if let Err(error) = work.run(&mut || self.goes_on(), &mut there) {
            // Selling goes on; what could not be written down must not be printed.
            tracing::error!("no receipts are printed any more: {error}");
            self.device_is(Device::Printer, DeviceState::Missing);
        }
    }
}
