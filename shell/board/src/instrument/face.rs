//! What an instrument looks like: a clear body with its scale, its grips, and the angle it lies at. Made of the same
//! shapes and texts as a page's, so that it is drawn by the same code.
use super::{BREADTH_UM, Instrument, KNOB_UM, Knob, Tool};
use crate::{
    affine::Affine,
    colour::Colour,
    figure::Dot,
    object::{Content, Text},
    point::PagePoint,
    shape::{Contour, Dash, Outline, Shape},
};

/// The body's colour, its opacity, and its edge.
const BODY: u32 = 0xf4_e9c8;
const BODY_OPACITY: u8 = 200;
const EDGE: u32 = 0x6b_5a2e;
const MARK: u32 = 0x3a_3422;
const EDGE_UM: u16 = 1_000;
const MARK_UM: u16 = 500;
/// A scale's marks: every 5 and 10 mm of the board, each 50 mm with a number in centimetres. A wall is read from
/// afar: single millimetres would be a grey band.
const STEP_UM: f64 = 5_000.0;
const NUMBER_UM: u32 = 16_000;
/// The grips' colours.
const HANDLE: u32 = 0x0c_6b58;
const CLOSE: u32 = 0xb3_261e;

impl Instrument {
    /// Its parts from the bottom up, in its own frame, and how that lies on the board.
    pub fn face(&self) -> (Affine, Vec<Content>) {
        let mut parts = Vec::new();
        match self.tool {
            Tool::Ruler | Tool::HalfSquare | Tool::ThirdSquare => self.straight(&mut parts),
            Tool::Protractor => self.round(&mut parts),
            Tool::Compass => self.legs(&mut parts),
        }
        for (knob, at) in self.knobs() {
            sign(&mut parts, knob, at);
        }
        self.reading(&mut parts);
        (self.placing(), parts)
    }

    fn straight(&self, parts: &mut Vec<Content>) {
        let points: Vec<PagePoint> = self.corners().iter().map(Dot::point).collect();
        parts.push(filled(Outline::polygon(&points)));
        // Set squares lie above their edge, so their marks point up.
        let up = if self.tool == Tool::Ruler { 1.0 } else { -1.0 };
        let steps = (self.size_um / STEP_UM) as u32;
        let mut marks = Vec::new();
        for step in 0..=steps {
            let x = f64::from(step) * STEP_UM;
            // A mark beyond the slanted side would hang in the air.
            let room = match self.tool {
                Tool::Ruler => f64::INFINITY,
                Tool::HalfSquare => self.size_um - x,
                Tool::ThirdSquare | Tool::Protractor | Tool::Compass => (self.size_um - x) / 3.0_f64.sqrt(),
            };
            let long: f64 = if step % 10 == 0 {
                14_000.0
            } else if step % 2 == 0 {
                9_000.0
            } else {
                5_000.0
            };
            if long < room {
                marks.push(mark(Dot { x, y: 0.0 }, Dot { x, y: long * up }));
            }
            let centimetres = step / 2;
            if step % 10 == 0 && step > 0 && room > 50_000.0 && x < self.size_um - 8_000.0 {
                let line = f64::from(NUMBER_UM);
                let y = if up > 0.0 { 15_000.0 } else { -15_000.0 - line };
                parts.push(words(centimetres.to_string(), x - line * 0.28 * digits(centimetres), y));
            }
        }
        parts.push(lines(marks));
    }

    fn round(&self, parts: &mut Vec<Content>) {
        let radius = self.size_um;
        let at = |degrees: f64, away: f64| {
            let (sin, cos) = libm::sincos(degrees.to_radians());
            Dot { x: cos * away, y: -sin * away }
        };
        let edge: Vec<PagePoint> = (0..=180).map(|degree| at(f64::from(degree), radius).point()).collect();
        parts.push(filled(Outline::polygon(&edge)));
        let mut marks = vec![mark(Dot { x: 0.0, y: 0.0 }, at(90.0, 12_000.0))];
        for degree in (0..=180_u32).step_by(5) {
            let long = if degree.is_multiple_of(30) { 20_000.0 } else { 10_000.0 };
            let degrees = f64::from(degree);
            marks.push(mark(at(degrees, radius), at(degrees, radius - long)));
            if degree.is_multiple_of(30) && degree != 0 && degree != 180 {
                let line = f64::from(NUMBER_UM);
                let place = at(degrees, radius - 32_000.0);
                let x = place.x - line * 0.28 * digits(degree);
                parts.push(words(degree.to_string(), x, place.y - line / 2.0));
            }
        }
        parts.push(lines(marks));
    }

