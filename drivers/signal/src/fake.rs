//! A light's directory and a buzzer that record what is written to them, and fail when told to.

mod led_directory;
mod sounder;

pub use led_directory::{Lamps, LedDirectory, Written};
pub use sounder::{Fault, Heard, Sounder, SounderNode};
