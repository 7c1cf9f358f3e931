//! Objects as they are to be drawn: where they lie, with the words, colours and widths that hold now.
use ink::{Node, Trace};

use crate::{
    affine::Affine,
    clock::Stamp,
    colour::Colour,
    draw::NOTE_REACH_UM,
    footprint::{Footprint, placed_box},
    object::{Content, ObjectId},
    objects::Slot,
    point::PageRect,
    resolve::{FACTOR_ONE, Looks},
    runs::Along,
    scene::Scene,
};

/// An object that is to be seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Placed {
    pub(crate) content: Content,
    pub(crate) by: Affine,
    /// What radii of strokes and widths of lines are multiplied by, in 1/65536: the object has grown, or somebody
    /// gave a stroke another width.
    pub(crate) thick: u32,
    /// Further runs of a stroke whose midst was rubbed out; `content` has the first.
    pub(crate) more: Vec<Trace>,
    /// Objects of one group are selected together.
    pub(crate) group: Option<Stamp>,
    pub(crate) pinned: bool,
}

impl Placed {
    /// A node of the stroke where it lies.
    pub(crate) fn node(&self, node: Node) -> Node {
        place_node(node, &self.by, self.thick)
    }
}

/// The widest half of a line, in micrometres: what a node can say.
const WIDEST_UM: u64 = u16::MAX as u64;

pub(crate) fn place_node(node: Node, by: &Affine, thick: u32) -> Node {
    let at = by.apply(crate::point::PagePoint::new(node.x_um, node.y_um));
    let radius = u64::from(node.radius_um) * u64::from(thick) / u64::from(FACTOR_ONE);
    Node { x_um: at.x_um, y_um: at.y_um, radius_um: radius.clamp(1, WIDEST_UM) as u16, ..node }
}

/// A factor as parts of [`FACTOR_ONE`].
fn fixed(factor: f64) -> u32 {
    (factor * f64::from(FACTOR_ONE)).round() as u32
}

impl Scene {
    /// An object as it is to be drawn; `None` when it is not to be seen.
    pub(crate) fn placed(&self, id: ObjectId) -> Option<Placed> {
        let slot = self.objects.find(id).filter(|slot| self.objects.is_shown(*slot))?;
        let plain = Looks::default();
        let looks = self.looks(slot).unwrap_or(&plain);
        let mut content = self.objects.content(slot)?;
        let mut more = Vec::new();
        match &mut content {
            Content::Stroke(stroke) => {
                stroke.colour = looks.colour.unwrap_or(stroke.colour);
                if self.is_cut(slot) {
                    let trace = |run: &Vec<Along>| run.iter().map(|along| along.node).collect();
                    more = self.runs(slot, true).iter().map(trace).collect();
                    if more.is_empty() {
                        return None;
                    }
                    stroke.trace = more.remove(0);
                }
            }
            Content::Text(text) => {
                text.colour = looks.colour.unwrap_or(text.colour);
                if let Some(words) = self.words(slot) {
                    words.clone_into(&mut text.text);
                }
            }
            Content::Shape(shape) => {
                shape.colour = looks.colour.unwrap_or(shape.colour);
                shape.width_um = looks.width_um.unwrap_or(shape.width_um);
                shape.fill = looks.fill.unwrap_or(shape.fill);
            }
            Content::Note(note) => {
                note.paper = looks.colour.unwrap_or(note.paper);
                if let Some(words) = self.words(slot) {
                    words.clone_into(&mut note.text);
                }
            }
            Content::Media(_) => {}
        }
        let thick = self.thick(slot);
        Some(Placed { content, by: looks.by, thick, more, group: looks.group, pinned: looks.pinned })
    }

    pub(crate) fn looks(&self, slot: Slot) -> Option<&Looks> {
        self.objects.extras(slot)?.looks.as_deref()
    }

    /// The words of another than its maker that an object says.
    pub(crate) fn words(&self, slot: Slot) -> Option<&str> {
        let extras = self.objects.extras(slot)?;
        let said = extras.looks.as_deref()?.said?;
        extras.words.iter().rev().find(|(stamp, _)| *stamp == said).map(|(_, words)| words.as_str())
    }

    /// What a slot's radii or widths are multiplied by.
    pub(crate) fn thick(&self, slot: Slot) -> u32 {
        let Some(looks) = self.looks(slot) else { return FACTOR_ONE };
        let growth = if looks.by.is_shift() { 1.0 } else { looks.by.growth() };
        // A piece is as wide as the whole.
        let whole = self.line(slot).last().unwrap_or(slot);
        let width = match (looks.width_um, self.objects.nodes(whole)) {
            (Some(width_um), Some(nodes)) => {
                let (sum, count) = nodes
                    .fold((0_u64, 0_u64), |(sum, count), node| (sum + u64::from(node.radius_um), count + 1));
                // A stroke's width is the mean of what it was written with.
                f64::from(width_um) * count as f64 / (2 * sum).max(1) as f64
            }
            _ => 1.0,
        };
        fixed(growth * width)
    }

