//! The room's microphone as the screens follow it: how loud it is, while somebody looks. It is held only while a screen
//! wants it, and let go with the bus connection, whatever happens here.

use api::sense::{SILENCE_DBFS, SenseProxy};
use futures_util::StreamExt;
use tokio::sync::watch;
use zbus::Connection;
use zbus::fdo::DBusProxy;

use super::{Tell, ToUi};

/// Follows the service for as long as the bus lives.
pub(super) async fn watch(connection: Connection, tell: Tell, mut wanted: watch::Receiver<bool>) {
    while wanted.wait_for(|wanted| *wanted).await.is_ok() {
        let mut enough = wanted.clone();
        tokio::select! {
            outcome = listen(&connection, &tell) => {
                if let Err(error) = outcome {
                    tracing::warn!(%error, "the room's microphone cannot be followed");
                }
                tell(ToUi::Noise(None));
                // Nothing more comes until somebody wants it anew.
                if wanted.wait_for(|wanted| !*wanted).await.is_err() {
                    return;
                }
            }
            goes_on = async { enough.wait_for(|wanted| !*wanted).await.is_ok() } => {
                tell(ToUi::Noise(None));
                let_go(&connection).await;
                if !goes_on {
                    return;
                }
            }
        }
    }
}

/// Holds the microphone and tells how loud it is, also after the service was away.
async fn listen(connection: &Connection, tell: &Tell) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection).await?;
    let mut owners = bus.receive_name_owner_changed_with_args(&[(0, api::SENSE.name)]).await?;
    let service = SenseProxy::new(connection).await?;
    let mut there = bus.name_has_owner(api::SENSE.name.try_into()?).await?;
    loop {
        if there {
            tokio::select! {
                outcome = follow(&service, tell) => if let Err(error) = outcome {
                    tracing::info!(%error, "the room's microphone is not there");
                    tell(ToUi::Noise(None));
                    owners.next().await;
                },
                change = owners.next() => if change.is_none() { return Ok(()) },
            }
        }
        tell(ToUi::Noise(None));
        if !there && owners.next().await.is_none() {
            return Ok(());
        }
        there = bus.name_has_owner(api::SENSE.name.try_into()?).await?;
    }
}

async fn follow(service: &SenseProxy<'_>, tell: &Tell) -> Result<(), api::sense::SenseError> {
    let bus = api::sense::SenseError::Bus;
    service.listen(true).await?;
    let mut levels = service.receive_noise_level_changed().await;
    let mut listening = service.receive_listening_changed().await;
    loop {
        let (on, level) =
            (service.listening().await.map_err(bus)?, service.noise_level().await.map_err(bus)?);
        let heard = on && level > SILENCE_DBFS;
        tell(ToUi::Noise(heard.then_some(level as f32)));
        let more = tokio::select! { change = levels.next() => change.is_some(), change = listening.next() => change.is_some() };
        if !more {
            return Ok(());
        }
    }
}

async fn let_go(connection: &Connection) {
    let outcome = match SenseProxy::new(connection).await {
        Ok(service) => service.listen(false).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = outcome {
        tracing::debug!(error, "the room's microphone was not held");
    }
}
