//! Which part of a page a pane shows, and how large.
use ink::Scale;

use crate::point::PagePoint;

/// How large a page is shown: 1 is as long on the glass as on the page. Kept in parts of 4096, so that every
/// board has the same pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct Zoom(u32);

impl Default for Zoom {
    fn default() -> Zoom {
        Zoom::ONE
    }
}

impl Zoom {
    const PARTS: u32 = 4096;
    pub const ONE: Zoom = Zoom(Zoom::PARTS);
    /// A page of two square metres becomes a picture of a hand's size.
    pub const LEAST: Zoom = Zoom(Zoom::PARTS / 16);
    pub const MOST: Zoom = Zoom(Zoom::PARTS * 16);

    /// The nearest zoom there is; what is no number becomes 1.
    pub fn new(factor: f64) -> Zoom {
        if !factor.is_finite() {
            return Zoom::ONE;
        }
        let parts = (factor * f64::from(Zoom::PARTS)).round();
        Zoom(parts.clamp(f64::from(Zoom::LEAST.0), f64::from(Zoom::MOST.0)) as u32)
    }

    pub fn factor(self) -> f64 {
        f64::from(self.0) / f64::from(Zoom::PARTS)
    }

    /// Pixels of the page at this zoom, where `panel` is the panel's own scale.
    pub(crate) fn scale(self, panel: Scale) -> Scale {
        if self == Zoom::ONE { panel } else { panel.times(self.0 as f32 / Zoom::PARTS as f32) }
    }

    /// A length on the glass as a length on the page.
    pub(crate) fn on_page(self, um: u32) -> u32 {
        (u64::from(um) * u64::from(Zoom::PARTS) / u64::from(self.0)).clamp(1, u64::from(u32::MAX)) as u32
    }
}

/// What of a page is shown: from `origin` at the pane's top left on, `zoom` times as large.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct View {
    pub origin: PagePoint,
    pub zoom: Zoom,
}

/// Ways to show a page that need no numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fit {
    /// The whole page; of a page without end, everything on it.
    Page,
    /// From its left to its right side.
    Width,
    /// As long on the glass as on the page, about the middle of what is shown.
    Full,
}

/// Fingers that move a view: their middle and how far they are apart, in pixels of the panel. With one finger,
/// or fingers too near to tell, nothing is resized. How they are turned does not count.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Grip {
    pub x_px: f64,
    pub y_px: f64,
    pub spread_px: f64,
}

impl Grip {
    /// Fingers nearer than this tell no size.
    const LEAST_SPREAD_PX: f64 = 8.0;

    /// How much larger things are after fingers went from here to there.
    pub(crate) fn factor(&self, to: &Grip) -> f64 {
        let sound = |grip: &Grip| grip.spread_px.is_finite() && grip.spread_px >= Grip::LEAST_SPREAD_PX;
        if sound(self) && sound(to) { to.spread_px / self.spread_px } else { 1.0 }
    }

    pub(crate) fn is_sound(&self) -> bool {
        self.x_px.is_finite() && self.y_px.is_finite()
    }
}
