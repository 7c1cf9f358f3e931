//! Rubbing out: one gesture of an eraser or a palm. Ink goes while the hand moves; what it amounts to is
//! written as one op when the hand lifts.
use ink::{Node, Trace};

use crate::{
    clock::Stamp,
    object::{Content, Object, ObjectId, Stroke},
    op::Edit,
    page::PageId,
    point::{PagePoint, PageRect},
    scene::Scene,
};

/// How much of a line's half width counts as touched: grazing the soft edge of a highlighter is not meant.
const TOUCHED_PART: f64 = 0.9;
/// A line nearer than the edge by less than this was cut here before; cutting it again would nibble.
const NIBBLE_UM: f64 = 30.0;
/// Crumbs shorter than this are rubbed out with the rest, in micrometres.
const CRUMB_UM: f64 = 300.0;

/// An eraser that is on the board.
pub(crate) struct Wipe {
    stamp: Stamp,
    page: PageId,
    last: PagePoint,
    made: u32,
    rubbed: Vec<ObjectId>,
    pieces: Vec<ObjectId>,
}

impl Wipe {
    pub(crate) fn new(stamp: Stamp, page: PageId, at: PagePoint) -> Wipe {
        Wipe { stamp, page, last: at, made: 0, rubbed: Vec::new(), pieces: Vec::new() }
    }

    pub(crate) fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Rubs out what lies within `radius_um` of the way from the last place to `at`.
    pub(crate) fn rub(&mut self, scene: &mut Scene, at: PagePoint, radius_um: u32) {
        let swab = Swab { from: self.last, to: at, radius_um };
        self.last = at;
        for id in scene.near(self.page, swab.bounds()) {
            let Some(object) = scene.object(id) else { continue };
            match &object.content {
                Content::Text(_) => {
                    if scene.bounds(&[id]).is_some_and(|bounds| bounds.contains(at)) {
                        self.take(scene, id);
                    }
                }
                Content::Shape(_) | Content::Note(_) | Content::Media(_) => {}
                Content::Stroke(stroke) => {
                    let Some(placed) = scene.placed(id) else { continue };
                    let nodes: Vec<Node> = stroke.trace.nodes().collect();
                    let Some(rest) = split(&nodes, |node| placed.node(*node), &swab) else { continue };
                    let whole = object.clone();
                    let (colour, highlighter) = (stroke.colour, stroke.highlighter);
                    let parent = if whole.id.made == self.stamp { whole.piece_of } else { Some(id) };
                    self.take(scene, id);
                    for nodes in rest {
                        let content =
                            Content::Stroke(Stroke { colour, highlighter, trace: Trace::new(&nodes) });
                        let id = ObjectId { made: self.stamp, index: self.made };
                        self.made += 1;
                        scene.add_draft(Object { id, piece_of: parent, content, ..whole.clone() });
                        self.pieces.push(id);
                    }
                }
            }
        }
    }

    fn take(&mut self, scene: &mut Scene, id: ObjectId) {
        if id.made == self.stamp {
            scene.forget(id);
            self.pieces.retain(|piece| *piece != id);
        } else {
            scene.rub_out(id, self.stamp);
            self.rubbed.push(id);
        }
    }

    /// What the gesture amounts to; nothing if it met no ink.
    pub(crate) fn finish(self, scene: &Scene) -> Vec<Edit> {
        if self.rubbed.is_empty() {
            return Vec::new();
        }
        let pieces = self.pieces.iter().filter_map(|id| scene.object(*id));
        let mut edits = vec![Edit::Erase { ids: self.rubbed }];
        edits.extend(pieces.map(|piece| Edit::Add(piece.clone())));
        edits
    }

    /// As if it had never been.
    pub(crate) fn cancel(self, scene: &mut Scene) {
        for piece in self.pieces {
            scene.forget(piece);
        }
        for id in self.rubbed {
            scene.unrub(id, self.stamp);
        }
    }
}

/// The area one movement of an eraser passes over.
pub(crate) struct Swab {
    pub(crate) from: PagePoint,
    pub(crate) to: PagePoint,
    pub(crate) radius_um: u32,
}

impl Swab {
    fn bounds(&self) -> PageRect {
        let (a, b) = (self.from, self.to);
        PageRect::new(a.x_um, a.y_um, a.x_um, a.y_um)
            .union(&PageRect::new(b.x_um, b.y_um, b.x_um, b.y_um))
            .grown(self.radius_um.min(1 << 24) as i32)
    }

