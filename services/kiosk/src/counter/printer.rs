//! The receipt printer on its thread.

use api::devices::Why;
use api::kiosk::Device;

use super::Counting;
use crate::receipts::Work;

impl Counting {
    pub(super) fn print_receipts(&self, work: Work) {
        let mut there = |there| match there {
            true => self.device_is_ready(Device::Printer),
            false => self.device_is_missing(Device::Printer, Why::Unplugged),
        };
        if let Err(error) = work.run(&mut || self.goes_on(), &mut there) {
            // Selling goes on; what could not be written down must not be printed.
            tracing::error!("no receipts are printed any more: {error}");
            self.device_is_missing(Device::Printer, Why::Failing);
        }
    }
}
