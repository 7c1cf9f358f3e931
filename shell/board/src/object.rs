//! What lies on a page: ink, texts, figures, notes, pictures.
use ink::{Rect, Scale, TileAt, Trace, tiles_of};

use crate::{
    clock::Stamp,
    colour::Colour,
    media::Media,
    note::Note,
    page::PageId,
    person::PersonId,
    point::{PagePoint, PageRect},
    shape::Shape,
};

/// An object's name, unique on all boards: the change that brought it and its place in that change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct ObjectId {
    pub made: Stamp,
    pub index: u32,
}

/// A stroke of ink. Its trace is shared, never copied: a stroke does not change, pieces replace it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stroke {
    pub colour: Colour,
    /// A highlighter lies under the ink and does not darken over itself.
    pub highlighter: bool,
    pub trace: Trace,
}

impl Stroke {
    /// The box around the ink.
    pub(crate) fn bounds(&self) -> PageRect {
        self.trace.nodes().fold(PageRect::NOTHING, |all, node| {
            let at = PageRect::new(node.x_um, node.y_um, node.x_um, node.y_um);
            all.union(&at.grown(i32::from(node.radius_um)))
        })
    }

    /// Whether the ink, moved by `shift_um`, comes nearer to a place than `near_um`.
    pub(crate) fn is_within(&self, shift_um: (i32, i32), at: PagePoint, near_um: i32) -> bool {
        self.trace.nodes().any(|node| {
            let place = PagePoint::new(node.x_um + shift_um.0, node.y_um + shift_um.1);
            let reach = i64::from(near_um) + i64::from(node.radius_um);
            place.distance_squared(at) <= reach * reach
        })
    }

    /// The tiles of the panel that the ink touches when the stroke is moved by `shift_um`.
    pub(crate) fn tiles(&self, shift_um: (i32, i32), scale: Scale, panel: Rect) -> Vec<TileAt> {
        let mut tiles: Vec<TileAt> = Vec::new();
        let mut last = Rect::EMPTY;
        let mut before = None;
        for b in self.trace.nodes() {
            let a = before.replace(b).unwrap_or(b);
            let reach = f32::from(a.radius_um.max(b.radius_um));
            let (x0, x1) = (a.x_um.min(b.x_um) + shift_um.0, a.x_um.max(b.x_um) + shift_um.0);
            let (y0, y1) = (a.y_um.min(b.y_um) + shift_um.1, a.y_um.max(b.y_um) + shift_um.1);
            let px = scale
                .cover(x0 as f32 - reach, y0 as f32 - reach, x1 as f32 + reach, y1 as f32 + reach)
                .intersect(&panel);
            let (from, to) = (TileAt::of(px.x0, px.y0), TileAt::of(px.x1 - 1, px.y1 - 1));
            let cells = Rect::new(from.x, from.y, to.x + 1, to.y + 1);
            // Most capsules stay in the tiles of the one before.
            if !px.is_empty() && cells != last {
                tiles.extend(tiles_of(px));
                last = cells;
            }
        }
        tiles.sort_unstable();
        tiles.dedup();
        tiles
    }
}

/// A text, in the board's font.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// Top left of the first line.
    pub at: PagePoint,
    /// Height of a line, in micrometres.
    pub size_um: u32,
    /// The width that lines are broken to, in micrometres; 0: the page's right edge.
    pub room_um: u32,
    pub text: String,
    pub colour: Colour,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    Stroke(Stroke),
    Text(Text),
    Shape(Shape),
    Note(Note),
    Media(Media),
}

/// An object as an op brings it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    pub id: ObjectId,
    pub page: PageId,
    pub by: PersonId,
    /// Where it lies in the pile: pieces of an erased stroke keep the place of the stroke they were.
    pub z: ObjectId,
    /// The stroke this is a remaining piece of. A piece lives only as long as the whole would.
    pub piece_of: Option<ObjectId>,
    pub content: Content,
}
