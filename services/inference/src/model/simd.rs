//! The loops that take a network's time, once for each set of instructions: matrix products, depthwise convolutions,
//! activations, sums.
//!
//! The loops stand once, in `kernels.rs`, over the lanes of any level; here each is made for AVX-512, AVX2 and plain Rust, and
//! chosen by what the processor says it has. The tests hold all of them against each other.
//!
//! This module is the only one of the crate with `unsafe`: loads and stores by pointer, whose bounds are checked here
//! once a call, and calls into functions for instructions that were found to be there.
#![allow(unsafe_code)]

#[macro_use]
mod unrolled;
mod kernels;
mod lanes;

use std::sync::OnceLock;

use kernels::{Columns, Rows};

/// Which instructions are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Plain Rust.
    Plain,
    /// x86-64 since about 2013: AVX2 and fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// x86-64 servers since 2017 and AMD since 2022.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// The level in use.
static BEST: OnceLock<Level> = OnceLock::new();

impl Activation {
    /// Least and most, where that is all it does.
    fn bounds(self) -> Option<(f32, f32)> {
        match self {
            Self::Relu => Some((0.0, f32::INFINITY)),
            Self::Clamp(least, most) => Some((least, most)),
            _ => None,
        }
    }
}

impl Level {
    /// Those that this machine has, the fastest first.
    pub(crate) fn here() -> Vec<Self> {
        let mut levels = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                levels.push(Self::Avx512);
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                levels.push(Self::Avx2);
            }
        }
        levels.push(Self::Plain);
        levels
    }

    /// The fastest that this machine has, or what was preferred.
    pub(crate) fn best() -> Self {
        let best = || Self::here().first().copied().unwrap_or(Self::Plain);
        *BEST.get_or_init(best)
    }

    /// The fastest for so many numbers in a row: half a vector costs as much as a whole one of half the lanes, or more.
    pub(crate) fn best_for(count: usize) -> Self {
        let best = Self::best();
        let narrow = || Self::here().into_iter().find(|level| level.lanes() < best.lanes());
        if count < best.lanes() { narrow().unwrap_or(best) } else { best }
    }

    /// Makes every network of the process do without AVX-512, where none was opened yet: for benchmarks.
    pub(crate) fn prefer_narrow() {
        let narrow = Self::here().into_iter().find(|level| level.lanes() < 16).unwrap_or(Self::Plain);
        if BEST.set(narrow).is_err() {
            tracing::warn!("the level of instructions is chosen already");
        }
    }

    /// Numbers side by side.
    pub(crate) fn lanes(self) -> usize {
        match self {
            Self::Plain => lanes::plain::COUNT,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => lanes::avx2::COUNT,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => lanes::avx512::COUNT,
        }
    }
}

/// What is done to each number at the end of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Activation {
    /// Nothing.
    None,
    /// Not below 0.
    Relu,
    /// Not below the one, not above the other.
    Clamp(f32, f32),
    /// `x / 2 * (1 + erf(x / sqrt 2))`.
    Gelu,
    /// `max(0, min(1, alpha * x + beta))`.
    HardSigmoid(f32, f32),
    /// `x` times that.
    HardSwish(f32, f32),
    /// `1 / (1 + exp -x)`.
    Sigmoid,
    /// `x` times that.
    Swish,
}

/// Calls each kernel at a level.
macro_rules! kernels {
    ($($name:ident ( $($argument:ident : $of:ty),* );)*) => {
        $(
            /// # Safety
            /// What the kernel of this name asks for; the machine has the level.
            unsafe fn $name(level: Level, $($argument: $of),*) {
                // SAFETY: the caller's promise.
                unsafe {
                    match level {
                        Level::Plain => kernels::plain::$name($($argument),*),
                        #[cfg(target_arch = "x86_64")]
                        Level::Avx2 => kernels::avx2::$name($($argument),*),
                        #[cfg(target_arch = "x86_64")]
                        Level::Avx512 => kernels::avx512::$name($($argument),*),
                    }
                }
            }
        )*
    };
}

kernels! {
    panel(rows: &Rows, columns: &Columns);
    depthwise_row(rows: &Rows, columns: &Columns);
    activate_each(activation: Activation, values: &mut [f32]);
    softmax_of(values: &mut [f32]);
    sum_pixels(values: &[f32], sums: &mut [f32]);
    scale_pixels(values: &mut [f32], factors: &[f32]);
    leak_pixels(values: &mut [f32], factors: &[f32]);
    add_each(values: &mut [f32], others: &[f32]);
    greater_each(values: &mut [f32], others: &[f32]);
}

