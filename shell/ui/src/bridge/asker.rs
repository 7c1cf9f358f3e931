//! The way of requests into the bridge.

use tokio::sync::mpsc;

use super::{FromUi, QUEUE_MAX};

/// Sends requests; clones go to other threads.
#[derive(Clone, Debug)]
pub struct Asker(mpsc::Sender<FromUi>);

/// What was asked, for who stands in for the bridge.
#[derive(Debug)]
pub struct Asked(mpsc::Receiver<FromUi>);

impl Asked {
    /// The oldest request that nobody has taken.
    pub fn take(&mut self) -> Option<FromUi> {
        self.0.try_recv().ok()
    }
}

impl Asker {
    pub(super) fn new(sender: mpsc::Sender<FromUi>) -> Self {
        Self(sender)
    }

    /// An asker without a bus, and what it is asked.
    pub fn alone() -> (Self, Asked) {
        let (sender, requests) = mpsc::channel(QUEUE_MAX);
        (Self(sender), Asked(requests))
    }

    /// Queues a request; false where the queue is full or the bridge has ended, and nothing will come of it.
    #[must_use]
    pub fn ask(&self, request: FromUi) -> bool {
        self.0.try_send(request).is_ok()
    }
}
