//! Drawing instruments that lie on the board: ruler, set squares, protractor, compass. Fingers move and turn them,
//! ink that begins at an edge follows it. They are the board's for everybody, and no part of any page.
//!
//! In its own frame an instrument has its origin where it turns about, x along its edge and y downwards.
mod face;
mod rail;

pub use rail::Rail;

use crate::{
    affine::Affine,
    figure::Dot,
    point::{PagePoint, PageRect},
};

/// Which instrument.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Tool {
    Ruler,
    /// With two corners of 45 degrees.
    HalfSquare,
    /// With corners of 30 and 60 degrees.
    ThirdSquare,
    Protractor,
    Compass,
}

/// What a contact has taken hold of.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Knob {
    /// Carries it.
    Body,
    /// Turns it about its origin.
    Turn,
    /// Makes it longer, or opens the compass.
    Stretch,
    /// Puts it away.
    Close,
    /// The compass's pencil: ink goes round.
    Pencil(Rail),
}

/// A ruler's breadth; what a hand covers without hiding the line, in micrometres.
pub(crate) const BREADTH_UM: f64 = 90_000.0;
/// The lengths an instrument can be stretched to, in micrometres.
const SHORTEST_UM: f64 = 120_000.0;
const LONGEST_UM: f64 = 1_500_000.0;
/// A grip is a disc of this radius: a finger and its tremble, in micrometres.
pub(crate) const KNOB_UM: f64 = 22_000.0;
/// Ink that begins this near to an edge follows it: a pen's parallax on thick glass, in micrometres.
const EDGE_UM: f64 = 9_000.0;
/// Turning stops for a moment at every 15 degrees, within this, in radians.
const NOTCH: f64 = std::f64::consts::PI / 12.0;
const CATCH: f64 = 0.022;

/// An instrument and where it lies. Lengths in micrometres, angles in radians, clockwise on the screen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Instrument {
    pub tool: Tool,
    x_um: f64,
    y_um: f64,
    angle: f64,
    /// Of a ruler its length, of a set square its longer leg, of protractor and compass the radius.
    size_um: f64,
}

impl Instrument {
    /// Laid down level about a place.
    pub fn new(tool: Tool, middle: PagePoint) -> Instrument {
        let (size_um, left, down): (f64, f64, f64) = match tool {
            Tool::Ruler => (600_000.0, 0.5, -BREADTH_UM / 2.0),
            Tool::HalfSquare | Tool::ThirdSquare => (360_000.0, 0.35, 100_000.0),
            Tool::Protractor => (200_000.0, 0.0, 100_000.0),
            Tool::Compass => (150_000.0, 0.5, 0.0),
        };
        Instrument {
            tool,
            x_um: f64::from(middle.x_um) - size_um * left,
            y_um: f64::from(middle.y_um) + down,
            angle: 0.0,
            size_um,
        }
    }

    /// Where it turns about.
    pub fn origin(&self) -> PagePoint {
        self.at().point()
    }

    /// Clockwise from level, in degrees, 0..360.
    pub fn degrees(&self) -> f64 {
        self.angle.to_degrees().rem_euclid(360.0)
    }

    pub fn size_um(&self) -> f64 {
        self.size_um
    }

    fn at(&self) -> Dot {
        Dot { x: self.x_um, y: self.y_um }
    }

    fn axis(&self) -> Dot {
        let (sin, cos) = libm::sincos(self.angle);
        Dot { x: cos, y: sin }
    }

    /// From its own frame to the board.
    fn out(&self, x: f64, y: f64) -> Dot {
        let axis = self.axis();
        self.at() + axis * x + Dot { x: -axis.y, y: axis.x } * y
    }

    /// From the board to its own frame.
    fn own(&self, at: Dot) -> Dot {
        let (axis, off) = (self.axis(), at - self.at());
        Dot { x: off.dot(axis), y: axis.cross(off) }
    }

    /// Its frame as an affine, for drawing.
    pub(crate) fn placing(&self) -> Affine {
        let axis = self.axis();
        Affine::from_factors([axis.x, axis.y, -axis.y, axis.x], self.x_um, self.y_um).unwrap_or_default()
    }

