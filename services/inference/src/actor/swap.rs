//! New files for a task that serves: the manifest lists others than those its engine was made from. They are loaded
//! and tried out beside it by the background thread, and take its place between two requests; what does not run is told
//! and not tried again before the manifest changes once more.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use super::Actor;
use crate::catalogue;
use crate::shelf::Failure;
use crate::work::Task;
use crate::worker::{Loaded, Surveyed};

/// The manifest is looked at no more often; a look is a microsecond.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Which files the engines were made from.
#[derive(Debug, Default)]
pub(super) struct Versions {
    loaded: BTreeMap<Task, Vec<String>>,
    declined: BTreeMap<Task, Vec<String>>,
    looked: Option<Instant>,
    stamp: Option<(SystemTime, u64, u64)>,
}

impl Versions {
    /// An engine was made from files of these hashes.
    pub(super) fn loaded(&mut self, task: Task, of: Vec<String>) {
        self.loaded.insert(task, of);
        self.declined.remove(&task);
    }

    /// Whether the manifest is not the one that was looked at before.
    pub(super) fn manifest_changed(&mut self, manifest: &Path, now: Instant) -> bool {
        if self.looked.is_some_and(|looked| now < looked + LOOK_EVERY) {
            return false;
        }
        let first = self.looked.replace(now).is_none();
        let stamp = catalogue::stamp(manifest);
        let changed = stamp != self.stamp;
        self.stamp = stamp;
        changed && !first
    }

    /// The manifest was read. Where it lists again what serves, nothing is wrong any more.
    pub(super) fn read(&mut self, surveyed: &[Surveyed]) {
        let loaded = &self.loaded;
        self.declined.retain(|task, _| loaded.get(task) != Some(&listed(*task, surveyed)));
    }

    /// The tasks whose listed files are of no use, though others serve.
    pub(super) fn declined(&self) -> Vec<&'static str> {
        self.declined.keys().map(|task| task.name()).collect()
    }

    /// Whether the files of a task are listed, others than its engine was made from, and not known to be of no use.
    fn is_stale(&self, task: Task, surveyed: &[Surveyed]) -> bool {
        let listed = listed(task, surveyed);
        let made_from = self.loaded.get(&task);
        !listed.contains(&String::new())
            && made_from.is_some_and(|of| *of != listed)
            && self.declined.get(&task) != Some(&listed)
    }
}

/// The hashes that are listed for a task, in the order of its files.
fn listed(task: Task, surveyed: &[Surveyed]) -> Vec<String> {
    let files = surveyed.iter().filter(|file| file.task == task);
    files.map(|file| file.sha256.clone()).collect()
}

impl Actor {
    /// A task that serves with an engine of other files than are listed.
    pub(super) fn stale(&self) -> Option<Task> {
        let stale = |task: &Task| self.shelf.has(*task) && self.versions.is_stale(*task, &self.surveyed);
        Task::ALL.into_iter().find(stale)
    }

    /// An engine was made beside the one that serves.
    pub(super) fn swap(&mut self, task: Task, outcome: Result<Box<Loaded>, Failure>, now: Instant) {
        match outcome {
            Ok(loaded) => {
                let Loaded { engine, memory, of } = *loaded;
                // Those who have the old one keep it until they are done.
                self.dropped.extend(self.shelf.discard(task));
                self.shelf.loaded(task, Ok(engine), now);
                self.memory.insert(task, memory);
                self.versions.loaded(task, of);
                self.preparing = Some((task, 0));
                tracing::info!(task = task.name(), "new models serve");
            }
            Err(failure) => self.decline(task, &failure.reason),
        }
        self.publish();
    }

    /// The files that are listed for a task are not tried again.
    pub(super) fn decline(&mut self, task: Task, reason: &str) {
        tracing::error!(task = task.name(), reason, "new models are of no use; the old ones go on");
        self.versions.declined.insert(task, listed(task, &self.surveyed));
    }
}
