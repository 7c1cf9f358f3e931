//! The service on the bus: all interfaces lie at one object path, one file each below `bus/`, and are put up and
//! taken down here. Nothing is computed here, so a slow page never holds up the bus.

mod camera;
mod checks;
mod ink;
mod maths;
mod search;
mod text;
mod voice;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use daemon::Stop;
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;
use zbus::{Connection, ObjectServer};

use crate::Parts;
use crate::actor::Actor;
use crate::desk::{Desk, Mail};
use crate::listening::{Ask, Listening};
use crate::pressure;
use crate::scheduler::Client;
use camera::Camera;
use ink::Ink;
use maths::Maths;
use search::Search;
use text::Inference;

/// Serves on the bus until told to stop. An error means that the bus or a worker is gone.
pub async fn run(connection: Connection, parts: Parts, stop: Stop) -> anyhow::Result<()> {
    let (actor, desk) = Actor::start(&parts)?;
    pressure::start(Path::new(pressure::MEMORY), desk.mail.clone())
        .context("the thread that listens for memory could not be started")?;
    let server = connection.object_server();
    put_up(server, &desk).await.context("the interfaces could not be served")?;
    let face = server.interface(api::INFERENCE.path).await.context("the interface is not served")?;
    let (listening, sessions) = Listening::new(Arc::clone(&desk.way));
    let asks = sessions.asks.clone();
    let speaker = voice::serve(&connection, &parts, &desk, sessions).await?;
    daemon::own(&connection, api::INFERENCE.name).await?;
    daemon::ready();
    // On a task of its own, which runs where the request that wakes it was read: here it would change threads with each.
    let mut acting = JoinSet::new();
    acting.spawn(actor.run(stop));
    tokio::select! {
        outcome = acting.join_next() => outcome.context("nobody acts")?.context("the actor panicked")??,
        outcome = text::publish(desk.clone(), face) => outcome.context("a change could not be told")?,
        never = listening.run() => match never {},
        outcome = speaker.run() => outcome.context("what was heard could not be told")?,
        outcome = forget_who_leaves(&connection, &desk, &asks) => outcome.context("the bus does not tell who leaves")?,
        () = daemon::lost(&connection) => anyhow::bail!("the bus is gone"),
    }
    take_down(server).await.context("the interfaces could not be taken down")
}

async fn put_up(server: &ObjectServer, desk: &Desk) -> zbus::Result<()> {
    server.at(api::INFERENCE.path, Inference::new(desk.clone())).await?;
    server.at(api::INFERENCE.path, Camera::new(desk.clone())).await?;
    server.at(api::INFERENCE.path, Ink::new(desk.clone())).await?;
    server.at(api::INFERENCE.path, Maths::new(desk.clone())).await?;
    server.at(api::INFERENCE.path, Search::new(desk.clone())).await?;
    Ok(())
}

async fn take_down(server: &ObjectServer) -> zbus::Result<()> {
    server.remove::<Inference, _>(api::INFERENCE.path).await?;
    server.remove::<Camera, _>(api::INFERENCE.path).await?;
    server.remove::<Ink, _>(api::INFERENCE.path).await?;
    server.remove::<Maths, _>(api::INFERENCE.path).await?;
    server.remove::<Search, _>(api::INFERENCE.path).await?;
    server.remove::<voice::Face, _>(api::INFERENCE.path).await?;
    Ok(())
}

/// Frees what clients asked for that are gone from the bus.
async fn forget_who_leaves(
    connection: &Connection,
    desk: &Desk,
    sessions: &mpsc::Sender<Ask>,
) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection).await?;
    let mut changes = bus.receive_name_owner_changed_with_args(&[(2, "")]).await?;
    while let Some(change) = changes.next().await {
        let change = change.args()?;
        if let BusName::Unique(name) = &change.name {
            let client = Client(name.as_str().into());
            let gone = sessions.send(Ask::Gone { client: client.clone() }).await.is_err();
            if gone || desk.mail.send(Mail::Forget(client)).await.is_err() {
                break;
            }
        }
    }
    // The bus' or the actor's own end says why.
    std::future::pending().await
}
