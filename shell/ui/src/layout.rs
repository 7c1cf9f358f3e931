//! Where surfaces lie on the screen: palettes at both edges, low, with a handle under each; the dock at the bottom,
//! its panels above it; what belongs to a selection or a text beside it.

use display::Area;

use crate::look::Scale;
use screens::DockPlace;

/// The screen and its unit.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    screen: Area,
    scale: Scale,
}

/// Sizes in design units.
const PALETTE: (f32, f32) = (152.0, 600.0);
/// The dock, and the same with less room for each button, for screens that are not wide.
const DOCK: (f32, f32) = (1094.0, 98.0);
const DOCK_COMPACT: (f32, f32) = (966.0, 98.0);
const EDGE: (f32, f32) = (152.0, 98.0);
/// What is shown in a special way: for each way, and around them.
const REMINDER: (f32, f32) = (224.0, 68.0);
const LASSO_BAR: (f32, f32) = (608.0, 98.0);
/// An answer is no higher, beside a tall fraction, and so many times as wide.
const ANSWER_HEIGHT_MAX: f32 = 120.0;
const ANSWER_WIDE: i32 = 4;
const LASSO_BAR_WORDS: (f32, f32) = (608.0, 144.0);
const CHOICES_WIDTH: f32 = 720.0;
/// Room for what the strip is called and its cross.
const CHOICES_LEAST: f32 = 470.0;
const FINDER: (f32, f32) = (1180.0, 900.0);
/// Its keys are large enough down to this width.
const FINDER_LEAST: f32 = 640.0;
const LIVE_BAR: (f32, f32) = (600.0, 90.0);
const NOTE: f32 = 240.0;
const EDITOR: (f32, f32) = (800.0, 494.0);
const TOAST: (f32, f32) = (900.0, 104.0);
/// Two lines at the largest size of words.
const CAPTIONS: (f32, f32) = (1180.0, 164.0);
const GAP: f32 = 14.0;

impl Layout {
    /// For a screen of this size.
    pub fn new(size_px: (u32, u32), scale: Scale) -> Self {
        let side = |px: u32| i32::try_from(px).unwrap_or(i32::MAX);
        Self { screen: Area::new(0, 0, side(size_px.0), side(size_px.1)), scale }
    }

    /// The whole screen.
    pub fn screen(&self) -> Area {
        self.screen
    }

    /// The palette that is always at the left edge, above its handle.
    pub fn left_palette(&self) -> Area {
        let (width, height) = self.size(PALETTE);
        self.inside(Area::new(self.gap(), self.edge(false).y - height - self.gap() / 2, width, height))
    }

    /// Its twin at the right edge.
    pub fn right_palette(&self) -> Area {
        let left = self.left_palette();
        Area { x: self.screen.width - left.width - self.gap(), ..left }
    }

    /// A further palette where somebody asked for one, moved inside the screen.
    pub fn palette_at(&self, x: i32, y: i32) -> Area {
        let (width, height) = self.size(PALETTE);
        self.inside(Area::new(x - width / 2, y - height / 2, width, height))
    }

    /// The handle in a lower corner; above the dock where that needs the whole width.
    pub fn edge(&self, right: bool) -> Area {
        let (width, height) = self.size(EDGE);
        let x = if right { self.screen.width - width - self.gap() } else { self.gap() };
        let foot = if self.is_stacked() { self.dock().y } else { self.screen.height };
        self.inside(Area::new(x, foot - height - self.gap(), width, height))
    }

    /// Whether the dock's buttons have less room.
    pub fn is_compact(&self) -> bool {
        self.between_edges() < self.size(DOCK).0
    }

    fn is_stacked(&self) -> bool {
        self.between_edges() < self.size(DOCK_COMPACT).0
    }

    fn between_edges(&self) -> i32 {
        self.screen.width - 2 * (self.size(EDGE).0 + 2 * self.gap())
    }

