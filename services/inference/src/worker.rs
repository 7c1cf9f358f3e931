//! The threads that compute: each takes one order at a time, lends nothing out and keeps nothing. A job that panics
//! costs its asker the answer, and the engine its place; the thread goes on.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::Parts;
use crate::catalogue::{self, FileError, Files};
use crate::leave::{Leave, Stopped};
use crate::memory;
use crate::model::ModelError;
use crate::open::OpenError;
use crate::refusal::Refusal;
use crate::shelf::Failure;
use crate::spread::{Call, Help};
use crate::work::{Engine, Task, Work};

/// Loading takes half a second; a device with a worn-out disk and a busy processor may take this long.
pub(crate) const OPEN_TIME_MAX: Duration = Duration::from_secs(60);

/// One request, with the engine that does it.
pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) engine: Arc<Engine>,
    pub(crate) leave: Leave,
    /// When the leave ends.
    pub(crate) until: Instant,
    pub(crate) refused: oneshot::Sender<Refusal>,
}

/// What a worker is told to do.
pub(crate) enum Order {
    /// Serve a request.
    Serve(Job),
    /// Help another worker with its job, which is of that task and has until then.
    Help(Task, Help, Instant),
    /// Load a task's engine.
    Load(Task),
    /// Make an engine's plan number so-and-so ready.
    Prepare(Task, Arc<Engine>, usize),
    /// See which files are the listed ones.
    Survey,
    /// Let engines go.
    Drop(Vec<Arc<Engine>>),
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Answered,
    Stopped,
    Failed,
    Panicked,
}

/// What a worker has done.
pub(crate) enum Done {
    Served {
        task: Task,
        size: usize,
        took: Duration,
        end: End,
    },
    Loaded(Task, Result<Box<Loaded>, Failure>),
    /// There was such a plan, and perhaps there are more.
    Prepared(Task, bool),
    Surveyed(Vec<Surveyed>),
    Helped,
    Dropped,
    /// It is not done: its job has many pieces, and others may help.
    Calls(Help),
}

/// An engine, and the bytes of memory by which the process grew when it was loaded.
pub(crate) struct Loaded {
    pub(crate) engine: Engine,
    pub(crate) memory: u64,
    /// Hashes of the task's files that it was made from.
    pub(crate) of: Vec<String>,
}

/// One listed model file as it lies on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Surveyed {
    /// Its name.
    pub(crate) name: String,
    /// Version of its package; empty where it is not listed.
    pub(crate) version: String,
    /// Its listed hash; empty where it is not listed.
    pub(crate) sha256: String,
    /// Which task needs it.
    pub(crate) task: Task,
    /// Whether it is the listed one.
    pub(crate) found: Found,
}

/// What a file was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Right,
    Missing,
    WrongHash,
}

/// The kernel's least precedence: the background gets what others leave over.
const LEAST: i32 = 19;

/// Starts a thread, one that `steps_back` with the least precedence; what it has done comes with its `id`. It ends when
/// its orders end.
pub(crate) fn start(
    steps_back: bool,
    id: usize,
    parts: Parts,
    mut orders: mpsc::Receiver<Order>,
    to_actor: mpsc::Sender<(usize, Done)>,
) -> io::Result<()> {
    let name = if steps_back { "background" } else { "foreground" };
    let thread = std::thread::Builder::new().name(name.to_owned());
    let work = move || {
        // 0 is the thread that asks.
        if steps_back && let Err(error) = rustix::process::setpriority_process(None, LEAST) {
            tracing::warn!(%error, "the background keeps its precedence");
        }
        while let Some(order) = orders.blocking_recv() {
            let calls = to_actor.clone();
            // Where the actor has no room to hear it, the job is done without help.
            let call: Call = Arc::new(move |help: Help| drop(calls.try_send((id, Done::Calls(help)))));
            let done = carry_out(order, call, &parts);
            if to_actor.blocking_send((id, done)).is_err() {
                return;
            }
        }
    };
    thread.spawn(work).map(drop)
}

fn carry_out(order: Order, call: Call, parts: &Parts) -> Done {
    match order {
        Order::Serve(job) => serve(job, call, parts),
        Order::Help(_, help, _) => {
            help();
            Done::Helped
        }
        Order::Load(task) => Done::Loaded(task, load(task, parts)),
        Order::Prepare(task, engine, at) => {
            let prepared = catch_unwind(AssertUnwindSafe(|| engine.prepare(at)));
            Done::Prepared(task, matches!(prepared, Ok(Ok(true))))
        }
        Order::Survey => Done::Surveyed(survey(parts)),
        Order::Drop(engines) => {
            drop(engines);
            Done::Dropped
        }
    }
}

