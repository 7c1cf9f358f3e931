//! What a test may do in the place of an engine: it is called on the worker's thread before each job, with the leave
//! that the job has, and may panic, wait, or never come back. The service itself never has one.

use std::fmt;
use std::sync::Arc;

use crate::leave::Leave;
use crate::work::Task;

type Act = dyn Fn(Task, &Leave) + Send + Sync;

/// See the module. The default does nothing.
#[derive(Clone, Default)]
pub struct Probe(Option<Arc<Act>>);

impl Probe {
    /// Does that before each job.
    pub fn new(act: impl Fn(Task, &Leave) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(act)))
    }

    pub(crate) fn at_job(&self, task: Task, leave: &Leave) {
        if let Some(act) = &self.0 {
            act(task, leave);
        }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Probe").field(&self.0.is_some()).finish()
    }
}
