//! The service on a bus of its own, a caller, and what they see of each other.

use std::time::Duration;

use api::sense::SenseProxy;
use capture::watchdog::Limits;
use futures_util::StreamExt;
use sense::Parts;
use testbus::{Bus, Service, soon};
use zbus::proxy::PropertyStream;

/// Limits at which a test does not wait.
pub(crate) const SOON: Limits = Limits {
    first_within: Duration::from_secs(20),
    lost_after: Duration::from_millis(400),
    retry_first: Duration::from_millis(10),
    retry_most: Duration::from_millis(50),
};

/// Parts without devices.
pub(crate) fn nothing() -> Parts {
    Parts { camera: None, microphone: None, frames_per_second: 15, limits: SOON }
}

/// Waits until a property has such a value.
pub(crate) async fn until<T>(what: &str, changes: &mut PropertyStream<'_, T>, fits: impl Fn(&T) -> bool)
where
    T: serde::de::DeserializeOwned + zbus::Type + Unpin,
{
    let seen = async {
        while let Some(change) = changes.next().await {
            if change.get().await.is_ok_and(|value| fits(&value)) {
                return;
            }
        }
        panic!("{what}: the service is gone");
    };
    soon(what, seen).await;
}

/// The service on its own connection, and a caller on another.
pub(crate) struct Served {
    pub(crate) caller: SenseProxy<'static>,
    service: Service,
    pub(crate) bus: Bus,
}

impl Served {
    pub(crate) async fn start(parts: Parts) -> Self {
        let bus = Bus::start();
        let run = |connection, stop| sense::run(connection, parts, stop);
        let service = bus.serve(api::SENSE.name, run).await;
        let caller = SenseProxy::new(&bus.connect().await).await.unwrap();
        Self { caller, service, bus }
    }

    /// Another caller, on a connection of its own.
    pub(crate) async fn other(&self) -> SenseProxy<'static> {
        SenseProxy::new(&self.bus.connect().await).await.unwrap()
    }

    pub(crate) async fn stop(self) {
        self.service.stop().await;
        drop(self.bus);
    }
}
