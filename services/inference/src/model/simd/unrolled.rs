//! What the kernels of every level are written with: loops whose rows are written out, and loops over whole vectors.
//!
//! Names such as `load`, `fma` and `COUNT` are those of the level in whose module these stand.

/// As many tiles of so many rows as fit.
macro_rules! tiles {
    ($from:ident, $columns:ident, $at:ident, $vectors:literal: $($rows:literal $tile:ident)*) => {{
        $(
            while $from.count - $at >= $rows {
                // SAFETY: the caller's promise; the tile's rows are inside.
                unsafe { $tile::<$vectors>($from, $columns, $at) };
                $at += $rows;
            }
        )*
    }};
}

/// Makes each number another, a vector at a time, the last ones through a copy.
macro_rules! each {
    ($values:expr, $x:ident => $step:expr) => {{
        let whole = $values.len() - $values.len() % COUNT;
        let first = $values.as_mut_ptr();
        let mut at = 0;
        while at < whole {
            // SAFETY: a whole vector is inside.
            unsafe {
                let $x = load(first.wrapping_add(at));
                store(first.wrapping_add(at), $step);
            }
            at += COUNT;
        }
        let rest = &mut $values[whole..];
        if !rest.is_empty() {
            let mut lanes = [0.0; COUNT];
            lanes[..rest.len()].copy_from_slice(rest);
            // SAFETY: the array holds a vector.
            unsafe {
                let $x = load(lanes.as_ptr());
                store(lanes.as_mut_ptr(), $step);
            }
            rest.copy_from_slice(&lanes[..rest.len()]);
        }
    }};
}

