//! From objects to tiles. Each object is drawn by itself, from the bottom up; what a tile shows depends only on
//! the objects that touch it, never on which tiles are drawn together or when.
mod frame;
mod media;
mod note;
mod onto;
mod shape;

use std::collections::HashSet;

use ink::{Mask, Node, Rect, Scale, TileAt, tiles_of};

pub(crate) use note::REACH_UM as NOTE_REACH_UM;
pub(crate) use onto::Onto;

use crate::{
    colour::Colour,
    fill::Polygon,
    film::Films,
    gallery::Gallery,
    object::{Content, ObjectId},
    page::PageId,
    paper::Ground,
    picture::Picture,
    placed::Placed,
    text::Typeface,
};

/// The tiles to be drawn.
#[derive(Default)]
pub(crate) struct Wanted {
    tiles: HashSet<TileAt>,
    around: Rect,
}

impl Wanted {
    pub(crate) fn has(&self, at: TileAt) -> bool {
        self.tiles.contains(&at)
    }

    /// The box around them, in pixels of the page.
    pub(crate) fn around(&self) -> Rect {
        self.around
    }

    pub(crate) fn tiles(&self) -> impl Iterator<Item = TileAt> + '_ {
        self.tiles.iter().copied()
    }
}

impl FromIterator<TileAt> for Wanted {
    fn from_iter<T: IntoIterator<Item = TileAt>>(tiles: T) -> Wanted {
        let mut wanted = Wanted::default();
        for at in tiles {
            wanted.tiles.insert(at);
            wanted.around = wanted.around.union(&at.rect());
        }
        wanted
    }
}

/// What objects are drawn with, and onto.
pub(crate) struct Brush<'a> {
    pub(crate) picture: &'a mut Picture,
    pub(crate) mask: &'a mut Mask,
    pub(crate) wanted: &'a Wanted,
    pub(crate) scale: Scale,
    pub(crate) page: PageId,
    pub(crate) ground: Ground,
    pub(crate) typeface: &'a Typeface,
    /// The width that a text's lines are broken to which has none of its own.
    pub(crate) page_width_um: i32,
    pub(crate) gallery: &'a mut Gallery,
    pub(crate) films: &'a mut Films,
}

impl Brush<'_> {
    /// Draws a stroke's nodes as they lie.
    pub(crate) fn ink(&mut self, nodes: &[Node], colour: Colour, highlighter: bool) {
        self.stroke(nodes);
        self.lay_stroke(colour, highlighter);
    }

    fn lay_stroke(&mut self, colour: Colour, highlighter: bool) {
        if highlighter { self.lay_glow(colour) } else { self.lay_ink(colour) }
    }

    /// Draws anything that is placed.
    pub(crate) fn draw(&mut self, id: ObjectId, placed: &Placed) {
        let onto = Onto::new(placed.by, self.scale);
        match &placed.content {
            Content::Stroke(stroke) => {
                for trace in std::iter::once(&stroke.trace).chain(&placed.more) {
                    let nodes: Vec<Node> = trace.nodes().map(|node| placed.node(node)).collect();
                    self.stroke(&nodes);
                }
                self.lay_stroke(stroke.colour, stroke.highlighter);
            }
            Content::Text(text) => {
                let room = Typeface::room_um(text, self.page_width_um);
                self.letters(&text.text, (text.at.x_um, text.at.y_um), text.size_um, room, &onto);
                self.lay_ink(text.colour);
            }
            Content::Shape(shape) => shape::draw(shape, &onto, self),
            Content::Note(note) => note::draw(note, &onto, self),
            Content::Media(media) => {
                if media.kind.moves() {
                    self.films.saw(self.page, id);
                }
                media::draw(media, &onto, self);
            }
        }
    }

    fn stroke(&mut self, nodes: &[Node]) {
        self.mask.stroke(nodes, (0, 0), self.scale, &|at| self.wanted.has(at));
    }

    fn fill(&mut self, polygon: &Polygon) {
        polygon.cover(self.mask, self.wanted.around(), &|at| self.wanted.has(at));
    }

    fn lay_ink(&mut self, colour: Colour) {
        self.lay_ink_on(colour, self.ground);
    }

    /// Lays what the mask holds as ink that is read on another ground than the page's.
    fn lay_ink_on(&mut self, colour: Colour, ground: Ground) {
        for (at, tile) in self.mask.tiles() {
            self.picture.ink.lay(at, tile, colour.ink(ground));
        }
        self.mask.clear();
    }

    fn lay_glow(&mut self, colour: Colour) {
        for (at, tile) in self.mask.tiles() {
            self.picture.glow.replace(at, tile, colour.highlighter(self.ground));
        }
        self.mask.clear();
    }

    /// Lays what the mask holds over everything, in a premultiplied colour.
    fn lay_over(&mut self, colour: u32) {
        for (at, tile) in self.mask.tiles() {
            self.picture.cover(at, tile, colour);
        }
        self.mask.clear();
    }

    /// Lays premultiplied pixels over everything.
    fn cover(&mut self, area: &Rect, pixel: &dyn Fn(i32, i32) -> u32) {
        let area = area.intersect(&self.wanted.around());
        for at in tiles_of(area).filter(|at| self.wanted.has(*at)) {
            self.picture.cover_with(at, area, |_, x, y| pixel(x, y));
        }
    }

    fn letters(&mut self, said: &str, at_um: (i32, i32), size_um: u32, room_um: f32, onto: &Onto) {
        let around = self.wanted.around();
        self.typeface.letters(said, at_um, size_um, room_um, onto, around, &mut |glyph| {
            glyph.cover(self.mask, around, &|at| self.wanted.has(at));
        });
    }
}
