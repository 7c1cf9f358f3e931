//! Which engines are loaded, pure: one place for each task; an engine is loaded when somebody first needs it, lent
//! with each job, and let go when nobody has used it for long or memory is short.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::work::Task;

/// After a failure the files may have been mended; looking again costs a tenth of a second, so not for every call.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Why an engine could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The file that it is about, where it is about one.
    pub(crate) file: Option<String>,
    /// In words.
    pub(crate) reason: String,
    /// The file is the listed one and yet cannot be used.
    pub(crate) broken: bool,
}

/// What can be said of a task's engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody has needed it yet.
    Unused,
    /// A worker loads it.
    Loading,
    /// It serves.
    Live,
    /// It could not be loaded.
    Failed(Failure),
    /// It served, and was let go.
    Resting,
}

/// What to do for somebody who needs an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing: it is there.
    Met,
    /// Wait: it is being loaded.
    Wait,
    /// Load it.
    Load,
    /// Say why not.
    Refuse(String),
}

struct Place<E> {
    engine: Option<Arc<E>>,
    used: Instant,
    standing: Standing,
}

/// See the module.
pub(crate) struct Shelf<E>(BTreeMap<Task, Place<E>>);

impl<E> Default for Shelf<E> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<E> Shelf<E> {
    /// What somebody who needs the task's engine gets.
    pub(crate) fn need(&self, task: Task, now: Instant) -> Need {
        match self.0.get(&task) {
            None => Need::Load,
            Some(place) => match &place.standing {
                Standing::Live => Need::Met,
                Standing::Loading => Need::Wait,
                Standing::Failed(failure) if now < place.used + RETRY_AFTER => {
                    Need::Refuse(failure.reason.clone())
                }
                Standing::Unused | Standing::Failed(_) | Standing::Resting => Need::Load,
            },
        }
    }

    /// A worker begins to load it.
    pub(crate) fn loading(&mut self, task: Task, now: Instant) {
        self.0.insert(task, Place { engine: None, used: now, standing: Standing::Loading });
    }

    /// A worker has loaded it, or not.
    pub(crate) fn loaded(&mut self, task: Task, outcome: Result<E, Failure>, now: Instant) {
        let (engine, standing) = match outcome {
            Ok(engine) => (Some(Arc::new(engine)), Standing::Live),
            Err(failure) => (None, Standing::Failed(failure)),
        };
        self.0.insert(task, Place { engine, used: now, standing });
    }

    /// Lends the engine, if it is there.
    pub(crate) fn lend(&mut self, task: Task, now: Instant) -> Option<Arc<E>> {
        let place = self.0.get_mut(&task)?;
        place.used = now;
        place.engine.clone()
    }

    /// Whether it is there.
    pub(crate) fn has(&self, task: Task) -> bool {
        self.0.get(&task).is_some_and(|place| place.engine.is_some())
    }

    /// Takes away an engine that did wrong; the next who needs it has it loaded anew.
    pub(crate) fn discard(&mut self, task: Task) -> Option<Arc<E>> {
        let place = self.0.get_mut(&task)?;
        place.standing = Standing::Resting;
        place.engine.take()
    }

    /// Takes out all engines that nobody has used since `since`. What is lent is used, now.
    #[must_use = "letting go of an engine takes a while and is not the actor's to do"]
    pub(crate) fn rest(&mut self, since: Instant, now: Instant) -> Vec<Arc<E>> {
        let mut resting = Vec::new();
        for place in self.0.values_mut().filter(|place| place.used <= since) {
            match &place.engine {
                Some(engine) if Arc::strong_count(engine) > 1 => place.used = now,
                Some(_) => {
                    place.standing = Standing::Resting;
                    resting.extend(place.engine.take());
                }
                None => {}
            }
        }
        resting
    }

    /// When an engine was last used, the one unused for longest.
    pub(crate) fn oldest_use(&self) -> Option<Instant> {
        self.0.values().filter(|place| place.engine.is_some()).map(|place| place.used).min()
    }

    /// What can be said of it.
    pub(crate) fn standing(&self, task: Task) -> Standing {
        self.0.get(&task).map_or(Standing::Unused, |place| place.standing.clone())
    }
}

#[cfg(test)]
mod tests;
