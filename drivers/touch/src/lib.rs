//! Linux multi-touch panels and pens, from any file descriptor, as contacts in micrometres.
//!
//! [`Decoder`] is pure: kernel input events in, [`Frame`]s of [`Contact`]s out (multi-touch protocol B, single
//! touch and pens, as in the kernel's `Documentation/input/multi-touch-protocol.rst`). [`Source`] reads the events
//! from a device node, a FIFO, a raw file or a recording in evemu's text format ([`evemu`]), so a recording plays
//! through the very code that a panel uses. [`Sieve`] takes out of the frames what a panel
//! makes up, [`calibration`] finds how it lies on its screen. Only `evdev` speaks to the kernel;
//! [`Urgency`] lets the way of a touch go first.

pub mod calibration;
mod contact;
mod decoder;
mod error;
pub mod evdev;
pub mod evemu;
mod event;
mod finder;
mod fist;
mod panel;
mod pen;
mod placement;
mod quirks;
mod record;
mod sieve;
mod size;
mod slot;
mod source;
mod stamp;
mod switch;
mod tape;
mod urgency;
mod wire;

pub use contact::{Buttons, Contact, ContactId, Frame, Hover, PanelPoint, Phase, Tilt, TipClass, ToolKind};
pub use decoder::{Decoder, Fed};
pub use error::TouchError;
pub use event::{InputEvent, code};
pub use finder::{Finder, Found};
pub use panel::{Axis, Description, Identity, Panel, Protocol};
pub use placement::{Matrix, Placement, Placements, Turn};
pub use quirks::{Quirks, Sizes};
pub use record::{Played, record, replay};
pub use sieve::{Sieve, Tally};
pub use source::{Heard, Source, SourceSpec, Waker};
pub use switch::{Switch, SwitchHeard, SwitchSpec};
pub use urgency::Urgency;
