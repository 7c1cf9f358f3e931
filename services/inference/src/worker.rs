//! The thread that computes: loads the models, then reads one picture at a time. Between requests it makes further
//! canvases ready.

use std::io;
use std::time::{Duration, Instant};

use api::inference::ModelState;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

use crate::Parts;
use crate::actor::{Answer, Refusal};
use crate::catalogue::{self, FileError, Files, Listed};
use crate::leave::{Leave, Stopped};
use crate::model::ModelError;
use crate::raster::Raster;
use crate::text::{DETECTOR, DICTIONARY, OpenError, READER, Text};

/// Loading takes half a second; a device with a worn-out disk and a busy processor may take this long.
const OPEN_TIME_MAX: Duration = Duration::from_secs(60);

/// One model file and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModelStatus {
    /// File name.
    pub(crate) name: String,
    /// Version of its package; empty where it is not listed.
    pub(crate) version: String,
    /// What became of it.
    pub(crate) state: ModelState,
}

/// What the service can do at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// Every file that is needed.
    pub(crate) models: Vec<ModelStatus>,
    /// Whether text can be recognised.
    pub(crate) ready: bool,
}

/// A picture to read and who waits for it.
pub(crate) struct Job {
    pub(crate) picture: Raster,
    pub(crate) deadline: Instant,
    pub(crate) reply: oneshot::Sender<Answer>,
}

impl Job {
    /// Tells the asker. One who has gone meanwhile is not looked for.
    pub(crate) fn answer(self, answer: Answer) {
        if self.reply.send(answer).is_err() {
            tracing::debug!("the asker has gone");
        }
    }

    /// Whether anybody still waits.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }
}

/// What the worker tells the actor.
pub(crate) enum FromWorker {
    /// The models have changed.
    Status(Status),
    /// It waits for the next job.
    Idle,
}

/// Starts the thread. It ends when the actor drops its end of `jobs`.
pub(crate) fn start(
    parts: Parts,
    jobs: mpsc::Receiver<Job>,
    to_actor: mpsc::Sender<FromWorker>,
) -> io::Result<()> {
    let thread = std::thread::Builder::new().name("recognise".to_owned());
    thread.spawn(move || work(&parts, jobs, &to_actor)).map(drop)
}

fn work(parts: &Parts, mut jobs: mpsc::Receiver<Job>, to_actor: &mpsc::Sender<FromWorker>) {
    let (status, text) = open(parts);
    let mut prepared = 0;
    if to_actor.blocking_send(FromWorker::Status(status)).is_err() {
        return;
    }
    while to_actor.blocking_send(FromWorker::Idle).is_ok() {
        let Some(job) = next(&mut jobs, text.as_ref().ok(), &mut prepared) else { return };
        let answer = match &text {
            _ if job.deadline <= Instant::now() => Err(Refusal::DeadlinePassed),
            Ok(text) => text.read(&job.picture, &Leave::until(job.deadline)).map_err(refusal),
            Err(reason) => Err(Refusal::NoModel(reason.clone())),
        };
        job.answer(answer);
    }
}

/// Waits for a job, using the time for what later jobs may need.
fn next(jobs: &mut mpsc::Receiver<Job>, text: Option<&Text>, prepared: &mut usize) -> Option<Job> {
    let Some(text) = text else { return jobs.blocking_recv() };
    loop {
        match jobs.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {}
        }
        match text.prepare(*prepared) {
            Ok(true) => *prepared += 1,
            Ok(false) => return jobs.blocking_recv(),
            Err(error) => {
                tracing::error!(%error, "a canvas could not be made ready");
                return jobs.blocking_recv();
            }
        }
    }
}

fn refusal(error: ModelError) -> Refusal {
    match error {
        ModelError::Stopped(Stopped::DeadlinePassed | Stopped::Cancelled) => Refusal::DeadlinePassed,
        broken => {
            tracing::error!(%broken, "a model that was tried out failed");
            Refusal::NoModel(broken.to_string())
        }
    }
}

/// The engine, or why there is none.
fn open(parts: &Parts) -> (Status, Result<Text, String>) {
    let started = Instant::now();
    let listed = match catalogue::read(&parts.manifest) {
        Ok(listed) => listed,
        Err(error) => {
            tracing::warn!(%error, "no model can be used");
            return (status(&[], |_| ModelState::Missing), Err(error.to_string()));
        }
    };
    let files = Files::new(&parts.models, listed);
    match Text::open(&files, &Leave::until(started + OPEN_TIME_MAX)) {
        Ok(text) => {
            tracing::info!(took_ms = started.elapsed().as_millis(), "text can be recognised");
            (status(files.listed(), |_| ModelState::Live), Ok(text))
        }
        Err(error) => {
            tracing::warn!(%error, model = error.file(), "a model cannot be used");
            let state = |name: &str| match files.bytes(name) {
                Err(FileError::WrongHash { .. }) => ModelState::WrongHash,
                Err(_) => ModelState::Missing,
                Ok(_) if name == error.file() && !matches!(error, OpenError::File(_)) => ModelState::Broken,
                Ok(_) => ModelState::Listed,
            };
            (status(files.listed(), state), Err(error.to_string()))
        }
    }
}

fn status(listed: &[Listed], state: impl Fn(&str) -> ModelState) -> Status {
    let models: Vec<ModelStatus> = [DETECTOR, READER, DICTIONARY]
        .into_iter()
        .map(|name| {
            let version =
                listed.iter().find(|listed| listed.name == name).map(|listed| listed.version.clone());
            ModelStatus { name: name.to_owned(), version: version.unwrap_or_default(), state: state(name) }
        })
        .collect();
    let ready = models.iter().all(|model| model.state == ModelState::Live);
    Status { models, ready }
}
