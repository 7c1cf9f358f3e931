//! Ops to bytes, the other half of `read`: what is written here is read there.
use crate::{
    affine::Affine,
    clock::Stamp,
    colour::Colour,
    media::{Media, MediaKind},
    object::{Content, Object, ObjectId},
    op::{Edit, Field, Op},
    paper::{Ground, Paper, Pattern},
    point::{PagePoint, PageRect},
    shape::{Dash, Outline, Shape},
};

pub(super) fn op(op: &Op) -> Vec<u8> {
    let mut out = Out(Vec::with_capacity(64));
    out.byte(op.by.number());
    out.stamp(op.stamp);
    out.stamp(op.page.0);
    out.count(op.edits.len());
    op.edits.iter().for_each(|edit| out.edit(edit));
    out.0
}

struct Out(Vec<u8>);

impl Out {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn yes(&mut self, yes: bool) {
        self.byte(u8::from(yes));
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    fn signs(&mut self, numbers: &[i32]) {
        numbers.iter().for_each(|number| self.signed(i64::from(*number)));
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn stamp(&mut self, stamp: Stamp) {
        self.number(stamp.time);
        self.number(u64::from(stamp.actor.0));
    }

    fn id(&mut self, id: ObjectId) {
        self.stamp(id.made);
        self.number(u64::from(id.index));
    }

    fn ids(&mut self, ids: &[ObjectId]) {
        self.count(ids.len());
        ids.iter().for_each(|id| self.id(*id));
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn colour(&mut self, colour: Colour) {
        self.number(u64::from(colour.code()));
    }

    fn rect(&mut self, rect: PageRect) {
        self.signs(&[rect.x0_um, rect.y0_um, rect.x1_um, rect.y1_um]);
    }

    fn affine(&mut self, by: &Affine) {
        self.signs(&[by.a, by.b, by.c, by.d, by.dx_um, by.dy_um]);
    }

    fn fill(&mut self, fill: Option<(Colour, u8)>) {
        self.yes(fill.is_some());
        if let Some((colour, opacity)) = fill {
            self.colour(colour);
            self.byte(opacity);
        }
    }

    fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::Add(object) => {
                self.byte(0);
                self.object(object);
            }
            Edit::Void { op, void } => {
                self.byte(1);
                self.stamp(*op);
                self.yes(*void);
            }
            Edit::Erase { ids } => {
                self.byte(2);
                self.ids(ids);
            }
            Edit::Move { ids, dx_um, dy_um } => {
                self.byte(3);
                self.ids(ids);
                self.signs(&[*dx_um, *dy_um]);
            }
            Edit::Say { id, text } => {
                self.byte(4);
                self.id(*id);
                self.text(text);
            }
            Edit::AddPage => self.byte(5),
            Edit::Transform { ids, by } => {
                self.byte(6);
                self.ids(ids);
                self.affine(by);
            }
            Edit::Set { ids, field } => {
                self.byte(7);
                self.ids(ids);
                self.field(*field);
            }
            Edit::SetPaper(paper) => {
                self.byte(8);
                self.paper(paper);
            }
            Edit::DropPage => self.byte(9),
            Edit::MovePage { place } => {
                self.byte(10);
                self.stamp(*place);
            }
        }
    }

    fn field(&mut self, field: Field) {
        match field {
            Field::Colour(colour) => {
                self.byte(0);
                self.colour(colour);
            }
            Field::Width(width_um) => {
                self.byte(1);
                self.number(u64::from(width_um));
            }
            Field::Fill(fill) => {
                self.byte(2);
                self.fill(fill);
            }
            Field::Depth(z) => {
                self.byte(3);
                self.id(z);
            }
            Field::Group(group) => {
                self.byte(4);
                self.yes(group.is_some());
                if let Some(group) = group {
                    self.stamp(group);
                }
            }
            Field::Pinned(pinned) => {
                self.byte(5);
                self.yes(pinned);
            }
        }
    }

    fn paper(&mut self, paper: &Paper) {
        match paper.ground {
            Ground::White => self.byte(0),
            Ground::Green => self.byte(1),
            Ground::Black => self.byte(2),
            Ground::Own(rgb) => {
                self.byte(3);
                self.number(u64::from(rgb));
            }
        }
        self.byte(match paper.pattern {
            Pattern::Plain => 0,
            Pattern::Grid => 1,
            Pattern::Dots => 2,
            Pattern::Lines => 3,
            Pattern::Staff => 4,
            Pattern::Tianzige => 5,
            Pattern::Mizige => 6,
            Pattern::FourLines => 7,
        });
        self.number(u64::from(paper.pitch_um));
        self.yes(paper.size_um.is_some());
        if let Some((width, height)) = paper.size_um {
            self.number(u64::from(width));
            self.number(u64::from(height));
        }
    }

    fn object(&mut self, object: &Object) {
        self.id(object.id);
        self.stamp(object.page.0);
        self.byte(object.by.number());
        self.id(object.z);
        self.yes(object.piece_of.is_some());
        if let Some(piece) = object.piece_of {
            self.id(piece.of);
            self.number(piece.from);
            self.number(piece.to);
        }
        match &object.content {
            Content::Stroke(stroke) => {
                self.byte(0);
                self.colour(stroke.colour);
                self.yes(stroke.highlighter);
                self.count(stroke.trace.as_bytes().len());
                self.0.extend_from_slice(stroke.trace.as_bytes());
            }
            Content::Text(text) => {
                self.byte(1);
                self.signs(&[text.at.x_um, text.at.y_um]);
                self.number(u64::from(text.size_um));
                self.number(u64::from(text.room_um));
                self.colour(text.colour);
                self.text(&text.text);
            }
            Content::Shape(shape) => {
                self.byte(2);
                self.shape(shape);
            }
            Content::Note(note) => {
                self.byte(3);
                self.rect(note.rect);
                self.colour(note.paper);
                self.number(u64::from(note.size_um));
                self.colour(note.colour);
                self.text(&note.text);
            }
            Content::Media(media) => {
                self.byte(4);
                self.media(media);
            }
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match &shape.outline {
            Outline::Paths(contours) => {
                self.byte(0);
                self.count(contours.len());
                for contour in contours.iter() {
                    self.count(contour.points.len());
                    let mut last = PagePoint::default();
                    for point in contour.points.iter() {
                        self.signed(i64::from(point.x_um) - i64::from(last.x_um));
                        self.signed(i64::from(point.y_um) - i64::from(last.y_um));
                        last = *point;
                    }
                    self.yes(contour.closed);
                }
            }
            Outline::Ellipse { centre, rx_um, ry_um } => {
                self.byte(1);
                self.signs(&[centre.x_um, centre.y_um]);
                self.number(u64::from(*rx_um));
                self.number(u64::from(*ry_um));
            }
        }
        self.colour(shape.colour);
        self.number(u64::from(shape.width_um));
        self.byte(match shape.dash {
            Dash::Solid => 0,
            Dash::Dashed => 1,
            Dash::Dotted => 2,
        });
        self.fill(shape.fill);
        self.yes(shape.arrows.0);
        self.yes(shape.arrows.1);
    }

    fn media(&mut self, media: &Media) {
        self.0.extend_from_slice(&media.file.0);
        let (kind, page) = match media.kind {
            MediaKind::Picture => (0, 0),
            MediaKind::Pdf { page } => (1, page),
            MediaKind::Video => (2, 0),
            MediaKind::Live => (3, 0),
        };
        self.byte(kind);
        self.number(u64::from(page));
        self.rect(media.rect);
    }
}
