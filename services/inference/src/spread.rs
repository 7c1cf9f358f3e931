//! A job of many like pieces, done by whoever has time: the worker that has the job takes one piece after the other,
//! and one that is idle takes some too. Without helpers it is a loop.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::leave::Leave;
use crate::model::ModelError;

/// Takes pieces until there are none left; for whoever wants to help.
pub(crate) type Help = Arc<dyn Fn() + Send + Sync>;
/// Tells others that they may help.
pub(crate) type Call = Arc<dyn Fn(Help) + Send + Sync>;

/// Does `each` for every piece and gives the answers in the pieces' order; an error ends it, and none of the pieces is
/// begun after it.
pub(crate) fn spread<P, A>(
    pieces: Vec<P>,
    leave: &Leave,
    each: impl Fn(&P, &Leave) -> Result<A, ModelError> + Send + Sync + 'static,
) -> Result<Vec<A>, ModelError>
where
    P: Send + Sync + 'static,
    A: Send + 'static,
{
    let Some(call) = leave.helpers().filter(|_| pieces.len() > 1) else {
        return pieces.iter().map(|piece| each(piece, leave)).collect();
    };
    let answers = pieces.iter().map(|_| None).collect();
    let shared = Arc::new(Shared {
        next: AtomicUsize::new(0),
        pieces,
        each,
        leave: leave.clone(),
        answers: Mutex::new(answers),
        given: Condvar::new(),
    });
    call({
        let shared = Arc::clone(&shared);
        Arc::new(move || shared.help())
    });
    shared.help();
    shared.answers()
}

struct Shared<P, A, F> {
    /// The first piece that nobody has taken.
    next: AtomicUsize,
    pieces: Vec<P>,
    each: F,
    leave: Leave,
    // Held for a moment at the end of a piece.
    answers: Mutex<Vec<Option<Answer<A>>>>,
    given: Condvar,
}

/// What became of a piece; nothing where it panicked.
type Answer<A> = Option<Result<A, ModelError>>;

impl<P, A, F> Shared<P, A, F>
where
    F: Fn(&P, &Leave) -> Result<A, ModelError>,
{
    /// Takes pieces until there are none left.
    fn help(&self) {
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = self.pieces.get(at) else { return };
            let answer = catch_unwind(AssertUnwindSafe(|| (self.each)(piece, &self.leave))).ok();
            if !matches!(answer, Some(Ok(_))) {
                // The pieces that nobody has begun are not begun any more.
                self.end();
            }
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers[at] = Some(answer);
            drop(answers);
            self.given.notify_all();
        }
    }

    /// Takes all pieces that are left, so that nobody begins one.
    fn end(&self) {
        let left = self.next.swap(self.pieces.len(), Ordering::Relaxed);
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.truncate(left.min(self.pieces.len()));
    }

    /// Waits for those who still have a piece; they end it within a node's time once the leave has ended.
    fn answers(&self) -> Result<Vec<A>, ModelError> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        while answers.iter().any(Option::is_none) {
            answers = self.given.wait(answers).unwrap_or_else(PoisonError::into_inner);
        }
        answers
            .drain(..)
            .flatten()
            .map(|answer| answer.unwrap_or_else(|| resume_unwind(Box::new("a piece of the job panicked"))))
            .collect()
    }
}

#[cfg(test)]
mod tests;
