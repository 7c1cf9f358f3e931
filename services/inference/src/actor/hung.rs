//! Threads that do not come back: whoever asks for no leave cannot be stopped, so such a thread is given up, named, and
//! another takes its place.

use std::time::{Duration, Instant};

use super::{Actor, Busy, Worker};
use crate::shelf::Failure;

/// A computation this long over its time is in one node, or loading one plan, and will not come back: the longest take
/// half a second of processor time.
pub(super) const HUNG_AFTER: Duration = Duration::from_secs(10);
/// So many threads are given up; then the service ends, and starts anew without them.
const HUNG_MAX: usize = 3;

impl Actor {
    /// Gives up threads that should have been back long ago. An error where there are too many of them.
    pub(super) fn give_up_hung(&mut self, now: Instant) -> anyhow::Result<()> {
        for place in 0..self.workers.len() {
            let Some(busy) = self.workers[place].busy.filter(|busy| busy.until <= now) else { continue };
            tracing::error!(
                task = busy.task.map(crate::work::Task::name),
                "a computation does not come back"
            );
            anyhow::ensure!(self.hung.len() < HUNG_MAX, "{HUNG_MAX} computations do not come back");
            let new = Worker::start(place, self.threads, &self.parts, &self.to_actor)?;
            self.threads += 1;
            let old = std::mem::replace(&mut self.workers[place], new);
            self.hung.insert(old.id, busy.task);
            self.calls.retain(|(of, ..)| *of != old.id);
            self.abandon(busy, now);
            self.publish();
        }
        Ok(())
    }

    /// Nobody waits for what that thread was about, and its engine is not used again.
    fn abandon(&mut self, busy: Busy, now: Instant) {
        let Some(task) = busy.task else { return };
        if busy.loads && self.shelf.has(task) {
            self.decline(task, "they do not come back from loading");
        } else if busy.loads {
            let reason = "its engine does not come back from loading".to_owned();
            self.not_loaded(task, &reason);
            self.shelf.loaded(task, Err(Failure { file: None, reason, broken: true }), now);
        } else {
            self.dropped.extend(self.shelf.discard(task));
        }
    }

    /// A thread that was given up speaks after all; it ends now, because nobody gives it orders.
    pub(super) fn came_back(&mut self, id: usize) {
        if self.hung.remove(&id).is_some() {
            self.publish();
        }
    }
}
