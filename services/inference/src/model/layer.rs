//! What a convolutional network is made of, computed on maps of numbers whose innermost side is the channels: then a
//! convolution of single pixels is one matrix product, any other one reads whole runs of a row, and every vector is full.

use super::enlarged::{self, Enlarged};
use super::simd::{self, Activation, Depthwise, Level, Packed, Product};

/// Rows, columns, channels of a map.
pub(crate) type Side = (usize, usize, usize);

/// Where a kernel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Rows and columns.
    pub(crate) kernel: (usize, usize),
    /// Down and across.
    pub(crate) stride: (usize, usize),
    /// Above, left, below, right.
    pub(crate) pads: [usize; 4],
}

impl Window {
    /// One pixel alone.
    pub(crate) const PIXEL: Self = Self { kernel: (1, 1), stride: (1, 1), pads: [0; 4] };

    /// Rows and columns of the result; `None` where the map is smaller than the kernel.
    pub(crate) fn over(&self, (rows, columns, _): Side) -> Option<(usize, usize)> {
        let [above, left, below, right] = self.pads;
        let high = (rows + above + below).checked_sub(self.kernel.0)? / self.stride.0 + 1;
        let wide = (columns + left + right).checked_sub(self.kernel.1)? / self.stride.1 + 1;
        Some((high, wide))
    }
}

/// A map to be read, each pixel as a square of `factor` pixels a side.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) side: Side,
    pub(crate) factor: usize,
}

/// The side of parts whose channels stand one after the other; `None` where they are not of one size.
pub(crate) fn joined(parts: &[Part]) -> Option<Side> {
    let size = |part: &Part| (part.side.0 * part.factor, part.side.1 * part.factor);
    let first = parts.first()?;
    let channels = parts.iter().map(|part| part.side.2).sum();
    parts.iter().all(|part| size(part) == size(first)).then(|| (size(first).0, size(first).1, channels))
}

/// Writes row `at` of the joined parts.
fn join_row(parts: &[Part], at: usize, to: &mut [f32]) {
    if let [Part { values, factor: 1, .. }] = parts {
        to.copy_from_slice(&values[at * to.len()..][..to.len()]);
        return;
    }
    let channels = parts.iter().map(|part| part.side.2).sum();
    let mut first = 0;
    for part in parts {
        let (_, columns, width) = part.side;
        let row = &part.values[at / part.factor * columns * width..][..columns * width];
        for (pixels, source) in to.chunks_exact_mut(part.factor * channels).zip(row.chunks_exact(width)) {
            for pixel in pixels.chunks_exact_mut(channels) {
                copy(&mut pixel[first..first + width], source);
            }
        }
        first += width;
    }
}

/// Copies a pixel: most have whole vectors of channels, for which a call to copy memory costs more than the copy.
fn copy(to: &mut [f32], from: &[f32]) {
    let ((wide, rest), (sources, last)) = (to.as_chunks_mut::<16>(), from.as_chunks::<16>());
    wide.iter_mut().zip(sources).for_each(|(to, from)| *to = *from);
    rest.iter_mut().zip(last).for_each(|(to, from)| *to = *from);
}

/// The channels of all parts, one after the other.
pub(crate) fn join(parts: &[Part], side: Side, to: &mut [f32]) {
    to.chunks_exact_mut(side.1 * side.2).enumerate().for_each(|(at, row)| join_row(parts, at, row));
}

/// The rows that a kernel stands on, with their padding; each row of the map is copied once.
pub(crate) struct Band<'a> {
    window: Window,
    parts: &'a [Part<'a>],
    side: Side,
    rows: Vec<f32>,
    /// Where in `rows` the first one starts.
    first: usize,
    length: usize,
    /// The next row of the padded map that has not been copied.
    next: usize,
    starts: Vec<usize>,
}

