//! What the service says of itself, pure: each model file and what became of it, from what lies on the disk and
//! which engines are loaded.

use api::inference::{HealthState, ModelState};

use crate::shelf::Standing;
use crate::timing::Histogram;
use crate::work::Task;
use crate::worker::{Found, Surveyed};

/// One model file and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModelStatus {
    /// The task that needs it.
    pub(crate) task: Task,
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
    /// Of which tasks computations do not come back.
    pub(crate) hung: Vec<&'static str>,
    /// Of which tasks new models were of no use.
    pub(crate) declined: Vec<&'static str>,
}

/// What is counted and measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// How many wait: interactive, live, background.
    pub(crate) waiting: [u32; 3],
    /// How long requests took from arrival to answer.
    pub(crate) histograms: Vec<(Task, Histogram)>,
    /// Bytes that the engines which are loaded took when they were loaded.
    pub(crate) memory: Vec<(Task, u64)>,
}

impl Status {
    /// The files as they were found, with what their engines say.
    pub(crate) fn new(
        surveyed: &[Surveyed],
        hung: Vec<&'static str>,
        declined: Vec<&'static str>,
        standing: impl Fn(Task) -> Standing,
    ) -> Self {
        let models = surveyed.iter().map(|file| ModelStatus {
            task: file.task,
            name: file.name.clone(),
            version: file.version.clone(),
            state: state(file, standing(file.task)),
        });
        Self { models: models.collect(), hung, declined }
    }

    /// How well it is, and what is wrong and what to do in words.
    pub(crate) fn health(&self) -> (HealthState, String) {
        if !self.hung.is_empty() {
            let why = format!("{} does not come back; restart the service", self.hung.join(", "));
            return (HealthState::Hung, why);
        }
        use ModelState::{Broken, Missing, WrongHash};
        let unusable = |model: &&ModelStatus| matches!(model.state, Missing | WrongHash | Broken);
        let unusable: Vec<&str> =
            self.models.iter().filter(unusable).map(|model| model.name.as_str()).collect();
        let mut wrong = Vec::new();
        if !unusable.is_empty() {
            wrong.push(format!("{} cannot be used", unusable.join(", ")));
        }
        if !self.declined.is_empty() {
            wrong.push(format!(
                "the new models of {} cannot be used, the old ones go on",
                self.declined.join(", ")
            ));
        }
        if wrong.is_empty() {
            (HealthState::Well, String::new())
        } else {
            (HealthState::Limited, format!("{}; install the assets again", wrong.join("; ")))
        }
    }

    /// Whether a task can be done, as far as is known: its files have been looked at, and none is known to be wrong.
    pub(crate) fn can(&self, task: Task) -> bool {
        let mut files = self.models.iter().filter(|model| model.task == task).peekable();
        files.peek().is_some()
            && files.all(|model| {
                use ModelState::{Listed, Live, Loading, Resting};
                matches!(model.state, Listed | Loading | Live | Resting)
            })
    }
}

fn state(file: &Surveyed, standing: Standing) -> ModelState {
    match (file.found, standing) {
        // What serves was the listed file when it was loaded, whatever lies on the disk now.
        (_, Standing::Live) => ModelState::Live,
        (Found::Missing, _) => ModelState::Missing,
        (Found::WrongHash, _) => ModelState::WrongHash,
        (Found::Right, Standing::Unused) => ModelState::Listed,
        (Found::Right, Standing::Loading) => ModelState::Loading,
        (Found::Right, Standing::Resting) => ModelState::Resting,
        (Found::Right, Standing::Failed(failure)) => match failure.file {
            Some(name) if name != file.name => ModelState::Listed,
            _ if failure.broken => ModelState::Broken,
            _ => ModelState::Listed,
        },
    }
}

#[cfg(test)]
mod tests;
