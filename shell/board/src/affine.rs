//! How an object is placed: moved, scaled, turned. Kept as whole numbers, so that every board computes the same.
use crate::point::PagePoint;

/// One part of a factor: 16 bits behind the point.
const ONE: i32 = 1 << 16;
/// An object is scaled by at most this in one step, in parts of [`ONE`]: a dot to a page.
const LARGEST: f64 = 4096.0;

/// `x' = a x + c y + dx`, `y' = b x + d y + dy`; factors in 1/65536, shifts in micrometres.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Affine {
    pub a: i32,
    pub b: i32,
    pub c: i32,
    pub d: i32,
    pub dx_um: i32,
    pub dy_um: i32,
}

impl Default for Affine {
    fn default() -> Affine {
        Affine::IDENTITY
    }
}

impl Affine {
    pub const IDENTITY: Affine = Affine { a: ONE, b: 0, c: 0, d: ONE, dx_um: 0, dy_um: 0 };

    pub const fn shift(dx_um: i32, dy_um: i32) -> Affine {
        Affine { dx_um, dy_um, ..Affine::IDENTITY }
    }

    /// From factors and shifts as other programs write them. What is no number, or no sensible size, is `None`.
    pub fn from_factors(factors: [f64; 4], dx_um: f64, dy_um: f64) -> Option<Affine> {
        let part = |factor: f64| {
            (factor.is_finite() && factor.abs() <= LARGEST).then(|| (factor * f64::from(ONE)).round() as i32)
        };
        let whole =
            |um: f64| (um.is_finite() && um.abs() < f64::from(i32::MAX / 2)).then(|| um.round() as i32);
        let [a, b, c, d] = factors;
        Some(Affine {
            a: part(a)?,
            b: part(b)?,
            c: part(c)?,
            d: part(d)?,
            dx_um: whole(dx_um)?,
            dy_um: whole(dy_um)?,
        })
    }

    /// Scaled by two factors and turned by an angle (clockwise on the screen, in radians) about a place that
    /// stays where it is.
    pub fn about(at: PagePoint, scale_x: f64, scale_y: f64, radians: f64) -> Option<Affine> {
        let (sin, cos) = radians.sin_cos();
        let factors = [cos * scale_x, sin * scale_x, -sin * scale_y, cos * scale_y];
        let around = Affine::from_factors(factors, 0.0, 0.0)?;
        let moved = around.exact(f64::from(at.x_um), f64::from(at.y_um));
        let back = [f64::from(at.x_um) - moved.0, f64::from(at.y_um) - moved.1];
        Affine::from_factors(around.factors(), back[0], back[1])
    }

    /// a, b, c, d as plain numbers.
    pub fn factors(&self) -> [f64; 4] {
        [self.a, self.b, self.c, self.d].map(|part| f64::from(part) / f64::from(ONE))
    }

    /// Where a place goes, not rounded.
    pub fn exact(&self, x_um: f64, y_um: f64) -> (f64, f64) {
        let [a, b, c, d] = self.factors();
        (a * x_um + c * y_um + f64::from(self.dx_um), b * x_um + d * y_um + f64::from(self.dy_um))
    }

    /// Where a place goes.
    pub fn apply(&self, at: PagePoint) -> PagePoint {
        if self.is_shift() {
            return PagePoint::new(at.x_um.saturating_add(self.dx_um), at.y_um.saturating_add(self.dy_um));
        }
        let (x, y) = self.exact(f64::from(at.x_um), f64::from(at.y_um));
        PagePoint::new(x.round() as i32, y.round() as i32)
    }

    /// First `self`, then `next`.
    pub fn then(&self, next: &Affine) -> Affine {
        let multiply = |x: i32, y: i32, z: i32, w: i32| {
            let sum = i64::from(x) * i64::from(y) + i64::from(z) * i64::from(w);
            ((sum + i64::from(ONE) / 2) >> 16).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
        };
        let (dx, dy) = next.exact(f64::from(self.dx_um), f64::from(self.dy_um));
        Affine {
            a: multiply(next.a, self.a, next.c, self.b),
            b: multiply(next.b, self.a, next.d, self.b),
            c: multiply(next.a, self.c, next.c, self.d),
            d: multiply(next.b, self.c, next.d, self.d),
            dx_um: dx.round() as i32,
            dy_um: dy.round() as i32,
        }
    }

    /// What leads back; `None` where everything was pressed into a line.
    pub fn inverse(&self) -> Option<Affine> {
        let [a, b, c, d] = self.factors();
        let area = a * d - b * c;
        let factors = [d / area, -b / area, -c / area, a / area];
        let (dx, dy) = (f64::from(self.dx_um), f64::from(self.dy_um));
        let shift = [-(factors[0] * dx + factors[2] * dy), -(factors[1] * dx + factors[3] * dy)];
        Affine::from_factors(factors, shift[0], shift[1])
    }

    /// Whether an op may say it: what leads further than a kilometre leads off every page.
    pub(crate) fn stays_on_page(&self) -> bool {
        const FURTHEST_UM: u32 = 1_000_000_000;
        self.dx_um.unsigned_abs() <= FURTHEST_UM && self.dy_um.unsigned_abs() <= FURTHEST_UM
    }

    pub const fn is_shift(&self) -> bool {
        self.a == ONE && self.b == 0 && self.c == 0 && self.d == ONE
    }

    /// How much longer lengths become, on average: what a line's width is scaled by.
    pub fn growth(&self) -> f64 {
        let [a, b, c, d] = self.factors();
        (a * d - b * c).abs().sqrt()
    }
}