/// One matrix product: `rows` rows of numbers, each `run` numbers from each of `starts`, times a packed matrix.
#[derive(Clone, Copy)]
pub(crate) struct Product<'a> {
    /// Where the rows are read.
    pub(crate) from: &'a [f32],
    /// Where the first row's parts start.
    pub(crate) starts: &'a [usize],
    /// Numbers of each part.
    pub(crate) run: usize,
    /// From a row to the next.
    pub(crate) step: usize,
    /// How many rows.
    pub(crate) rows: usize,
    /// Added to the result, laid out like it.
    pub(crate) plus: Option<&'a [f32]>,
    /// Done at the end.
    pub(crate) activation: Activation,
}

/// A matrix as the product reads it: panels of some columns, in each all numbers of a row of the panel together.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    level: Level,
    /// Rows of the matrix.
    depth: usize,
    /// Columns of the matrix.
    columns: usize,
    /// Panels one after the other, from `first` on, where a line of the cache starts.
    values: Vec<f32>,
    first: usize,
    /// One number for each lane of the panels' vectors.
    bias: Vec<f32>,
    /// Vectors in each panel.
    panels: Vec<usize>,
}

/// Rows that are computed before the activation looks at them, while they are in the nearest cache.
const BLOCK: usize = 48;
/// Numbers in a line of the cache: a vector that lies across two of them takes twice as long to load.
pub(crate) const LINE: usize = 16;

/// Where in this memory the first line of the cache starts.
pub(crate) fn line(memory: &[f32]) -> usize {
    memory.as_ptr().align_offset(LINE * size_of::<f32>())
}

/// A packed matrix above this many numbers is read once for all rows instead of once a block.
const MATRIX_NEAR: usize = 64 * 1024;

impl Packed {
    /// Packs a matrix of `depth` rows and `columns` columns for the fastest level.
    pub(crate) fn new(
        depth: usize,
        columns: usize,
        at: impl Fn(usize, usize) -> f32,
        bias: impl Fn(usize) -> f32,
    ) -> Self {
        Self::at_level(Level::best_for(columns), depth, columns, at, bias)
    }

    /// Packs a matrix of `depth` rows and `columns` columns, which `at` gives, for a level that this machine has.
    fn at_level(
        level: Level,
        depth: usize,
        columns: usize,
        at: impl Fn(usize, usize) -> f32,
        bias: impl Fn(usize) -> f32,
    ) -> Self {
        assert!(Level::here().contains(&level));
        let lanes = level.lanes();
        let mut panels = Vec::new();
        let mut left = columns.div_ceil(lanes);
        while left > 0 {
            // With sixteen registers, three vectors a row leave too few for the sums.
            let next = match left {
                1 => 1,
                2 | 4 => 2,
                _ if lanes < 16 => 2,
                _ => 3,
            };
            panels.push(next);
            left -= next;
        }
        let vectors = panels.iter().sum::<usize>();
        let width = vectors * lanes;
        // The last vector begins early enough to be full; what it has in common with the one before is the same.
        let start = |vector: usize| if columns > lanes { (vector * lanes).min(columns - lanes) } else { 0 };
        let mut values = Vec::with_capacity(width * depth + LINE);
        let line = line(&values);
        values.resize(line, 0.0);
        let mut first = 0;
        for panel in &panels {
            for row in 0..depth {
                for vector in first..first + panel {
                    let within = start(vector)..start(vector) + lanes;
                    values.extend(within.map(|column| if column < columns { at(row, column) } else { 0.0 }));
                }
            }
            first += panel;
        }
        let within = (0..vectors).flat_map(|vector| start(vector)..start(vector) + lanes);
        let bias = within.map(|column| if column < columns { bias(column) } else { 0.0 }).collect();
        Self { level, depth, columns, values, first: line, bias, panels }
    }

    /// Columns of the result.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Multiplies into `to`, whose rows are `to_step` numbers apart.
    pub(crate) fn product(&self, product: &Product, to: &mut [f32], to_step: usize) {
        let Product { from, starts, run, step, rows, plus, activation } = *product;
        if rows == 0 {
            return;
        }
        let last = (rows - 1) * step + run;
        assert!(starts.iter().all(|start| start + last <= from.len()) && starts.len() * run == self.depth);
        let end = (rows - 1) * to_step + self.columns;
        assert!(to_step >= self.columns && end <= to.len() && plus.is_none_or(|plus| end <= plus.len()));
        let block = if self.values.len() > MATRIX_NEAR { rows } else { BLOCK };
        let bounds = activation.bounds();
        let later = bounds.is_none() && activation != Activation::None;
        let lanes = self.level.lanes();
        for first in (0..rows).step_by(block) {
            let count = block.min(rows - first);
            let (mut column, mut at) = (0, 0);
            for &vectors in &self.panels {
                let begin = column.min(self.columns.saturating_sub(lanes));
                let offset = first * to_step + begin;
                let rows = Rows {
                    from: from.as_ptr().wrapping_add(first * step),
                    starts,
                    run,
                    step,
                    count,
                    to: to.as_mut_ptr().wrapping_add(offset),
                    to_step,
                    plus: plus.map_or(std::ptr::null(), |plus| plus.as_ptr().wrapping_add(offset)),
                    bounds,
                };
                let columns = Columns {
                    values: self.values.as_ptr().wrapping_add(self.first + at),
                    bias: self.bias.as_ptr().wrapping_add(column),
                    vectors,
                    last: (self.columns.max(lanes) - lanes - begin).min((vectors - 1) * lanes),
                    count: (self.columns - begin).min(vectors * lanes),
                    kernel: (0, 0),
                };
                // SAFETY: the asserts above hold for every row and column of the block; the panel has `depth` rows of
                // `vectors` vectors; the level was checked when the matrix was packed.
                unsafe { panel(self.level, &rows, &columns) };
                column += vectors * lanes;
                at += vectors * lanes * self.depth;
            }
            if later {
                for row in first..first + count {
                    activate(self.level, activation, &mut to[row * to_step..][..self.columns]);
                }
            }
        }
    }
}

