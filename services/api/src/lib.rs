//! The bus contract of Dais: names, wire shapes, proxies, named errors and the documented introspection XML.
//!
//! Every service speaks on the system bus under one well-known name, one path and one interface, each carrying
//! its version. Enumerations travel as `u` with 0 for "unknown", so that an older peer survives a newer one;
//! bulk bytes travel as sealed memfds ([`sealed`]), never as arrays.

pub mod admin;
pub mod attendance;
pub mod camera;
pub mod counter;
pub mod devices;
pub mod inference;
pub mod ink;
pub mod kiosk;
pub mod maths;
pub mod members;
pub mod receipts;
pub mod sealed;
pub mod search;
pub mod sense;
pub mod sessions;
pub mod shell;
pub mod staff;
pub mod voice;
mod wire;
pub mod words;
pub mod xml;

/// Where a service is found on the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// Well-known bus name, which is also the interface name.
    pub name: &'static str,
    /// Object path.
    pub path: &'static str,
}

/// The kiosk's till.
pub const KIOSK: Address = Address { name: "org.dais.Kiosk1", path: "/org/dais/Kiosk1" };
/// Offline recognition.
pub const INFERENCE: Address = Address { name: "org.dais.Inference1", path: "/org/dais/Inference1" };
/// The page for whoever looks after the unit.
pub const ADMIN: Address = Address { name: "org.dais.Admin1", path: "/org/dais/Admin1" };
/// The room's camera and microphone.
pub const SENSE: Address = Address { name: "org.dais.Sense1", path: "/org/dais/Sense1" };
/// The touch shell.
pub const SHELL: Address = Address { name: "org.dais.Shell1", path: "/org/dais/Shell1" };