    /// The dock in the middle.
    pub fn dock(&self) -> Area {
        self.dock_at(DockPlace::Centre)
    }

    /// The dock, at the bottom.
    pub fn dock_at(&self, place: DockPlace) -> Area {
        let (width, height) = self.size(if self.is_compact() { DOCK_COMPACT } else { DOCK });
        let beside = if self.is_stacked() { self.gap() } else { self.size(EDGE).0 + 2 * self.gap() };
        let x = match place {
            DockPlace::Left => beside,
            DockPlace::Centre => (self.screen.width - width) / 2,
            DockPlace::Right => self.screen.width - width - beside,
        };
        self.inside(Area::new(x, self.screen.height - height - self.gap(), width, height))
    }

    /// A panel of a size in design units, right above the dock and about a place of it.
    pub fn panel(&self, size: (f32, f32), x: i32) -> Area {
        let (width, height) = self.size(size);
        let width = width.min(self.screen.width - 2 * self.gap());
        self.inside(Area::new(x - width / 2, self.dock().y - height - self.gap() / 2, width, height))
    }

    /// Something of a size in design units, above the middle of the dock.
    pub fn above_dock(&self, size: (f32, f32), dock: Area) -> Area {
        let (width, height) = self.size(size);
        let x = dock.x + (dock.width - width) / 2;
        self.inside(Area::new(x, dock.y - height - self.gap() / 2, width, height))
    }

    /// Something of a size in design units above the middle of the screen's lower half, about where a panel is.
    pub fn above(&self, size: (f32, f32), panel: Area) -> Area {
        let (width, height) = self.size(size);
        let x = panel.x + (panel.width - width) / 2;
        self.inside(Area::new(x, self.screen.height * 2 / 5, width, height))
    }

    /// A message of a size in design units beside a palette, low, towards the middle of the board.
    pub fn hint(&self, size: (f32, f32), palette: Area) -> Area {
        let (width, height) = self.size(size);
        let left_half = palette.x + palette.width / 2 < self.screen.width / 2;
        let x = if left_half { palette.right() + self.gap() } else { palette.x - width - self.gap() };
        let y = palette.bottom().min(self.dock().y) - height - self.gap();
        self.inside(Area::new(x, y, width, height))
    }

    /// So many reminders of what is shown in a special way, above the dock.
    pub fn reminders(&self, count: usize, dock: Area) -> Area {
        let count = u16::try_from(count).unwrap_or(1);
        self.above_dock((REMINDER.0 * f32::from(count), REMINDER.1), dock)
    }

    /// What can be done with a selection: under it, or above where there is no room; higher while it has words.
    pub fn lasso_bar(&self, selection: Area, words: bool) -> Area {
        self.beside(selection, self.size(if words { LASSO_BAR_WORDS } else { LASSO_BAR }))
    }

    /// What belongs to a window that shows a camera or another screen, beside it.
    pub fn live_bar(&self, window: Area) -> Area {
        self.beside(window, self.size(LIVE_BAR))
    }

    /// What else the words of a text may be, so many units wide and high, beside it.
    pub fn choices(&self, text: Area, (width, height): (f32, f32)) -> Area {
        self.beside(text, self.size((width.clamp(CHOICES_LEAST, CHOICES_WIDTH), height)))
    }

    /// The editor of a text, beside it.
    pub fn editor(&self, text: Area) -> Area {
        self.beside(text, self.size(EDITOR))
    }

    /// Where pages are looked for: between the palettes at one side, so that somebody else can at the other; in the
    /// middle where there is no room for two keyboards.
    pub fn finder(&self, right: bool) -> Area {
        let (width, height) = self.size(FINDER);
        let y = (self.dock().y - height) / 2;
        if !self.finds_at_both_sides() {
            let width = width.min(self.screen.width - 2 * self.gap());
            return self.inside(Area::new((self.screen.width - width) / 2, y, width, height));
        }
        let width = width.min(self.half());
        let (left, most) = (self.left_palette().right() + self.gap(), self.right_palette().x - self.gap());
        self.inside(Area::new(if right { most - width } else { left }, y, width, height))
    }

