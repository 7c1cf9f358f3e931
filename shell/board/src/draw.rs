//! From objects to tiles. Each object is drawn by itself, from the bottom up; what a tile shows depends only on
//! the objects that touch it, never on which tiles are drawn together or when.
mod frame;
mod media;
mod note;
mod onto;
mod shape;

use std::collections::HashSet;

use ink::{Mask, Node, Rect, Scale, TileAt, tiles_of};

pub(crate) use onto::Onto;

use crate::{
    affine::Affine,
    colour::Colour,
    fill::Polygon,
    gallery::Gallery,
    object::{Content, Stroke},
    page::PageId,
    paper::Ground,
    picture::Picture,
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

/// An object as it is to be seen: what it was made as, and what has become of it since.
pub(crate) struct Shown<'a> {
    pub(crate) content: &'a Content,
    pub(crate) placing: Affine,
    /// What a text or note says now.
    pub(crate) said: Option<&'a str>,
    pub(crate) colour: Option<Colour>,
    pub(crate) width_um: Option<u16>,
    #[expect(clippy::option_option, reason = "an inside may have been taken away since, or never spoken of")]
    pub(crate) fill: Option<Option<(Colour, u8)>>,
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
}

impl Brush<'_> {
    pub(crate) fn draw(&mut self, shown: &Shown<'_>) {
        let onto = Onto::new(shown.placing, self.scale);
        match shown.content {
            Content::Stroke(stroke) => {
                let mut nodes = Vec::new();
                trace(stroke, shown, &mut nodes);
                self.stroke(&nodes);
                let colour = shown.colour.unwrap_or(stroke.colour);
                if stroke.highlighter { self.lay_glow(colour) } else { self.lay_ink(colour) }
            }
            Content::Text(text) => {
                let room = Typeface::room_um(text, self.page_width_um);
                let said = shown.said.unwrap_or(&text.text);
                self.letters(said, (text.at.x_um, text.at.y_um), text.size_um, room, &onto);
                self.lay_ink(shown.colour.unwrap_or(text.colour));
            }
            Content::Shape(shape) => {
                let mut shape = shape.clone();
                shape.colour = shown.colour.unwrap_or(shape.colour);
                shape.width_um = shown.width_um.unwrap_or(shape.width_um);
                shape.fill = shown.fill.unwrap_or(shape.fill);
                shape::draw(&shape, &onto, self);
            }
            Content::Note(note) => {
                let mut note = note.clone();
                note.colour = shown.colour.unwrap_or(note.colour);
                if let Some(Some((paper, _))) = shown.fill {
                    note.paper = paper;
                }
                let said = shown.said.unwrap_or(&note.text);
                note::draw(&note, said, &onto, self);
            }
            Content::Media(media) => media::draw(media, &onto, self),
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

/// How far beyond its own points and boxes an object paints, in its own micrometres: line, arrow head, shadow.
pub(crate) fn reach_um(content: &Content) -> i32 {
    match content {
        Content::Shape(shape) => shape::reach_um(shape),
        Content::Note(_) => note::REACH_UM,
        Content::Stroke(_) | Content::Text(_) | Content::Media(_) => 0,
    }
}

/// A stroke's nodes where they lie now, as wide as they are now.
pub(crate) fn trace(stroke: &Stroke, shown: &Shown<'_>, nodes: &mut Vec<Node>) {
    stroke.trace.unpack_into(nodes);
    let mut widens = shown.placing.growth();
    if let Some(width_um) = shown.width_um {
        // A stroke's width is that of its middle node: a pen's lively width stays as lively.
        let widest = nodes.iter().map(|node| node.radius_um).max().unwrap_or(1).max(1);
        widens *= f64::from(width_um) / f64::from(widest) / 2.0;
    }
    if shown.placing.is_shift() && shown.width_um.is_none() {
        for node in nodes.iter_mut() {
            node.x_um = node.x_um.saturating_add(shown.placing.dx_um);
            node.y_um = node.y_um.saturating_add(shown.placing.dy_um);
        }
        return;
    }
    for node in nodes.iter_mut() {
        let (x, y) = shown.placing.exact(f64::from(node.x_um), f64::from(node.y_um));
        let radius = (f64::from(node.radius_um) * widens).round().clamp(1.0, f64::from(u16::MAX));
        *node = Node {
            x_um: x.round() as i32,
            y_um: y.round() as i32,
            radius_um: radius as u16,
            t_ms: node.t_ms,
        };
    }
}
