//! What is plugged in, told anew whenever that changes.

use super::Word;
use crate::inbox::{Input, Outbox};
use crate::message::LiveSource;
use capture::{Kind, Monitor, Source};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// Longest wait for a plug: how soon the thread ends when nobody looks any more.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Names of cameras that stay the same when they are plugged in elsewhere.
const BY_ID: &str = "/dev/v4l/by-id";
/// Inputs that are told at most: more than a panel has sockets.
const MOST: usize = 16;

/// The thread that watches.
pub(super) struct Inputs {
    stop: Arc<AtomicBool>,
}

impl Inputs {
    pub(super) fn start(out: Outbox) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let theirs = stop.clone();
        Builder::new().name("inputs".into()).spawn(move || watch(&theirs, &out))?;
        Ok(Self { stop })
    }

    /// It ends by itself, soon.
    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn watch(stop: &AtomicBool, out: &Outbox) {
    let monitor = match Monitor::start() {
        Ok(monitor) => monitor,
        Err(error) => return tracing::warn!(%error, "nothing can tell what is plugged in"),
    };
    let mut told = None;
    while !stop.load(Ordering::Relaxed) {
        let now = listed(&monitor.inputs());
        if told.as_ref() != Some(&now) {
            if !out.send(Input::Live(Word::Inputs(now.clone()))) {
                return;
            }
            told = Some(now);
        }
        while !stop.load(Ordering::Relaxed) && monitor.next(Instant::now() + LOOK_EVERY).is_none() {}
    }
}

/// Those that give pictures, each once.
fn listed(sources: &[Source]) -> Vec<LiveSource> {
    let mut listed: Vec<LiveSource> = Vec::new();
    for source in sources.iter().filter(|source| source.kind() == Kind::Video) {
        let named = match source.path() {
            Some(path) => LiveSource {
                name: source.name().to_owned(),
                line: lasting(&path).to_string_lossy().into_owned(),
            },
            None => LiveSource::found(source.name()),
        };
        if listed.len() < MOST && !listed.iter().any(|other| other.line == named.line) {
            listed.push(named);
        }
    }
    listed.sort();
    listed
}

/// A device's name that survives replugging, where it has one.
fn lasting(path: &Path) -> PathBuf {
    let links = std::fs::read_dir(BY_ID).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut same = links.filter(|link| link.canonicalize().is_ok_and(|to| to == path));
    same.next().unwrap_or_else(|| path.to_owned())
}
