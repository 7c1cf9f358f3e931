//! Pieces of words as the encoder was trained on: SentencePiece's unigram model, from its own file.
//!
//! Text is folded by the model's table (width, case of ligatures, kinds of space), a space becomes `▁`, and of all
//! ways to cut it into pieces the one with the highest sum of scores is taken. Format: sentencepiece_model.proto.

use std::collections::HashMap;

use prost::Message;
use spm_precompiled::Precompiled;

/// Numbers of the pieces for what is unknown, for a sentence's begin and its end.
const UNKNOWN: u32 = 0;
/// See [`UNKNOWN`].
const BEGIN: u32 = 1;
/// See [`UNKNOWN`].
const END: u32 = 2;
/// What stands for a space.
const SPACE: &str = "▁";
/// An unknown character costs that much more than the rarest piece (SentencePiece's own figure).
const UNKNOWN_COST: f32 = 10.0;

#[derive(Message)]
struct ModelFile {
    #[prost(message, repeated, tag = "1")]
    pieces: Vec<PieceEntry>,
    #[prost(message, optional, tag = "3")]
    normalizer: Option<NormalizerEntry>,
}

#[derive(Message)]
struct PieceEntry {
    #[prost(string, tag = "1")]
    piece: String,
    #[prost(float, tag = "2")]
    score: f32,
}

#[derive(Message)]
struct NormalizerEntry {
    #[prost(bytes = "vec", tag = "2")]
    table: Vec<u8>,
}

pub(super) struct Pieces {
    /// Number and score of each piece.
    known: HashMap<String, (u32, f32)>,
    /// Bytes of the longest.
    longest: usize,
    unknown_score: f32,
    folding: Precompiled,
}

impl Pieces {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let file = ModelFile::decode(bytes).map_err(|error| error.to_string())?;
        let table = file.normalizer.map(|normalizer| normalizer.table).unwrap_or_default();
        let folding = Precompiled::from(&table).map_err(|error| error.to_string())?;
        let longest = file.pieces.iter().map(|entry| entry.piece.len()).max();
        let longest = longest.filter(|&len| len > 0).ok_or("it has no pieces")?;
        let rarest = file.pieces.iter().map(|entry| entry.score).fold(f32::INFINITY, f32::min);
        let numbered = file.pieces.into_iter().zip(0..);
        let known = numbered.map(|(entry, number)| (entry.piece, (number, entry.score))).collect();
        Ok(Self { known, longest, unknown_score: rarest - UNKNOWN_COST, folding })
    }

    /// A passage's pieces between begin and end; nothing for one without a word.
    pub(super) fn of(&self, passage: &str) -> Option<Vec<u32>> {
        let folded = self.folding.normalize_string(passage);
        // One space before every word, also before the first.
        let text: String = folded.split_whitespace().flat_map(|word| [SPACE, word]).collect();
        if text.is_empty() {
            return None;
        }
        let mut pieces = vec![BEGIN];
        pieces.extend(self.best(&text));
        pieces.push(END);
        Some(pieces)
    }

    /// The likeliest way to cut the text.
    fn best(&self, text: &str) -> Vec<u32> {
        // Of each byte where a piece may end: the best sum up to there, where its last piece began, and which it was.
        let mut ends = vec![(f32::NEG_INFINITY, 0, UNKNOWN); text.len() + 1];
        ends[0].0 = 0.0;
        for (start, character) in text.char_indices() {
            let sum = ends[start].0;
            let next = start + character.len_utf8();
            let mut reach = |end: usize, score: f32, piece: u32| {
                if sum + score > ends[end].0 {
                    ends[end] = (sum + score, start, piece);
                }
            };
            let stops = text[start..].char_indices().map(|(at, character)| start + at + character.len_utf8());
            let mut single = false;
            for end in stops.take_while(|end| end - start <= self.longest) {
                if let Some(&(piece, score)) = self.known.get(&text[start..end]) {
                    single |= end == next;
                    reach(end, score, piece);
                }
            }
            if !single {
                reach(next, self.unknown_score, UNKNOWN);
            }
        }
        let mut pieces = Vec::new();
        let mut end = text.len();
        while end > 0 {
            let (_, start, piece) = ends[end];
            pieces.push(piece);
            end = start;
        }
        pieces.reverse();
        pieces
    }
}