impl<'a> Band<'a> {
    pub(crate) fn new(window: Window, parts: &'a [Part<'a>], side: Side, mut rows: Vec<f32>) -> Self {
        let length = (side.1 + window.pads[1] + window.pads[3]) * side.2;
        rows.clear();
        rows.resize(length * window.kernel.0 + simd::LINE, 0.0);
        let first = simd::line(&rows);
        Self { window, parts, side, rows, first, length, next: 0, starts: vec![0; window.kernel.0] }
    }

    /// Stands on the rows of result row `at`.
    pub(crate) fn stand(&mut self, at: usize) {
        let (high, first) = (self.window.kernel.0, at * self.window.stride.0);
        self.next = self.next.max(first);
        let (above, left) = (self.window.pads[0], self.window.pads[1] * self.side.2);
        let wide = self.side.1 * self.side.2;
        while self.next < first + high {
            let slot = &mut self.rows[self.first + self.next % high * self.length..][left..left + wide];
            match self.next.checked_sub(above).filter(|&row| row < self.side.0) {
                Some(row) => join_row(self.parts, row, slot),
                None => slot.fill(0.0),
            }
            self.next += 1;
        }
        for (offset, start) in self.starts.iter_mut().enumerate() {
            *start = self.first + (first + offset) % high * self.length;
        }
    }
}

impl Band<'_> {
    /// All rows, in any order.
    pub(crate) fn rows(&self) -> &[f32] {
        &self.rows
    }

    /// Where each row under the kernel starts.
    pub(crate) fn starts(&self) -> &[usize] {
        &self.starts
    }
}

/// A convolution over all channels.
#[derive(Clone, Debug)]
pub(crate) struct Convolution {
    pub(crate) window: Window,
    /// One for each map that it reads: how many times as large it is.
    pub(crate) factors: Vec<usize>,
    /// Those of the maps that come last and are larger than they are stored, where they are computed as they are stored.
    pub(crate) enlarged: Vec<Enlarged>,
    pub(crate) packed: Packed,
    pub(crate) activation: Activation,
}

impl Convolution {
    /// Computes the whole map `to`; `plus` is added, `spare` lends its memory.
    pub(crate) fn run(
        &self,
        parts: &[Part],
        side: Side,
        plus: Option<&[f32]>,
        to: &mut [f32],
        spare: &mut Vec<f32>,
    ) {
        let (channels, columns) = (side.2, self.packed.columns());
        if let (&Window::PIXEL, &[Part { values, factor: 1, .. }]) = (&self.window, parts) {
            self.packed.product(
                &pixels(values, channels, side.0 * side.1, plus, self.activation),
                to,
                columns,
            );
            return;
        }
        let Some((_, wide)) = self.window.over(side) else { return };
        let (stored, large) = parts.split_at(parts.len() - self.enlarged.len());
        let stored_side = joined(stored).unwrap_or(side);
        let mut band = Band::new(self.window, stored, stored_side, std::mem::take(spare));
        let small: Vec<Part> = large.iter().map(|part| Part { factor: 1, ..*part }).collect();
        let mut rows = enlarged::Rows::new(&self.enlarged, &small);
        let mut added = vec![0.0; if large.is_empty() { 0 } else { wide * columns }];
        for (at, row) in to.chunks_exact_mut(wide * columns).enumerate() {
            band.stand(at);
            rows.row(at, &mut added);
            let plus = if large.is_empty() {
                plus.map(|plus| &plus[at * wide * columns..])
            } else {
                Some(&added[..])
            };
            let product = Product {
                from: band.rows(),
                starts: band.starts(),
                run: self.window.kernel.1 * stored_side.2,
                step: self.window.stride.1 * stored_side.2,
                rows: wide,
                plus,
                activation: self.activation,
            };
            self.packed.product(&product, row, columns);
        }
        *spare = band.rows;
    }
}

/// So many pixels, each a row of a product.
fn pixels<'a>(
    from: &'a [f32],
    channels: usize,
    rows: usize,
    plus: Option<&'a [f32]>,
    activation: Activation,
) -> Product<'a> {
    Product { from, starts: &[0], run: channels, step: channels, rows, plus, activation }
}

/// Two convolutions of single pixels, one on the other: what lies between them never leaves the nearest cache.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) first: Convolution,
    pub(crate) second: Convolution,
}

/// Pixels that go through a chain together.
const CHAIN_PIXELS: usize = 48;

