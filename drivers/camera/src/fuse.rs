//! Several views of one code laid over each other. Pure.
//!
//! Light that a glossy screen reflects wanders over the code as the hand moves, and always adds: the darkest of three
//! frames shows what none of them does.

use crate::picture::{Picture, Region};

/// The views are moved against each other by up to so many pixels beyond what their centres say.
const SEARCH: isize = 4;
/// Every so manieth pixel is compared for that.
const SPARSE: usize = 3;

/// The darkest of all views at each pixel, each with the place of the code's centre in it. None where they have
/// nothing in common.
pub(crate) fn darkest(views: &[(Picture<'static>, (f32, f32))]) -> Option<Picture<'static>> {
    let ((first, (x, y)), others) = views.split_first()?;
    let mut gray = first.gray().to_vec();
    for (other, (other_x, other_y)) in others {
        let moved = ((other_x - x).round() as isize, (other_y - y).round() as isize);
        let moved = best(first, other, moved)?;
        for (row, pixels) in gray.chunks_mut(first.width()).enumerate() {
            for (column, pixel) in pixels.iter_mut().enumerate() {
                if let Some(seen) = at(other, column, row, moved) {
                    *pixel = (*pixel).min(seen);
                }
            }
        }
    }
    Some(Picture::made(gray, first.width(), first.height()))
}

/// The pixel of `other` that shows what (`x`, `y`) shows in the first.
fn at(other: &Picture<'_>, x: usize, y: usize, (dx, dy): (isize, isize)) -> Option<u8> {
    let (x, y) = (x.checked_add_signed(dx)?, y.checked_add_signed(dy)?);
    (x < other.width() && y < other.height()).then(|| other.row(y)[x])
}

/// The movement near `about` with the least difference; none where the two hardly overlap.
fn best(first: &Picture<'_>, other: &Picture<'_>, about: (isize, isize)) -> Option<(isize, isize)> {
    let near = (-SEARCH..=SEARCH).flat_map(|dy| (-SEARCH..=SEARCH).map(move |dx| (dx, dy)));
    let tried = near.filter_map(|(dx, dy)| {
        let moved = (about.0 + dx, about.1 + dy);
        Some((difference(first, other, moved)?, moved))
    });
    tried.min_by_key(|(difference, _)| *difference).map(|(_, moved)| moved)
}

/// The mean difference of a sparse grid of pixels, in 256ths of a grey.
fn difference(first: &Picture<'_>, other: &Picture<'_>, moved: (isize, isize)) -> Option<u64> {
    let Region { width, height, .. } = first.all();
    let (mut sum, mut count, mut all) = (0u64, 0u64, 0u64);
    for y in (0..height).step_by(SPARSE) {
        for x in (0..width).step_by(SPARSE) {
            all += 1;
            if let Some(seen) = at(other, x, y, moved) {
                sum += u64::from(first.row(y)[x].abs_diff(seen));
                count += 1;
            }
        }
    }
    (count * 2 > all).then(|| sum * 256 / count)
}

#[cfg(test)]
mod tests {
    //! Three views, moved and each with its own spot of light.
    use super::*;

    const SIDE: usize = 60;

    /// A chequered square at (`left`, `top`) on white, with a white spot.
    fn view((left, top): (usize, usize), spot: (usize, usize)) -> (Picture<'static>, (f32, f32)) {
        let mut gray = vec![200; SIDE * SIDE];
        for y in 0..30 {
            for x in 0..30 {
                if (x / 5 + y / 7) % 2 == 0 {
                    gray[(top + y) * SIDE + left + x] = 20;
                }
            }
        }
        for y in spot.1..spot.1 + 8 {
            gray[y * SIDE + spot.0..][..8].fill(255);
        }
        // The centre as a decoder tells it, off by a pixel or two.
        (Picture::made(gray, SIDE, SIDE), (left as f32 + 14.0, top as f32 + 17.0))
    }

    #[test]
    fn spots_vanish() {
        let views = [view((10, 10), (14, 14)), view((13, 9), (25, 25)), view((8, 14), (12, 30))];
        let fused = darkest(&views).unwrap();
        let (clean, _) = view((10, 10), (50, 50));
        for y in 10..40 {
            assert_eq!(fused.row(y)[10..40], clean.row(y)[10..40], "row {y}");
        }
    }

    #[test]
    fn views_that_do_not_overlap_make_none() {
        let (picture, _) = view((10, 10), (14, 14));
        assert_eq!(darkest(&[(picture.clone(), (0.0, 0.0)), (picture, (50.0, 0.0))]), None);
        assert_eq!(darkest(&[]), None);
    }
}