fn serve(job: Job, call: Call, parts: &Parts) -> Done {
    let Job { work, engine, leave, refused, .. } = job;
    let leave = leave.with_helpers(call);
    let (task, size, started) = (work.task(), work.size(), Instant::now());
    // What a panic leaves behind is dropped with the job; the engine is not used again.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        leave.check()?;
        parts.probe.at_job(task, &leave);
        work.run(&engine, &leave)
    }));
    drop(engine);
    let (end, refusal) = match outcome {
        Ok(Ok(())) => (End::Answered, None),
        Ok(Err(ModelError::Stopped(Stopped::DeadlinePassed))) => {
            (End::Stopped, Some(Refusal::DeadlinePassed))
        }
        Ok(Err(ModelError::Stopped(Stopped::Cancelled))) => (End::Stopped, Some(Refusal::Cancelled)),
        Ok(Err(error)) => {
            tracing::error!(%error, task = task.name(), "a model that was tried out failed");
            (End::Failed, Some(Refusal::NoModel(error.to_string())))
        }
        // Its message may hold what was written or said, so it is not logged; the hook in `main` logs the place.
        Err(_) => {
            tracing::error!(task = task.name(), "a request panicked");
            (End::Panicked, Some(Refusal::Broke))
        }
    };
    if refusal.is_some_and(|refusal| refused.send(refusal).is_err()) {
        tracing::debug!("the asker has gone");
    }
    Done::Served { task, size, took: started.elapsed(), end }
}

fn load(task: Task, parts: &Parts) -> Result<Box<Loaded>, Failure> {
    let (started, before) = (Instant::now(), memory::resident());
    let failed = |file: Option<&str>, reason: String, broken| {
        tracing::warn!(reason, task = task.name(), "a task cannot be done");
        Failure { file: file.map(str::to_owned), reason, broken }
    };
    let listed = catalogue::read(&parts.manifest).map_err(|error| failed(None, error.to_string(), false))?;
    let files = Files::new(&parts.models, listed);
    let leave = Leave::until(started + OPEN_TIME_MAX);
    let open = || {
        let engine = Engine::open(task, &files, &leave)?;
        try_out(&engine, task, &files, &leave).map(|()| engine)
    };
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(Ok(engine)) => {
            tracing::info!(
                task = task.name(),
                took_ms = started.elapsed().as_millis(),
                "an engine was loaded"
            );
            let memory = memory::resident().saturating_sub(before);
            Ok(Box::new(Loaded { engine, memory, of: files.hashes(task.files()) }))
        }
        Ok(Err(error)) => {
            let broken = !matches!(error, OpenError::File(_));
            Err(failed(error.file(), error.to_string(), broken))
        }
        Err(_) => Err(failed(None, "its engine panicked while it was loaded".to_owned(), true)),
    }
}

/// Runs the golden samples that are listed.
fn try_out(engine: &Engine, task: Task, files: &Files, leave: &Leave) -> Result<(), OpenError> {
    for name in task.files() {
        let golden = files.entry(name).and_then(|listed| listed.golden.as_ref());
        if let (Some(golden), Some(network)) = (golden, engine.network(name)) {
            golden.check(network, leave)?.map_err(|why| OpenError::unfit(name, why))?;
        }
    }
    Ok(())
}

/// Every file that a task needs, and whether it is the listed one.
fn survey(parts: &Parts) -> Vec<Surveyed> {
    let listed = catalogue::read(&parts.manifest).unwrap_or_else(|error| {
        tracing::warn!(%error, "no model can be used");
        Vec::new()
    });
    let files = Files::new(&parts.models, listed);
    let needed = Task::ALL.into_iter().flat_map(|task| task.files().iter().map(move |name| (task, *name)));
    let surveyed = needed.map(|(task, name)| {
        let listed = files.entry(name);
        let found = match files.bytes(name) {
            Ok(_) => Found::Right,
            Err(FileError::WrongHash { .. }) => Found::WrongHash,
            Err(FileError::NotListed { .. } | FileError::Missing { .. }) => Found::Missing,
        };
        let (version, sha256) =
            listed.map(|listed| (listed.version.clone(), listed.sha256.clone())).unwrap_or_default();
        Surveyed { name: name.to_owned(), version, sha256, task, found }
    });
    surveyed.collect()
}
