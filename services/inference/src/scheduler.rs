//! Who is served next, pure: what a person waits for comes before what follows something live, and both before what
//! nobody watches; in order of arrival within a class, except that of live work only a caller's newest counts. Each
//! class has room for so many, so that none can crowd out another; nothing runs past its deadline.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use crate::work::Task;

/// Requests of one class that may wait. A device reads a page in well under a second, so a ninth would miss its
/// deadline anyway.
pub(crate) const WAITING_MAX: usize = 8;

/// How much somebody waits for it. The order is that of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A person looks at the button.
    Interactive,
    /// A frame, a piece of sound: worthless as soon as there is a newer one.
    Live,
    /// Indexing, exporting.
    Background,
}

impl Class {
    /// What the workers serve.
    pub(crate) const FOREGROUND: &[Self] = &[Self::Interactive, Self::Live];
    /// What is served by the thread that makes way.
    pub(crate) const BACKGROUND: &[Self] = &[Self::Background];

    fn at(self) -> usize {
        match self {
            Self::Interactive => 0,
            Self::Live => 1,
            Self::Background => 2,
        }
    }
}

/// Who asked: a connection's own name on the bus.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Client(pub(crate) Arc<str>);

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting<T> {
    /// Its class.
    pub(crate) class: Class,
    /// Who waits for it.
    pub(crate) client: Client,
    /// Which engine does it.
    pub(crate) task: Task,
    /// When nobody wants it any more.
    pub(crate) deadline: Instant,
    /// What is to be done.
    pub(crate) work: T,
}

/// Who is not served because somebody came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Away<T> {
    /// There was no room for it.
    Full(T),
    /// A newer one of the same caller took its place.
    Overtaken(T),
}

/// What waits: a line for each class, oldest first.
#[derive(Debug)]
pub(crate) struct Queue<T>([VecDeque<Waiting<T>>; 3]);

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| VecDeque::new()))
    }
}

impl<T> Queue<T> {
    /// Takes a request in and returns the one that is turned away for it.
    #[must_use = "the one turned away must be told"]
    pub(crate) fn push(&mut self, new: Waiting<T>) -> Option<Away<T>> {
        let line = &mut self.0[new.class.at()];
        if new.class == Class::Live {
            let same = |waiting: &&mut Waiting<T>| waiting.client == new.client && waiting.task == new.task;
            if let Some(older) = line.iter_mut().find(same) {
                return Some(Away::Overtaken(std::mem::replace(older, new).work));
            }
        }
        if line.len() >= WAITING_MAX {
            return Some(Away::Full(new.work));
        }
        line.push_back(new);
        None
    }

    /// Takes out the next one of `classes` whose engine is there.
    pub(crate) fn take(&mut self, classes: &[Class], there: impl Fn(Task) -> bool) -> Option<Waiting<T>> {
        classes.iter().find_map(|class| {
            let line = &mut self.0[class.at()];
            let at = line.iter().position(|waiting| there(waiting.task))?;
            line.remove(at)
        })
    }

    /// Takes out all that `is_out`, whatever their class.
    #[must_use = "those who are taken out must be told"]
    pub(crate) fn take_out(&mut self, is_out: impl Fn(&Waiting<T>) -> bool) -> Vec<T> {
        let mut out = Vec::new();
        for line in &mut self.0 {
            let (gone, kept): (VecDeque<_>, VecDeque<_>) = line.drain(..).partition(&is_out);
            *line = kept;
            out.extend(gone.into_iter().map(|waiting| waiting.work));
        }
        out
    }

    /// All that wait, in order of service.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Waiting<T>> {
        self.0.iter().flatten()
    }

    /// How many of a class wait.
    pub(crate) fn len(&self, class: Class) -> usize {
        self.0[class.at()].len()
    }
}

#[cfg(test)]
mod tests;
