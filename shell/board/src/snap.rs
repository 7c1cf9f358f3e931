//! Figures under a hand: a pen held still at the end of a stroke makes it the figure it was meant to be, and the
//! shape tool draws one from where it began to where it is.
use ink::{Damage, Node};

use crate::{
    board::Board,
    effects::Effects,
    figure::{Figure, recognise},
    hand::{ContactId, Doing, Hand, Tip},
    object::{Content, Object, ObjectId},
    op::{Edit, Op},
    pane::Pane,
    person::Form,
    point::{PagePoint, PageRect},
    shape::{Dash, Outline, Shape},
    wet::Wet,
};

/// A pen that has not moved for so long, in microseconds, waits for the board to do something with its stroke.
pub(crate) const HOLD_US: u64 = 650_000;
/// Within so much a pen is still, in micrometres of the glass: an infrared frame's tremble.
pub(crate) const STILL_UM: i64 = 4_000;
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

    fn figure(&self) -> Option<Figure> {
        if self.from.distance_squared(self.to) < SMALLEST_UM * SMALLEST_UM {
            return None;
        }
        let (outline, arrows) = outline(self.form, self.from, self.to);
        Some(Figure { outline, arrows })
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
    /// Pens that have been still for long enough: their strokes become figures, where they are any.
    pub(crate) fn snap_held(&mut self, now_us: u64, effects: &mut Effects) {
        let held = |hand: &Hand| {
            hand.travelled && hand.guide.is_none() && now_us.saturating_sub(hand.still_us) >= HOLD_US
        };
        let writes = |doing: &Doing| matches!(doing, Doing::Ink(wet) if !wet.highlighter && !wet.asked);
        let mut waiting: Vec<ContactId> = self
            .hands
            .iter()
            .filter(|(_, hand)| writes(&hand.doing) && held(hand))
            .map(|(contact, _)| *contact)
            .collect();
        waiting.sort_unstable();
        for contact in waiting {
            let Some(mut hand) = self.hands.remove(&contact) else { continue };
            if let Doing::Ink(wet) = &mut hand.doing {
                // Asked once for each rest: what is no figure stays ink until the pen moves on.
                wet.asked = true;
                if let Some(figure) = recognise(wet.nodes()) {
                    let width_um = wet.width_um();
                    let doing = std::mem::replace(&mut hand.doing, Doing::Spent);
                    self.replace_by_figure(doing, &hand, figure, width_um, now_us, effects);
                }
            }
            self.hands.insert(contact, hand);
        }
    }

    /// The ink becomes a step, and the figure in its place another: whoever meant the ink takes back one step.
    fn replace_by_figure(
        &mut self,
        doing: Doing,
        hand: &Hand,
        figure: Figure,
        width_um: u16,
        now_us: u64,
        effects: &mut Effects,
    ) {
        let Doing::Ink(mut wet) = doing else { return };
        let colour = wet.colour;
        let ink = self.commit(&mut wet, hand.pane, hand.person, now_us, effects);
        let shape = Shape {
            outline: figure.outline,
            colour,
            width_um,
            dash: Dash::Solid,
            fill: None,
            arrows: figure.arrows,
        };
        self.add_figure(shape, Some(ink), hand, now_us, effects);
    }

    fn add_figure(
        &mut self,
        shape: Shape,
        replaces: Option<ObjectId>,
        hand: &Hand,
        now_us: u64,
        effects: &mut Effects,
    ) {
        let stamp = self.clock.next(now_us);
        let id = ObjectId { made: stamp, index: 0 };
        let content = Content::Shape(shape);
        let object = Object { id, page: hand.page, by: hand.person, z: id, piece_of: None, content };
        let mut edits = vec![Edit::Add(object)];
        edits.extend(replaces.map(|ink| Edit::Erase { ids: vec![ink] }));
        self.perform(Op { stamp, by: hand.person, page: hand.page, edits }, effects);
    }

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
        let Some(figure) = drawing.figure() else { return };
        let shape = Shape {
            outline: figure.outline,
            colour: drawing.wet.colour,
            width_um: drawing.wet.width_um(),
            dash: Dash::Solid,
            fill: None,
            arrows: figure.arrows,
        };
        self.add_figure(shape, None, hand, last.t_us, effects);
    }
}
