//! Where surfaces lie on the screen: palettes at both edges, low; the dock at the bottom; what belongs to a
//! selection or a text beside it.

use display::Area;

use crate::look::Scale;

/// The screen and its unit.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    screen: Area,
    scale: Scale,
}

/// Sizes in design units.
const PALETTE: (f32, f32) = (152.0, 584.0);
const DOCK: (f32, f32) = (662.0, 88.0);
const LASSO_BAR: (f32, f32) = (542.0, 86.0);
/// An answer is no higher, beside a tall fraction, and so many times as wide.
const ANSWER_HEIGHT_MAX: f32 = 120.0;
const ANSWER_WIDE: i32 = 4;
const LASSO_BAR_WORDS: (f32, f32) = (542.0, 132.0);
const CHOICES_WIDTH: f32 = 720.0;
const FINDER: (f32, f32) = (1180.0, 900.0);
const EDITOR: (f32, f32) = (800.0, 494.0);
const TOAST: (f32, f32) = (900.0, 104.0);
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

    /// The palette that is always at the left edge, above the dock's height.
    pub fn left_palette(&self) -> Area {
        let (width, height) = self.size(PALETTE);
        self.inside(Area::new(self.gap(), self.screen.height - height - self.gap(), width, height))
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

    /// The dock, bottom centre.
    pub fn dock(&self) -> Area {
        let (width, height) = self.size(DOCK);
        self.inside(Area::new(
            (self.screen.width - width) / 2,
            self.screen.height - height - self.gap(),
            width,
            height,
        ))
    }

    /// What can be done with a selection: under it, or above where there is no room; higher while it has words.
    pub fn lasso_bar(&self, selection: Area, words: bool) -> Area {
        self.beside(selection, self.size(if words { LASSO_BAR_WORDS } else { LASSO_BAR }))
    }

    /// What else the words of a text may be, so many units high, beside it.
    pub fn choices(&self, text: Area, height: f32) -> Area {
        self.beside(text, self.size((CHOICES_WIDTH, height)))
    }

    /// The editor of a text, beside it.
    pub fn editor(&self, text: Area) -> Area {
        self.beside(text, self.size(EDITOR))
    }

    /// Where pages are looked for, in the middle.
    pub fn finder(&self) -> Area {
        let (width, height) = self.size(FINDER);
        let width = width.min(self.screen.width - 2 * self.gap());
        let (x, y) = ((self.screen.width - width) / 2, (self.dock().y - height) / 2);
        self.inside(Area::new(x, y, width, height))
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

    fn beside(&self, thing: Area, (width, height): (i32, i32)) -> Area {
        let x = thing.x + (thing.width - width) / 2;
        let below = thing.bottom() + self.gap();
        let above = thing.y - height - self.gap();
        let room_above = self.dock().y - self.gap();
        let y =
            if below + height <= room_above || above < 0 { below.min(room_above - height) } else { above };
        self.inside(Area::new(x, y, width, height))
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
