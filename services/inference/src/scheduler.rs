//! Who is served next, pure: what a person waits for comes before what nobody watches, in order of arrival; a full
//! queue makes room for the newest by turning away the oldest of the lowest class; nothing runs past its deadline.

use std::collections::VecDeque;
use std::time::Instant;

/// Requests that may wait. A device reads a page in well under a second, so a ninth would miss its deadline anyway.
pub(crate) const WAITING_MAX: usize = 8;

/// How much somebody waits for it. The order is that of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Urgency {
    /// A person looks at the button.
    Interactive,
    /// Indexing, exporting.
    Background,
}

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting<T> {
    /// Its class.
    pub(crate) urgency: Urgency,
    /// When nobody wants it any more.
    pub(crate) deadline: Instant,
    /// What is to be done.
    pub(crate) work: T,
}

/// What waits, oldest first.
#[derive(Debug)]
pub(crate) struct Queue<T>(VecDeque<Waiting<T>>);

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Queue<T> {
    /// Takes a request in and returns the one that is turned away for it, if the queue was full: that is the
    /// request itself where all others are more urgent.
    #[must_use = "the one turned away must be told"]
    pub(crate) fn push(&mut self, new: Waiting<T>) -> Option<T> {
        if self.0.len() < WAITING_MAX {
            self.0.push_back(new);
            return None;
        }
        let lowest = self.0.iter().map(|waiting| waiting.urgency).max()?;
        if lowest < new.urgency {
            return Some(new.work);
        }
        let oldest = self.0.iter().position(|waiting| waiting.urgency == lowest)?;
        let away = self.0.remove(oldest);
        self.0.push_back(new);
        away.map(|waiting| waiting.work)
    }

    /// Takes out the next one to serve.
    pub(crate) fn take(&mut self) -> Option<Waiting<T>> {
        let first = self.0.iter().enumerate().min_by_key(|(_, waiting)| waiting.urgency)?.0;
        self.0.remove(first)
    }

    /// Takes out all whose deadline has passed.
    #[must_use = "those who are late must be told"]
    pub(crate) fn take_late(&mut self, now: Instant) -> Vec<T> {
        let (late, kept): (VecDeque<_>, VecDeque<_>) =
            self.0.drain(..).partition(|waiting| waiting.deadline <= now);
        self.0 = kept;
        late.into_iter().map(|waiting| waiting.work).collect()
    }

    /// When the next one grows late.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.0.iter().map(|waiting| waiting.deadline).min()
    }
}

#[cfg(test)]
mod tests;
