//! The wish to end, as a value that every task can wait for.

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Fires once, for all its clones, when the service is to end.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Fires on SIGTERM (systemd) and SIGINT (Ctrl-C).
    pub(crate) fn on_signals() -> anyhow::Result<Self> {
        let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be awaited")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be awaited")?;
        let (trigger, stop) = Self::by_hand();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            trigger.fire();
        });
        Ok(stop)
    }

    /// A stop that the returned trigger fires; dropping the trigger fires it too.
    pub fn by_hand() -> (Trigger, Self) {
        let (sender, receiver) = watch::channel(false);
        (Trigger(sender), Self(receiver))
    }

    /// Waits until the service is to end.
    pub async fn requested(&self) {
        let mut receiver = self.0.clone();
        // An error means that the trigger is gone, and nobody is left to end us later.
        if receiver.wait_for(|stop| *stop).await.is_err() {
            tracing::debug!("the trigger is gone");
        }
    }
}

/// Fires a [`Stop`] made by hand.
#[derive(Debug)]
pub struct Trigger(watch::Sender<bool>);

impl Trigger {
    /// Fires.
    pub fn fire(&self) {
        self.0.send_replace(true);
    }
}
