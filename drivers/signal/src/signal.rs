//! The nouns: what a person is to notice, and what light and sound are made of.

/// What the person at the counter is to notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Nothing: dark and silent.
    #[default]
    Off,
    /// It is the payer's turn: show a code or a card.
    Waiting,
    /// The camera sees something that it cannot read: nearer, steadier, brighter.
    LookHere,
    /// The card left too soon: hold it until the tick.
    HoldCard,
    /// Money may be moving: wait.
    Busy,
    /// Paid.
    Paid,
    /// Not paid, and nothing was charged.
    Refused,
    /// A person of the staff has to look.
    SeeStaff,
    /// Every colour and a few tones, for a technician.
    Test,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Off,
        Self::Waiting,
        Self::LookHere,
        Self::HoldCard,
        Self::Busy,
        Self::Paid,
        Self::Refused,
        Self::SeeStaff,
        Self::Test,
    ];
}

/// A light's colour, each part from 0 to 255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// No light.
    pub const DARK: Self = Self::new(0, 0, 0);
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);
    /// Red.
    pub const RED: Self = Self::new(255, 0, 0);
    /// Green.
    pub const GREEN: Self = Self::new(0, 255, 0);
    /// Blue.
    pub const BLUE: Self = Self::new(0, 0, 255);
    /// Amber.
    pub const AMBER: Self = Self::new(255, 120, 0);

    const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Whether there is any light.
    pub fn is_lit(self) -> bool {
        self != Self::DARK
    }
}

/// A tone's pitch. A buzzer without pitches sounds at its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hertz(pub u16);

/// How loud. A buzzer knows no loudness, so softer means shorter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Volume {
    /// Nothing sounds.
    Silent,
    /// Tones of a third of their length.
    Soft,
    /// Whole tones.
    #[default]
    Full,
}
