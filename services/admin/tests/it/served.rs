//! The service on a bus of its own, beside a recognition and a room that are played.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use admin::Parts;
use admin::key::Key;
use admin::log::Log;
use admin::office::Office;
use api::admin::AdminProxy;
use api::inference::{Health, HealthState, Latency};
use api::sense::Trouble;
use testbus::{Bus, Service};
use zbus::{Connection, interface};

/// What the till wrote.
const LOG: &str =
    " INFO the till is open\n WARN the printer has no paper <3>\nERROR the books do not balance\n";

/// Recognition that answered a hundred times.
struct Recognition;

#[interface(name = "org.dais.Inference1")]
impl Recognition {
    #[zbus(property)]
    fn health(&self) -> Health {
        Health { state: HealthState::Well.to_wire(), why: String::new() }
    }

    #[zbus(property)]
    fn latency_bounds(&self) -> Vec<u32> {
        vec![1, 10, 100]
    }

    #[zbus(property)]
    fn latencies(&self) -> Vec<Latency> {
        vec![Latency { task: "text".to_owned(), counts: vec![50, 50, 0, 0] }]
    }

    #[zbus(property)]
    fn version(&self) -> &'static str {
        "7.7.7"
    }
}

/// A room whose microphone is gone.
struct Room;

#[interface(name = "org.dais.Sense1")]
impl Room {
    #[zbus(property)]
    fn troubles(&self) -> Vec<Trouble> {
        let (zh, en) = ("请插上麦克风 <1>".to_owned(), "Plug the microphone in <1>".to_owned());
        vec![Trouble { part: api::sense::Part::Microphone.to_wire(), zh, en }]
    }

    #[zbus(property)]
    fn version(&self) -> &'static str {
        "8.8.8"
    }
}

/// The service, and where its page is.
pub(crate) struct Served {
    /// As the service tells it.
    pub(crate) address: String,
    pub(crate) caller: Connection,
    service: Option<Service>,
    _played: [Connection; 2],
    logs: tempfile::TempDir,
    bus: Bus,
}

impl Served {
    pub(crate) async fn start(listen: Option<SocketAddr>) -> Self {
        let bus = Bus::start();
        let played = [bus.connect().await, bus.connect().await];
        played[0].object_server().at(api::INFERENCE.path, Recognition).await.unwrap();
        played[0].request_name(api::INFERENCE.name).await.unwrap();
        played[1].object_server().at(api::SENSE.path, Room).await.unwrap();
        played[1].request_name(api::SENSE.name).await.unwrap();
        let caller = bus.connect().await;
        let logs = tempfile::tempdir().unwrap();
        std::fs::write(logs.path().join("dais-kiosk.log"), LOG).unwrap();
        let service = Some(Self::begin(&bus, listen, logs.path()).await);
        let address = AdminProxy::new(&caller).await.unwrap().address().await.unwrap();
        Self { address, caller, service, _played: played, logs, bus }
    }

    async fn begin(bus: &Bus, listen: Option<SocketAddr>, folder: &Path) -> Service {
        let parts = Parts {
            listen,
            key: Key::make().unwrap(),
            machine: PathBuf::from("/"),
            log: Log::Folder(folder.to_owned()),
            office: Office::new(folder),
        };
        bus.serve(api::ADMIN.name, |connection, stop| admin::run(connection, parts, stop)).await
    }

    /// The service ends and starts again in the same folder, without its page.
    pub(crate) async fn restart(&mut self) {
        self.service.take().unwrap().stop().await;
        self.service = Some(Self::begin(&self.bus, None, self.logs.path()).await);
    }

    /// Where it keeps what it keeps.
    pub(crate) fn folder(&self) -> &Path {
        self.logs.path()
    }

    /// Where the bus is, for programs that are not ours.
    pub(crate) fn bus(&self) -> &str {
        self.bus.address()
    }

    pub(crate) async fn stop(self) {
        self.service.unwrap().stop().await;
        drop(self.bus);
    }
}

/// A port of this machine's own that nobody has.
pub(crate) fn here() -> Option<SocketAddr> {
    Some(SocketAddr::from(([127, 0, 0, 1], 0)))
}
