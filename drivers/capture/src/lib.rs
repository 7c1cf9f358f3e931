//! HDMI inputs and microphones -> pictures in colour, and sound.
//!
//! A [`Capture`] or [`Microphone`] is a blocking source: its owner gives it a thread. Both live as long as their owner
//! wants them: a lost signal or a pulled plug is told once, and they are back by themselves.
//!
//! | module | what |
//! |---|---|
//! | `source` | [`Source`]: an input, by a line of configuration or as it was found |
//! | `monitor` | [`Monitor`]: which inputs there are, while they come and go |
//! | `capture` | [`Capture`]: an HDMI input or any other camera, the newest [`Frame`] wins |
//! | `microphone` | [`Microphone`]: [`Sound`] without gaps, with its [`Level`] |
//! | `loss` | [`Loss`], [`CaptureError`]: why nothing comes |
//! | `feed` | what both have in common: samples of an input that comes and goes |
//! | `frame` | [`Frame`]: a picture in colour |
//! | [`picture`] | pure: how bright, rich and sharp a picture is |
//! | `level` | [`Level`]: pure: how loud sound is |
//! | [`watchdog`] | pure: when an input is given up and when it is tried again |
//! | `waker` | [`Waker`]: ends an owner's wait from another thread |
//! | `health` | [`Health`]: how an input is, and since when |
//! | [`trial`] | the self-test of an input |
//! | `pipeline` | how GStreamer is asked for frames and sound |
//! | [`v4l2`] | the only file that asks the kernel: is there a signal at this input? |
//! | [`fake`] | inputs that can be plugged in and out, fall silent and come back, for GStreamer's own monitor |

mod capture;
pub mod fake;
mod feed;
mod frame;
mod health;
mod level;
mod loss;
mod microphone;
mod monitor;
pub mod picture;
mod pipeline;
mod source;
pub mod trial;
pub mod v4l2;
mod waker;
pub mod watchdog;

pub use capture::{Capture, Seen, Size};
pub use frame::Frame;
pub use health::Health;
pub use level::{Level, SILENCE_DB};
pub use loss::{CaptureError, Loss};
pub use microphone::{Heard, Microphone, Sound};
pub use monitor::{Change, Monitor};
pub use source::{Kind, Source, SourceError};
pub use waker::Waker;