    /// Whether two people can look for something at once.
    pub fn finds_at_both_sides(&self) -> bool {
        self.half() >= self.scale.px(FINDER_LEAST)
    }

    /// Half of the room between the palettes.
    fn half(&self) -> i32 {
        (self.right_palette().x - self.left_palette().right() - 3 * self.gap()) / 2
    }

    /// Pixels of one design unit.
    pub fn unit(&self) -> f32 {
        self.scale.unit
    }

    /// So many design units in pixels.
    pub fn px(&self, units: f32) -> i32 {
        self.scale.px(units)
    }

    /// A message, at the top: it is read, not reached for.
    pub fn toast(&self) -> Area {
        let (width, height) = self.size(TOAST);
        self.inside(Area::new((self.screen.width - width) / 2, 2 * self.gap(), width, height))
    }

    /// Words that are spoken: above the dock, or at the top while the board hangs lower.
    pub fn captions(&self, reached: bool) -> Area {
        let (width, height) = self.size(CAPTIONS);
        let width = width.min(self.screen.width - 2 * self.gap());
        let y = if reached { self.gap() } else { self.dock().y - height - self.gap() };
        self.inside(Area::new((self.screen.width - width) / 2, y, width, height))
    }

    /// Where recognised text goes: where the ink was.
    pub fn text_in(&self, selection: Area) -> Area {
        self.inside(Area { height: selection.height.max(self.scale.px(24.0)), ..selection })
    }

    /// What was worked out, to the right of where it was written, as high as one line of it.
    pub fn answer(&self, selection: Area) -> Area {
        let height = selection.height.clamp(self.scale.px(24.0), self.scale.px(ANSWER_HEIGHT_MAX));
        let y = selection.y + (selection.height - height) / 2;
        self.inside(Area::new(selection.right() + self.gap(), y, height * ANSWER_WIDE, height))
    }

    /// A new note beside a palette, towards the middle of the board.
    pub fn note(&self, palette: Area) -> Area {
        let side = self.scale.px(NOTE);
        let left_half = palette.x + palette.width / 2 < self.screen.width / 2;
        let x = if left_half { palette.right() + 2 * self.gap() } else { palette.x - side - 2 * self.gap() };
        self.inside(Area::new(x, palette.y, side, side))
    }

    fn beside(&self, thing: Area, (width, height): (i32, i32)) -> Area {
        let x = thing.x + (thing.width - width) / 2;
        let below = thing.bottom() + self.gap();
        let above = thing.y - height - self.gap();
        let room_above = self.dock().y - self.gap();
        let y =
            if below + height <= room_above || above < 0 { below.min(room_above - height) } else { above };
        let area = self.inside(Area::new(x, y, width, height));
        // Beside palettes, not over them, where there is room: a hand is on its way to them.
        let (left, right) = (self.left_palette(), self.right_palette());
        let (least, most) = (left.right() + self.gap(), right.x - self.gap() - width);
        if area.bottom() > left.y && least <= most {
            Area { x: area.x.clamp(least, most), ..area }
        } else {
            area
        }
    }

    fn size(&self, (width, height): (f32, f32)) -> (i32, i32) {
        (self.scale.px(width), self.scale.px(height))
    }

    fn gap(&self) -> i32 {
        self.scale.px(GAP)
    }

    /// The same size, wholly on the screen.
    fn inside(&self, area: Area) -> Area {
        let most = |screen: i32, size: i32| (screen - size).max(0);
        Area {
            x: area.x.clamp(0, most(self.screen.width, area.width)),
            y: area.y.clamp(0, most(self.screen.height, area.height)),
            ..area
        }
    }
}

#[cfg(test)]
mod tests;
