//! Lights and buzzers through their threads: what is written, in which order, and what becomes of faults.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

mod buzzers;
mod faults;
mod lights;

use std::sync::mpsc::Receiver;
use std::time::Duration;

use signal::Limits;

/// Longer than anything here takes; whoever waits so long waits in vain.
const IN_VAIN: Duration = Duration::from_secs(20);

/// Limits at which a test does not wait.
const SOON: Limits = Limits {
    reopen_first: Duration::from_millis(1),
    reopen_most: Duration::from_millis(8),
    again_every: Duration::from_millis(10),
    hangs_after: Duration::from_millis(50),
    end_within: Duration::from_secs(5),
};

/// Takes until one fits; answers all that were taken.
fn until<T>(seen: &Receiver<T>, fits: impl Fn(&T) -> bool) -> Vec<T> {
    let mut taken = Vec::new();
    loop {
        taken.push(seen.recv_timeout(IN_VAIN).expect("nothing came that fits"));
        if taken.last().is_some_and(&fits) {
            return taken;
        }
    }
}
