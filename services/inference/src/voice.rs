//! What is heard in a room: speech beginning and ending, how loud it is, a wake word, and noise taken out of
//! recordings. All of it offline; nothing that was said is kept, written or logged.
//!
//! `pcm` and `thirds` are sound as bytes and rates; `activity`, `loudness` and `light` are pure; `silero`, `wake` and
//! `suppress` run networks; `ears` is one listener's state. Sessions are in `crate::listening`.
//!
//! **The wake word is off** in the shipped configuration (`wake_word`): its head learnt from synthesised voices alone, and
//! calls too often where nobody was called. Who switches it on tries it out.
//!
//! **Captions are not built**: we found no streaming recogniser of Chinese with its weights in a package that could be
//! listed in the manifest.
//!
#![doc = include_str!("voice/measured.md")]

pub(crate) mod activity;
mod ears;
mod light;
mod loudness;
pub(crate) mod pcm;
mod silero;
mod suppress;
mod thirds;
mod wake;

use crate::catalogue::Files;
use crate::leave::Leave;
use crate::model::{Model, ModelError};
use crate::open::OpenError;

pub use ears::{Ears, Heard, Wishes};
pub use light::{Colour, Thresholds};
pub use loudness::{Loudness, SILENCE_DB};
pub use pcm::Rate;
pub use suppress::Suppressor;
pub use wake::Phrase;

/// Our own head of the wake word, made by `assets/models/wake`.
const HEAD: &[u8] = include_bytes!("../../../assets/models/wake/head.onnx");
/// The files that are needed, all below the models.
pub(crate) const FILES: [&str; 5] =
    [silero::FILE, wake::MEL, wake::EMBEDDING, suppress::MASK, suppress::WAVE];
/// Every network runs at one set of shapes.
const PLANS: usize = 1;

/// The networks that listening needs, shared by all who listen.
pub struct Voice {
    silero: Option<Model>,
    wake: Option<wake::Networks>,
    suppress: Option<suppress::Networks>,
}

impl Voice {
    /// Without any network: levels, and speech by the small detector alone.
    pub const fn without_models() -> Self {
        Self { silero: None, wake: None, suppress: None }
    }

    /// With all of them, each ready to run.
    ///
    /// # Errors
    /// A file is missing, not the listed one, or no such network.
    pub fn open(files: &Files) -> Result<Self, OpenError> {
        let model = |name: &str| Ok::<_, OpenError>(Model::new(name, &files.bytes(name)?, PLANS)?);
        let silero = model(silero::FILE)?;
        silero::prepare(&silero)?;
        let head = Model::new(wake::HEAD, HEAD, PLANS)?;
        let wake = wake::Networks { mel: model(wake::MEL)?, embedding: model(wake::EMBEDDING)?, head };
        wake.prepare()?;
        let suppress = suppress::Networks { mask: model(suppress::MASK)?, wave: model(suppress::WAVE)? };
        suppress.prepare()?;
        Ok(Self { silero: Some(silero), wake: Some(wake), suppress: Some(suppress) })
    }

    /// The network of a file.
    pub(crate) fn network(&self, name: &str) -> Option<&Model> {
        match name {
            silero::FILE => self.silero.as_ref(),
            wake::MEL => Some(&self.wake.as_ref()?.mel),
            wake::EMBEDDING => Some(&self.wake.as_ref()?.embedding),
            suppress::MASK => Some(&self.suppress.as_ref()?.mask),
            suppress::WAVE => Some(&self.suppress.as_ref()?.wave),
            _ => None,
        }
    }

    /// Appends the sound without its noise, which goes on where the last call ended; an empty piece is the end of all.
    /// Without networks it stays as it is.
    ///
    /// # Errors
    /// A network failed, or must make way.
    pub fn clean(
        &self,
        suppressor: &mut Suppressor,
        samples: &[i16],
        out: &mut Vec<i16>,
        leave: &Leave,
    ) -> Result<(), ModelError> {
        match &self.suppress {
            Some(networks) if samples.is_empty() => suppressor.finish(networks, out, leave),
            Some(networks) => suppressor.clean(networks, samples, out, leave),
            None => {
                out.extend_from_slice(samples);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
