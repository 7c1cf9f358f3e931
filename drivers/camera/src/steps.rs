//! Other views of a picture that read where the picture itself does not. Pure.
//!
//! Which steps are worth their time, and in which order, was measured: `cargo xtask bench codes` tells it again.

mod filter;
mod resample;

use filter::{local, median, sharpened, stretched};
use resample::{resized, turned};

use crate::picture::Picture;

/// One way to look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Twice as large: small and distant codes.
    Double,
    /// Twice as large with edges raised: blur.
    Sharp,
    /// Wider: a code tilted about its upright axis.
    Wide,
    /// Higher: a code tilted towards the camera or away.
    High,
    /// From the darkest to the brightest: faint contrast, dim screens.
    Stretched,
    /// The middle of nine neighbours: noise, dust and scratches.
    Median,
    /// The second decoder, on black and white by near surroundings: shadows, and round finder patterns.
    Second,
    /// Turned by so many degrees: bars that lie aslant. As they are, bars are read up to about 12 degrees off upright or
    /// level.
    Turned(u8),
}

/// By how much a tilted code is drawn out: seen at 55 degrees it is as much too narrow.
const TILT: f32 = 1.8;
/// A step makes no picture beyond this many pixels, or it would cost a frame's time many times over.
const PIXELS_MADE_MAX: f32 = 4.0e6;

impl Step {
    /// All steps, in the order frames take them: what reads most comes first.
    pub const ALL: [Self; 10] = [
        Self::Double,
        Self::Wide,
        Self::Sharp,
        Self::Stretched,
        Self::Turned(45),
        Self::Second,
        Self::Median,
        Self::Turned(22),
        Self::High,
        Self::Turned(68),
    ];

    /// Makes the step's picture.
    pub fn make(self, picture: &Picture<'_>) -> Picture<'static> {
        let double = || scaled(picture, 2.0, 2.0);
        match self {
            Self::Double => double(),
            Self::Sharp => sharpened(&double()),
            Self::Wide => scaled(picture, TILT, 1.0),
            Self::High => scaled(picture, 1.0, TILT),
            Self::Stretched => stretched(picture),
            Self::Median => median(picture),
            Self::Second => local(&sharpened(&double())),
            Self::Turned(degrees) => turned(picture, f32::from(degrees)),
        }
    }
}

/// Both factors made smaller where the result would be too large.
fn scaled(picture: &Picture<'_>, across: f32, down: f32) -> Picture<'static> {
    let (width, height) = (picture.width() as f32 * across, picture.height() as f32 * down);
    let less = (PIXELS_MADE_MAX / (width * height).max(1.0)).sqrt().min(1.0);
    resized(picture, (width * less) as usize, (height * less) as usize)
}

#[cfg(test)]
mod tests;
