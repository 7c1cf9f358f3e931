//! `org.dais.Inference1`: text in pictures, and what the service says of itself.

use std::time::Duration;

use api::inference::{Depth, Health, InferenceError, Latency, Memory, Model, TextLine};
use zbus::message::Header;
use zbus::object_server::InterfaceRef;
use zbus::{OwnedFd, interface};

use super::checks::{client, picture, refused};
use crate::desk::{Desk, Mail};
use crate::refusal::Refusal;
use crate::status::ModelStatus;
use crate::text::Line;
use crate::timing;
use crate::work::{Task, Work};

/// A change is told at once, and what changes within a second after it together: watching must cost nothing.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// The interface.
pub(super) struct Inference {
    desk: Desk,
}

impl Inference {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk }
    }
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
        #[zbus(header)] header: Header<'_>,
    ) -> Result<Vec<TextLine>, InferenceError> {
        let asker = self.desk.asker(client(&header), deadline_ms);
        let picture = picture(raster, width, height, stride).await?;
        let lines = self.desk.ask(asker, |reply| Work::ReadText { picture, reply }).await.map_err(refused)?;
        Ok(lines.into_iter().map(text_line).collect())
    }

    /// Gives up everything that the caller waits for.
    async fn cancel(&self, #[zbus(header)] header: Header<'_>) -> Result<(), InferenceError> {
        self.desk.mail.send(Mail::Forget(client(&header))).await.map_err(|_| refused(Refusal::Ending))
    }

    #[zbus(property)]
    fn models(&self) -> Vec<Model> {
        let wire = |model: &ModelStatus| Model {
            task: model.task.name().to_owned(),
            name: model.name.clone(),
            version: model.version.clone(),
            state: model.state.to_wire(),
        };
        self.desk.status.borrow().models.iter().map(wire).collect()
    }

    #[zbus(property)]
    fn ready(&self) -> bool {
        self.desk.status.borrow().can(Task::Text)
    }

    #[zbus(property)]
    fn health(&self) -> Health {
        let (state, why) = self.desk.status.borrow().health();
        Health { state: state.to_wire(), why }
    }

    #[zbus(property)]
    fn queue_depth(&self) -> Depth {
        let [interactive, live, background] = self.desk.figures.borrow().waiting;
        Depth { interactive, live, background }
    }

    #[zbus(property)]
    fn latencies(&self) -> Vec<Latency> {
        let wire = |(task, counts): &(Task, timing::Histogram)| Latency {
            task: task.name().to_owned(),
            counts: counts.to_vec(),
        };
        self.desk.figures.borrow().histograms.iter().map(wire).collect()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn latency_bounds(&self) -> Vec<u32> {
        timing::BOUNDS_MS.to_vec()
    }

    #[zbus(property)]
    fn memory(&self) -> Vec<Memory> {
        let wire = |(task, bytes): &(Task, u64)| Memory { task: task.name().to_owned(), bytes: *bytes };
        self.desk.figures.borrow().memory.iter().map(wire).collect()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
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

/// Tells of every change, until the actor is gone: at once, and then not before [`TELL_EVERY`] has passed.
pub(super) async fn publish(mut desk: Desk, face: InterfaceRef<Inference>) -> zbus::Result<()> {
    let to = face.signal_emitter();
    loop {
        let (status, figures) = tokio::select! {
            Ok(()) = desk.status.changed() => (true, desk.figures.has_changed().unwrap_or(false)),
            Ok(()) = desk.figures.changed() => (desk.status.has_changed().unwrap_or(false), true),
            // The actor's own end says why.
            else => std::future::pending().await,
        };
        desk.status.mark_unchanged();
        desk.figures.mark_unchanged();
        let served = face.get().await;
        if status {
            served.models_changed(to).await?;
            served.ready_changed(to).await?;
            served.health_changed(to).await?;
        }
        if figures {
            served.queue_depth_changed(to).await?;
            served.latencies_changed(to).await?;
            served.memory_changed(to).await?;
        }
        drop(served);
        tokio::time::sleep(TELL_EVERY).await;
    }
}