    /// The nodes of a stroke where they lie.
    pub(crate) fn placed_nodes(&self, slot: Slot) -> Option<impl Iterator<Item = Node>> {
        let by = self.looks(slot).map_or(Affine::IDENTITY, |looks| looks.by);
        let thick = self.thick(slot);
        let plain = by == Affine::IDENTITY && thick == FACTOR_ONE;
        let nodes = self.objects.nodes(slot)?;
        Some(nodes.map(move |node| if plain { node } else { place_node(node, &by, thick) }))
    }

    /// A stroke to be seen of which nothing was rubbed out: its colour now, whether it is a highlighter's, and its nodes where they lie.
    pub(crate) fn inked(&self, slot: Slot) -> Option<(Colour, bool, impl Iterator<Item = Node>)> {
        if self.is_cut(slot) {
            return None;
        }
        let (colour, highlighter) = self.objects.ink(slot);
        let colour = self.looks(slot).and_then(|looks| looks.colour).unwrap_or(colour);
        Some((colour, highlighter, self.placed_nodes(slot)?))
    }

    /// Fills in the cells that an object is in by its looks.
    pub(crate) fn print_of(&self, slot: Slot, print: &mut Footprint) {
        if self.looks(slot).is_some_and(|looks| looks.left.is_some()) {
            // Not what erasers still on the board have taken: they may be taken back.
            print.runs(&self.placed_runs(slot, false));
            return;
        }
        if let Some(nodes) = self.placed_nodes(slot) {
            print.stroke(nodes);
            return;
        }
        let by = self.looks(slot).map_or(Affine::IDENTITY, |looks| looks.by);
        match self.objects.loose(slot) {
            Some(Content::Text(text)) => {
                let words = self.words(slot).unwrap_or(&text.text);
                print.area(self.typeface.extent(text, words, self.width_um), &by);
            }
            Some(Content::Shape(shape)) => {
                let width_um = self.looks(slot).and_then(|looks| looks.width_um).unwrap_or(shape.width_um);
                let reach = u64::from(shape.reach_um(width_um)) * u64::from(self.thick(slot));
                let reach = (reach / u64::from(FACTOR_ONE)).min(1 << 28) as i32;
                let filled = self.looks(slot).and_then(|looks| looks.fill).unwrap_or(shape.fill).is_some();
                print.shape(&shape.outline, filled, &by, reach);
            }
            Some(Content::Note(note)) => print.shadowed(note.rect, NOTE_REACH_UM, &by),
            Some(Content::Media(media)) => print.area(media.rect, &by),
            Some(Content::Stroke(_)) | None => print.area(PageRect::NOTHING, &by),
        }
    }

    /// The box in which an object was made, before it was moved: what handles turn and scale.
    pub(crate) fn own_box(&self, slot: Slot) -> PageRect {
        match self.objects.loose(slot) {
            Some(Content::Text(text)) => {
                let words = self.words(slot).unwrap_or(&text.text);
                self.typeface.extent(text, words, self.width_um)
            }
            Some(Content::Shape(shape)) => shape.outline.bounds(),
            Some(Content::Note(note)) => note.rect,
            Some(Content::Media(media)) => media.rect,
            Some(Content::Stroke(_)) | None => {
                let nodes = self.objects.nodes(slot).into_iter().flatten();
                nodes.fold(PageRect::NOTHING, |all, node| {
                    let at = PageRect::new(node.x_um, node.y_um, node.x_um, node.y_um);
                    all.union(&at.grown(i32::from(node.radius_um)))
                })
            }
        }
    }

    /// The nodes that are to be seen of a stroke, where they lie; `None` for what is no stroke.
    pub(crate) fn seen_nodes(&self, slot: Slot) -> Option<Vec<Node>> {
        if self.is_cut(slot) {
            let runs = self.placed_runs(slot, true);
            return Some(runs.iter().flatten().map(|along| along.node).collect());
        }
        self.placed_nodes(slot).map(Iterator::collect)
    }

    /// Whether a place is on an object, or nearer to its ink than `near_um`.
    pub(crate) fn is_at(&self, id: ObjectId, at: crate::point::PagePoint, near_um: i32) -> bool {
        let Some(slot) = self.objects.find(id).filter(|slot| self.objects.is_shown(*slot)) else {
            return false;
        };
        if let Some(nodes) = self.seen_nodes(slot) {
            return nodes.iter().any(|node| {
                let place = crate::point::PagePoint::new(node.x_um, node.y_um);
                let reach = i64::from(near_um) + i64::from(node.radius_um);
                place.distance_squared(at) <= reach * reach
            });
        }
        let by = self.looks(slot).map_or(Affine::IDENTITY, |looks| looks.by);
        match by.inverse() {
            Some(back) => self.own_box(slot).grown(near_um).contains(back.apply(at)),
            None => placed_box(self.own_box(slot), &by).contains(at),
        }
    }
}