/// One row of a depthwise convolution: `starts` are where its `kernel.0` padded input rows start in `from`.
pub(crate) struct Depthwise<'a> {
    /// Weights, one a channel for each of the kernel's places, row after row.
    pub(crate) weights: &'a [f32],
    /// One a channel.
    pub(crate) bias: &'a [f32],
    /// Rows and columns of the kernel.
    pub(crate) kernel: (usize, usize),
    /// Input pixels from an output pixel to the next.
    pub(crate) stride: usize,
    /// Done at the end.
    pub(crate) activation: Activation,
}

impl Depthwise<'_> {
    /// Computes the row `to`, all of it.
    pub(crate) fn row(&self, level: Level, from: &[f32], starts: &[usize], to: &mut [f32]) {
        let channels = self.bias.len();
        let (high, wide) = self.kernel;
        let count = to.len() / channels;
        assert!(channels > 0 && wide > 0 && count > 0 && to.len() == count * channels);
        assert!(starts.len() == high && self.weights.len() == high * wide * channels);
        let last = ((count - 1) * self.stride + wide) * channels;
        assert!(starts.iter().all(|start| start + last <= from.len()) && Level::here().contains(&level));
        let rows = Rows {
            from: from.as_ptr(),
            starts,
            run: wide * channels,
            step: self.stride * channels,
            count,
            to: to.as_mut_ptr(),
            to_step: channels,
            plus: std::ptr::null(),
            bounds: self.activation.bounds(),
        };
        let columns = Columns {
            values: self.weights.as_ptr(),
            bias: self.bias.as_ptr(),
            vectors: 0,
            last: 0,
            count: channels,
            kernel: self.kernel,
        };
        // SAFETY: the asserts above.
        unsafe { depthwise_row(level, &rows, &columns) };
        if self.activation != Activation::None && self.activation.bounds().is_none() {
            activate(level, self.activation, to);
        }
    }
}

/// Makes a function of slices alone out of a kernel.
macro_rules! over_slices {
    ($($(#[$doc:meta])* $name:ident = $kernel:ident ( $($argument:ident : $of:ty),* ) $(where $fits:expr)?;)*) => {
        $(
            $(#[$doc])*
            pub(crate) fn $name(level: Level, $($argument: $of),*) {
                assert!(level == Level::best() || Level::here().contains(&level));
                $(assert!($fits);)?
                // SAFETY: the machine has the level, and the lengths are as the kernel asks.
                unsafe { $kernel(level, $($argument),*) }
            }
        )*
    };
}

over_slices! {
    /// Applies an activation to each number.
    activate = activate_each(activation: Activation, values: &mut [f32]);
    /// Exponentials divided by their sum.
    softmax = softmax_of(values: &mut [f32]);
    /// Adds up pixels of as many channels as there are sums.
    sum = sum_pixels(values: &[f32], sums: &mut [f32]) where !sums.is_empty() && values.len().is_multiple_of(sums.len());
    /// Multiplies each pixel's channels by the factors.
    scale = scale_pixels(values: &mut [f32], factors: &[f32]) where !factors.is_empty() && values.len().is_multiple_of(factors.len());
    /// Takes the greater one of each two numbers.
    greater = greater_each(values: &mut [f32], others: &[f32]) where values.len() == others.len();
    /// Multiplies what is below 0 in each pixel's channels by the factors.
    leak = leak_pixels(values: &mut [f32], factors: &[f32]) where !factors.is_empty() && values.len().is_multiple_of(factors.len());
    /// Adds other numbers, one to one.
    add = add_each(values: &mut [f32], others: &[f32]) where values.len() == others.len();
}

#[cfg(test)]
mod tests;
