//! The reader for a class that is counted: asked for at the till, and what was held to it.

use api::attendance::AttendanceProxy;
use api::kiosk::{Device, DeviceState, KioskError, KioskProxy};
use zbus::Connection;

use super::{Tell, ToUi};
use crate::class::roll::Reader;

/// Asks for the reader, or gives it back, and tells how it is.
pub(super) async fn listen(connection: &Connection, list: &str, seconds: u32, tell: &Tell) {
    match asked(connection, list, seconds).await {
        Ok(reader) => tell(ToUi::Reader(reader)),
        Err(error) => {
            tracing::warn!(%error, "the card reader cannot be asked for");
            tell(ToUi::Reader(Reader::Away));
        }
    }
}

async fn asked(connection: &Connection, list: &str, seconds: u32) -> Result<Reader, KioskError> {
    let counts = AttendanceProxy::new(connection).await?.listen(list, seconds).await?;
    let devices = KioskProxy::new(connection).await?.devices().await?;
    let ready = (Device::CardReader.to_wire(), DeviceState::Ready.to_wire());
    Ok(match (counts, devices.contains(&ready)) {
        (_, false) => Reader::Missing,
        (true, true) => Reader::Ready,
        (false, true) => Reader::Paying,
    })
}
