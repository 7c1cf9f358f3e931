//! Pictures of the same size with other greys.

use crate::picture::Picture;

/// The surroundings' radius as a part of the shorter side: wider than a finder pattern of a code that fills half.
const WIDE_PART: usize = 12;
/// The smallest radius; below this the noise decides.
const RADIUS_MIN: usize = 4;
/// A pixel counts as black when it is this much darker than its surroundings, so that flat areas stay white.
const MARGIN: u64 = 6;
/// This part of all pixels may lie outside of what is drawn out: reflections and the dark between things.
const OUTLIERS_PART: usize = 100;

/// Draws the greys out to 0 to 255.
pub(super) fn stretched(picture: &Picture<'_>) -> Picture<'static> {
    let all = picture.gray().len();
    let [dark, bright] = picture.quantiles([all / OUTLIERS_PART, all - all / OUTLIERS_PART]).map(i32::from);
    let range = (bright - dark).max(1);
    let gray =
        picture.gray().iter().map(|grey| ((i32::from(*grey) - dark) * 255 / range).clamp(0, 255) as u8);
    Picture::made(gray.collect(), picture.width(), picture.height())
}

/// The middle of 3 x 3; the border stays as it is.
pub(super) fn median(picture: &Picture<'_>) -> Picture<'static> {
    let (width, height) = (picture.width(), picture.height());
    let mut gray = picture.gray().to_vec();
    for y in 1..height.saturating_sub(1) {
        let rows = [picture.row(y - 1), picture.row(y), picture.row(y + 1)];
        // Each column sorted: the median of nine is the median of the largest least, the middle middle and the
        // smallest most.
        let columns: Vec<[u8; 3]> =
            (0..width).map(|x| sorted([rows[0][x], rows[1][x], rows[2][x]])).collect();
        for (x, three) in columns.windows(3).enumerate() {
            let least = three[0][0].max(three[1][0]).max(three[2][0]);
            let middle = sorted([three[0][1], three[1][1], three[2][1]])[1];
            let most = three[0][2].min(three[1][2]).min(three[2][2]);
            gray[y * width + x + 1] = sorted([least, middle, most])[1];
        }
    }
    Picture::made(gray, width, height)
}

fn sorted([a, b, c]: [u8; 3]) -> [u8; 3] {
    let (a, b) = (a.min(b), a.max(b));
    let (b, c) = (b.min(c), b.max(c));
    [a.min(b), a.max(b), c]
}

/// The mean of 3 x 3; the border stays as it is.
fn box3(picture: &Picture<'_>) -> Vec<u8> {
    let (width, height) = (picture.width(), picture.height());
    let mut out = picture.gray().to_vec();
    for y in 1..height.saturating_sub(1) {
        let rows = [picture.row(y - 1), picture.row(y), picture.row(y + 1)];
        let columns: Vec<u16> = (0..width).map(|x| rows.iter().map(|row| u16::from(row[x])).sum()).collect();
        for (x, three) in columns.windows(3).enumerate() {
            out[y * width + x + 1] = ((three.iter().sum::<u16>() + 4) / 9) as u8;
        }
    }
    out
}

/// Unsharp mask: twice the difference to the surroundings is added.
pub(super) fn sharpened(picture: &Picture<'_>) -> Picture<'static> {
    let smooth = box3(picture);
    let raised =
        |(grey, smooth): (&u8, u8)| (i16::from(*grey) * 3 - i16::from(smooth) * 2).clamp(0, 255) as u8;
    let gray = picture.gray().iter().zip(smooth).map(raised).collect();
    Picture::made(gray, picture.width(), picture.height())
}

/// Black and white: black is what is darker than the mean of its surroundings.
pub(super) fn local(picture: &Picture<'_>) -> Picture<'static> {
    let (width, height) = (picture.width(), picture.height());
    let radius = (width.min(height) / WIDE_PART).max(RADIUS_MIN);
    let sums = integral(picture);
    let stride = width + 1;
    let mut gray = Vec::with_capacity(width * height);
    for y in 0..height {
        let (top, bottom) = (y.saturating_sub(radius), (y + radius + 1).min(height));
        let (above, below) = (&sums[top * stride..], &sums[bottom * stride..]);
        for (x, grey) in picture.row(y).iter().enumerate() {
            let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
            let count = ((bottom - top) * (right - left)) as u64;
            let sum = u64::from(
                below[right].wrapping_sub(below[left]).wrapping_sub(above[right]).wrapping_add(above[left]),
            );
            gray.push(if (u64::from(*grey) + MARGIN) * count < sum { 0 } else { 255 });
        }
    }
    Picture::made(gray, width, height)
}

/// Sums over all pixels above and left; wraps beyond 16 megapixels of white, which differences undo.
fn integral(picture: &Picture<'_>) -> Vec<u32> {
    let stride = picture.width() + 1;
    let mut sums = vec![0u32; stride * (picture.height() + 1)];
    for y in 0..picture.height() {
        let mut row = 0u32;
        let (done, rest) = sums.split_at_mut((y + 1) * stride);
        let above = &done[y * stride..];
        for (x, grey) in picture.row(y).iter().enumerate() {
            row = row.wrapping_add(u32::from(*grey));
            rest[x + 1] = above[x + 1].wrapping_add(row);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    //! Each filter against its definition, on a picture of noise.
    use super::*;

    fn noise(width: usize, height: usize) -> Picture<'static> {
        let mut seed = 3u32;
        let next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        Picture::made(std::iter::repeat_with(next).take(width * height).collect(), width, height)
    }

    fn nine(picture: &Picture<'_>, x: usize, y: usize) -> Vec<u8> {
        (y - 1..=y + 1).flat_map(|y| picture.row(y)[x - 1..=x + 1].to_vec()).collect()
    }

    #[test]
    fn the_middle_and_the_mean_of_nine() {
        let picture = noise(17, 9);
        let (median, mean) = (median(&picture), box3(&picture));
        for y in 1..8 {
            for x in 1..16 {
                let mut nine = nine(&picture, x, y);
                let sum: u32 = nine.iter().map(|grey| u32::from(*grey)).sum();
                assert_eq!(u32::from(mean[y * 17 + x]), (sum + 4) / 9);
                nine.sort_unstable();
                assert_eq!(median.row(y)[x], nine[4]);
            }
        }
        assert_eq!(median.row(0), picture.row(0));
    }

    #[test]
    fn faint_greys_are_drawn_out() {
        let faint = noise(40, 40).gray().iter().map(|grey| 100 + grey / 32).collect();
        let faint = Picture::made(faint, 40, 40);
        let stretched = stretched(&faint);
        assert_eq!(stretched.quantiles([20, 1580]), [0, 255]);
    }

    #[test]
    fn flat_areas_are_white_and_a_dark_dot_is_black() {
        let mut gray = vec![60; 40 * 40];
        gray[20 * 40 + 20] = 20;
        let local = local(&Picture::made(gray, 40, 40));
        assert_eq!(local.gray().iter().filter(|grey| **grey == 0).count(), 1);
        assert_eq!(local.row(20)[20], 0);
    }
}
