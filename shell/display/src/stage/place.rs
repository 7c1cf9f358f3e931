//! Where things are: from the glass and from pages to pixels of the screen.

use super::Stage;
use crate::area::Area;
use board::{PageRect, PersonId};
use touch::PanelPoint;

impl Stage {
    pub(super) fn px(&self, at: PanelPoint) -> (f32, f32) {
        px(at, self.size_um, (self.width, self.height))
    }

    /// Where a box on the page that a person works on is on the screen.
    pub(super) fn area(&self, person: PersonId, rect: PageRect) -> Area {
        self.lowered(self.board.rect_px(self.board.seat(person), rect).into())
    }
}

/// A place of the glass in pixels of the screen.
pub(super) fn px(at: PanelPoint, size_um: (i32, i32), size_px: (i32, i32)) -> (f32, f32) {
    let scale = |um: i32, of: i32, px: i32| um as f32 * px as f32 / of as f32;
    (scale(at.x_um, size_um.0, size_px.0), scale(at.y_um, size_um.1, size_px.1))
}