    /// Its corners in its own frame; empty for the compass, which has no body but its legs.
    pub(crate) fn corners(&self) -> Vec<Dot> {
        let dot = |x: f64, y: f64| Dot { x, y };
        let size = self.size_um;
        match self.tool {
            Tool::Ruler => vec![dot(0.0, 0.0), dot(size, 0.0), dot(size, BREADTH_UM), dot(0.0, BREADTH_UM)],
            Tool::HalfSquare => vec![dot(0.0, 0.0), dot(size, 0.0), dot(0.0, -size)],
            Tool::ThirdSquare => vec![dot(0.0, 0.0), dot(size, 0.0), dot(0.0, -size / 3.0_f64.sqrt())],
            Tool::Protractor | Tool::Compass => Vec::new(),
        }
    }

    fn is_on_body(&self, own: Dot) -> bool {
        match self.tool {
            Tool::Protractor => own.y <= 0.0 && own.length() <= self.size_um,
            Tool::Compass => own.length() <= KNOB_UM,
            Tool::Ruler | Tool::HalfSquare | Tool::ThirdSquare => {
                let corners = self.corners();
                let inside = |index: usize| {
                    let (a, b) = (corners[index], corners[(index + 1) % corners.len()]);
                    (b - a).cross(own - a)
                };
                let sides: Vec<f64> = (0..corners.len()).map(inside).collect();
                sides.iter().all(|side| *side >= 0.0) || sides.iter().all(|side| *side <= 0.0)
            }
        }
    }

    /// Where its grips are, in its own frame.
    pub(crate) fn knobs(&self) -> Vec<(Knob, Dot)> {
        let dot = |x: f64, y: f64| Dot { x, y };
        let (size, third) = (self.size_um, self.size_um / 3.0_f64.sqrt());
        let inset = KNOB_UM * 1.4;
        // Above a scale and its numbers.
        let above = KNOB_UM * 2.4;
        match self.tool {
            Tool::Ruler => vec![
                (Knob::Close, dot(inset, BREADTH_UM / 2.0)),
                (Knob::Turn, dot(size - inset * 2.6, BREADTH_UM / 2.0)),
                (Knob::Stretch, dot(size - inset, BREADTH_UM / 2.0)),
            ],
            Tool::HalfSquare => vec![
                (Knob::Close, dot(inset, -above)),
                (Knob::Turn, dot(inset, -size * 0.6)),
                (Knob::Stretch, dot(size * 0.6, -above)),
            ],
            Tool::ThirdSquare => vec![
                (Knob::Close, dot(inset, -above)),
                (Knob::Turn, dot(inset, -third * 0.68)),
                (Knob::Stretch, dot(size * 0.5, -above)),
            ],
            Tool::Protractor => vec![
                (Knob::Close, dot(-size * 0.5, -inset)),
                (Knob::Turn, dot(0.0, -size * 0.62)),
                (Knob::Stretch, dot(size * 0.5, -inset)),
            ],
            Tool::Compass => vec![
                (Knob::Pencil(self.circle()), dot(size, 0.0)),
                (Knob::Stretch, dot(size / 2.0, -self.hinge_um())),
                (Knob::Close, dot(size / 2.0, -self.hinge_um() - KNOB_UM * 2.4)),
            ],
        }
    }

    /// How high a compass's hinge is above its points.
    pub(crate) fn hinge_um(&self) -> f64 {
        140_000.0
    }

    fn circle(&self) -> Rail {
        Rail::Arc { centre: (self.x_um, self.y_um), radius_um: self.size_um, half: None }
    }

