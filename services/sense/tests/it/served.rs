//! The service on a bus of its own, a caller, and what they see of each other.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use api::sense::SenseProxy;
use capture::watchdog::Limits;
use daemon::{Stop, Trigger};
use futures_util::StreamExt;
use sense::Parts;
use tokio::task::JoinHandle;
use zbus::Connection;
use zbus::proxy::PropertyStream;

/// Far longer than anything here takes on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
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

/// Waits no longer than a test may.
pub(crate) async fn soon<T>(what: &str, outcome: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, outcome)
        .await
        .unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
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

/// A dbus-daemon that ends with the test.
pub(crate) struct Bus {
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

    pub(crate) async fn connect(&self) -> Connection {
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

/// The service on its own connection, and a caller on another.
pub(crate) struct Served {
    pub(crate) caller: SenseProxy<'static>,
    trigger: Trigger,
    service: JoinHandle<anyhow::Result<()>>,
    pub(crate) bus: Bus,
}

impl Served {
    pub(crate) async fn start(parts: Parts) -> Self {
        let bus = Bus::start();
        let (trigger, stop) = Stop::by_hand();
        let (connection, caller) = (bus.connect().await, bus.connect().await);
        let names = zbus::fdo::DBusProxy::new(&caller).await.unwrap();
        let mut owners = names.receive_name_owner_changed_with_args(&[(0, api::SENSE.name)]).await.unwrap();
        let service = tokio::spawn(sense::run(connection, parts, stop));
        soon("a start", owners.next()).await.unwrap();
        Self { caller: SenseProxy::new(&caller).await.unwrap(), trigger, service, bus }
    }

    /// Another caller, on a connection of its own.
    pub(crate) async fn other(&self) -> SenseProxy<'static> {
        SenseProxy::new(&self.bus.connect().await).await.unwrap()
    }

    pub(crate) async fn stop(self) {
        self.trigger.fire();
        soon("an end", self.service).await.unwrap().unwrap();
        drop(self.bus);
    }
}
