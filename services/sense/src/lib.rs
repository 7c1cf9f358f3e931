//! The room's camera and microphone behind `org.dais.Sense1`: open only while somebody asked, and never kept.
//!
//! | module | what |
//! |---|---|
//! | [`room`] | pure: who holds what, what is open, what is known |
//! | [`palm`] | pure: which waved palms turn a page |
//! | `actor` | the one owner of the room; opens, closes, publishes |
//! | `device` | a thread with an open device, and how it ends |
//! | `eye`, `ear` | frames of the camera, sound of the microphone, each on such a thread |
//! | `bus` | the interface; and `bus::sight`, `bus::hearing`, which hand frames and sound to `org.dais.Inference1` |
//! | [`words`] | what is wrong and what to do |
//!
//! A frame lives in one sealed memfd until recognition has looked at it or a newer one has come, sound in a pipe. Neither
//! is written, logged or given to anybody else, and what is told of them are numbers.

mod actor;
mod bus;
mod config;
mod device;
mod ear;
mod eye;
pub mod palm;
pub mod room;
pub mod words;

use capture::Source;
use capture::watchdog::Limits;

pub use bus::run;
pub use config::Config;

/// Where a device is.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// The first of its kind that is there.
    Any,
    /// This one.
    At(Source),
}

/// What the service is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The camera; none where it is off.
    pub camera: Option<Place>,
    /// The microphone; none where it is off.
    pub microphone: Option<Place>,
    /// Frames that are looked at in a second, at most.
    pub frames_per_second: u32,
    /// When a device is given up, and when it is tried again.
    pub limits: Limits,
}
