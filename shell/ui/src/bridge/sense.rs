//! The room's camera and microphone as the screens follow them: held while a screen wants them, and all that is told.
//!
//! The hold is this connection's, so it ends with the shell, whatever ends that.

use api::sense::{SenseProxy, Trouble};
use futures_util::stream::{BoxStream, StreamExt, select_all};
use tokio::sync::watch;
use zbus::Connection;
use zbus::fdo::DBusProxy;

use super::{Tell, ToUi};

/// What the screens want to be on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The camera.
    pub camera: bool,
    /// The microphone.
    pub microphone: bool,
}

/// What is known; the default where the service is away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sensed {
    /// The configuration has a camera.
    pub has_camera: bool,
    /// And a microphone.
    pub has_microphone: bool,
    /// The camera is open.
    pub watching: bool,
    /// The microphone is.
    pub listening: bool,
    /// Faces.
    pub persons: u32,
    /// One of them raises a hand.
    pub hand_raised: bool,
    /// How loud it is, in dBFS; none where nothing is heard.
    pub noise: Option<f32>,
    /// What is wrong and what to do.
    pub troubles: Vec<Trouble>,
}

/// Follows the service for as long as the bus lives.
pub(super) async fn watch(connection: Connection, held: watch::Receiver<Held>, tell: Tell) {
    if let Err(error) = follow_owner(&connection, &held, &tell).await {
        tracing::warn!(%error, "camera and microphone cannot be followed");
    }
    tell(ToUi::Sensed(Sensed::default()));
}

async fn follow_owner(
    connection: &Connection,
    held: &watch::Receiver<Held>,
    tell: &Tell,
) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection).await?;
    let mut owners = bus.receive_name_owner_changed_with_args(&[(0, api::SENSE.name)]).await?;
    loop {
        if bus.name_has_owner(api::SENSE.name.try_into()?).await? {
            tokio::select! {
                outcome = follow(connection, held.clone(), tell) => {
                    if let Err(error) = outcome {
                        tracing::warn!(%error, "what camera and microphone tell cannot be read");
                    }
                    tell(ToUi::Sensed(Sensed::default()));
                    owners.next().await;
                }
                change = owners.next() => if change.is_none() { return Ok(()) },
            }
        } else {
            tell(ToUi::Sensed(Sensed::default()));
            if owners.next().await.is_none() {
                return Ok(());
            }
        }
    }
}

async fn follow(connection: &Connection, mut held: watch::Receiver<Held>, tell: &Tell) -> zbus::Result<()> {
    let service = SenseProxy::new(connection).await?;
    let mut turns = service.receive_turn().await?;
    let mut changes = changes(&service).await;
    let mut now = Held::default();
    held.mark_changed();
    loop {
        tokio::select! {
            changed = held.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
                let wanted = *held.borrow_and_update();
                hold(&service, now, wanted).await;
                now = wanted;
            }
            change = changes.next() => match change {
                Some(()) => tell(ToUi::Sensed(sensed(&service).await?)),
                None => return Ok(()),
            },
            turn = turns.next() => match turn {
                Some(turn) => tell(ToUi::PageWaved(turn.args()?.pages)),
                None => return Ok(()),
            },
        }
    }
}

/// One that ends is told anew by the next touch; so a refusal is for the log alone.
async fn hold(service: &SenseProxy<'_>, now: Held, wanted: Held) {
    if now.camera != wanted.camera
        && let Err(error) = service.watch(wanted.camera).await
    {
        tracing::warn!(%error, "the camera does not obey");
    }
    if now.microphone != wanted.microphone
        && let Err(error) = service.listen(wanted.microphone).await
    {
        tracing::warn!(%error, "the microphone does not obey");
    }
}

/// That something changed, and at first that nothing was read yet.
async fn changes(service: &SenseProxy<'static>) -> impl futures_util::Stream<Item = ()> + Unpin {
    let streams: [BoxStream<'static, ()>; 6] = [
        service.receive_watching_changed().await.map(drop).boxed(),
        service.receive_listening_changed().await.map(drop).boxed(),
        service.receive_persons_changed().await.map(drop).boxed(),
        service.receive_hand_raised_changed().await.map(drop).boxed(),
        service.receive_noise_level_changed().await.map(drop).boxed(),
        service.receive_troubles_changed().await.map(drop).boxed(),
    ];
    select_all(streams)
}

async fn sensed(service: &SenseProxy<'_>) -> zbus::Result<Sensed> {
    let noise = service.noise_level().await?;
    Ok(Sensed {
        has_camera: service.has_camera().await?,
        has_microphone: service.has_microphone().await?,
        watching: service.watching().await?,
        listening: service.listening().await?,
        persons: service.persons().await?,
        hand_raised: service.hand_raised().await?,
        noise: (noise > api::sense::SILENCE_DBFS).then_some(noise as f32),
        troubles: service.troubles().await?,
    })
}
