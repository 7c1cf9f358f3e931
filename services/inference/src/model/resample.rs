//! Layers without weights that change a map's size: pooling, enlarging, unfolding.

use super::layer::{Side, Window};
use super::simd::{self, Level};

/// How a window's pixels become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pooling {
    /// The greatest of those inside the map.
    Greatest,
    /// The mean; there is no padding.
    Mean,
}

/// The pixels of each window become one.
pub(crate) fn pool(pooling: Pooling, window: Window, from: &[f32], side: Side, to: &mut [f32]) {
    let Some((_, wide)) = window.over(side) else { return };
    let (rows, columns, channels) = side;
    if pooling == Pooling::Greatest && window.stride == (1, 1) && window.pads[..2] == [0, 0] {
        return greatest_by_rows(window, from, side, to);
    }
    for (at, pixel) in to.chunks_exact_mut(channels).enumerate() {
        let (top, left) = (at / wide * window.stride.0, at % wide * window.stride.1);
        let mut first = true;
        for y in (top..top + window.kernel.0).filter_map(|y| y.checked_sub(window.pads[0])) {
            for x in (left..left + window.kernel.1).filter_map(|x| x.checked_sub(window.pads[1])) {
                if y >= rows || x >= columns {
                    continue;
                }
                let source = &from[(y * columns + x) * channels..][..channels];
                match pooling {
                    _ if first => pixel.copy_from_slice(source),
                    Pooling::Greatest => {
                        pixel.iter_mut().zip(source).for_each(|(to, from)| *to = to.max(*from))
                    }
                    Pooling::Mean => pixel.iter_mut().zip(source).for_each(|(to, from)| *to += from),
                }
                first = false;
            }
        }
        if pooling == Pooling::Mean {
            let share = 1.0 / (window.kernel.0 * window.kernel.1) as f32;
            pixel.iter_mut().for_each(|to| *to *= share);
        }
    }
}

/// The greatest under each place of a kernel that moves by single pixels and has no padding before the map.
fn greatest_by_rows(window: Window, from: &[f32], (rows, columns, channels): Side, to: &mut [f32]) {
    let Some((_, wide)) = window.over((rows, columns, channels)) else { return };
    for (y, row) in to.chunks_exact_mut(wide * channels).enumerate() {
        row.copy_from_slice(&from[y * columns * channels..][..wide * channels]);
        for down in 0..window.kernel.0.min(rows - y) {
            let source = &from[(y + down) * columns * channels..][..columns * channels];
            for across in 0..window.kernel.1 {
                let source = &source[across * channels..];
                let both = source.len().min(row.len());
                simd::greater(Level::best(), &mut row[..both], &source[..both]);
            }
        }
    }
}

/// Each pixel becomes a square of `factor` pixels a side, written, or added where `add` says so.
pub(crate) fn enlarge(factor: usize, from: &[f32], side: Side, add: bool, to: &mut [f32]) {
    let (_, columns, channels) = side;
    for (at, row) in to.chunks_exact_mut(columns * factor * channels).enumerate() {
        let source = &from[at / factor * columns * channels..][..columns * channels];
        for (pixel, block) in source.chunks_exact(channels).zip(row.chunks_exact_mut(factor * channels)) {
            for to in block.chunks_exact_mut(channels) {
                if add {
                    simd::add(Level::best(), to, pixel);
                } else {
                    to.copy_from_slice(pixel);
                }
            }
        }
    }
}

/// Twice as large: each pixel lies a quarter of a pixel from its source, and the rim goes on (ONNX `Resize`, linear, half
/// pixel).
pub(crate) fn smooth(from: &[f32], (rows, columns, channels): Side, to: &mut [f32]) {
    let near = |at: usize, length: usize| {
        let other =
            if at.is_multiple_of(2) { (at / 2).saturating_sub(1) } else { (at / 2 + 1).min(length - 1) };
        (at / 2, other)
    };
    let width = columns * channels;
    let mut between = vec![0.0; width];
    for (y, row) in to.chunks_exact_mut(2 * width).enumerate() {
        let (near_row, far_row) = near(y, rows);
        let (a, b) = (&from[near_row * width..][..width], &from[far_row * width..][..width]);
        between.iter_mut().zip(a).zip(b).for_each(|((to, a), b)| *to = 0.75 * a + 0.25 * b);
        for (x, pixel) in row.chunks_exact_mut(channels).enumerate() {
            let (near, far) = near(x, columns);
            let (a, b) = (&between[near * channels..][..channels], &between[far * channels..][..channels]);
            pixel.iter_mut().zip(a).zip(b).for_each(|((to, a), b)| *to = 0.75 * a + 0.25 * b);
        }
    }
}

/// Each pixel's channels become a block of pixels, row after row (ONNX `DepthToSpace`, DCR).
pub(crate) fn unfold(block: usize, from: &[f32], (_, columns, channels): Side, to: &mut [f32]) {
    let part = channels / block;
    for (y, row) in to.chunks_exact_mut(columns * part).enumerate() {
        let source = &from[y / block * columns * channels..][..columns * channels];
        for (to, pixel) in row.chunks_exact_mut(part).zip(source.chunks_exact(channels)) {
            to.copy_from_slice(&pixel[y % block * part..][..part]);
        }
    }
}

/// Channels of nothing after those that are there.
pub(crate) fn widen(from: &[f32], (_, _, channels): Side, wide: usize, to: &mut [f32]) {
    for (to, pixel) in to.chunks_exact_mut(wide).zip(from.chunks_exact(channels)) {
        let (kept, added) = to.split_at_mut(channels);
        kept.copy_from_slice(pixel);
        added.fill(0.0);
    }
}
