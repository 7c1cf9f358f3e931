//! Offline recognition behind `org.dais.Inference1`: text in pictures, Chinese and Latin, print and board ink.
//!
//! Each task is a folder with an engine (`text`) and pure modules; `model` alone knows tract;
//! `actor` owns all state and never computes; `worker` is the thread that does; `bus` speaks. A model file is used
//! only if its SHA-256 is the manifest's.

mod actor;
mod blobs;
mod bus;
pub mod catalogue;
mod config;
mod leave;
mod listening;
mod model;
mod raster;
mod scheduler;
mod shape;
mod text;
pub mod voice;
mod worker;

use std::path::PathBuf;
use std::time::Duration;

pub use bus::run;
pub use config::Config;
pub use leave::{Leave, Stopped};
pub use model::ModelError;
pub use raster::{Raster, RasterError};
pub use shape::Area;
pub use text::{AlphabetError, DETECTOR, DICTIONARY, Line, OpenError, READER, Text};

/// What the service is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The folder with the model files.
    pub models: PathBuf,
    /// The assets' manifest, which lists them with their hashes.
    pub manifest: PathBuf,
    /// Longest time for one picture, also where the caller gives more or none.
    pub deadline_max: Duration,
    /// When a room is too loud.
    pub noise: voice::Thresholds,
}
