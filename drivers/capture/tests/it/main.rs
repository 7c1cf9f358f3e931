//! Inputs through GStreamer: emulated ones that are plugged in and out, and sound servers that are not ours.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

mod inputs;
mod microphones;
mod programs;
mod screens;
mod trials;

use std::time::{Duration, Instant};

use capture::watchdog::Limits;

/// Longer than anything here takes; whoever waits so long waits in vain.
fn in_vain() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

/// Limits at which a test does not wait.
const SOON: Limits = Limits {
    first_within: Duration::from_secs(20),
    lost_after: Duration::from_millis(300),
    retry_first: Duration::from_millis(10),
    retry_most: Duration::from_millis(50),
};
