//! What colours look like on a page's ground: what is written is what the class sees.
use crate::{colour::Colour, paper::Ground};

/// The opacity of a highlighter.
pub(crate) const HIGHLIGHTER_ALPHA: u8 = 0x70;

/// A line's or letter's colour, 0x00RRGGBB.
pub(crate) fn on(colour: Colour, ground: Ground) -> u32 {
    let black_on_dark = ground.is_dark() && colour == Colour::BLACK;
    if black_on_dark { 0xf2_f4f0 } else { colour.rgb() }
}

/// An area's colour, 0x00RRGGBB.
pub(crate) fn area_on(colour: Colour, ground: Ground) -> u32 {
    on(colour, ground)
}
