//! 拼音 to characters by a kept dictionary: what a person types is cut into syllables wherever that is possible, and
//! every word whose syllables fit is offered, whole words first, the more frequent first.
//!
//! The dictionary is the one of Debian's `rime-data-pinyin-simp` (Apache-2.0): a word, its syllables and how often it is
//! written, on a line each. It is read once, on a thread of its own.

mod index;
mod segment;
mod typing;

pub use index::{Dictionary, DictionaryError};
pub use segment::{LETTERS_MAX, Syllables, segment};
pub use typing::{Candidate, PAGE, Typing};

/// Where Debian puts it.
pub const INSTALLED: &str = "/usr/share/rime-data/pinyin_simp.dict.yaml";
