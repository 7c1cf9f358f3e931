//! The way onto the system bus, and how a daemon learns that the bus is gone.

use anyhow::Context;
use zbus::connection::Builder;
use zbus::fdo::{RequestNameFlags, RequestNameReply};
use zbus::{Connection, interface};

/// An object without members. zbus answers calls on a task of its own, and only a connection that is built with an
/// object waits until that task listens: without one, the first call after a name is taken can be lost.
struct Root;

#[interface(name = "org.dais.Root1")]
impl Root {}

/// Makes the connection answer every call from its first moment on.
pub fn answering(builder: Builder<'_>) -> Builder<'_> {
    builder.serve_at("/", Root)
}

/// Connects to the system bus (`DBUS_SYSTEM_BUS_ADDRESS` where set, as dbus itself has it).
pub async fn connect() -> anyhow::Result<Connection> {
    answering(Builder::system())
        .build()
        .await
        .context("the system bus cannot be reached; is dbus-daemon running?")
}

/// Takes a service's name, which must be free: two tills on one bus would be two truths.
pub async fn own(connection: &Connection, name: &'static str) -> anyhow::Result<()> {
    let reply = connection.request_name_with_flags(name, RequestNameFlags::DO_NOT_QUEUE).await.with_context(
        || format!("the name {name} was not given to us; another owns it, or the bus policy forbids it"),
    )?;
    anyhow::ensure!(
        matches!(reply, RequestNameReply::PrimaryOwner | RequestNameReply::AlreadyOwner),
        "the name {name} is owned by another process"
    );
    Ok(())
}

/// Returns once the bus is gone; a daemon then ends and systemd starts it anew.
pub async fn lost(connection: &Connection) {
    // Not by a stream of its messages: that wakes whoever waits here for each of them.
    connection.closed().await;
}
