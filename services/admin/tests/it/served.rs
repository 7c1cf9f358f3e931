//! The service on a bus of its own, beside a recognition and a room that are played.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use admin::Parts;
use admin::key::Key;
use admin::log::Log;
use admin::office::Office;
use api::admin::AdminProxy;
use api::inference::{Health, HealthState, Latency};
use api::sense::Trouble;
use daemon::{Stop, Trigger};
use futures_util::StreamExt;
use tokio::task::JoinHandle;
use zbus::{Connection, interface};

/// Far longer than anything here takes on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What the till wrote.
const LOG: &str =
    " INFO the till is open\n WARN the printer has no paper <3>\nERROR the books do not balance\n";

/// Waits no longer than a test may.
pub(crate) async fn soon<T>(what: &str, outcome: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, outcome)
        .await
        .unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

/// A dbus-daemon that ends with the test.
struct Bus {
    daemon: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Bus {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .arg(format!("--address=unix:path={}", folder.path().join("bus").display()))
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is among the packages that `cargo dev` installs");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned(), _folder: folder }
    }

    async fn connect(&self) -> Connection {
        let builder = zbus::connection::Builder::address(self.address.as_str());
        daemon::answering(builder).build().await.unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }
}

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
    own: Connection,
    trigger: Trigger,
    service: JoinHandle<anyhow::Result<()>>,
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
        let own = bus.connect().await;
        let (trigger, service) = Self::begin(own.clone(), &caller, listen, logs.path()).await;
        let address = AdminProxy::new(&caller).await.unwrap().address().await.unwrap();
        Self { address, caller, own, trigger, service, _played: played, logs, bus }
    }

    async fn begin(
        own: Connection,
        caller: &Connection,
        listen: Option<SocketAddr>,
        folder: &Path,
    ) -> (Trigger, JoinHandle<anyhow::Result<()>>) {
        let (trigger, stop) = Stop::by_hand();
        let names = zbus::fdo::DBusProxy::new(caller).await.unwrap();
        let mut owners = names.receive_name_owner_changed_with_args(&[(0, api::ADMIN.name)]).await.unwrap();
        let parts = Parts {
            listen,
            key: Key::make().unwrap(),
            machine: PathBuf::from("/"),
            log: Log::Folder(folder.to_owned()),
            office: Office::new(folder),
        };
        let service = tokio::spawn(admin::run(own, parts, stop));
        let owned = async {
            while let Some(change) = owners.next().await {
                if change.args().unwrap().new_owner().is_some() {
                    return;
                }
            }
        };
        soon("a start", owned).await;
        (trigger, service)
    }

    /// The service ends and starts again in the same folder, without its page.
    pub(crate) async fn restart(&mut self) {
        self.trigger.fire();
        soon("an end", &mut self.service).await.unwrap().unwrap();
        // A process that ends gives its name back; here that is its connection.
        self.own.clone().close().await.unwrap();
        self.own = self.bus.connect().await;
        (self.trigger, self.service) =
            Self::begin(self.own.clone(), &self.caller, None, self.logs.path()).await;
    }

    /// Where it keeps what it keeps.
    pub(crate) fn folder(&self) -> &Path {
        self.logs.path()
    }

    /// Where the bus is, for programs that are not ours.
    pub(crate) fn bus(&self) -> &str {
        &self.bus.address
    }

    pub(crate) async fn stop(self) {
        self.trigger.fire();
        soon("an end", self.service).await.unwrap().unwrap();
        drop(self.bus);
    }
}

/// A port of this machine's own that nobody has.
pub(crate) fn here() -> Option<SocketAddr> {
    Some(SocketAddr::from(([127, 0, 0, 1], 0)))
}