    /// How far outside the area a disc is; negative when it is touched.
    fn outside(&self, x: f64, y: f64, radius_um: f64) -> f64 {
        let (ax, ay) = (f64::from(self.from.x_um), f64::from(self.from.y_um));
        let (dx, dy) = (f64::from(self.to.x_um) - ax, f64::from(self.to.y_um) - ay);
        let length_squared = dx * dx + dy * dy;
        let along = if length_squared > 0.0 {
            (((x - ax) * dx + (y - ay) * dy) / length_squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (x - ax - along * dx).hypot(y - ay - along * dy)
            - f64::from(self.radius_um)
            - radius_um * TOUCHED_PART
    }
}

/// One stretch of a stroke, between two nodes.
struct Stretch {
    /// Where the nodes lie.
    a: Node,
    b: Node,
    /// The same two as they were made: what is left of a stroke is kept in the stroke's own place.
    made: (Node, Node),
}

impl Stretch {
    fn node(&self, t: f64) -> Node {
        let (x, y, radius) = between(&self.made.0, &self.made.1, t);
        let t_ms = if t < 0.5 { self.a.t_ms } else { self.b.t_ms };
        Node::nearest(x, y, radius, t_ms)
    }

    fn outside(&self, t: f64, swab: &Swab) -> f64 {
        let (x, y, radius) = between(&self.a, &self.b, t);
        swab.outside(x, y, radius)
    }

    /// The part of the stretch that is rubbed out. The distance to the eraser's way is convex along a
    /// straight stretch, so it is one interval: find its middle by thirds, its ends by halves.
    fn rubbed(&self, swab: &Swab) -> Option<(f64, f64)> {
        const ROUNDS: usize = 32;
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..ROUNDS {
            let third = (high - low) / 3.0;
            if self.outside(low + third, swab) <= self.outside(high - third, swab) {
                high -= third;
            } else {
                low += third;
            }
        }
        let ends = [0.0, 1.0, (low + high) / 2.0];
        let middle =
            ends.into_iter().min_by(|a, b| self.outside(*a, swab).total_cmp(&self.outside(*b, swab)))?;
        if self.outside(middle, swab) > -NIBBLE_UM {
            return None;
        }
        let edge = |mut inside: f64, mut outside: f64| {
            if self.outside(outside, swab) <= 0.0 {
                return outside;
            }
            for _ in 0..ROUNDS {
                let half = (inside + outside) / 2.0;
                if self.outside(half, swab) <= 0.0 { inside = half } else { outside = half }
            }
            outside
        };
        Some((edge(middle, 0.0), edge(middle, 1.0)))
    }

    /// Cheap and generous: could the eraser touch this stretch at all?
    fn is_near(&self, area: &PageRect) -> bool {
        let reach = i32::from(self.a.radius_um.max(self.b.radius_um));
        PageRect::new(self.a.x_um, self.a.y_um, self.a.x_um, self.a.y_um)
            .union(&PageRect::new(self.b.x_um, self.b.y_um, self.b.x_um, self.b.y_um))
            .grown(reach)
            .overlaps(area)
    }
}

fn between(a: &Node, b: &Node, t: f64) -> (f64, f64, f64) {
    let mix = |a: f64, b: f64| a + (b - a) * t;
    (
        mix(f64::from(a.x_um), f64::from(b.x_um)),
        mix(f64::from(a.y_um), f64::from(b.y_um)),
        mix(f64::from(a.radius_um), f64::from(b.radius_um)),
    )
}

/// What is left of a stroke, in the place where it was made; `None` when the eraser did not touch it where it is
/// now, which `placed` says.
fn split(nodes: &[Node], placed: impl Fn(&Node) -> Node, swab: &Swab) -> Option<Vec<Vec<Node>>> {
    let area = swab.bounds();
    let mut rest: Vec<Vec<Node>> = Vec::new();
    let mut run: Vec<Node> = Vec::new();
    let mut touched = false;
    let first = *nodes.first()?;
    let dot = Stretch { a: placed(&first), b: placed(&first), made: (first, first) };
    if dot.outside(0.0, swab) > -NIBBLE_UM {
        run.push(first);
    } else {
        touched = true;
    }
    for pair in nodes.windows(2) {
        let stretch = Stretch { a: placed(&pair[0]), b: placed(&pair[1]), made: (pair[0], pair[1]) };
        let rubbed = if stretch.is_near(&area) { stretch.rubbed(swab) } else { None };
        match rubbed {
            None => {
                if run.is_empty() {
                    run.push(stretch.made.0);
                }
                run.push(stretch.made.1);
            }
            Some((from, to)) => {
                touched = true;
                if from > 0.0 && !run.is_empty() {
                    run.push(stretch.node(from));
                }
                rest.push(std::mem::take(&mut run));
                if to < 1.0 {
                    run.extend([stretch.node(to), stretch.made.1]);
                }
            }
        }
    }
    rest.push(run);
    touched.then(|| {
        rest.retain(|run| length(run) > CRUMB_UM);
        rest
    })
}

fn length(run: &[Node]) -> f64 {
    run.windows(2)
        .map(|pair| f64::from(pair[1].x_um - pair[0].x_um).hypot(f64::from(pair[1].y_um - pair[0].y_um)))
        .sum()
}
