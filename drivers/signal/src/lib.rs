//! The customer light and the buzzer: what a payer sees and hears beside the screen.
//!
//! An [`Annunciator`] owns one of the two on a thread of its own: it is told a [`Signal`], the newest wins, and it
//! never holds the one who tells. It opens a lost device again by itself and shows there what is due by then.
//!
//! | module | what |
//! |---|---|
//! | `signal` | the nouns: [`Signal`], [`Colour`], [`Hertz`], [`Volume`] |
//! | [`pattern`] | pure: a signal -> which colours and tones, for how long |
//! | [`pace`] | pure: no light changes so often that it could hurt |
//! | `annunciator` | [`Annunciator`]: one device's thread |
//! | `health` | [`Health`], [`State`]: how a device is, and since when |
//! | `error` | [`SignalError`] |
//! | [`led`] | a light by Linux' LED class |
//! | [`event`] | pure: the events of `linux/input.h` that sound |
//! | [`buzzer`] | a buzzer by those events |
//! | [`evdev`] | the only file that speaks to the kernel's evdev |
//! | [`fake`] | a light's directory and a buzzer that record what is written to them, and fail when told to |

mod annunciator;
pub mod buzzer;
mod error;
pub mod evdev;
pub mod event;
pub mod fake;
mod health;
pub mod led;
pub mod pace;
pub mod pattern;
mod signal;

pub use annunciator::{Annunciator, Limits, Output};
pub use error::SignalError;
pub use health::{Health, State};
pub use signal::{Colour, Hertz, Signal, Volume};
