//! What the services tell of themselves, each within a limit, so that one that hangs does not take the page with it.

use std::future::Future;
use std::time::Duration;

use api::devices::DevicesProxy;
use api::inference::{HealthState, InferenceProxy};
use api::kiosk::{KioskProxy, Standing};
use api::sense::SenseProxy;
use api::shell::ShellProxy;
use zbus::Connection;
use zbus::proxy::CacheProperties;

use crate::report::{Report, Service, Task};

/// Properties answer at once; who needs longer is not well.
const ANSWER_MAX: Duration = Duration::from_secs(2);

/// Asks all services at the same time.
pub(crate) async fn report(bus: &Connection) -> Report {
    let (shell, till, recognition, room) =
        tokio::join!(within(shell(bus)), within(till(bus)), within(recognition(bus)), within(room(bus)));
    let mut report = Report::default();
    let mut serve = |name, version: Option<String>| report.services.push(Service { name, version });
    serve(api::SHELL.name, shell);
    serve(api::KIOSK.name, till.as_ref().map(|till| till.version.clone()));
    serve(api::INFERENCE.name, recognition.as_ref().map(|recognition| recognition.version.clone()));
    serve(api::SENSE.name, room.as_ref().map(|room| room.version.clone()));
    if let Some(till) = till {
        (report.devices, report.standing) = (till.devices, Some(till.standing));
    }
    if let Some(recognition) = recognition {
        (report.tasks, report.recognition) = (recognition.tasks, recognition.trouble);
    }
    report.room = room.map(|room| room.troubles).unwrap_or_default();
    report
}

/// What it tells, unless it is gone, hangs, or speaks another version's language.
async fn within<T>(asked: impl Future<Output = zbus::Result<T>>) -> Option<T> {
    match tokio::time::timeout(ANSWER_MAX, asked).await {
        Ok(Ok(told)) => Some(told),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a service does not tell");
            None
        }
        Err(_) => None,
    }
}

async fn shell(bus: &Connection) -> zbus::Result<String> {
    ShellProxy::builder(bus).cache_properties(CacheProperties::No).build().await?.version().await
}

struct Till {
    version: String,
    devices: Vec<api::devices::DeviceHealth>,
    standing: Standing,
}

async fn till(bus: &Connection) -> zbus::Result<Till> {
    let till = KioskProxy::builder(bus).cache_properties(CacheProperties::No).build().await?;
    let devices = DevicesProxy::builder(bus).cache_properties(CacheProperties::No).build().await?;
    Ok(Till {
        version: till.version().await?,
        devices: devices.health().await?,
        standing: Standing::from_wire(till.standing().await?),
    })
}

struct Recognition {
    version: String,
    tasks: Vec<Task>,
    trouble: String,
}

async fn recognition(bus: &Connection) -> zbus::Result<Recognition> {
    let service = InferenceProxy::builder(bus).cache_properties(CacheProperties::No).build().await?;
    let (health, bounds) = (service.health().await?, service.latency_bounds().await?);
    let well = HealthState::from_wire(health.state) == HealthState::Well;
    Ok(Recognition {
        version: service.version().await?,
        tasks: service.latencies().await?.iter().map(|latency| Task::of(latency, &bounds)).collect(),
        trouble: if well { String::new() } else { health.why },
    })
}

struct Room {
    version: String,
    troubles: Vec<(String, String)>,
}

async fn room(bus: &Connection) -> zbus::Result<Room> {
    let service = SenseProxy::builder(bus).cache_properties(CacheProperties::No).build().await?;
    let troubles = service.troubles().await?.into_iter().map(|trouble| (trouble.zh, trouble.en)).collect();
    Ok(Room { version: service.version().await?, troubles })
}
