//! Scanner guns -> codes.
//!
//! A [`Scanner`] is a blocking source of [`Code`]s: its owner gives it a thread. Guns present themselves in one of
//! three ways, each with a pure decoder of its own (bytes and the time in, scans out):
//!
//! | module | what |
//! |---|---|
//! | [`wedge`] | a keyboard: key events -> characters, by the gun's layout and not the desktop's |
//! | [`hidpos`] | HID POS: reports of usage page 0x8C, laid out as their descriptor says ([`descriptor`]) |
//! | [`serial`] | a serial port, USB or not: bytes |
//! | [`framing`] | where a code ends in a stream of characters: suffixes, pauses, what a torn code leaves behind |
//! | [`gather`] | scans -> codes: prefixes, AIM identifiers, check digits, twice the same |
//! | [`gs1`] | element strings of GS1 |
//! | [`quirks`] | what is known about guns, by their USB numbers |
//! | `device` | the kernel's side: finding guns, evdev, hidraw and terminals |
//! | [`fake`] | emulated guns, which tear, delay, garble and unplug |

pub mod code;
pub mod decoding;
pub mod descriptor;
mod device;
mod error;
pub mod event;
pub mod fake;
pub mod framing;
pub mod gather;
pub mod gs1;
pub mod hidpos;
mod keymap;
mod line;
mod pace;
pub mod quirks;
mod scanner;
pub mod serial;
mod source;
pub mod wedge;

pub use code::{Code, Symbology};
pub use device::{Found, Presents, Report, check};
pub use error::{Fault, Missing, ScannerError};
pub use keymap::Layout;
pub use scanner::{Bay, Opened, Scanner};
pub use source::{Parity, Place, Source, SourceError};