/// So many rows of a product with one panel. The rows are written out, because the compiler keeps sums in registers only
/// where no loop counts them.
macro_rules! tile {
    ($name:ident $rows:literal: $($row:literal)* $(, $feature:literal)?) => {
        /// # Safety
        /// As [`panel`]; so many rows from `at` on are inside.
        #[inline]
        $(#[target_feature(enable = $feature)])?
        unsafe fn $name<const VECTORS: usize>(rows: &Rows, columns: &Columns, at: usize) {
            let mut sums = [[splat(0.0); VECTORS]; $rows];
            for vector in 0..VECTORS {
                // SAFETY: the bias has a number for every lane.
                let bias = unsafe { load(columns.bias.wrapping_add(vector * COUNT)) };
                $(sums[$row][vector] = bias;)*
            }
            let (mut values, step) = (columns.values, rows.step);
            for &start in rows.starts {
                let mut from = rows.from.wrapping_add(start.wrapping_add(at.wrapping_mul(step)));
                for _ in 0..rows.run {
                    let mut matrix = [splat(0.0); VECTORS];
                    for vector in 0..VECTORS {
                        // SAFETY: the panel has a row for every number of a row.
                        matrix[vector] = unsafe { load(values.wrapping_add(vector * COUNT)) };
                    }
                    values = values.wrapping_add(VECTORS * COUNT);
                    $(
                        // SAFETY: the row has `run` numbers.
                        let number = splat(unsafe { *from.wrapping_add(step.wrapping_mul($row)) });
                        for vector in 0..VECTORS {
                            sums[$row][vector] = fma(number, matrix[vector], sums[$row][vector]);
                        }
                    )*
                    from = from.wrapping_add(1);
                }
            }
            $(
                for vector in 0..VECTORS {
                    let first = if vector + 1 == VECTORS { columns.last } else { vector * COUNT };
                    let (to, left) = ((at + $row) * rows.to_step + first, columns.count.saturating_sub(first));
                    // SAFETY: the caller's promise for `to` and `plus`.
                    unsafe { finish(rows, to, sums[$row][vector], left) };
                }
            )*
        }
    };
}

/// So many pixels of a depthwise convolution, written out for the same reason.
macro_rules! depthwise {
    ($name:ident $pixels:literal: $($pixel:literal)* $(, $feature:literal)?) => {
        /// # Safety
        /// As [`depthwise_row`]; so many pixels from `at` on are inside.
        #[inline]
        $(#[target_feature(enable = $feature)])?
        unsafe fn $name(rows: &Rows, columns: &Columns, at: usize) {
            let (channels, step, (high, wide)) = (columns.count, rows.step, columns.kernel);
            let whole = if channels < COUNT { 0 } else { channels };
            let mut next = 0;
            while next < whole {
                // The last vector begins early enough to be full.
                let channel = next.min(channels - COUNT);
                // SAFETY: the bias has a number for each channel.
                let mut sums = [unsafe { load(columns.bias.wrapping_add(channel)) }; $pixels];
                let mut weights = columns.values.wrapping_add(channel);
                for y in 0..high {
                    let mut row = rows.from.wrapping_add(rows.starts[y] + at * step + channel);
                    for _ in 0..wide {
                        // SAFETY: the weights have a vector here, and so has each pixel's row.
                        unsafe {
                            let weight = load(weights);
                            $(sums[$pixel] = fma(load(row.wrapping_add(step.wrapping_mul($pixel))), weight, sums[$pixel]);)*
                        }
                        weights = weights.wrapping_add(channels);
                        row = row.wrapping_add(channels);
                    }
                }
                $(
                    // SAFETY: `to` has the channel's vector for each pixel.
                    unsafe { finish(rows, (at + $pixel) * rows.to_step + channel, sums[$pixel], COUNT) };
                )*
                next += COUNT;
            }
            for channel in whole..channels {
                for pixel in at..at + $pixels {
                    // SAFETY: as above, for one channel.
                    unsafe {
                        let mut sum = *columns.bias.wrapping_add(channel);
                        for place in 0..high * wide {
                            let from = rows.starts[place / wide] + pixel * step + place % wide * channels + channel;
                            let weight = *columns.values.wrapping_add(place * channels + channel);
                            sum += *rows.from.wrapping_add(from) * weight;
                        }
                        let (least, most) = rows.bounds.unwrap_or((f32::NEG_INFINITY, f32::INFINITY));
                        let sum = sum.max(least).min(most);
                        *rows.to.wrapping_add(pixel * rows.to_step + channel) = sum;
                    }
                }
            }
        }
    };
}

/// An operation on two rows of numbers, into the first.
macro_rules! two {
    ($name:ident $vector:ident, |$value:ident, $other:ident| $step:expr $(, $feature:literal)?) => {
        /// # Safety
        /// Both are as long.
        $(#[target_feature(enable = $feature)])?
        pub(crate) unsafe fn $name(values: &mut [f32], others: &[f32]) {
            let whole = values.len() - values.len() % COUNT;
            let mut at = 0;
            while at < whole {
                let to = values.as_mut_ptr().wrapping_add(at);
                // SAFETY: both have a whole vector from `at` on.
                unsafe { store(to, $vector(load(to), load(others.as_ptr().wrapping_add(at)))) };
                at += COUNT;
            }
            for (value, &other) in values[whole..].iter_mut().zip(&others[whole..]) {
                let ($value, $other) = (*value, other);
                *value = $step;
            }
        }
    };
}

/// An operation on each pixel's channels and as many factors: on vectors, and on single numbers.
macro_rules! by_channel {
    ($name:ident, |$x:ident, $factor:ident| $wide:expr, |$y:ident, $other:ident| $single:expr $(, $feature:literal)?) => {
        /// # Safety
        /// `values` are pixels of `factors.len()` channels.
        $(#[target_feature(enable = $feature)])?
        pub(crate) unsafe fn $name(values: &mut [f32], factors: &[f32]) {
            let whole = factors.len() - factors.len() % COUNT;
            for pixel in values.chunks_exact_mut(factors.len()) {
                let mut at = 0;
                while at < whole {
                    let to = pixel.as_mut_ptr().wrapping_add(at);
                    // SAFETY: both have a whole vector from `at` on.
                    unsafe {
                        let ($x, $factor) = (load(to), load(factors.as_ptr().wrapping_add(at)));
                        store(to, $wide);
                    }
                    at += COUNT;
                }
                for (value, &$other) in pixel[whole..].iter_mut().zip(&factors[whole..]) {
                    let $y = *value;
                    *value = $single;
                }
            }
        }
    };
}
