//! Emulated scanner guns, below the real decoders.
//!
//! [`Gun`] is a gun on a serial port: a pseudo terminal under a name that stays, in a thread of this process or, by
//! the binary `dais-gun`, in one of its own. [`bay`] gives a [`Bay`](crate::Bay) into which guns of all three kinds
//! are plugged ([`Plugged`]): their key events, reports and bytes go through a socket in place of the kernel's device
//! and through all the code behind it. [`mishap`] is what can happen to them on the way.

pub mod control;
mod gun;
pub mod keys;
pub mod mishap;
mod plugged;
mod port;
pub mod reports;

pub use gun::{Gun, serve};
pub use plugged::{Plugged, Socket, Sort, bay};
