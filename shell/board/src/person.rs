//! Who is drawing, and with what. Up to ten people stand at one panel; each has a tool, a colour and an undo
//! of their own, so one pupil changing colour never changes another's.
use crate::colour::Colour;

/// One of the ten people at the panel, 1..=10.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct PersonId(u8);

impl PersonId {
    pub const FIRST: PersonId = PersonId(1);
    /// Ten pens is what the panel's own digitiser can tell apart, and what fits in front of 1.9 m.
    pub const COUNT: u8 = 10;

    pub const fn new(number: u8) -> Option<PersonId> {
        if number >= 1 && number <= PersonId::COUNT { Some(PersonId(number)) } else { None }
    }

    pub fn all() -> impl Iterator<Item = PersonId> {
        (1..=PersonId::COUNT).map(PersonId)
    }

    pub const fn number(self) -> u8 {
        self.0
    }

    pub(crate) const fn seat(self) -> usize {
        self.0 as usize - 1
    }
}

/// What a contact of this person does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Tool {
    #[default]
    Pen,
    Highlighter,
    /// Rubs out ink where it passes.
    Eraser,
    /// Rubs out every stroke that it meets, whole.
    StrokeEraser,
    /// Circles objects, then moves what was circled.
    Lasso,
    /// Moves the object under it; a tap on a text asks to edit it.
    Hand,
    /// Draws a figure from corner to corner.
    Shape(Form),
}

/// A figure that can be drawn from one place to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Form {
    Line,
    Arrow,
    Rectangle,
    Ellipse,
    Triangle,
    Diamond,
}

/// How wide a pen writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Width {
    Fine,
    #[default]
    Medium,
    Broad,
}

impl Width {
    /// The pen's width in micrometres: readable from the back row needs about 1/1000 of the distance.
    pub const fn pen_um(self) -> u16 {
        match self {
            Width::Fine => 2_500,
            Width::Medium => 4_000,
            Width::Broad => 7_000,
        }
    }

    /// The highlighter's width in micrometres: it covers a line of board writing.
    pub const fn highlighter_um(self) -> u16 {
        match self {
            Width::Fine => 14_000,
            Width::Medium => 22_000,
            Width::Broad => 34_000,
        }
    }

    /// The eraser's width in micrometres.
    pub const fn eraser_um(self) -> u16 {
        match self {
            Width::Fine => 16_000,
            Width::Medium => 32_000,
            Width::Broad => 60_000,
        }
    }
}

/// A person's choices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Person {
    pub id: PersonId,
    pub tool: Tool,
    pub colour: Colour,
    pub width: Width,
}

impl Person {
    /// A newcomer: a pen, in a colour nobody before them in the row has.
    pub(crate) fn newcomer(id: PersonId) -> Person {
        const FIRST_COLOURS: [Colour; 10] = [
            Colour::BLACK,
            Colour::BLUE,
            Colour::VERMILION,
            Colour::GREEN,
            Colour::PURPLE,
            Colour::ORANGE,
            Colour::SKY,
            Colour::GREY,
            Colour::BLUE,
            Colour::VERMILION,
        ];
        Person { id, tool: Tool::Pen, colour: FIRST_COLOURS[id.seat()], width: Width::Medium }
    }
}
