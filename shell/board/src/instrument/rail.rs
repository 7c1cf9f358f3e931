//! An edge that ink follows.
use crate::{figure::Dot, point::PagePoint};

/// A straight edge or a round one. Places and lengths in micrometres.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rail {
    Line {
        from: (f64, f64),
        to: (f64, f64),
        /// On which side of the way from `from` to `to` the ink lies: 1 is its right hand on the screen, -1 its left.
        outward: f64,
    },
    Arc {
        centre: (f64, f64),
        radius_um: f64,
        /// Only the half of the circle on this side.
        half: Option<(f64, f64)>,
    },
}

fn dot((x, y): (f64, f64)) -> Dot {
    Dot { x, y }
}

impl Rail {
    /// The nearest place on the edge, and the direction away from the instrument there.
    fn nearest(&self, at: Dot) -> (Dot, Dot) {
        match *self {
            Rail::Line { from, to, outward } => {
                let (from, way) = (dot(from), dot(to) - dot(from));
                let length = way.length().max(1.0);
                let along = way * (1.0 / length);
                let part = (at - from).dot(along).clamp(0.0, length);
                (from + along * part, Dot { x: -along.y, y: along.x } * outward)
            }
            Rail::Arc { centre, radius_um, half } => {
                let centre = dot(centre);
                let mut off = at - centre;
                if let Some(up) = half.map(dot) {
                    let above = off.dot(up);
                    if above < 0.0 {
                        off = off - up * above;
                    }
                }
                let away = off.length();
                let out = if away > 0.0 { off * (1.0 / away) } else { Dot { x: 1.0, y: 0.0 } };
                (centre + out * radius_um, out)
            }
        }
    }

    pub(super) fn away(&self, at: Dot) -> f64 {
        (at - self.nearest(at).0).length()
    }

    /// Where ink of this half width goes for a contact at a place: along the edge, beside it.
    pub fn along(&self, at: PagePoint, half_width_um: u32) -> PagePoint {
        let (place, out) = self.nearest(Dot::from(at));
        let beside = match self {
            // A compass's pencil draws on the circle itself.
            Rail::Arc { half: None, .. } => 0.0,
            Rail::Arc { .. } | Rail::Line { .. } => f64::from(half_width_um),
        };
        (place + out * beside).point()
    }
}
