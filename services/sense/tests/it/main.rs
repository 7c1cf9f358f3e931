//! The service on a bus of its own: GStreamer's own devices in the place of camera and microphone, and recognition that
//! is played, so that every answer is known.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

mod contract;
mod held;
mod losses;
mod recognition;
mod served;
