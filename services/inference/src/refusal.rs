//! Why a request was not served, in words for who asked.

use std::time::Duration;

/// Why a request was not served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The models do not run.
    #[error("it cannot be done: {0}")]
    NoModel(String),
    /// Others wait already.
    #[error("too many requests wait; ask again in {} ms", again.as_millis())]
    Busy {
        /// When there should be room again.
        again: Duration,
    },
    /// It took too long.
    #[error("recognition took too long and was given up; try again, or select less")]
    DeadlinePassed,
    /// It would take too long, as was measured.
    #[error("it would take about {} ms, more than the deadline; give it more time, or select less", takes.as_millis())]
    CannotBeInTime {
        /// From now on, waiting included.
        takes: Duration,
    },
    /// It broke while it was done.
    #[error("recognition broke off and starts anew; ask again")]
    Broke,
    /// The caller gave it up, or a newer request of theirs took its place.
    #[error("it was given up for a newer request, or by who asked")]
    Cancelled,
    /// The service ends.
    #[error("the service is ending; ask again")]
    Ending,
}
