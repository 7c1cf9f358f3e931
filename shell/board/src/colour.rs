//! The pens' colours: eight that stay apart for the colour-blind, and black and white.
//!
//! Hues after Okabe and Ito, "Color Universal Design" (2008), whose eighth is black; grey takes its place.

/// A colour of the palette, or one of its own that came from another program. Those of the palette are kept as
/// an index in every op, so that a dark board can show them lighter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct Colour(u32);

/// Marks a colour that is not of the palette; the rest is 0x00RRGGBB.
const OWN: u32 = 0x0100_0000;

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
        if index < Colour::COUNT { Some(Colour(index as u32)) } else { None }
    }

    /// The palette's colour if it is one of them, else a colour of its own: 0x00RRGGBB, sRGB.
    pub fn own(rgb: u32) -> Colour {
        let rgb = rgb & 0xff_ffff;
        Colour::all().find(|colour| colour.rgb() == rgb).unwrap_or(Colour(OWN | rgb))
    }

    pub fn all() -> impl Iterator<Item = Colour> {
        (0..u32::from(Colour::COUNT)).map(Colour)
    }

    /// Its place in the palette, if it is of the palette.
    pub const fn index(self) -> Option<u8> {
        if self.0 < OWN { Some(self.0 as u8) } else { None }
    }

    /// 0x00RRGGBB, sRGB.
    pub const fn rgb(self) -> u32 {
        if self.0 < OWN { PALETTE[self.0 as usize] } else { self.0 & 0xff_ffff }
    }

    /// Whether light words are read better on it than dark ones.
    pub(crate) const fn is_dark(self) -> bool {
        crate::paper::Ground::Own(self.rgb()).is_dark()
    }

    /// As one number, for ops.
    pub(crate) const fn code(self) -> u32 {
        self.0
    }

    pub(crate) const fn from_code(code: u32) -> Option<Colour> {
        if code < Colour::COUNT as u32 || code & 0xff00_0000 == OWN { Some(Colour(code)) } else { None }
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
