//! From an object's own micrometres over the page's to pixels, and back.
use ink::Scale;

use crate::affine::Affine;

/// Where an object is put: its affine, and the page's scale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Onto {
    placing: Affine,
    scale: Scale,
    px_per_um: f64,
}

impl Onto {
    pub(crate) fn new(placing: Affine, scale: Scale) -> Onto {
        Onto { placing, scale, px_per_um: f64::from(scale.px(1.0)) }
    }

    /// A place of the object on the page, in micrometres.
    pub(crate) fn place(&self, (x_um, y_um): (f64, f64)) -> (f64, f64) {
        self.placing.exact(x_um, y_um)
    }

    /// A place on the page in pixels.
    pub(crate) fn scaled(&self, (x_um, y_um): (f64, f64)) -> (f32, f32) {
        (self.scale.px(x_um as f32), self.scale.px(y_um as f32))
    }

    /// How much longer lengths of the object become on the page, on average.
    pub(crate) fn growth(&self) -> f64 {
        self.placing.growth()
    }

    pub(crate) fn px_per_um(&self) -> f64 {
        self.px_per_um
    }

    /// a, b, c, d, e, f that lead from a pixel (x, y) to the object's own micrometres (a x + c y + e,
    /// b x + d y + f); `None` where everything was pressed into a line.
    pub(crate) fn inverse(&self) -> Option<[f64; 6]> {
        let [a, b, c, d] = self.placing.factors();
        let area = a * d - b * c;
        if area.abs() < 1e-9 {
            return None;
        }
        let (e, f) = (f64::from(self.placing.dx_um), f64::from(self.placing.dy_um));
        let per_px = 1.0 / self.px_per_um;
        let [ia, ib, ic, id] = [d / area, -b / area, -c / area, a / area];
        Some([ia * per_px, ib * per_px, ic * per_px, id * per_px, -(ia * e + ic * f), -(ib * e + id * f)])
    }
}
