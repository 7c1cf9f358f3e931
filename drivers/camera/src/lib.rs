//! Cameras -> codes.
//!
//! A [`Camera`] is a blocking source of [`Sight`]s: its owner gives it a thread. Frames come through GStreamer as
//! grey pictures, the newest wins, and no frame ever leaves this crate but as a small [`Glance`]. [`decode::codes`] reads one picture and
//! needs no camera.
//!
//! | module | what |
//! |---|---|
//! | `code` | [`Code`]: the bytes of a read code, which never print, and its [`Symbology`] |
//! | [`picture`] | one grey picture, and places in it |
//! | [`decode`] | one picture -> codes; the only folder that knows the decoders |
//! | [`steps`] | other views of a picture that read better |
//! | `cascade` | which step a frame gets, and where |
//! | `fuse` | three views of a code under a wandering reflection |
//! | `agreement` | which codes count: bars when two frames agree, a QR code before bars |
//! | [`held`] | where is something bright held up? |
//! | `why` | [`Why`] a code cannot be read |
//! | [`watch`] | frame after frame -> sights, with the time as an argument |
//! | [`fake`] | pictures of codes as a camera sees them, with one fault or several |
//! | `glance` | [`Glance`]: what is seen, small, for the person before the camera |
//! | `source` | [`Source`]: a picture, a video, an MJPEG stream, a device |
//! | `pipeline` | the only file that knows GStreamer |
//! | `camera` | [`Camera`] |

mod agreement;
mod camera;
mod cascade;
mod code;
pub mod decode;
pub mod fake;
mod fuse;
mod glance;
pub mod held;
pub mod picture;
mod pipeline;
mod source;
pub mod steps;
pub mod watch;
mod why;

pub use camera::{Camera, CameraError, Measured};
pub use code::{Code, Symbology};
pub use glance::Glance;
pub use source::{Source, SourceError};
pub use watch::Sight;
pub use why::Why;
