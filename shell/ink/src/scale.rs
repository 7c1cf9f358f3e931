//! How many pixels a micrometre is. Kept as its own type so that no function can mix the two units up.
use crate::damage::Rect;

/// The pixel at or before a place. `f32::floor` is a function call on machines without SSE4.1.
pub(crate) fn floor(px: f32) -> i32 {
    let whole = px as i32;
    if whole as f32 > px { whole.saturating_sub(1) } else { whole }
}

/// The pixel at or behind a place.
pub(crate) fn ceil(px: f32) -> i32 {
    let whole = px as i32;
    if (whole as f32) < px { whole.saturating_add(1) } else { whole }
}

/// Pixels per micrometre, the same both ways (square pixels).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    px_per_um: f32,
}

impl Scale {
    /// The scale at which `um` micrometres are `px` pixels. Zero or negative lengths give one pixel a millimetre.
    pub fn new(px: u32, um: i32) -> Scale {
        if px == 0 || um <= 0 {
            return Scale { px_per_um: 0.001 };
        }
        Scale { px_per_um: px as f32 / um as f32 }
    }

    /// The scale at which everything is so many times as large.
    pub fn times(self, factor: f32) -> Scale {
        Scale { px_per_um: self.px_per_um * factor }
    }

    pub fn px(self, um: f32) -> f32 {
        um * self.px_per_um
    }

    pub fn um(self, px: f32) -> f32 {
        px / self.px_per_um
    }

    /// The pixels touched by a box given in micrometres, one pixel wider on every side for the soft edge.
    pub fn cover(self, x0_um: f32, y0_um: f32, x1_um: f32, y1_um: f32) -> Rect {
        Rect {
            x0: floor(self.px(x0_um)).saturating_sub(1),
            y0: floor(self.px(y0_um)).saturating_sub(1),
            x1: ceil(self.px(x1_um)).saturating_add(1),
            y1: ceil(self.px(y1_um)).saturating_add(1),
        }
    }
}
