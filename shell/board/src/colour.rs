//! The pens' colours: eight that stay apart for the colour-blind, and black and white.
//!
//! Hues after Okabe and Ito, "Color Universal Design" (2008), whose eighth is black; grey takes its place.

/// An index into the palette. Kept as an index in every op, so a board can be shown with another palette.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct Colour(u8);

const PALETTE: [u32; 10] =
    [0x1a1a1a, 0xffffff, 0x0072b2, 0xd55e00, 0x009e73, 0xb0307a, 0xe69f00, 0x56b4e9, 0xf0e442, 0x707070];

impl Colour {
    pub const BLACK: Colour = Colour(0);
    pub const WHITE: Colour = Colour(1);
    pub const BLUE: Colour = Colour(2);
    pub const VERMILION: Colour = Colour(3);
    pub const GREEN: Colour = Colour(4);
    pub const PURPLE: Colour = Colour(5);
    pub const ORANGE: Colour = Colour(6);
    pub const SKY: Colour = Colour(7);
    pub const YELLOW: Colour = Colour(8);
    pub const GREY: Colour = Colour(9);
    pub const COUNT: u8 = 10;

    /// The colour at an index of the palette, if there is one.
    pub const fn new(index: u8) -> Option<Colour> {
        if index < Colour::COUNT { Some(Colour(index)) } else { None }
    }

    pub fn all() -> impl Iterator<Item = Colour> {
        (0..Colour::COUNT).map(Colour)
    }

    pub const fn index(self) -> u8 {
        self.0
    }

    /// 0x00RRGGBB, sRGB.
    pub const fn rgb(self) -> u32 {
        PALETTE[self.0 as usize]
    }

    /// The premultiplied pixel of a pen of this colour.
    pub(crate) const fn ink(self) -> u32 {
        ink::premultiply(self.rgb(), 255)
    }

    /// The premultiplied pixel of a highlighter of this colour: what lies under it stays readable.
    pub(crate) const fn highlighter(self) -> u32 {
        const OPACITY: u8 = 0x70;
        ink::premultiply(self.rgb(), OPACITY)
    }
}
