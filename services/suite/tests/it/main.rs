//! Dais end to end: real processes over a real dbus-daemon under the shipped policy. Each test starts a suite of its
//! own, acts with fingers, cards, codes and a browser, and looks at what a person would see.
#![allow(clippy::unwrap_used, reason = "what fails here is a failed test, in helpers as in tests")]

mod access;
mod attendance;
mod board;
mod bus;
mod canteen;
mod cards;
mod contract;
mod dev;
mod film;
mod finding;
mod first_start;
mod glance;
mod health;
mod lesson;
mod lunch;
mod office;
mod palm;
mod pcsc;
mod pictures;
mod reader;
mod receipts;
mod recognition;
mod restart;
mod scanner;
mod sense;
mod service;
mod session;
mod signage;
mod soak;
mod sound;
mod sources;
mod sums;
mod till;
mod wallet;

use suite::{Parts, Suite};
use tempfile::TempDir;

/// A suite with a state folder that is gone with the test.
struct Stage {
    suite: Suite,
    state: TempDir,
}

impl Stage {
    async fn all() -> Self {
        Self::with(Parts::all).await
    }

    async fn till() -> Self {
        Self::with(Parts::till).await
    }

    async fn with(parts: impl FnOnce(std::path::PathBuf) -> Parts) -> Self {
        let state = tempfile::tempdir().unwrap();
        let suite = Suite::start(parts(state.path().to_owned())).await.unwrap();
        Self { suite, state }
    }

    /// Everything must also end well.
    async fn end(self) {
        self.suite.stop().await.unwrap();
        drop(self.state);
    }
}
