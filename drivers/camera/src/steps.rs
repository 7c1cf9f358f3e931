//! Cheap pictures of a picture that read better. Pure.
//!
//! rqrr finds black and white along rows only, which loses small, blurred and unevenly lit codes. Each step here is
//! one other view of the same frame; which steps are worth their time was measured (see `tests/it`).

use std::borrow::Cow;

/// What a step hands to the decoder.
#[derive(Debug)]
pub enum Prepared<'a> {
    /// Grey bytes, 0 black; the decoder finds black and white itself.
    Gray {
        /// Row by row, without padding.
        pixels: Cow<'a, [u8]>,
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// Black is true.
    Black {
        /// Row by row, without padding.
        pixels: Vec<bool>,
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
}

/// One way to look again. All but the last start from the picture made twice as large, which is what small and distant
/// codes need most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Edges raised: blur.
    Sharp,
    /// Smoothed first: noise, and the pixel grid of a photographed screen.
    Smooth,
    /// Compared with near surroundings only: shadows and spots of light.
    Near,
    /// The least bit darker counts as black: faint contrast.
    Faint,
    /// White on black.
    Inverted,
}

impl Step {
    /// All steps, in the order frames take them: what reads most comes first.
    pub const ALL: [Self; 5] = [Self::Sharp, Self::Smooth, Self::Near, Self::Faint, Self::Inverted];

    /// Makes the step's picture of `width` x `height` grey bytes.
    pub fn prepare(self, gray: &[u8], width: usize, height: usize) -> Prepared<'static> {
        match self {
            Self::Sharp => sharp(gray, width, height),
            Self::Smooth => {
                let (doubled, width, height) = double(&box3(gray, width, height), width, height);
                local(&doubled, width, height, WIDE_PART, MARGIN)
            }
            Self::Near => {
                let (doubled, width, height) = double(gray, width, height);
                local(&doubled, width, height, NEAR_PART, MARGIN)
            }
            Self::Faint => {
                let (doubled, width, height) = double(gray, width, height);
                local(&doubled, width, height, WIDE_PART, FAINT_MARGIN)
            }
            Self::Inverted => {
                let inverted: Vec<u8> = gray.iter().map(|v| 255 - v).collect();
                sharp(&inverted, width, height)
            }
        }
    }
}

fn sharp(gray: &[u8], width: usize, height: usize) -> Prepared<'static> {
    let (doubled, width, height) = double(gray, width, height);
    local(&sharpen(&doubled, width, height), width, height, WIDE_PART, MARGIN)
}

/// The surroundings' radius as a part of the shorter side: wider than a finder pattern of a code that fills half ...
const WIDE_PART: usize = 12;
/// ... or only as wide as a module or two.
const NEAR_PART: usize = 40;
/// The smallest radius; below this the noise decides.
const RADIUS_MIN: usize = 4;
/// A pixel counts as black when it is this much darker than its surroundings, so that flat areas stay white.
const MARGIN: u64 = 6;
const FAINT_MARGIN: u64 = 2;

/// Black is what is darker than the mean of its surroundings.
fn local(gray: &[u8], width: usize, height: usize, part: usize, margin: u64) -> Prepared<'static> {
    let radius = (width.min(height) / part).max(RADIUS_MIN);
    let sums = integral(gray, width, height);
    let stride = width + 1;
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let (top, bottom) = (y.saturating_sub(radius), (y + radius + 1).min(height));
        let (above, below) = (&sums[top * stride..], &sums[bottom * stride..]);
        for x in 0..width {
            let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
            let count = ((bottom - top) * (right - left)) as u64;
            let sum = u64::from(
                below[right].wrapping_sub(below[left]).wrapping_sub(above[right]).wrapping_add(above[left]),
            );
            pixels.push((u64::from(gray[y * width + x]) + margin) * count < sum);
        }
    }
    Prepared::Black { pixels, width, height }
}

/// Sums over all pixels above and left; wraps beyond 16 megapixels of white, which differences undo.
fn integral(gray: &[u8], width: usize, height: usize) -> Vec<u32> {
    let stride = width + 1;
    let mut sums = vec![0u32; stride * (height + 1)];
    for y in 0..height {
        let mut row = 0u32;
        let (done, rest) = sums.split_at_mut((y + 1) * stride);
        let above = &done[y * stride..];
        for x in 0..width {
            row = row.wrapping_add(u32::from(gray[y * width + x]));
            rest[x + 1] = above[x + 1].wrapping_add(row);
        }
    }
    sums
}

/// Bilinear, each new pixel a quarter off its nearest old one.
fn double(gray: &[u8], width: usize, height: usize) -> (Vec<u8>, usize, usize) {
    let (wide, high) = (width * 2, height * 2);
    let mut out = vec![0; wide * high];
    let neighbour = |at: usize, len: usize| {
        let near = at / 2;
        let far = if at.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(len - 1) };
        (near, far)
    };
    for y in 0..high {
        let (near, far) = neighbour(y, height);
        let (near, far) = (&gray[near * width..][..width], &gray[far * width..][..width]);
        let row: Vec<u16> = near.iter().zip(far).map(|(n, f)| u16::from(*n) * 3 + u16::from(*f)).collect();
        for (x, pixel) in out[y * wide..][..wide].iter_mut().enumerate() {
            let (near, far) = neighbour(x, width);
            *pixel = ((row[near] * 3 + row[far] + 8) / 16) as u8;
        }
    }
    (out, wide, high)
}

/// The mean of 3 x 3; the border stays as it is.
fn box3(gray: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut out = gray[..width * height].to_vec();
    for y in 1..height.saturating_sub(1) {
        let rows = [&gray[(y - 1) * width..], &gray[y * width..], &gray[(y + 1) * width..]];
        let columns: Vec<u16> = (0..width).map(|x| rows.iter().map(|row| u16::from(row[x])).sum()).collect();
        for (x, three) in columns.windows(3).enumerate() {
            out[y * width + x + 1] = ((three.iter().sum::<u16>() + 4) / 9) as u8;
        }
    }
    out
}

/// Unsharp mask: twice the difference to the surroundings is added.
fn sharpen(gray: &[u8], width: usize, height: usize) -> Vec<u8> {
    let smooth = box3(gray, width, height);
    gray.iter().zip(smooth).map(|(v, s)| (i16::from(*v) * 3 - i16::from(s) * 2).clamp(0, 255) as u8).collect()
}

#[cfg(test)]
mod tests;
