//! Receipt printers that speak ESC/POS, and the cash drawer on their cable.
//!
//! What is "printed" is proved: after each receipt the printer is asked to answer with a mark of four characters once
//! everything before it is on paper (`GS ( H`), and only that answer counts. Everything else is told as not proved.
//! Printers that know no marks prove it by answering in their turn (`GS r`): [`Proof`].
//!
//! | module | what |
//! |---|---|
//! | [`receipt`] | the nouns: a [`Receipt`], and the rows it is made of |
//! | [`escpos`] | the commands, and where a picture would be taken for one |
//! | [`text`] | rows in the printer's own letters (GBK) |
//! | [`picture`] [`fonts`] | rows as dots, for printers without Chinese letters |
//! | `job` | what is sent at once: a receipt with its mark, a kick of the drawer |
//! | [`status`] | what a printer tells about itself |
//! | [`reply`] | bytes from a printer -> answers |
//! | [`printing`] | pure: one receipt's way through a printer, and what became of it |
//! | [`place`] | where a printer is: an address, a device, a queue of CUPS |
//! | `line` | the device file: TCP, `/dev/usb/lp0`, a serial port |
//! | `queue` | a queue of CUPS, which proves nothing |
//! | `printer` | [`Printer`]: opens, asks, prints, kicks the drawer |
//! | [`fake`] | an emulated printer with a strict parser, for tests and for a kiosk without one |

pub mod escpos;
pub mod fake;
pub mod fonts;
mod job;
mod line;
pub mod picture;
pub mod place;
mod printer;
pub mod printing;
mod queue;
pub mod receipt;
pub mod reply;
pub mod status;
pub mod text;
mod wrap;

pub use escpos::Mark;
pub use fonts::Fonts;
pub use job::{Job, Letters};
pub use line::LineError;
pub use place::{Place, QueueName};
pub use printer::{Printer, PrinterError, Report, check};
pub use printing::{Limits, Outcome, Proof, Why};
pub use receipt::{Receipt, Words};
pub use status::{Drawer, Paper, Status, Trouble};
