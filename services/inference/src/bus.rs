//! `org.dais.Inference1`: checks what comes in, hands it to the actor, and answers when it is done. Nothing is
//! computed here, so a slow page never holds up the bus.

mod voice;

use std::time::{Duration, Instant};

use anyhow::Context;
use api::inference::{InferenceError, Model, SIDE_MAX, TextLine};
use api::sealed::{self, SealedError};
use daemon::Stop;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{oneshot, watch};
use zbus::object_server::InterfaceRef;
use zbus::{Connection, OwnedFd, interface};

use crate::Parts;
use crate::actor::{Actor, Ask, Desk, Refusal};
use crate::listening::Listening;
use crate::raster::{Raster, RasterError};
use crate::scheduler::Urgency;
use crate::text::Line;
use crate::worker::Status;

/// A caller with a deadline within this has a person waiting; who gives more time, or none, does not.
const INTERACTIVE_DEADLINE_MAX: Duration = Duration::from_secs(5);
/// Largest picture in bytes. A stride may be wider than the picture; twice the width is already odd.
const PICTURE_LEN_MAX: u64 = 2 * SIDE_MAX as u64 * SIDE_MAX as u64;

struct Inference {
    desk: Desk,
    deadline_max: Duration,
}

#[interface(name = "org.dais.Inference1", introspection_docs = false)]
impl Inference {
    #[zbus(out_args("lines"))]
    async fn recognize_text(
        &self,
        raster: OwnedFd,
        width: u32,
        height: u32,
        stride: u32,
        deadline_ms: u32,
    ) -> Result<Vec<TextLine>, InferenceError> {
        let arrived = Instant::now();
        let (urgency, time) = self.time_for(deadline_ms);
        let picture = tokio::task::spawn_blocking(move || picture(&raster, width, height, stride))
            .await
            .map_err(|error| InferenceError::BadRaster(error.to_string()))??;
        let (reply, answer) = oneshot::channel();
        let ask = Ask { picture, urgency, deadline: arrived + time, reply };
        self.desk.asks.try_send(ask).map_err(|error| match error {
            TrySendError::Full(_) => refused(Refusal::Busy),
            TrySendError::Closed(_) => InferenceError::NoModel("the service is ending; ask again".to_owned()),
        })?;
        let lines = answer
            .await
            .map_err(|_| InferenceError::NoModel("the service is ending; ask again".to_owned()))?
            .map_err(refused)?;
        Ok(lines.into_iter().map(text_line).collect())
    }

    #[zbus(property)]
    fn models(&self) -> Vec<Model> {
        let status = self.desk.status.borrow();
        let wire = |model: &crate::worker::ModelStatus| Model {
            name: model.name.clone(),
            version: model.version.clone(),
            state: model.state.to_wire(),
        };
        status.models.iter().map(wire).collect()
    }

    #[zbus(property)]
    fn ready(&self) -> bool {
        self.desk.status.borrow().ready
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

impl Inference {
    fn time_for(&self, deadline_ms: u32) -> (Urgency, Duration) {
        let asked = Duration::from_millis(deadline_ms.into());
        let urgency = if !asked.is_zero() && asked <= INTERACTIVE_DEADLINE_MAX {
            Urgency::Interactive
        } else {
            Urgency::Background
        };
        (urgency, if asked.is_zero() { self.deadline_max } else { asked.min(self.deadline_max) })
    }
}

fn picture(raster: &OwnedFd, width: u32, height: u32, stride: u32) -> Result<Raster, InferenceError> {
    let (width, height, stride) = (width as usize, height as usize, stride as usize);
    Raster::check_sides(width, height).map_err(misshapen)?;
    let bytes = sealed::read(raster, PICTURE_LEN_MAX).map_err(|error| match error {
        SealedError::NotSealed => InferenceError::NotSealed(error.to_string()),
        SealedError::TooLarge { .. } | SealedError::Io(_) => InferenceError::BadRaster(error.to_string()),
    })?;
    Raster::from_rows(&bytes, width, height, stride).map_err(misshapen)
}

fn misshapen(error: RasterError) -> InferenceError {
    match error {
        RasterError::Side { .. } => InferenceError::TooLarge(error.to_string()),
        RasterError::Stride { .. } | RasterError::Length { .. } => {
            InferenceError::BadRaster(error.to_string())
        }
    }
}

fn refused(refusal: Refusal) -> InferenceError {
    let text = refusal.to_string();
    match refusal {
        Refusal::NoModel(_) => InferenceError::NoModel(text),
        Refusal::Busy => InferenceError::Busy(text),
        Refusal::DeadlinePassed => InferenceError::DeadlinePassed(text),
    }
}

fn text_line(line: Line) -> TextLine {
    TextLine {
        x: line.area.left,
        y: line.area.top,
        width: line.area.width(),
        height: line.area.height(),
        text: line.text,
        confidence: f64::from(line.confidence),
    }
}

/// Serves on the bus until told to stop. An error means that the bus or the worker is gone.
pub async fn run(connection: Connection, parts: Parts, stop: Stop) -> anyhow::Result<()> {
    let (actor, desk) = Actor::start(&parts)?;
    let status = desk.status.clone();
    let face = Inference { desk, deadline_max: parts.deadline_max };
    let (listening, sounds) = Listening::new();
    let server = connection.object_server();
    server.at(api::INFERENCE.path, face).await.context("the interface could not be served")?;
    let face = server.interface(api::INFERENCE.path).await.context("the interface is not served")?;
    let speaker = voice::serve(&connection, &parts, sounds).await?;
    daemon::own(&connection, api::INFERENCE.name).await?;
    daemon::ready();
    tokio::select! {
        outcome = actor.run(stop.clone()) => outcome?,
        () = listening.run(stop) => {}
        outcome = speaker.run() => outcome.context("what was heard could not be told")?,
        outcome = publish(status, face) => outcome.context("a change could not be told")?,
        () = daemon::lost(&connection) => anyhow::bail!("the bus is gone"),
    }
    server
        .remove::<Inference, _>(api::INFERENCE.path)
        .await
        .context("the interface could not be taken down")?;
    server
        .remove::<voice::Face, _>(api::INFERENCE.path)
        .await
        .context("the voice interface could not be taken down")?;
    Ok(())
}

/// Tells of every change of the models, until the actor is gone.
async fn publish(mut status: watch::Receiver<Status>, face: InterfaceRef<Inference>) -> zbus::Result<()> {
    while status.changed().await.is_ok() {
        let served = face.get().await;
        served.models_changed(face.signal_emitter()).await?;
        served.ready_changed(face.signal_emitter()).await?;
    }
    // The actor's own end says why.
    std::future::pending().await
}

#[cfg(test)]
mod tests;
