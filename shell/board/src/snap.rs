//! The shape tool draws a figure from where it began to where it is.
use ink::{Damage, Node};

use crate::{
    board::Board,
    effects::Effects,
    hand::{Hand, Tip},
    pane::Pane,
    person::Form,
    point::{PagePoint, PageRect},
    shape::{Dash, Outline, Shape},
    wet::Wet,
};

/// A figure smaller than this, in micrometres of the page, was a tap.
const SMALLEST_UM: i64 = 6_000;
/// An ellipse under way is shown with so many corners.
const CORNERS: usize = 72;

/// A figure being drawn.
pub(crate) struct Drawing {
    pub(crate) wet: Wet,
    form: Form,
    from: PagePoint,
    to: PagePoint,
}

impl Drawing {
    pub(crate) fn new(wet: Wet, form: Form, from: PagePoint) -> Drawing {
        Drawing { wet, form, from, to: from }
    }

    pub(crate) fn go_on(&mut self, tip: &Tip) -> Damage {
        self.to = tip.at;
        let nodes = self.nodes();
        self.wet.redraw(&nodes)
    }

    /// The outline, for its preview: a line of the pen's width all around.
    fn nodes(&self) -> Vec<Node> {
        let radius = f64::from(self.wet.width_um()) / 2.0;
        let node = |at: &PagePoint| Node::nearest(f64::from(at.x_um), f64::from(at.y_um), radius, 0);
        let mut nodes = Vec::new();
        match outline(self.form, self.from, self.to).0 {
            Outline::Paths(contours) => {
                for contour in contours.iter() {
                    nodes.extend(contour.points.iter().map(node));
                    nodes.extend(contour.points.first().filter(|_| contour.closed).map(node));
                }
            }
            Outline::Ellipse { centre, rx_um, ry_um } => {
                nodes.extend((0..=CORNERS).map(|step| {
                    let (sin, cos) = libm::sincos(step as f64 / CORNERS as f64 * std::f64::consts::TAU);
                    let x = f64::from(centre.x_um) + cos * f64::from(rx_um);
                    Node::nearest(x, f64::from(centre.y_um) + sin * f64::from(ry_um), radius, 0)
                }));
            }
        }
        nodes
    }

    fn figure(&self) -> Option<(Outline, (bool, bool))> {
        let tap = self.from.distance_squared(self.to) < SMALLEST_UM * SMALLEST_UM;
        (!tap).then(|| outline(self.form, self.from, self.to))
    }
}

/// What a form drawn from one place to another is.
fn outline(form: Form, from: PagePoint, to: PagePoint) -> (Outline, (bool, bool)) {
    let rect = PageRect::new(
        from.x_um.min(to.x_um),
        from.y_um.min(to.y_um),
        from.x_um.max(to.x_um),
        from.y_um.max(to.y_um),
    );
    let middle = PagePoint::new(rect.x0_um.midpoint(rect.x1_um), rect.y0_um.midpoint(rect.y1_um));
    let plain = (false, false);
    match form {
        Form::Line => (Outline::line(from, to), plain),
        Form::Arrow => (Outline::line(from, to), (false, true)),
        Form::Rectangle => (Outline::rectangle(rect), plain),
        Form::Ellipse => {
            let (rx_um, ry_um) = (rect.width_um() as u32 / 2, rect.height_um() as u32 / 2);
            (Outline::Ellipse { centre: middle, rx_um, ry_um }, plain)
        }
        Form::Triangle => {
            let corners = [(rect.x0_um, rect.y1_um), (rect.x1_um, rect.y1_um), (middle.x_um, rect.y0_um)];
            (Outline::polygon(&corners.map(|(x, y)| PagePoint::new(x, y))), plain)
        }
        Form::Diamond => {
            let corners = [
                (middle.x_um, rect.y0_um),
                (rect.x1_um, middle.y_um),
                (middle.x_um, rect.y1_um),
                (rect.x0_um, middle.y_um),
            ];
            (Outline::polygon(&corners.map(|(x, y)| PagePoint::new(x, y))), plain)
        }
    }
}

impl Board {
    /// The shape tool lifts.
    pub(crate) fn finish_drawing(
        &mut self,
        drawing: &Drawing,
        hand: &Hand,
        last: &Tip,
        effects: &mut Effects,
    ) {
        let Pane { page, zoom, .. } = self.panes[hand.pane];
        effects.damage.extend(self.on_panel(page, zoom, &drawing.wet.damage()));
        let Some((outline, arrows)) = drawing.figure() else { return };
        let (colour, width_um) = (drawing.wet.colour, drawing.wet.width_um());
        let shape = Shape { outline, colour, width_um, dash: Dash::Solid, fill: None, arrows };
        self.add_figure(shape, &[], hand, last.t_us, effects);
    }
}
