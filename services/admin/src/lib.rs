//! `org.dais.Admin1` and the page it names: how a unit is, for whoever looks after it, read-only, on the local network.
//!
//! | module | what |
//! |---|---|
//! | [`report`] | pure: what is known of a unit |
//! | [`page`], `words` | pure: the same as HTML, 中文 or English |
//! | [`metrics`] | pure: the same for Prometheus |
//! | [`machine`], [`network`] | what the kernel tells, read from its files |
//! | [`log`] | what the services wrote into theirs |
//! | `gather` | what the services tell, read from the bus |
//! | [`enrol`] | pure: what an administrator writes for a unit and signs |
//! | [`health`] | whether a version that was just started does its work, asked on the bus |
//! | [`office`] | what a unit keeps of that |
//! | [`key`] | what the address holds, so that it opens for those who have it |
//! | `web`, `bus` | the page on the network; the same and what a first start settles on the bus |
//!
//! The page changes nothing. What a first start settles (`org.dais.Admin1.Setup`) is the screens' to ask, and the system's
//! own services' to do; of ours it reads properties and the log, and calls nothing. What is shown holds no order, no
//! name and no picture; our log lines never do.

mod bus;
pub mod commands;
mod config;
pub mod enrol;
mod gather;
pub mod key;
pub mod log;
pub mod machine;
pub mod metrics;
pub mod network;
pub mod office;
pub mod page;
pub mod report;
mod web;
mod words;

use std::net::SocketAddr;
use std::path::PathBuf;

pub use bus::{health, run};
pub use config::Config;
pub use words::Language;

use key::Key;

/// What the service is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Where the page is served; nowhere where it is off.
    pub listen: Option<SocketAddr>,
    /// What its address holds.
    pub key: Key,
    /// The root of the kernel's files, `/` but in tests.
    pub machine: PathBuf,
    /// Where the services' log is.
    pub log: log::Log,
    /// Where what a unit was enrolled with is kept.
    pub office: office::Office,
}
