//! Meaning as numbers: a sentence in Chinese or English becomes a direction, and sentences that say the same lie
//! close together, whichever language they are in. With it a board finds where something was talked about.
//!
//! The network is Google's Universal Sentence Encoder Multilingual v3 (Apache-2.0): an embedding for each piece of a
//! word, three convolutions over neighbouring pieces, their mean, and a few dense layers. Its weights come as NumPy
//! arrays, and its whole cost is some two million multiplications a piece, so it is computed here in plain loops;
//! the reference that it is held to is the package's own program.

mod encoder;
mod pieces;
mod weights;

use encoder::Encoder;
use pieces::Pieces;

use crate::catalogue::Files;
use crate::leave::{Leave, Stopped};
use crate::open::OpenError;

/// The encoder's weights.
pub const WEIGHTS: &str = "use-multilingual-v3.npz";
/// The pieces of words that it knows.
pub const PIECES: &str = "use-multilingual-v3.model";
/// Numbers that an embedding has.
pub const EMBEDDING_LEN: usize = 512;
/// Characters of a passage that are looked at; the rest says little more about what it is about, and costs as much.
const PASSAGE_LEN_MAX: usize = 2_000;

/// A direction of length 1, in steps of 1/127.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedding(pub Vec<i8>);

impl Embedding {
    /// How close two meanings are: the cosine of the angle between them, 1 for the same, about 0 for unrelated.
    pub fn likeness(&self, other: &Self) -> f32 {
        let (mut dot, mut of_self, mut of_other) = (0_i32, 0_i32, 0_i32);
        for (&a, &b) in self.0.iter().zip(&other.0) {
            let (a, b) = (i32::from(a), i32::from(b));
            dot += a * b;
            of_self += a * a;
            of_other += b * b;
        }
        dot as f32 / (of_self as f32 * of_other as f32).sqrt().max(1.0)
    }
}

/// Turns passages into embeddings.
pub struct Search {
    pieces: Pieces,
    encoder: Encoder,
}

impl Search {
    /// Loads the two files, each checked against its listed hash.
    pub fn open(files: &Files) -> Result<Self, OpenError> {
        let unusable = |name| move |reason: String| OpenError::unfit(name, reason);
        let pieces = Pieces::parse(&files.bytes(PIECES)?).map_err(unusable(PIECES))?;
        let encoder = Encoder::parse(&files.bytes(WEIGHTS)?).map_err(unusable(WEIGHTS))?;
        Ok(Self { pieces, encoder })
    }

    /// What a passage means. One without a word is no passage.
    pub fn embed(&self, passage: &str, leave: &Leave) -> Result<Option<Embedding>, Stopped> {
        let end = passage.char_indices().nth(PASSAGE_LEN_MAX).map_or(passage.len(), |(at, _)| at);
        let Some(pieces) = self.pieces.of(&passage[..end]) else { return Ok(None) };
        let direction = self.encoder.encode(&pieces, leave)?;
        Ok(Some(Embedding(direction.iter().map(|part| (part * 127.0).round() as i8).collect())))
    }

    /// The numbers of a passage's pieces, for tests against the reference.
    #[doc(hidden)]
    pub fn pieces(&self, passage: &str) -> Option<Vec<u32>> {
        self.pieces.of(passage)
    }
}
