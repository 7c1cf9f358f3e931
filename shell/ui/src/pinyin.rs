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

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A dictionary on its way: nothing yet, then it or `None` where there is none.
pub type Loading = Arc<OnceLock<Option<Dictionary>>>;

/// Reads a dictionary on a thread of its own; the keyboard is Latin until it is there, or for good.
pub fn load(path: PathBuf) -> Loading {
    let loading = Loading::default();
    let place = loading.clone();
    let read = move || {
        let dictionary = Dictionary::read(&path)
            .inspect(|read| tracing::info!(words = read.words(), bytes = read.bytes(), "pinyin can be typed"))
            .inspect_err(|error| tracing::warn!(%error, "pinyin cannot be typed"));
        if place.set(dictionary.ok()).is_err() {
            tracing::error!("a dictionary was read twice");
        }
    };
    if let Err(error) = std::thread::Builder::new().name("pinyin".to_owned()).spawn(read) {
        tracing::warn!(%error, "pinyin cannot be typed");
    }
    loading
}

/// Where Debian puts it.
pub const INSTALLED: &str = "/usr/share/rime-data/pinyin_simp.dict.yaml";
