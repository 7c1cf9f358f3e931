//! Why a code that is held up cannot be read, by what the frame shows. Pure.

use crate::picture::{Corners, Picture, Region};

/// What stands between the camera and the code, and so what the person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Too few pixels: hold it nearer.
    Small,
    /// The view holds only a part of it: hold it farther away.
    Large,
    /// Too little light from it: make the screen brighter.
    Dark,
    /// A reflection lies on it: turn it a little.
    Glare,
    /// Seen from the side: hold it level.
    Tilted,
    /// Its edges are smeared: hold it still.
    Blurred,
    /// Nothing of this can be seen. There may be no code.
    Unknown,
}

impl Why {
    /// In the order they are asked: what is wrong first makes the later ones meaningless.
    pub const ALL: [Self; 7] =
        [Self::Large, Self::Small, Self::Dark, Self::Glare, Self::Tilted, Self::Blurred, Self::Unknown];
}

/// The longest side in pixels at which a pay code, of 29 modules, has two pixels a module.
const SIDE_MIN: f32 = 58.0;
/// How many modules such a code has across.
const MODULES: f32 = 29.0;
/// What is held is too far when it fills less than this part of the view, ...
const SMALL_PART: usize = 14;
/// ... and too near when less than this part of it is left.
const LARGE_LEFT_PART: usize = 6;
/// The brightest of a readable code is at least so bright, of 255.
const WHITE_MIN: u8 = 60;
/// Where the brightest and the darkest differ by less, nothing is shown.
const CONTRAST_MIN: u8 = 30;
/// A reflection saturates the sensor.
const SATURATED: u8 = 250;
/// A part of a code of this many modules is never all white.
const GLARE_MODULES: f32 = 6.0;
/// Without a code's size: a reflection is this part of what is held, ...
const GLARE_PART: usize = 12;
/// ... and the white around it is darker than this.
const SCREEN_WHITE_MAX: u8 = 225;
/// Blur beyond this many modules cannot be undone, ...
const BLUR_MODULES: f32 = 0.42;
/// ... and beyond this many pixels where the modules are not known.
const BLUR_PIXELS: f32 = 3.0;
/// One side is so much longer than the shortest: seen at 50 degrees.
const TILT_MIN: f32 = 1.5;
/// Rows and columns that are looked along at most; more would cost time and tell the same.
const LINES_MAX: usize = 96;

/// Looks for what is wrong: with a QR code whose patterns were seen, or else with what is held.
pub(crate) fn why(picture: &Picture<'_>, code: Option<&Corners>, held: Option<Region>) -> Why {
    let Some(place) = code.map(Corners::bounds).or(held) else { return Why::Unknown };
    let shown = picture.crop(place);
    if shown.width() < 8 || shown.height() < 8 {
        return Why::Small;
    }
    let all = shown.gray().len();
    let [dark, high, white] = shown.quantiles([all / 20, all * 3 / 4, all - all / 20]);
    let contrast = white - dark;
    let size = code.map(|corners| corners.sides().into_iter().fold(0.0, f32::max));
    let too_small = match size {
        Some(side) => side < SIDE_MIN,
        None => all * SMALL_PART < picture.gray().len(),
    };
    let left = picture.gray().len() - all;
    if size.is_none() && left * LARGE_LEFT_PART < picture.gray().len() {
        return Why::Large;
    }
    if too_small {
        return Why::Small;
    }
    if white < WHITE_MIN {
        return Why::Dark;
    }
    let spot = match size {
        Some(side) => (side / MODULES * GLARE_MODULES) as usize,
        None if high < SCREEN_WHITE_MAX => shown.width().min(shown.height()) / GLARE_PART,
        None => usize::MAX,
    };
    if has_spot(&shown, spot) {
        return Why::Glare;
    }
    if contrast < CONTRAST_MIN {
        return if size.is_some() { Why::Dark } else { Why::Unknown };
    }
    let shortest = code.map(|corners| corners.sides().into_iter().fold(f32::INFINITY, f32::min));
    if size.zip(shortest).is_some_and(|(longest, shortest)| longest > shortest * TILT_MIN) {
        return Why::Tilted;
    }
    let limit = size.map_or(BLUR_PIXELS, |side| (side / MODULES * BLUR_MODULES).max(1.0));
    if blur(&shown, contrast) > limit { Why::Blurred } else { Why::Unknown }
}

/// Whether a square of `side` pixels, on a grid of half its size, is all saturated.
fn has_spot(picture: &Picture<'_>, side: usize) -> bool {
    let side = side.max(3);
    if side > picture.width().min(picture.height()) {
        return false;
    }
    let tops = (0..=picture.height() - side).step_by(side / 2);
    let lefts = || (0..=picture.width() - side).step_by(side / 2);
    let all_saturated = |left: usize, top: usize| {
        (top..top + side).all(|y| picture.row(y)[left..left + side].iter().all(|grey| *grey >= SATURATED))
    };
    tops.into_iter().any(|top| lefts().any(|left| all_saturated(left, top)))
}

/// How wide the sharpest edges are, as the deviation of a Gaussian in pixels, in the worse of the two directions: a
/// moving hand smears one of them.
fn blur(picture: &Picture<'_>, contrast: u8) -> f32 {
    let (width, height) = (picture.width(), picture.height());
    let rows = (0..height).step_by((height / LINES_MAX).max(1));
    let columns = (0..width).step_by((width / LINES_MAX).max(1));
    let across = rows.map(|y| {
        let row = picture.row(y);
        steepest((2..width).map(|x| row[x].abs_diff(row[x - 2])))
    });
    let down =
        columns.map(|x| steepest((2..height).map(|y| picture.row(y)[x].abs_diff(picture.row(y - 2)[x]))));
    let slope = sharpest(across.collect()).min(sharpest(down.collect()));
    // Over two pixels about its middle an edge of deviation s rises by 0.8 / s of its height, where s is over one.
    0.8 * f32::from(contrast) / f32::from(slope.max(1))
}

fn steepest(steps: impl Iterator<Item = u8>) -> u8 {
    steps.max().unwrap_or(0)
}

/// What a quarter of the lines reach: not all of them cross an edge, and noise makes a few steep.
fn sharpest(mut lines: Vec<u8>) -> u8 {
    lines.sort_unstable();
    lines.get(lines.len() * 3 / 4).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests;