    /// A box on the board around all that is drawn of it.
    pub(crate) fn reach(&self) -> PageRect {
        let mut places: Vec<Dot> = self.corners();
        places.extend(self.knobs().into_iter().map(|(_, at)| at));
        places.push(Dot { x: 0.0, y: 0.0 });
        let beyond = match self.tool {
            // Their round edges have no corners.
            Tool::Protractor | Tool::Compass => self.size_um,
            Tool::Ruler | Tool::HalfSquare | Tool::ThirdSquare => 0.0,
        };
        let boxes = places.iter().map(|at| {
            let at = self.out(at.x, at.y).point();
            PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um)
        });
        let all = boxes.fold(PageRect::NOTHING, |all, one| all.union(&one));
        all.grown((beyond + KNOB_UM * 3.0) as i32)
    }

    /// What a contact at a place takes hold of.
    pub fn knob(&self, at: PagePoint) -> Option<Knob> {
        let own = self.own(Dot::from(at));
        let near = self.knobs().into_iter().find(|(_, place)| (own - *place).length() <= KNOB_UM);
        near.map(|(knob, _)| knob).or_else(|| self.is_on_body(own).then_some(Knob::Body))
    }

    /// The edge that ink beginning at a place follows.
    pub fn rail(&self, at: PagePoint) -> Option<Rail> {
        let at = Dot::from(at);
        let mut best: Option<(f64, Rail)> = None;
        for rail in self.rails() {
            let away = rail.away(at);
            if away <= EDGE_UM && best.is_none_or(|(least, _)| away < least) {
                best = Some((away, rail));
            }
        }
        best.map(|(_, rail)| rail)
    }

    fn rails(&self) -> Vec<Rail> {
        let corners = self.corners();
        let out = |dot: Dot| {
            let place = self.out(dot.x, dot.y);
            (place.x, place.y)
        };
        // The body lies to the right of the way round for all of them, so ink is pushed to the left.
        let middle = corners.iter().fold(Dot { x: 0.0, y: 0.0 }, |sum, dot| sum + *dot)
            * (1.0 / corners.len().max(1) as f64);
        let side = |index: usize| {
            let (a, b) = (corners[index], corners[(index + 1) % corners.len()]);
            let outward = if (b - a).cross(middle - a) > 0.0 { -1.0 } else { 1.0 };
            Rail::Line { from: out(a), to: out(b), outward }
        };
        match self.tool {
            // A ruler is drawn along its long sides.
            Tool::Ruler => vec![side(0), side(2)],
            Tool::HalfSquare | Tool::ThirdSquare => (0..3).map(side).collect(),
            Tool::Protractor => {
                let (left, right) = (self.out(-self.size_um, 0.0), self.out(self.size_um, 0.0));
                let axis = self.axis();
                let half = Some((axis.y, -axis.x));
                vec![
                    Rail::Line { from: (left.x, left.y), to: (right.x, right.y), outward: 1.0 },
                    Rail::Arc { centre: (self.x_um, self.y_um), radius_um: self.size_um, half },
                ]
            }
            Tool::Compass => Vec::new(),
        }
    }

    /// The instrument after a contact that holds it went from one place to another.
    pub fn dragged(&self, knob: Knob, from: PagePoint, to: PagePoint) -> Instrument {
        let (start, end) = (Dot::from(from), Dot::from(to));
        let moved = end - start;
        match knob {
            Knob::Body => Instrument { x_um: self.x_um + moved.x, y_um: self.y_um + moved.y, ..*self },
            Knob::Turn | Knob::Pencil(_) => {
                let (a, b) = (start - self.at(), end - self.at());
                let angle = self.angle + libm::atan2(a.cross(b), a.dot(b));
                Instrument { angle: if knob == Knob::Turn { notched(angle) } else { angle }, ..*self }
            }
            Knob::Stretch => {
                let along = moved.dot(self.axis());
                // A compass's hinge is halfway between its points; other grips go as far as the end does.
                let by = if self.tool == Tool::Compass { along * 2.0 } else { along };
                let size_um = (self.size_um + by).clamp(self.shortest_um(), LONGEST_UM);
                Instrument { size_um, ..*self }
            }
            Knob::Close => *self,
        }
    }

    fn shortest_um(&self) -> f64 {
        if self.tool == Tool::Compass { KNOB_UM * 2.0 } else { SHORTEST_UM }
    }

    /// The instrument carried and turned by two contacts.
    pub fn carried(&self, from: [PagePoint; 2], to: [PagePoint; 2]) -> Instrument {
        let ([a0, b0], [a1, b1]) = (from.map(Dot::from), to.map(Dot::from));
        let (way0, way1) = (b0 - a0, b1 - a1);
        if way0.length() <= 0.0 || way1.length() <= 0.0 {
            return *self;
        }
        let turn = libm::atan2(way0.cross(way1), way0.dot(way1));
        let (sin, cos) = libm::sincos(turn);
        let (middle0, middle1) = ((a0 + b0) * 0.5, (a1 + b1) * 0.5);
        let off = self.at() - middle0;
        let at = middle1 + Dot { x: off.x * cos - off.y * sin, y: off.x * sin + off.y * cos };
        Instrument { x_um: at.x, y_um: at.y, angle: self.angle + turn, ..*self }
    }
}

/// An angle, held at the nearest notch if it is near.
fn notched(angle: f64) -> f64 {
    let notch = (angle / NOTCH).round() * NOTCH;
    if (angle - notch).abs() <= CATCH { notch } else { angle }
}
