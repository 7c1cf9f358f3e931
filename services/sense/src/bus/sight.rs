//! Frames for `org.dais.Inference1.Camera`, one at a time, the newest of them, and what it sees in each.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use api::camera::{
    CameraError, CameraProxy, FrameFormat, PageTurn, Sight, WANT_FACES, WANT_PAGES, WANT_RAISED,
};
use tokio::sync::mpsc;
use tokio::time::timeout;
use zbus::{Connection, Fd};

use super::patience::{ANSWER_WITHIN, Patience};
use crate::actor::Mail;
use crate::eye::{Newest, Shown};
use crate::palm::Page;
use crate::room::{Event, Sense, Why};

/// What is asked for. Frames are looked at in turn, so it costs as much time as there is.
const WANTS: u32 = WANT_FACES | WANT_RAISED | WANT_PAGES;
/// So long without a frame that was looked at in time means that recognition cannot keep up.
const BEHIND_AFTER: Duration = Duration::from_secs(3);

/// Until the camera closes.
pub(super) async fn show(connection: Connection, mut newest: Newest, mail: mpsc::Sender<Mail>) {
    let mut patience = Patience::new(Sense::Sight, mail);
    let camera = match CameraProxy::new(&connection).await {
        Ok(camera) => camera,
        Err(error) => return tracing::error!(%error, "recognition cannot be named"),
    };
    while newest.has_changed().is_ok() {
        let outcome = timeout(ANSWER_WITHIN, camera.watch(WANTS)).await;
        let why = match outcome.unwrap_or_else(|_| Err(late())) {
            Ok(()) => look_at_all(&camera, &mut newest, &mut patience).await,
            Err(error) => Some(why(&error)),
        };
        if let Some(why) = why {
            patience.failed(why).await;
            tokio::time::sleep(patience.pause()).await;
        }
    }
    // What was seen is forgotten there too; where nobody answers there is nothing to forget.
    if let Ok(Err(error)) = timeout(ANSWER_WITHIN, camera.stop()).await {
        tracing::debug!(%error, "recognition was not told that the camera is closed");
    }
}

/// Until the camera closes, or recognition has to be asked to watch again.
async fn look_at_all(camera: &CameraProxy<'_>, newest: &mut Newest, patience: &mut Patience) -> Option<Why> {
    let mut looked = Instant::now();
    while newest.changed().await.is_ok() {
        let Some(shown) = newest.borrow_and_update().clone() else { continue };
        match timeout(ANSWER_WITHIN, look(camera, &shown)).await.unwrap_or_else(|_| Err(late())) {
            Ok(sight) => {
                looked = Instant::now();
                patience.answered().await;
                // The camera may have closed meanwhile, and be open again.
                if newest.has_changed().is_ok() {
                    patience.tell(seen(shown.at, &sight)).await;
                }
            }
            Err(CameraError::Busy(_) | CameraError::Overtaken(_) | CameraError::DeadlinePassed(_)) => {
                if looked.elapsed() > BEHIND_AFTER {
                    patience.failed(Why::Overloaded).await;
                }
            }
            // It was started anew, or has forgotten us after a minute without frames.
            Err(CameraError::NotWatching(_)) => return None,
            Err(error) => return Some(why(&error)),
        }
    }
    None
}

async fn look(camera: &CameraProxy<'_>, shown: &Shown) -> Result<Sight, CameraError> {
    let time_us = u64::try_from(shown.at.as_micros()).unwrap_or(u64::MAX);
    let (format, stride) = (FrameFormat::Rgb8.to_wire(), shown.width * 3);
    camera.look(Fd::from(shown.pixels.as_fd()), format, shown.width, shown.height, stride, time_us).await
}

fn seen(at: Duration, sight: &Sight) -> Event {
    let page = match PageTurn::from_wire(sight.turn) {
        PageTurn::Next => Some(Page::Next),
        PageTurn::Previous => Some(Page::Previous),
        PageTurn::Stay | PageTurn::Unknown => None,
    };
    let persons = u32::try_from(sight.faces.len()).unwrap_or(u32::MAX);
    Event::Saw { at, persons, raised: !sight.raised.is_empty(), page }
}

fn late() -> CameraError {
    CameraError::DeadlinePassed("no answer came".to_owned())
}

fn why(error: &CameraError) -> Why {
    tracing::warn!(%error, "what the camera sees is not recognised");
    match error {
        CameraError::NoModel(_) => Why::NoModel,
        CameraError::Busy(_) | CameraError::DeadlinePassed(_) | CameraError::Overtaken(_) => Why::Overloaded,
        CameraError::Bus(_)
        | CameraError::NotSealed(_)
        | CameraError::BadFrame(_)
        | CameraError::BadWants(_)
        | CameraError::NotWatching(_) => Why::Absent,
    }
}
