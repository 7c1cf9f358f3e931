//! The pens' colours: eight that stay apart for the colour-blind, and black and white.
//!
//! Hues after Okabe and Ito, "Color Universal Design" (2008), whose eighth is black; grey takes its place.
use crate::paper::Ground;

/// A colour of the palette, or one of its own that came from another program. Those of the palette are kept as
/// an index in every op, so that a dark board can show them lighter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct Colour(u32);

/// Marks a colour that is not of the palette; the rest is 0x00RRGGBB.
const OWN: u32 = 0x0100_0000;

const PALETTE: [u32; 10] =
    [0x1a1a1a, 0xffffff, 0x0072b2, 0xd55e00, 0x009e73, 0xb0307a, 0xe69f00, 0x56b4e9, 0xf0e442, 0x707070];

/// The palette as it is read on a light board: WCAG 2 contrast of 4.5 and more to [`Ground::White`], except for
/// white, which corrects.
const ON_LIGHT: [u32; 10] =
    [0x1a1a1a, 0xffffff, 0x0072b2, 0xbe5400, 0x007f5c, 0xb0307a, 0x946300, 0x277a98, 0x7a7422, 0x6b6b6b];
/// The palette as it is read on a dark board: black shows as chalk, all others lighter; contrast as above, to
/// [`Ground::Green`] and [`Ground::Black`].
const ON_DARK: [u32; 10] =
    [0xf2f4f0, 0xffffff, 0x8ab6f0, 0xff9d5c, 0x5fd3a4, 0xf09cc8, 0xf5b83d, 0x8fe0ff, 0xf0e442, 0xb9c0bd];
/// A colour of its own nearer to the ground than this, in 255ths of squared luma, is hardly seen on it.
const NEAR: u32 = 20;

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

    /// The palette's colour if it is one of them, or looks like this on a board, which is how our files show it;
    /// else a colour of its own: 0x00RRGGBB, sRGB.
    pub fn own(rgb: u32) -> Colour {
        let rgb = rgb & 0xff_ffff;
        let looks = [&PALETTE, &ON_LIGHT, &ON_DARK];
        let index = looks.iter().find_map(|looks| looks.iter().position(|look| *look == rgb));
        index.map_or(Colour(OWN | rgb), |index| Colour(index as u32))
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

    /// What lines and letters of this colour look like on a ground: 0x00RRGGBB, to be read from the back row.
    pub const fn on(self, ground: Ground) -> u32 {
        match self.index() {
            Some(index) if ground.is_dark() => ON_DARK[index as usize],
            Some(index) => ON_LIGHT[index as usize],
            // What another program drew for white paper would be lost on a dark board.
            None if ground.is_dark() && light(self.rgb()) < light(ground.rgb()) + NEAR => {
                0xff_ffff ^ self.rgb()
            }
            None => self.rgb(),
        }
    }

    /// What areas of this colour look like on a ground: as they are, but black would be none on a dark board.
    pub const fn area_on(self, ground: Ground) -> u32 {
        if ground.is_dark() { self.on(ground) } else { self.rgb() }
    }

    /// The premultiplied pixel of a pen of this colour.
    pub(crate) const fn ink(self, ground: Ground) -> u32 {
        ink::premultiply(self.on(ground), 255)
    }

    /// The premultiplied pixel of a highlighter of this colour.
    pub(crate) const fn highlighter(self, ground: Ground) -> u32 {
        ink::premultiply(self.area_on(ground), Colour::highlighter_opacity(ground))
    }

    /// A highlighter's opacity: what lies under it stays readable.
    pub(crate) const fn highlighter_opacity(ground: Ground) -> u8 {
        if ground.is_dark() { 0x58 } else { 0x70 }
    }
}

/// Brightness in 0..=255, near enough to the eye's: the square of Rec. 601 luma.
const fn light(rgb: u32) -> u32 {
    let luma = ((rgb >> 16) * 299 + (rgb >> 8 & 255) * 587 + (rgb & 255) * 114) / 1000;
    luma * luma / 255
}
