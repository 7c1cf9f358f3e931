//! What other threads answer the board's panels.

use std::rc::Rc;

use board::{Bitmap, PageId};
use display::PageLook;

use super::Wall;

/// An answer for a panel.
pub enum Told {
    /// All pages of the board.
    Pages(Vec<PageLook>),
    /// A page has been drawn small for the strip; `None`: there was no time for it.
    Small(PageId, Option<Bitmap>),
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
        }
    }
}
