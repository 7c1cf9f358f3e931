//! The scanner gun on its thread: scanned codes become tenders, as the camera's do.

use std::time::Instant;

use ::scanner::{Code, Scanner, ScannerError, Source};
use api::kiosk::{Device, DeviceState};

use super::{Counting, LOOK};
use crate::actor::Sensed;
use crate::till::{Notice, PayCode, Tender};

impl Counting {
    /// The driver opens a gun that comes back by itself; here its state is told and its codes become tenders.
    pub(super) fn watch_scanner(&self, source: &Source) {
        let mut scanner = Scanner::start(source);
        while self.goes_on() {
            match scanner.next(Instant::now() + LOOK) {
                Ok(Some(code)) if self.listens() => self.tell(sense(&code)),
                // Nobody waits for it: it is dropped, and must not count as seen when a payment does.
                Ok(Some(_)) => scanner.clear(),
                Ok(None) => {}
                Err(ScannerError::Unread(fault)) => {
                    tracing::info!(%fault, "a scan gave no code");
                    self.tell(Sensed::Hint(Notice::CodeUnreadable));
                }
                Err(error @ ScannerError::Missing(_)) => tracing::warn!(%error, "scanner"),
            }
            let state = if scanner.is_ready() { DeviceState::Ready } else { DeviceState::Missing };
            self.device_is(Device::Scanner, state);
        }
    }
}

/// Which tender a code is.
fn sense(code: &Code) -> Sensed {
    match code.reveal_text().map(PayCode::new) {
        Some(Ok(code)) => Sensed::Tender(Tender::Code(code)),
        _ => Sensed::Hint(Notice::UnknownCode),
    }
}
