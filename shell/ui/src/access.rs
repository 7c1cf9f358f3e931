//! For everyone: what is on the screens, found by its accessible label, is read aloud under a finger.

mod amount;
mod announced;
mod reader;
mod spoken;
mod tree;
mod voice;

pub use reader::Reader;
pub use spoken::{Heard, spoken, written};
pub use tree::{Found, Tree};
pub use voice::{Utterance, Voice};
