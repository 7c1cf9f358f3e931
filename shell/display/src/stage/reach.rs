//! The board hanging lower than it is, so that short people reach its top: what is drawn of it goes down by so many
//! pixels, and what touches it comes up by as many. The UI and what presenters lay over the board stay where they are.

use super::Stage;
use crate::area::Area;
use board::{Canvas, Rect};
use touch::PanelPoint;

/// How far it goes down, in shares of the screen: from a child's reach to the top of a wall.
const REACH: f32 = 0.4;
/// What is seen above it.
const ABOVE: u32 = 0x0039_4340;

impl Stage {
    pub(crate) fn set_reach(&mut self, on: bool) {
        let lowered_px = if on { (self.height as f32 * REACH) as i32 } else { 0 };
        if lowered_px != self.lowered_px {
            // A hand goes on where its ink is, not where the glass is: it ends.
            let effects = self.board.lift_all();
            self.apply(effects);
            self.lowered_px = lowered_px;
            self.damage_all();
            let status = self.status();
            self.to_ui.push(crate::inbox::ToUi::Event(status));
        }
    }

    /// From a place of the glass to the place of the board that is seen there.
    pub(super) fn raised(&self, at: PanelPoint) -> PanelPoint {
        let um = i64::from(self.lowered_px) * i64::from(self.size_um.1) / i64::from(self.height.max(1));
        PanelPoint { y_um: at.y_um - um as i32, ..at }
    }

    /// From pixels of the board to those of the screen.
    pub(super) fn lowered(&self, area: Area) -> Area {
        Area { y: area.y + self.lowered_px, ..area }
    }

    /// From pixels of the screen to those of the board.
    pub(super) fn raised_area(&self, area: Area) -> Area {
        Area { y: area.y - self.lowered_px, ..area }
    }

    /// Whether a place of the glass is above the board.
    pub(super) fn is_above(&self, at: PanelPoint) -> bool {
        self.raised(at).y_um < 0
    }

    /// Paints what is seen of the board, and what is above it.
    pub(super) fn paint_board(&self, frame: &mut [u32], area: Area) {
        let stride_px = self.width as usize;
        let above = area.intersect(Area::new(0, 0, self.width, self.lowered_px));
        for y in above.y..above.bottom() {
            let from = y as usize * stride_px + above.x as usize;
            if let Some(row) = frame.get_mut(from..from + above.width as usize) {
                row.fill(ABOVE);
            }
        }
        let seen = area.intersect(Area::new(0, self.lowered_px, self.width, self.height - self.lowered_px));
        if seen.is_empty() {
            return;
        }
        let whole = Rect::sized(0, 0, self.width, self.height - self.lowered_px);
        let pixels = &mut frame[self.lowered_px as usize * stride_px..];
        let mut canvas = Canvas { pixels, stride_px, area: whole };
        self.board.paint(&mut canvas, self.raised_area(seen).into());
    }
}
