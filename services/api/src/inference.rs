//! `org.dais.Inference1`: offline recognition. Contract in words: `xml/org.dais.Inference1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{DBusError, Fd, OwnedVariant, Type, Variant, proxy};

use crate::wire::wire_enum;

/// Largest picture side in pixels: a whole 4K board.
pub const SIDE_MAX: u32 = 3840;

wire_enum! {
    /// What became of a model file.
    ModelState {
        /// Listed, and not loaded because nobody has needed it yet.
        Listed = 1,
        /// Loaded and ready.
        Live = 2,
        /// The file is missing.
        Missing = 3,
        /// The file's hash is not the manifest's; it is not used.
        WrongHash = 4,
        /// The file is the listed one but cannot be run.
        Broken = 5,
        /// It is being loaded.
        Loading = 6,
        /// It was loaded, and left the memory because nobody used it; the next request loads it.
        Resting = 7,
    }
}

wire_enum! {
    /// How well the service is.
    HealthState {
        /// Nothing is wrong.
        Well = 1,
        /// A model cannot be used.
        Limited = 2,
        /// A computation does not come back.
        Hung = 3,
    }
}

/// How well the service is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Health {
    /// [`HealthState`].
    pub state: u32,
    /// What is wrong and what to do; empty where nothing is.
    pub why: String,
}

/// How many requests wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Depth {
    /// Somebody looks at the button.
    pub interactive: u32,
    /// Frames, sound.
    pub live: u32,
    /// Nobody watches.
    pub background: u32,
}

/// How long the requests of a task took from arrival to answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Latency {
    /// The task.
    pub task: String,
    /// Requests in each bucket of `LatencyBounds`, and in one more those that took longer.
    pub counts: Vec<u64>,
}

/// Memory of a task's engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Memory {
    /// The task.
    pub task: String,
    /// Bytes by which the process grew when it was loaded.
    pub bytes: u64,
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Model {
    /// The task that needs it.
    pub task: String,
    /// File name under the assets' `models/`.
    pub name: String,
    /// Package version it came from.
    pub version: String,
    /// [`ModelState`].
    pub state: u32,
}

/// One recognised line of text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct TextLine {
    /// Left edge in pixels of the picture.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// What it says.
    pub text: String,
    /// Mean certainty of its characters, 0 to 1.
    pub confidence: f64,
}

/// Why nothing was recognised.
#[derive(Debug, DBusError, PartialEq)]
#[zbus(prefix = "org.dais.Inference1.Error")]
pub enum InferenceError {
    /// Transport.
    #[zbus(error)]
    Bus(zbus::Error),
    /// The file descriptor is not a sealed memfd.
    NotSealed(String),
    /// Width, height, stride and the descriptor's size do not fit each other.
    BadRaster(String),
    /// The strokes are none that a pen could have written, or their layout or script is not known.
    BadInk(String),
    /// A side is 0 or above [`SIDE_MAX`].
    TooLarge(String),
    /// The model for it is not live; `Models` says why.
    NoModel(String),
    /// Too many requests wait; ask again.
    Busy(String),
    /// It took too long and was given up, or would take too long: the text says how long.
    DeadlinePassed(String),
    /// It was given up for a newer request, or by who asked.
    Cancelled(String),
}

/// The recogniser as its callers see it.
#[proxy(
    interface = "org.dais.Inference1",
    default_service = "org.dais.Inference1",
    default_path = "/org/dais/Inference1"
)]
pub trait Inference {
    /// Reads the text of a grey picture (0 black, 255 white, one byte a pixel) in a sealed memfd, lines in
    /// reading order. `deadline_ms` is counted from the call's arrival; 0 takes the service's own limit.
    fn recognize_text(
        &self,
        raster: Fd<'_>,
        width: u32,
        height: u32,
        stride: u32,
        deadline_ms: u32,
    ) -> Result<Vec<TextLine>, InferenceError>;
    /// Gives up everything that the caller waits for; those calls end with [`InferenceError::Cancelled`].
    fn cancel(&self) -> Result<(), InferenceError>;
    /// Every model that a task needs, and what became of it.
    #[zbus(property)]
    fn models(&self) -> zbus::Result<Vec<Model>>;
    /// True while nothing is known to keep text from being recognised: its files are the listed ones.
    #[zbus(property)]
    fn ready(&self) -> zbus::Result<bool>;
    /// How well it is.
    #[zbus(property)]
    fn health(&self) -> zbus::Result<Health>;
    /// How many wait.
    #[zbus(property)]
    fn queue_depth(&self) -> zbus::Result<Depth>;
    /// How long requests took, task by task.
    #[zbus(property)]
    fn latencies(&self) -> zbus::Result<Vec<Latency>>;
    /// Upper bounds of the buckets of [`Latency::counts`] in milliseconds.
    #[zbus(property(emits_changed_signal = "const"))]
    fn latency_bounds(&self) -> zbus::Result<Vec<u32>>;
    /// Memory of the engines that are loaded.
    #[zbus(property)]
    fn memory(&self) -> zbus::Result<Vec<Memory>>;
    /// Version of the service.
    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> zbus::Result<String>;
}
