//! A bus of its own for one test or bench, and services on it. No daemon of ours depends on this: `tidy` lets it in
//! beside tests and benches alone.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use daemon::{Stop, Trigger};
use futures_util::StreamExt;
use tokio::task::JoinHandle;
use zbus::Connection;
use zbus::connection::Builder;
use zbus::fdo::DBusProxy;

/// Far longer than anything in a test takes on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Waits no longer than a test may; fails with `what` is waited for.
pub async fn soon<T>(what: &str, outcome: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, outcome)
        .await
        .unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

/// A dbus-daemon that ends with this value.
#[derive(Debug)]
pub struct Bus {
    daemon: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Bus {
    /// Starts it; it listens when this returns.
    pub fn start() -> Self {
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

    /// Where it is, as `DBUS_SYSTEM_BUS_ADDRESS` wants it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A connection that also serves, as a daemon's own.
    pub async fn connect(&self) -> Connection {
        let builder = Builder::address(self.address.as_str());
        daemon::answering(builder).build().await.unwrap()
    }

    /// Waits until somebody has this name.
    pub async fn owned(&self, name: &'static str) {
        self.owned_by(name, |_| true).await;
    }

    async fn owned_by(&self, name: &'static str, fits: impl Fn(&str) -> bool) {
        let connection = self.connect().await;
        let names = DBusProxy::new(&connection).await.unwrap();
        let mut changes = names.receive_name_owner_changed_with_args(&[(0, name)]).await.unwrap();
        // An error is the word for nobody.
        if names.get_name_owner(name.try_into().unwrap()).await.is_ok_and(|owner| fits(owner.as_str())) {
            return;
        }
        let taken = async {
            while let Some(change) = changes.next().await {
                let change = change.args().unwrap();
                if change.new_owner().as_ref().is_some_and(|owner| fits(owner.as_str())) {
                    return;
                }
            }
            panic!("the bus is gone");
        };
        soon(name, taken).await;
    }

    /// Runs a service on a connection of its own until it has its name.
    pub async fn serve<F>(&self, name: &'static str, run: impl FnOnce(Connection, Stop) -> F) -> Service
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let (trigger, stop) = Stop::by_hand();
        let connection = self.connect().await;
        let kept = connection.clone();
        // One that ran before may be about to give the name back.
        let own = connection.unique_name().unwrap().to_string();
        let mut task = tokio::spawn(run(connection, stop));
        tokio::select! {
            () = self.owned_by(name, |owner| owner == own) => {}
            ended = &mut task => panic!("{name} ended before it had its name: {ended:?}"),
        }
        Service { trigger, task, connection: kept }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }
}

/// A service that runs in this process.
#[derive(Debug)]
pub struct Service {
    trigger: Trigger,
    task: JoinHandle<anyhow::Result<()>>,
    connection: Connection,
}

impl Service {
    /// Asks it to stop, as SIGTERM does; it must end, and well.
    pub async fn stop(self) {
        self.trigger.fire();
        soon("an end", self.task).await.unwrap().unwrap();
        // A process that ends gives its names back, whatever it had left running; here that is its connection.
        self.connection.close().await.unwrap();
    }
}
