//! What other threads answer the board's panels.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use board::{Bitmap, PageId, PersonId};
use display::PageLook;

use super::Wall;
use crate::files::{Answer, Files};
use screens::Hint;

/// An answer for a panel.
pub enum Told {
    /// All pages of the board.
    Pages(Vec<PageLook>),
    /// A page has been drawn small for the strip; `None`: there was no time for it.
    Small(PageId, Option<Bitmap>),
    /// What the thread for files says.
    Files(Answer),
    /// A file that a person chose is on the board, or why it is not.
    Opened(PersonId, String, Result<(), Hint>),
}

/// The thread that reads files for the board, from these folders.
///
/// # Errors
/// When the system refuses a new thread.
pub fn files(folders: Vec<PathBuf>) -> io::Result<Files> {
    Files::start(folders, |answer| Told::Files(answer).send())
}

impl Told {
    /// Sends it to the screens' thread.
    pub(super) fn send(self) {
        crate::app::teller()(crate::bridge::ToUi::Told(self));
    }
}

impl Wall {
    /// Takes an answer.
    pub fn take_told(self: &Rc<Self>, told: Told) {
        match told {
            Told::Pages(looks) => self.take_looks(looks),
            Told::Small(page, bitmap) => self.take_small(page, bitmap.as_ref()),
            Told::Files(answer) => self.take_answer_of_files(answer),
            Told::Opened(person, name, opened) => self.take_opened(person, &name, opened),
        }
    }
}