    fn legs(&self, parts: &mut Vec<Content>) {
        let hinge = Dot { x: self.size_um / 2.0, y: -self.hinge_um() };
        let leg = |to: Dot, width_um: u16| {
            let outline = Outline::line(hinge.point(), to.point());
            stroke(outline, EDGE, width_um)
        };
        parts.push(leg(Dot { x: 0.0, y: 0.0 }, 7_000));
        parts.push(leg(Dot { x: self.size_um, y: 0.0 }, 9_000));
        let radius = self.size_um.round() as u32;
        let circle = Outline::Ellipse { centre: PagePoint::new(0, 0), rx_um: radius, ry_um: radius };
        parts.push(Content::Shape(Shape { dash: Dash::Dotted, ..line_shape(circle, MARK, 800) }));
        let needle = Outline::Ellipse { centre: PagePoint::new(0, 0), rx_um: 4_000, ry_um: 4_000 };
        parts.push(disc(needle, MARK));
    }

    /// The angle it lies at, or a compass's radius, where a hand does not cover it.
    fn reading(&self, parts: &mut Vec<Content>) {
        let line = f64::from(NUMBER_UM);
        let (text, x, y) = match self.tool {
            Tool::Ruler => (self.turned(), self.size_um / 2.0 - line, BREADTH_UM - line * 1.6),
            Tool::HalfSquare | Tool::ThirdSquare => (self.turned(), self.size_um * 0.2, -line * 4.0),
            Tool::Protractor => (self.turned(), -line, -line * 2.4),
            Tool::Compass => {
                let tenths = (self.size_um / 1_000.0).round() as u32;
                let text = format!("{}.{} cm", tenths / 10, tenths % 10);
                (text, self.size_um / 2.0 + KNOB_UM * 1.3, -self.hinge_um() - line / 2.0)
            }
        };
        parts.push(words(text, x, y));
    }

    /// Its angle as people count it: anticlockwise from level, 0..180.
    fn turned(&self) -> String {
        let degrees = (360.0 - self.degrees()).round() as u32 % 180;
        format!("{degrees}°")
    }
}

fn digits(number: u32) -> f64 {
    f64::from(number.checked_ilog10().unwrap_or(0) + 1)
}

fn line_shape(outline: Outline, rgb: u32, width_um: u16) -> Shape {
    let colour = Colour::own(rgb);
    Shape { outline, colour, width_um, dash: Dash::Solid, fill: None, arrows: (false, false) }
}

fn stroke(outline: Outline, rgb: u32, width_um: u16) -> Content {
    Content::Shape(line_shape(outline, rgb, width_um))
}

fn filled(outline: Outline) -> Content {
    let fill = Some((Colour::own(BODY), BODY_OPACITY));
    Content::Shape(Shape { fill, ..line_shape(outline, EDGE, EDGE_UM) })
}

fn disc(outline: Outline, rgb: u32) -> Content {
    Content::Shape(Shape { fill: Some((Colour::own(rgb), 255)), ..line_shape(outline, rgb, 0) })
}

fn mark(from: Dot, to: Dot) -> Contour {
    Contour { points: [from.point(), to.point()].into(), closed: false }
}

fn lines(contours: Vec<Contour>) -> Content {
    stroke(Outline::Paths(contours.into()), MARK, MARK_UM)
}

fn words(text: String, x: f64, y: f64) -> Content {
    let at = Dot { x, y }.point();
    Content::Text(Text { at, size_um: NUMBER_UM, room_um: u32::MAX / 4, text, colour: Colour::own(MARK) })
}

/// A round grip with a sign on it.
fn sign(parts: &mut Vec<Content>, knob: Knob, at: Dot) {
    let radius = (KNOB_UM * 0.62).round() as u32;
    let rgb = if knob == Knob::Close { CLOSE } else { HANDLE };
    parts.push(disc(Outline::Ellipse { centre: at.point(), rx_um: radius, ry_um: radius }, rgb));
    let reach = KNOB_UM * 0.28;
    let dot = |x: f64, y: f64| (at + Dot { x: x * reach, y: y * reach }).point();
    let run = |points: &[(f64, f64)]| Contour {
        points: points.iter().map(|(x, y)| dot(*x, *y)).collect(),
        closed: false,
    };
    let contours = match knob {
        Knob::Close => vec![run(&[(-1.0, -1.0), (1.0, 1.0)]), run(&[(-1.0, 1.0), (1.0, -1.0)])],
        Knob::Stretch => {
            vec![run(&[(-0.5, -0.8), (-1.3, 0.0), (-0.5, 0.8)]), run(&[(0.5, -0.8), (1.3, 0.0), (0.5, 0.8)])]
        }
        Knob::Turn => {
            let arc: Vec<(f64, f64)> = (0..=16)
                .map(|step| {
                    let (sin, cos) = libm::sincos(f64::from(step) * 0.3 - 0.4);
                    (cos * 1.1, sin * 1.1)
                })
                .collect();
            vec![run(&arc), run(&[(-0.5, -1.7), (0.25, -1.05), (-0.5, -0.4)])]
        }
        Knob::Pencil(_) => vec![run(&[(-0.8, 1.0), (1.0, -0.9)])],
        Knob::Body => return,
    };
    parts.push(stroke(Outline::Paths(contours.into()), 0xff_ffff, 1_800));
}
