//! The recogniser as the screens follow it: whether it is ready, and one reading at a time for whoever asks.

use std::os::fd::AsFd;

use api::inference::{InferenceError, InferenceProxy, TextLine};
use futures_util::StreamExt;
use zbus::Connection;
use zbus::fdo::DBusProxy;

use super::{ReadFailure, Tell, ToUi};

/// A person waits beside the ink; after this they would rather be told, and ask again.
const DEADLINE_MS: u32 = 5_000;

/// Follows the service for as long as the bus lives.
pub(super) async fn watch(connection: Connection, tell: Tell) {
    if let Err(error) = follow_owner(&connection, &tell).await {
        tracing::warn!(%error, "the recogniser cannot be followed");
        tell(ToUi::Reading(false));
    }
}

async fn follow_owner(connection: &Connection, tell: &Tell) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection).await?;
    let mut owners = bus.receive_name_owner_changed_with_args(&[(0, api::INFERENCE.name)]).await?;
    let mut there = bus.name_has_owner(api::INFERENCE.name.try_into()?).await?;
    loop {
        if there {
            let service = InferenceProxy::new(connection).await?;
            tokio::select! {
                outcome = follow(&service, tell) => {
                    if let Err(error) = outcome {
                        tracing::warn!(%error, "the recogniser's state cannot be read");
                    }
                    tell(ToUi::Reading(false));
                    owners.next().await;
                }
                change = owners.next() => if change.is_none() { return Ok(()) },
            }
        } else {
            tell(ToUi::Reading(false));
            if owners.next().await.is_none() {
                return Ok(());
            }
        }
        there = bus.name_has_owner(api::INFERENCE.name.try_into()?).await?;
    }
}

async fn follow(service: &InferenceProxy<'_>, tell: &Tell) -> zbus::Result<()> {
    let mut changes = service.receive_ready_changed().await;
    tell(ToUi::Reading(service.ready().await?));
    while let Some(change) = changes.next().await {
        tell(ToUi::Reading(change.get().await?));
    }
    Ok(())
}

/// Reads one picture and tells what came of it.
pub(super) async fn read(connection: Connection, ticket: u64, gray: board::Gray, tell: Tell) {
    let lines = recognise(&connection, &gray).await.map_err(|error| {
        tracing::warn!(%error, "no text was read");
        match error {
            InferenceError::Bus(_) | InferenceError::NoModel(_) => ReadFailure::Away,
            _ => ReadFailure::Failed,
        }
    });
    tell(ToUi::Read { ticket, lines });
}

async fn recognise(connection: &Connection, gray: &board::Gray) -> Result<Vec<TextLine>, InferenceError> {
    let picture =
        api::sealed::seal(&gray.pixels).map_err(|error| InferenceError::BadRaster(error.to_string()))?;
    let service = InferenceProxy::builder(connection)
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await?;
    service.recognize_text(picture.as_fd().into(), gray.width, gray.height, gray.width, DEADLINE_MS).await
}
