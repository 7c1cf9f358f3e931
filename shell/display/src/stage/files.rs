//! What the desk read goes onto the board, and the board goes to the desk to be written.

use super::Stage;
use crate::message::FileError;
use crate::shelf::Found;
use board::{Document, Media, PageId, PageRect, PersonId};

/// A picture that is put on a page fills this part of what its person sees of it.
const PICTURE_PART: f64 = 0.5;

impl Stage {
    /// The board as other programs see it, without the bytes of its pictures.
    pub(crate) fn document(&self) -> Document {
        self.board.document()
    }

    /// One page of it.
    pub(crate) fn page_document(&self, page: PageId) -> Option<Document> {
        self.board.page_document(page)
    }

    /// Puts what was in a file onto the board.
    pub(crate) fn take_in(&mut self, person: PersonId, what: Found, now_us: u64) -> Result<(), FileError> {
        let effects = match what {
            Found::Pages(document) => {
                let first = self.board.pages();
                let taken = self.board.take_in_document(person, &document, now_us);
                let mut effects = taken.map_err(|error| FileError::Board(error.to_string()))?;
                effects.extend(self.board.go_to_page(self.board.seat(person), first));
                effects
            }
            Found::Media { file, kind, size_px } => {
                let rect = self.room_for(person, size_px);
                self.board.add_media(person, Media { file, kind, rect }, now_us)
            }
        };
        self.apply(effects);
        Ok(())
    }

    /// A box of a picture's shape in the middle of what a person sees.
    fn room_for(&self, person: PersonId, (width, height): (u32, u32)) -> PageRect {
        let pane = self.board.seat(person);
        let shown = self.board.pane_px(pane).unwrap_or(self.screen().into());
        let (wide, high) =
            (f64::from(shown.width()) * PICTURE_PART, f64::from(shown.height()) * PICTURE_PART);
        let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
        let factor = (wide / width).min(high / height);
        let half = ((width * factor / 2.0) as i32, (height * factor / 2.0) as i32);
        let middle = (shown.x0.midpoint(shown.x1), shown.y0.midpoint(shown.y1));
        let px = ink::Rect::new(middle.0 - half.0, middle.1 - half.1, middle.0 + half.0, middle.1 + half.1);
        self.board.rect_on_page(pane, px)
    }
}
