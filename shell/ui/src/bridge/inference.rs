//! The recogniser as the screens follow it: whether it is ready, and readings for whoever asks.

use std::collections::HashMap;
use std::os::fd::AsFd;

use api::inference::{InferenceError, InferenceProxy};
use api::ink::{InkLayout, InkLine, InkPoint, InkProxy, InkScript};
use api::maths::{MathsAnswer, MathsChosen, MathsProxy};
use board::{Legible, Passed};
use futures_util::StreamExt;
use tokio::task::AbortHandle;
use zbus::Connection;
use zbus::fdo::DBusProxy;

use super::{Tell, ToUi};
use crate::reading::Line;

/// A person waits beside the ink; after this they would rather be told, and ask again.
const DEADLINE_MS: u32 = 5_000;

/// Why no text came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFailure {
    /// The service is not there.
    Away,
    /// It has no model for it.
    NoModel,
    /// It has too much to do.
    Busy,
    /// It took too long.
    Late,
    /// It is there but could not.
    Failed,
}

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

/// What the service has been asked and has not answered yet.
#[derive(Default)]
pub(super) struct UnderWay(HashMap<u64, AbortHandle>);

impl UnderWay {
    /// Reads one selection and tells what came of it.
    pub(super) fn read(&mut self, connection: &Connection, ticket: u64, what: Legible, tell: &Tell) {
        self.0.retain(|_, task| !task.is_finished());
        let task = tokio::spawn(read(connection.clone(), ticket, what, tell.clone()));
        self.0.insert(ticket, task.abort_handle());
    }

    /// Reads one sum and tells what it comes to.
    pub(super) fn work_out(
        &mut self,
        connection: &Connection,
        ticket: u64,
        strokes: Vec<Vec<Passed>>,
        tell: &Tell,
    ) {
        self.0.retain(|_, task| !task.is_finished());
        let task = tokio::spawn(work_out(connection.clone(), ticket, strokes, tell.clone()));
        self.0.insert(ticket, task.abort_handle());
    }

    /// Works a sum out as somebody has read it, and tells what it comes to.
    pub(super) fn evaluate(
        &mut self,
        connection: &Connection,
        ticket: u64,
        symbols: Vec<MathsChosen>,
        tell: &Tell,
    ) {
        self.0.retain(|_, task| !task.is_finished());
        let task = tokio::spawn(evaluate(connection.clone(), ticket, symbols, tell.clone()));
        self.0.insert(ticket, task.abort_handle());
    }

    /// Nobody wants the answer any more. The service can only be told to leave everything that this shell asked for,
    /// so it is told where nothing else is under way.
    pub(super) async fn give_up(&mut self, connection: &Connection, ticket: u64) {
        self.0.retain(|_, task| !task.is_finished());
        let Some(task) = self.0.remove(&ticket) else { return };
        task.abort();
        if !self.0.is_empty() {
            return;
        }
        let service = InferenceProxy::builder(connection)
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await;
        let told = match &service {
            Ok(service) => service.inner().call_noreply("Cancel", &()).await,
            Err(error) => Err(error.clone()),
        };
        if let Err(error) = told {
            tracing::debug!(%error, "the recogniser could not be told to leave it");
        }
    }
}

async fn read(connection: Connection, ticket: u64, what: Legible, tell: Tell) {
    let lines = match &what {
        Legible::Strokes(strokes) => read_strokes(&connection, strokes, DEADLINE_MS).await,
        Legible::Picture(gray) => read_picture(&connection, gray).await,
    };
    let lines = lines.map_err(|error| {
        tracing::warn!(%error, "no text was read");
        failure(&error)
    });
    tell(ToUi::Read { ticket, lines });
}

async fn work_out(connection: Connection, ticket: u64, strokes: Vec<Vec<Passed>>, tell: Tell) {
    let answer = read_sum(&connection, &strokes).await.map_err(|error| {
        tracing::warn!(%error, "no sum was read");
        failure(&error)
    });
    tell(ToUi::WorkedOut { ticket, answer });
}

async fn read_sum(connection: &Connection, strokes: &[Vec<Passed>]) -> Result<MathsAnswer, InferenceError> {
    maths(connection).await?.read(&points(strokes), DEADLINE_MS).await
}

async fn evaluate(connection: Connection, ticket: u64, symbols: Vec<MathsChosen>, tell: Tell) {
    let evaluated = async { maths(&connection).await?.evaluate(&symbols, DEADLINE_MS).await };
    let expression = evaluated.await.map_err(|error| {
        tracing::warn!(%error, "a chosen reading was not worked out");
        failure(&error)
    });
    tell(ToUi::Evaluated { ticket, expression });
}

async fn maths(connection: &Connection) -> zbus::Result<MathsProxy<'_>> {
    MathsProxy::builder(connection).cache_properties(zbus::proxy::CacheProperties::No).build().await
}

/// Strokes as the service takes them, in millimetres.
fn points(strokes: &[Vec<Passed>]) -> Vec<Vec<InkPoint>> {
    let point = |passed: &Passed| InkPoint {
        x: f64::from(passed.at.x_um) / 1_000.0,
        y: f64::from(passed.at.y_um) / 1_000.0,
        t: passed.t_ms,
    };
    strokes.iter().map(|stroke| stroke.iter().map(point).collect()).collect()
}

fn failure(error: &InferenceError) -> ReadFailure {
    match error {
        InferenceError::Bus(_) => ReadFailure::Away,
        InferenceError::NoModel(_) => ReadFailure::NoModel,
        InferenceError::Busy(_) => ReadFailure::Busy,
        InferenceError::DeadlinePassed(_) => ReadFailure::Late,
        InferenceError::NotSealed(_)
        | InferenceError::BadRaster(_)
        | InferenceError::BadInk(_)
        | InferenceError::TooLarge(_)
        | InferenceError::Cancelled(_) => ReadFailure::Failed,
    }
}

/// What strokes say, line by line.
pub(super) async fn read_strokes(
    connection: &Connection,
    strokes: &[Vec<Passed>],
    deadline_ms: u32,
) -> Result<Vec<Line>, InferenceError> {
    let strokes = points(strokes);
    let service =
        InkProxy::builder(connection).cache_properties(zbus::proxy::CacheProperties::No).build().await?;
    let (layout, script) = (InkLayout::Lines.to_wire(), InkScript::Any.to_wire());
    let lines = service.recognize_ink(&strokes, layout, script, deadline_ms).await?;
    Ok(lines.into_iter().map(line).collect())
}

fn line(line: InkLine) -> Line {
    let guesses = |guesses: Vec<api::ink::InkGuess>| {
        guesses.into_iter().map(|guess| (guess.text, guess.confidence)).collect()
    };
    Line {
        text: line.text,
        confidence: line.confidence,
        characters: line.characters.into_iter().map(|character| guesses(character.guesses)).collect(),
        alternatives: line.alternatives,
    }
}

async fn read_picture(connection: &Connection, gray: &board::Gray) -> Result<Vec<Line>, InferenceError> {
    let picture =
        api::sealed::seal(&gray.pixels).map_err(|error| InferenceError::BadRaster(error.to_string()))?;
    let service = InferenceProxy::builder(connection)
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await?;
    let lines = service
        .recognize_text(picture.as_fd().into(), gray.width, gray.height, gray.width, DEADLINE_MS)
        .await?;
    let line = |line: api::inference::TextLine| Line {
        text: line.text,
        confidence: line.confidence,
        ..Line::default()
    };
    Ok(lines.into_iter().map(line).collect())
}