impl Chain {
    /// Computes the whole map `to`; `plus` is added to the second's result, `spare` lends its memory.
    pub(crate) fn run(
        &self,
        from: &[f32],
        side: Side,
        plus: Option<&[f32]>,
        to: &mut [f32],
        spare: &mut Vec<f32>,
    ) {
        let (channels, between, columns) =
            (side.2, self.first.packed.columns(), self.second.packed.columns());
        if spare.len() < CHAIN_PIXELS * between {
            spare.resize(CHAIN_PIXELS * between, 0.0);
        }
        for (at, to) in to.chunks_mut(CHAIN_PIXELS * columns).enumerate() {
            let (first, rows) = (at * CHAIN_PIXELS, to.len() / columns);
            let product = pixels(&from[first * channels..], channels, rows, None, self.first.activation);
            self.first.packed.product(&product, spare, between);
            let plus = plus.map(|plus| &plus[first * columns..]);
            let product = pixels(spare, between, rows, plus, self.second.activation);
            self.second.packed.product(&product, to, columns);
        }
    }
}

/// A convolution of each channel by itself.
#[derive(Clone, Debug)]
pub(crate) struct ByChannel {
    pub(crate) window: Window,
    pub(crate) weights: Vec<f32>,
    pub(crate) bias: Vec<f32>,
    pub(crate) activation: Activation,
}

impl ByChannel {
    /// Computes the whole map `to`.
    pub(crate) fn run(&self, from: &[f32], side: Side, to: &mut [f32], spare: &mut Vec<f32>) {
        let Some((_, wide)) = self.window.over(side) else { return };
        let depthwise = Depthwise {
            weights: &self.weights,
            bias: &self.bias,
            kernel: self.window.kernel,
            stride: self.window.stride.1,
            activation: self.activation,
        };
        let parts = [Part { values: from, side, factor: 1 }];
        let mut band = Band::new(self.window, &parts, side, std::mem::take(spare));
        for (at, row) in to.chunks_exact_mut(wide * side.2).enumerate() {
            band.stand(at);
            depthwise.row(Level::best_for(side.2), &band.rows, &band.starts, row);
        }
        *spare = band.rows;
    }
}

/// A transposed convolution whose stride is its kernel: each pixel becomes a block of its own.
#[derive(Clone, Debug)]
pub(crate) struct Spread {
    /// Rows and columns of the block.
    pub(crate) block: (usize, usize),
    /// Channels of the result.
    pub(crate) channels: usize,
    /// One for each row of the block; or one for all, its columns filled up to a vector, where they are less than that.
    pub(crate) packed: Vec<Packed>,
    pub(crate) activation: Activation,
}

impl Spread {
    /// Computes the whole map `to`, `spare` lends its memory.
    pub(crate) fn run(&self, from: &[f32], side: Side, to: &mut [f32], spare: &mut Vec<f32>) {
        let (high, part) = (self.block.0, self.block.1 * self.channels);
        let source = |row: usize| &from[row * side.1 * side.2..][..side.1 * side.2];
        for (at, row) in to.chunks_exact_mut(side.1 * part).enumerate() {
            if let [all] = self.packed.as_slice() {
                let width = all.columns();
                if at.is_multiple_of(high) {
                    spare.resize(side.1 * width, 0.0);
                    let product = pixels(source(at / high), side.2, side.1, None, Activation::None);
                    all.product(&product, spare, width);
                }
                for (block, pixel) in row.chunks_exact_mut(part).zip(spare.chunks_exact(width)) {
                    block.iter_mut().zip(&pixel[at % high * part..]).for_each(|(to, from)| *to = *from);
                }
                simd::activate(Level::best(), self.activation, row);
            } else {
                let product = pixels(source(at / high), side.2, side.1, None, self.activation);
                self.packed[at % high].product(&product, row, part);
            }
        }
    }
}

/// Each channel's mean over the map.
pub(crate) fn mean(from: &[f32], (rows, columns, _): Side, to: &mut [f32]) {
    simd::sum(Level::best(), from, to);
    let share = 1.0 / (rows * columns) as f32;
    to.iter_mut().for_each(|to| *to *= share);
}

/// Planes, one a channel, become pixels.
pub(crate) fn interleave(from: &[f32], (rows, columns, channels): Side, to: &mut [f32]) {
    if let (3, Some((red, rest))) = (channels, from.split_at_checked(rows * columns)) {
        let planes = red.iter().zip(rest).zip(rest.iter().skip(rows * columns));
        to.as_chunks_mut().0.iter_mut().zip(planes).for_each(|(pixel, ((a, b), c))| *pixel = [*a, *b, *c]);
        return;
    }
    for (channel, plane) in from.chunks_exact(rows * columns).enumerate() {
        for (pixel, value) in to.chunks_exact_mut(channels).zip(plane) {
            pixel[channel] = *value;
        }
    }
}
