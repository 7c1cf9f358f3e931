//! For everyone: what is on the screens, found by its accessible label, is read aloud under a finger, shown as
//! captions, and walked over by one switch.

mod amount;
mod announced;
mod assistive;
mod captions;
mod cut;
mod polyphones;
mod reader;
mod scanner;
mod spoken;
mod switches;
mod tree;
mod voice;
mod walk;

pub use assistive::Assistive;
pub use captions::Captions;
pub use reader::Reader;
pub use scanner::{Manner, Press, Scanner};
pub use spoken::{Heard, spoken, written};
pub use switches::listen;
pub use tree::{Found, Tree};
pub use voice::{Utterance, Voice};
