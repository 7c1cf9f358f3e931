//! What eyes make of a picture of the board: how much ink there is, of which colour, and how round it is.

use std::collections::BTreeMap;

use image::Rgba;

use crate::screen::Picture;

/// A part of the screen, in shares of its sides.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// From the left.
    pub left: f64,
    /// From the top.
    pub top: f64,
    /// From the left.
    pub right: f64,
    /// From the top.
    pub bottom: f64,
}

/// Where the left one of two people writes.
pub const LEFT: Part = Part { left: 0.15, top: 0.2, right: 0.48, bottom: 0.6 };
/// Where the right one does.
pub const RIGHT: Part = Part { left: 0.52, top: 0.2, right: 0.85, bottom: 0.6 };

/// A channel's distance from the board's own colour above which a pixel is ink.
const FAR: u8 = 24;

/// The pixels of a part, to compare.
pub fn crop(picture: &Picture, part: Part) -> Picture {
    let at = |share: f64, side: u32| (share * f64::from(side)) as u32;
    let (x, y) = (at(part.left, picture.width()), at(part.top, picture.height()));
    let (width, height) = (at(part.right, picture.width()) - x, at(part.bottom, picture.height()) - y);
    image::imageops::crop_imm(picture, x, y, width, height).to_image()
}

/// Pixels of a part that are not board, whose colour is that of its corner.
pub fn ink(picture: &Picture, part: Part) -> usize {
    inked(&crop(picture, part)).count()
}

/// The colour that most of the ink of a part has; none where there is no ink.
pub fn ink_colour(picture: &Picture, part: Part) -> Option<[u8; 3]> {
    let mut counted = BTreeMap::new();
    for (_, _, Rgba([red, green, blue, _])) in inked(&crop(picture, part)) {
        *counted.entry([red, green, blue]).or_insert(0_usize) += 1;
    }
    counted.into_iter().max_by_key(|(_, count)| *count).map(|(colour, _)| colour)
}

/// How near the ink of a part comes to the middle of its extent, as a share of the extent's half: 1 less the line's
/// width for an ellipse that lies straight, less for whatever has dents. 0 where there is no ink.
pub fn roundness(picture: &Picture, part: Part) -> f64 {
    let points: Vec<(f64, f64)> =
        inked(&crop(picture, part)).map(|(x, y, _)| (f64::from(x), f64::from(y))).collect();
    let range = |side: fn(&(f64, f64)) -> f64| {
        let sides = points.iter().map(side);
        let (low, high) = (sides.clone().fold(f64::MAX, f64::min), sides.fold(f64::MIN, f64::max));
        ((low + high) / 2.0, (high - low) / 2.0)
    };
    let ((cx, rx), (cy, ry)) = (range(|point| point.0), range(|point| point.1));
    let near = points.iter().map(|(x, y)| ((x - cx) / rx).hypot((y - cy) / ry)).fold(f64::MAX, f64::min);
    if points.is_empty() { 0.0 } else { near }
}

fn inked(part: &Picture) -> impl Iterator<Item = (u32, u32, Rgba<u8>)> {
    let board = *part.get_pixel(0, 0);
    part.enumerate_pixels()
        .filter(move |(_, _, pixel)| pixel.0.iter().zip(board.0).any(|(a, b)| a.abs_diff(b) > FAR))
        .map(|(x, y, pixel)| (x, y, *pixel))
}
