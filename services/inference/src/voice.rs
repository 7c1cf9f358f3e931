//! What is heard in a room: speech beginning and ending, how loud it is, a wake word, and noise taken out of
//! recordings. All of it offline; nothing that was said is kept, written or logged.
//!
//! `pcm` and `thirds` are sound as bytes and rates; `activity`, `loudness` and `light` are pure; `silero` and `wake`
//! run networks; `suppress` cleans; `ears` is one listener's state. Sessions are in `crate::listening`.

pub(crate) mod activity;
mod ears;
mod light;
mod loudness;
pub(crate) mod pcm;
mod silero;
mod suppress;
mod thirds;
mod wake;

use crate::model::ModelError;
use crate::nets::Model;

pub use ears::{Ears, Heard, Wishes};
pub use light::{Colour, Thresholds};
pub use loudness::{Loudness, SILENCE_DB};
pub use pcm::Rate;
pub use suppress::Suppressor;
pub use wake::Phrase;

/// The networks that listening needs. Where one is not there, the rest still works.
pub struct Voice {
    silero: Option<Model>,
    wake: Option<wake::Networks>,
}

impl Voice {
    /// Without any network: levels, and speech by the small detector alone.
    pub fn without_models() -> Self {
        Self { silero: None, wake: None }
    }

    /// Whether wake words can be heard.
    pub fn hears_wake(&self) -> bool {
        self.wake.is_some()
    }
    /// temporary
    pub fn temp(dir: &std::path::Path) -> Result<Self, ModelError> {
        let m = |n: &str| Model::new(n, &std::fs::read(dir.join(n)).unwrap(), 1);
        Ok(Self { silero: Some(m(silero::FILE)?), wake: if dir.join(wake::HEAD).exists() { Some(wake::Networks { mel: m(wake::MEL)?, embedding: m(wake::EMBEDDING)?, head: m(wake::HEAD)? }) } else { None } })
    }
}
