//! Cameras -> codes.
//!
//! A [`Camera`] is a blocking source of [`Sight`]s: its owner gives it a thread. Frames come through GStreamer as
//! grey pictures, the newest wins, and no frame ever leaves this crate. [`decode::codes`] reads one picture and
//! needs no camera.
//!
//! | module | what |
//! |---|---|
//! | `code` | [`Code`]: the bytes of a read code, which never print |
//! | [`decode`] | one grey picture -> codes; the only file that knows rqrr |
//! | [`steps`] | cheap pictures of a picture that read better |
//! | [`held`] | is something bright held up? |
//! | [`watch`] | frame after frame -> sights, with the time as an argument |
//! | `source` | [`Source`]: a picture, a video, an MJPEG stream, a device |
//! | `pipeline` | the only file that knows GStreamer |
//! | `camera` | [`Camera`] |

mod camera;
mod code;
pub mod decode;
pub mod held;
mod pipeline;
mod source;
pub mod steps;
pub mod watch;

pub use camera::{Camera, CameraError, Measured};
pub use code::Code;
pub use source::{Source, SourceError};
pub use watch::Sight;
