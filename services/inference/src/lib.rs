//! Offline recognition behind `org.dais.Inference1`: text in pictures, Chinese and Latin, print and board ink; and
//! written expressions with what they come to.
//!
//! A task is a folder with an engine and pure modules beside it; engines know neither the bus nor threads nor the
//! clock. `model` alone knows tract. `actor` owns all state and never computes: `scheduler` says who is next, `shelf`
//! which engines are loaded, `worker` are the threads that compute, `desk` is where requests come in, `bus` speaks.
//! `listening` are the sessions of sound, which never wait for a worker. A model file is used only if its SHA-256 is the
//! manifest's.
//!
//! # A new task
//! 1. Its folder: `mod x;` with an engine, `X::open(&Files, &Leave) -> Result<X, OpenError>` and
//!    `x.answer(request, &Leave) -> Result<Answer, ModelError>`; whatever loops for long asks `leave.check()?`.
//! 2. In `work`: a variant of `Task` and `Engine`, one of `Work` for each request, and the arms that the compiler asks
//!    for.
//! 3. In `bus/x.rs` the interface: checks what comes in, calls `desk.ask(asker, |reply| Work::X { .., reply })`; two
//!    lines in `bus.rs` put it up and take it down. Sessions that outlive a call hold `desk.lend(Task::X)`.
//! 4. In `services/api`: `x.rs` with the proxy, and the interface's part of the documented XML.
//! 5. Its files in the models' manifest.

mod actor;
mod blobs;
mod bus;
pub mod catalogue;
mod config;
mod desk;
mod golden;
mod ink;
mod leave;
mod listening;
pub mod maths;
pub mod measure;
mod memory;
mod model;
mod open;
mod pressure;
mod probe;
mod raster;
mod refusal;
mod scheduler;
mod search;
mod shape;
mod shelf;
mod spread;
mod status;
mod text;
mod timing;
pub mod vision;
pub mod voice;
mod work;
mod worker;

use std::path::PathBuf;
use std::time::Duration;

pub use bus::run;
pub use config::Config;
pub use ink::{
    Bounds, GUESSES_MAX, Ink, InkCharacter, InkLine, Layout, POINTS_MAX, Point, READINGS_MAX, STROKES_MAX,
    Script, Stroke, StrokeError, check,
};
pub use leave::{Leave, Stopped};
pub use model::ModelError;
pub use open::OpenError;
pub use probe::Probe;
pub use raster::{Raster, RasterError};
pub use search::{EMBEDDING_LEN, Embedding, PIECES, Search, WEIGHTS};
pub use shape::Area;
pub use text::{AlphabetError, DETECTOR, DICTIONARY, Line, READER, Text};
pub use work::Task;

/// What the service is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The folder with the model files.
    pub models: PathBuf,
    /// The assets' manifest, which lists them with their hashes.
    pub manifest: PathBuf,
    /// Longest time for one picture, also where the caller gives more or none.
    pub deadline_max: Duration,
    /// When a room is too loud.
    pub noise: voice::Thresholds,
    /// Whether the wake word may be listened for.
    pub wake_word: bool,
    /// An engine that nobody has used for this long is let go.
    pub rest_after: Duration,
    /// For tests; does nothing by default.
    pub probe: Probe,
}
