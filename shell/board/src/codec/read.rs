//! Bytes to ops. Any bytes are safe to try: a count that cannot be true asks for no memory.
use std::sync::Arc;

use ink::Trace;

use super::CodecError;
use crate::{
    affine::Affine,
    clock::{Actor, Stamp},
    colour::Colour,
    media::{Media, MediaId, MediaKind},
    note::Note,
    object::{Content, Object, ObjectId, Piece, Stroke, Text},
    op::{Edit, Field, Op},
    page::PageId,
    paper::{Ground, Paper, Pattern},
    person::PersonId,
    point::{PagePoint, PageRect},
    shape::{Contour, Dash, Outline, Shape},
};

/// Places further than this are on no page, in micrometres: a kilometre. Sums of them stay inside 32 bits.
const FURTHEST_UM: i32 = 1_000_000_000;

type Read<T> = Result<T, CodecError>;

pub(super) fn op(bytes: &[u8]) -> Read<Op> {
    let mut from = In(bytes);
    let (by, stamp, page) = (from.person()?, from.stamp()?, PageId(from.stamp()?));
    let edits = from.many(1, In::edit)?;
    if from.0.is_empty() { Ok(Op { stamp, by, page, edits }) } else { Err(CodecError::Long) }
}

struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn byte(&mut self) -> Read<u8> {
        let (first, rest) = self.0.split_first().ok_or(CodecError::Short)?;
        self.0 = rest;
        Ok(*first)
    }

    fn yes(&mut self) -> Read<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(CodecError::Unknown),
        }
    }

    fn number(&mut self) -> Read<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(CodecError::Unknown)
    }

    fn small(&mut self) -> Read<u32> {
        u32::try_from(self.number()?).map_err(|_| CodecError::Unknown)
    }

    fn width(&mut self) -> Read<u16> {
        u16::try_from(self.number()?).map_err(|_| CodecError::Unknown)
    }

    fn signed(&mut self) -> Read<i64> {
        let folded = self.number()?;
        Ok((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }

    fn whole(&mut self) -> Read<i32> {
        i32::try_from(self.signed()?).map_err(|_| CodecError::Unknown)
    }

    fn place(&mut self) -> Read<i32> {
        self.whole().and_then(near)
    }

    /// So many things of at least `least` bytes each.
    fn many<T>(&mut self, least: usize, one: impl Fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = usize::try_from(self.number()?).map_err(|_| CodecError::Short)?;
        if count > self.0.len() / least {
            return Err(CodecError::Short);
        }
        (0..count).map(|_| one(self)).collect()
    }

    fn maybe<T>(&mut self, one: impl Fn(&mut Self) -> Read<T>) -> Read<Option<T>> {
        if self.yes()? { one(self).map(Some) } else { Ok(None) }
    }

    fn bytes(&mut self, length: usize) -> Read<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(CodecError::Short)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn counted(&mut self) -> Read<&'a [u8]> {
        let length = usize::try_from(self.number()?).map_err(|_| CodecError::Short)?;
        self.bytes(length)
    }

    fn stamp(&mut self) -> Read<Stamp> {
        Ok(Stamp { time: self.number()?, actor: Actor(self.small()?) })
    }

    fn person(&mut self) -> Read<PersonId> {
        PersonId::new(self.byte()?).ok_or(CodecError::Unknown)
    }

    fn colour(&mut self) -> Read<Colour> {
        Colour::from_code(self.small()?).ok_or(CodecError::Unknown)
    }

    fn fill(&mut self) -> Read<Option<(Colour, u8)>> {
        self.maybe(|from| Ok((from.colour()?, from.byte()?)))
    }

    fn id(&mut self) -> Read<ObjectId> {
        Ok(ObjectId { made: self.stamp()?, index: self.small()? })
    }

    fn ids(&mut self) -> Read<Vec<ObjectId>> {
        self.many(3, In::id)
    }

    fn text(&mut self) -> Read<String> {
        String::from_utf8(self.counted()?.to_vec()).map_err(|_| CodecError::Unknown)
    }

    fn point(&mut self) -> Read<PagePoint> {
        Ok(PagePoint::new(self.place()?, self.place()?))
    }

    fn rect(&mut self) -> Read<PageRect> {
        Ok(PageRect::new(self.place()?, self.place()?, self.place()?, self.place()?))
    }

    fn affine(&mut self) -> Read<Affine> {
        let [a, b, c, d] = [self.whole()?, self.whole()?, self.whole()?, self.whole()?];
        Ok(Affine { a, b, c, d, dx_um: self.place()?, dy_um: self.place()? })
    }

    fn edit(&mut self) -> Read<Edit> {
        Ok(match self.byte()? {
            0 => Edit::Add(self.object()?),
            1 => Edit::Void { op: self.stamp()?, void: self.yes()? },
            2 => Edit::Erase { ids: self.ids()? },
            3 => Edit::Move { ids: self.ids()?, dx_um: self.place()?, dy_um: self.place()? },
            4 => Edit::Say { id: self.id()?, text: self.text()? },
            5 => Edit::AddPage,
            6 => Edit::Transform { ids: self.ids()?, by: self.affine()? },
            7 => Edit::Set { ids: self.ids()?, field: self.field()? },
            8 => Edit::SetPaper(self.paper()?),
            9 => Edit::DropPage,
            10 => Edit::MovePage { place: self.stamp()? },
            _ => return Err(CodecError::Unknown),
        })
    }

    fn field(&mut self) -> Read<Field> {
        Ok(match self.byte()? {
            0 => Field::Colour(self.colour()?),
            1 => Field::Width(self.width()?),
            2 => Field::Fill(self.fill()?),
            3 => Field::Depth(self.id()?),
            4 => Field::Group(self.maybe(In::stamp)?),
            5 => Field::Pinned(self.yes()?),
            _ => return Err(CodecError::Unknown),
        })
    }

    fn paper(&mut self) -> Read<Paper> {
        let ground = match self.byte()? {
            0 => Ground::White,
            1 => Ground::Green,
            2 => Ground::Black,
            3 => Ground::Own(self.small()?),
            _ => return Err(CodecError::Unknown),
        };
        let pattern = match self.byte()? {
            0 => Pattern::Plain,
            1 => Pattern::Grid,
            2 => Pattern::Dots,
            3 => Pattern::Lines,
            4 => Pattern::Staff,
            5 => Pattern::Tianzige,
            6 => Pattern::Mizige,
            7 => Pattern::FourLines,
            _ => return Err(CodecError::Unknown),
        };
        let pitch_um = self.small()?;
        Ok(Paper {
            ground,
            pattern,
            pitch_um,
            size_um: self.maybe(|from| Ok((from.small()?, from.small()?)))?,
        })
    }

    fn object(&mut self) -> Read<Object> {
        let (id, page, by, z) = (self.id()?, PageId(self.stamp()?), self.person()?, self.id()?);
        let piece_of =
            self.maybe(|from| Ok(Piece { of: from.id()?, from: from.number()?, to: from.number()? }))?;
        let content = match self.byte()? {
            0 => {
                let (colour, highlighter) = (self.colour()?, self.yes()?);
                let trace = Trace::from_bytes(self.counted()?).map_err(|_| CodecError::Unknown)?;
                Content::Stroke(Stroke { colour, highlighter, trace })
            }
            1 => {
                let (at, size_um, room_um) = (self.point()?, self.small()?, self.small()?);
                Content::Text(Text { at, size_um, room_um, colour: self.colour()?, text: self.text()? })
            }
            2 => Content::Shape(self.shape()?),
            3 => {
                let (rect, paper, size_um) = (self.rect()?, self.colour()?, self.small()?);
                Content::Note(Note { rect, paper, size_um, colour: self.colour()?, text: self.text()? })
            }
            4 => Content::Media(self.media()?),
            _ => return Err(CodecError::Unknown),
        };
        Ok(Object { id, page, by, z, piece_of, content })
    }

    fn contour(&mut self) -> Read<Contour> {
        let steps = self.many(2, |from| Ok((from.signed()?, from.signed()?)))?;
        let mut last = (0_i64, 0_i64);
        let place = |um: i64| i32::try_from(um).map_err(|_| CodecError::Unknown).and_then(near);
        let points = steps.into_iter().map(|(dx, dy)| {
            let add = |a: i64, b: i64| a.checked_add(b).ok_or(CodecError::Unknown);
            last = (add(last.0, dx)?, add(last.1, dy)?);
            Ok(PagePoint::new(place(last.0)?, place(last.1)?))
        });
        let points: Arc<[PagePoint]> = points.collect::<Read<_>>()?;
        if points.is_empty() {
            return Err(CodecError::Unknown);
        }
        Ok(Contour { points, closed: self.yes()? })
    }

    fn shape(&mut self) -> Read<Shape> {
        let outline = match self.byte()? {
            0 => Outline::Paths(self.many(4, In::contour)?.into()),
            1 => Outline::Ellipse { centre: self.point()?, rx_um: self.radius()?, ry_um: self.radius()? },
            _ => return Err(CodecError::Unknown),
        };
        let (colour, width_um) = (self.colour()?, self.width()?);
        let dash = match self.byte()? {
            0 => Dash::Solid,
            1 => Dash::Dashed,
            2 => Dash::Dotted,
            _ => return Err(CodecError::Unknown),
        };
        Ok(Shape { outline, colour, width_um, dash, fill: self.fill()?, arrows: (self.yes()?, self.yes()?) })
    }

    fn radius(&mut self) -> Read<u32> {
        self.small().and_then(|um| if um > FURTHEST_UM as u32 { Err(CodecError::Unknown) } else { Ok(um) })
    }

    fn media(&mut self) -> Read<Media> {
        let hash = self.bytes(32)?.try_into().map_err(|_| CodecError::Short)?;
        let (kind, page) = (self.byte()?, self.small()?);
        let kind = match kind {
            0 => MediaKind::Picture,
            1 => MediaKind::Pdf { page },
            2 => MediaKind::Video,
            3 => MediaKind::Live,
            _ => return Err(CodecError::Unknown),
        };
        Ok(Media { file: MediaId(hash), kind, rect: self.rect()? })
    }
}

fn near(um: i32) -> Read<i32> {
    if (-FURTHEST_UM..=FURTHEST_UM).contains(&um) { Ok(um) } else { Err(CodecError::Unknown) }
}
