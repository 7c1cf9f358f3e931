//! `org.dais.Admin1`: how the unit is and where the page is, for the unit's own service page and for staff.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};

use anyhow::Context;
use api::admin::{Computer, Link, LogLine};
use daemon::Stop;
use tokio::net::TcpListener;
use zbus::{Connection, interface};

use crate::log::Log;
use crate::{Parts, gather, machine, network, web};

/// A place that every network has a way to (RFC 5737); nothing is sent there.
const ELSEWHERE: &str = "192.0.2.1:9";

mod apply;
pub mod health;
mod profiles;
mod setup;
mod system;
mod wifi;

struct Face {
    address: String,
    bus: Connection,
    machine: PathBuf,
    log: Log,
}

impl Face {
    /// Reads files where that may block.
    async fn read<T: Send + Default + 'static>(&self, read: fn(&Path) -> T) -> T {
        let root = self.machine.clone();
        tokio::task::spawn_blocking(move || read(&root)).await.unwrap_or_default()
    }
}

#[interface(name = "org.dais.Admin1", introspection_docs = false)]
impl Face {
    #[zbus(property(emits_changed_signal = "false"))]
    fn address(&self) -> &str {
        &self.address
    }

    #[zbus(property(emits_changed_signal = "false"))]
    async fn computer(&self) -> Computer {
        self.read(machine::read).await
    }

    #[zbus(property(emits_changed_signal = "false"))]
    async fn logs(&self) -> Vec<LogLine> {
        self.log.last().await
    }

    #[zbus(property(emits_changed_signal = "false"))]
    async fn network(&self) -> Vec<Link> {
        self.read(network::read).await
    }

    #[zbus(property(emits_changed_signal = "false"))]
    async fn versions(&self) -> Vec<(String, String)> {
        let told = gather::report(&self.bus).await.services.into_iter();
        told.map(|service| (service.name.to_owned(), service.version.unwrap_or_default())).collect()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

/// Serves the page and tells its address until it is stopped or the bus is gone.
///
/// # Errors
/// The name or the address is another's.
pub async fn run(connection: Connection, parts: Parts, stop: Stop) -> anyhow::Result<()> {
    let listener = match parts.listen {
        Some(place) => Some(TcpListener::bind(place).await.with_context(|| {
            format!(
                "{place} cannot be listened on: another program has it; choose another port in admin.toml"
            )
        })?),
        None => None,
    };
    let address = match &listener {
        Some(listener) => address(listener.local_addr()?, parts.key.text()),
        None => String::new(),
    };
    let face =
        Face { address, bus: connection.clone(), machine: parts.machine.clone(), log: parts.log.clone() };
    connection.object_server().at(api::ADMIN.path, face).await?;
    let serial = machine::serial(&parts.machine);
    let setup =
        || setup::Setup { bus: connection.clone(), office: parts.office.clone(), serial: serial.clone() };
    connection.object_server().at(api::ADMIN.path, setup()).await?;
    daemon::own(&connection, api::ADMIN.name).await?;
    let late = setup();
    tokio::spawn(async move { late.catch_up().await });
    daemon::ready();
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    let page = async {
        match listener {
            Some(listener) => {
                let stop = async { drop(end.await) };
                let desk = web::Desk::new(connection.clone(), parts);
                web::serve(listener, desk, stop).await
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        outcome = page => outcome.context("the page ended"),
        () = daemon::lost(&connection) => anyhow::bail!("the bus is gone"),
        () = stop.requested() => {
            drop(ended);
            Ok(())
        }
    }
}

/// As a browser takes it. Where the page listens everywhere, by the address that neighbours see.
fn address(place: SocketAddr, key: &str) -> String {
    let host = if place.ip().is_unspecified() { here().unwrap_or(place.ip()) } else { place.ip() };
    format!("http://{}/{key}/", SocketAddr::new(host, place.port()))
}

fn here() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect(ELSEWHERE).ok()?;
    Some(socket.local_addr().ok()?.ip())
}
