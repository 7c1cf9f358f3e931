//! The loops themselves, over the lanes of any level. Every pointer's bounds are the caller's promise.

use super::Activation;

/// Rows that a kernel reads and writes.
pub(super) struct Rows<'a> {
    pub(super) from: *const f32,
    pub(super) starts: &'a [usize],
    pub(super) run: usize,
    pub(super) step: usize,
    pub(super) count: usize,
    pub(super) to: *mut f32,
    pub(super) to_step: usize,
    /// Laid out as `to`, or null.
    pub(super) plus: *const f32,
    /// Least and most.
    pub(super) bounds: Option<(f32, f32)>,
}

/// What the rows are multiplied by.
pub(super) struct Columns {
    pub(super) values: *const f32,
    pub(super) bias: *const f32,
    pub(super) vectors: usize,
    /// The column at which the last of them begins.
    pub(super) last: usize,
    pub(super) count: usize,
    pub(super) kernel: (usize, usize),
}

/// The kernels of a level: its module of lanes, and what its functions need.
macro_rules! level {
    ($lanes:ident $(, $feature:literal)?) => {
        pub(super) mod $lanes {
            use super::{Activation, Columns, Rows};
            use super::super::lanes::$lanes::*;

            /// The product of all rows with one panel of 1 to 3 vectors.
            ///
            /// # Safety
            /// Each of `starts` holds `run` numbers for each row; the panel has `starts.len() * run` rows of `vectors` vectors, the
            /// bias `vectors`; `to`, and `plus` where it is not null, hold `count` columns of each row.
            #[inline]
            $(#[target_feature(enable = $feature)])?
            pub(crate) unsafe fn panel(rows: &Rows, columns: &Columns) {
                let (mut at, wide) = (0, COUNT == 16);
                // As many sums as there are registers for.
                match (columns.vectors, wide) {
                    (1, true) => tiles!(rows, columns, at, 1: 16 tile16 8 tile8 4 tile4 2 tile2 1 tile1),
                    (2, true) => tiles!(rows, columns, at, 2: 12 tile12 8 tile8 4 tile4 2 tile2 1 tile1),
                    (3, true) => tiles!(rows, columns, at, 3: 8 tile8 4 tile4 2 tile2 1 tile1),
                    (1, false) => tiles!(rows, columns, at, 1: 8 tile8 4 tile4 2 tile2 1 tile1),
                    (2, false) => tiles!(rows, columns, at, 2: 6 tile6 4 tile4 2 tile2 1 tile1),
                    _ => tiles!(rows, columns, at, 3: 4 tile4 2 tile2 1 tile1),
                }
            }

            tile!(tile16 16: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 $(, $feature)?);
            tile!(tile12 12: 0 1 2 3 4 5 6 7 8 9 10 11 $(, $feature)?);
            tile!(tile8 8: 0 1 2 3 4 5 6 7 $(, $feature)?);
            tile!(tile6 6: 0 1 2 3 4 5 $(, $feature)?);
            tile!(tile4 4: 0 1 2 3 $(, $feature)?);
            tile!(tile2 2: 0 1 $(, $feature)?);
            tile!(tile1 1: 0 $(, $feature)?);

            /// Adds, cuts off and writes the first `count` lanes.
            ///
            /// # Safety
            /// `to`, and `plus` where it is not null, hold so many numbers from `at` on, or a whole vector.
            #[inline]
            $(#[target_feature(enable = $feature)])?
            unsafe fn finish(rows: &Rows, at: usize, mut sum: V, count: usize) {
                if count >= COUNT {
                    // SAFETY: the caller's promise.
                    unsafe {
                        if !rows.plus.is_null() {
                            sum = add(sum, load(rows.plus.wrapping_add(at)));
                        }
                        if let Some((least, most)) = rows.bounds {
                            sum = min(max(sum, splat(least)), splat(most));
                        }
                        store(rows.to.wrapping_add(at), sum);
                    }
                    return;
                }
                for (lane, mut number) in each_lane(sum).into_iter().take(count).enumerate() {
                    // SAFETY: the caller's promise.
                    unsafe {
                        if !rows.plus.is_null() {
                            number += *rows.plus.wrapping_add(at + lane);
                        }
                        if let Some((least, most)) = rows.bounds {
                            number = number.max(least).min(most);
                        }
                        *rows.to.wrapping_add(at + lane) = number;
                    }
                }
            }

            /// One row of a depthwise convolution.
            ///
            /// # Safety
            /// Each of `starts` holds `run` numbers for each pixel, `step` apart; the weights have `count` numbers for each
            /// place of the kernel, the bias `count`; `to` holds `count` channels of each pixel.
            $(#[target_feature(enable = $feature)])?
            pub(crate) unsafe fn depthwise_row(rows: &Rows, columns: &Columns) {
                let mut at = 0;
                // SAFETY: the caller's promise; the pixels are inside.
                unsafe {
                    while rows.count - at >= 8 {
                        depthwise8(rows, columns, at);
                        at += 8;
                    }
                    while at < rows.count {
                        depthwise1(rows, columns, at);
                        at += 1;
                    }
                }
            }

            depthwise!(depthwise8 8: 0 1 2 3 4 5 6 7 $(, $feature)?);
            depthwise!(depthwise1 1: 0 $(, $feature)?);

            /// The lanes one by one.
            #[inline]
            $(#[target_feature(enable = $feature)])?
            fn each_lane(a: V) -> [f32; COUNT] {
                let mut lanes = [0.0; COUNT];
                // SAFETY: there is room for every lane.
                unsafe { store(lanes.as_mut_ptr(), a) };
                lanes
            }

            /// # Safety
            /// None beyond the instructions being there.
            $(#[target_feature(enable = $feature)])?
            pub(crate) unsafe fn activate_each(activation: Activation, values: &mut [f32]) {
                let (zero, one) = (splat(0.0), splat(1.0));
                match activation {
                    Activation::None => {}
                    Activation::Relu => each!(values, x => max(x, zero)),
                    Activation::Clamp(least, most) => each!(values, x => min(max(x, splat(least)), splat(most))),
                    Activation::Gelu => each!(values, x => gelu(x)),
                    Activation::HardSigmoid(alpha, beta) => {
                        each!(values, x => min(max(fma(x, splat(alpha), splat(beta)), zero), one));
                    }
                    Activation::HardSwish(alpha, beta) => {
                        each!(values, x => mul(min(max(fma(x, splat(alpha), splat(beta)), zero), one), x));
                    }
                    Activation::Sigmoid => each!(values, x => div(one, add(one, exp(sub(zero, x))))),
                    Activation::Swish => each!(values, x => div(x, add(one, exp(sub(zero, x))))),
                }
            }

            #[inline]
            $(#[target_feature(enable = $feature)])?
            fn gelu(x: V) -> V {
                let half = mul(x, splat(0.5));
                fma(erf(mul(x, splat(std::f32::consts::FRAC_1_SQRT_2))), half, half)
            }

            /// The error function as a quotient of two polynomials, right to the last bits of a single number (Eigen's).
            #[inline]
            $(#[target_feature(enable = $feature)])?
            fn erf(x: V) -> V {
                const ABOVE: [f32; 7] = [
                    -2.726_142_4e-10, 2.770_681_5e-8, -2.101_024e-6, -5.692_506_2e-5, -7.349_906_4e-4, -2.9546e-3,
                    -1.609_603_3e-2,
                ];
                const BELOW: [f32; 5] =
                    [-1.456_607_15e-5, -2.133_740_5e-4, -1.682_827e-3, -7.373_329_3e-3, -1.426_473_9e-2];
                let x = min(max(x, splat(-4.0)), splat(4.0));
                let square = mul(x, x);
                let mut above = splat(ABOVE[0]);
                for &factor in &ABOVE[1..] {
                    above = fma(above, square, splat(factor));
                }
                let mut below = splat(BELOW[0]);
                for &factor in &BELOW[1..] {
                    below = fma(below, square, splat(factor));
                }
                div(mul(above, x), below)
            }

            /// e to the power of x, x at most 88; below -87 it stays at its smallest.
            #[inline]
            $(#[target_feature(enable = $feature)])?
            fn exp(x: V) -> V {
                /// Adding it leaves a whole number in the lowest bits.
                const WHOLE: f32 = 12_582_912.0;
                /// Of `exp` on half a bit's width around 0 (Cephes).
                const POWERS: [f32; 6] =
                    [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_6e-1, 0.5];
                let x = min(max(x, splat(-87.0)), splat(88.0));
                let bits = fma(x, splat(std::f32::consts::LOG2_E), splat(WHOLE));
                let whole = sub(bits, splat(WHOLE));
                let rest = fma(whole, splat(-0.693_359_4), x);
                let rest = fma(whole, splat(2.121_944_4e-4), rest);
                let mut sum = splat(POWERS[0]);
                for &factor in &POWERS[1..] {
                    sum = fma(sum, rest, splat(factor));
                }
                let power = fma(sum, mul(rest, rest), add(rest, splat(1.0)));
                mul(power, exp2_of_bits(bits))
            }

            /// # Safety
            /// None beyond the instructions being there.
            #[inline]
            $(#[target_feature(enable = $feature)])?
            pub(crate) unsafe fn softmax_of(values: &mut [f32]) {
                let whole = values.len() - values.len() % COUNT;
                let mut most = splat(f32::MIN);
                for chunk in values[..whole].chunks_exact(COUNT) {
                    // SAFETY: the chunk is a vector.
                    most = max(most, unsafe { load(chunk.as_ptr()) });
                }
                let most = each_lane(most).into_iter().chain(values[whole..].iter().copied()).fold(f32::MIN, f32::max);
                let most = splat(most);
                each!(values, x => exp(sub(x, most)));
                let mut sum = splat(0.0);
                for chunk in values[..whole].chunks_exact(COUNT) {
                    // SAFETY: the chunk is a vector.
                    sum = add(sum, unsafe { load(chunk.as_ptr()) });
                }
                let sum: f32 = each_lane(sum).into_iter().sum::<f32>() + values[whole..].iter().sum::<f32>();
                let share = splat(1.0 / sum);
                each!(values, x => mul(x, share));
            }

            /// # Safety
            /// `values` are pixels of `sums.len()` channels.
            #[inline]
            $(#[target_feature(enable = $feature)])?
            pub(crate) unsafe fn sum_pixels(values: &[f32], sums: &mut [f32]) {
                let channels = sums.len();
                let pixels = values.len() / channels;
                let mut at = 0;
                while at + COUNT <= channels {
                    let mut sum = [splat(0.0); 2];
                    for pixel in 0..pixels {
                        // SAFETY: the pixel has a vector from `at` on.
                        let next = unsafe { load(values.as_ptr().wrapping_add(pixel * channels + at)) };
                        sum[pixel % 2] = add(sum[pixel % 2], next);
                    }
                    // SAFETY: `at` is a whole vector away from the end.
                    unsafe { store(sums.as_mut_ptr().wrapping_add(at), add(sum[0], sum[1])) };
                    at += COUNT;
                }
                for channel in at..channels {
                    sums[channel] = values.iter().skip(channel).step_by(channels).sum();
                }
            }

            by_channel!(scale_pixels, |x, factor| mul(x, factor), |x, factor| x * factor $(, $feature)?);
            by_channel!(
                leak_pixels,
                |x, factor| fma(min(x, splat(0.0)), factor, max(x, splat(0.0))),
                |x, factor| x.max(0.0) + x.min(0.0) * factor
                $(, $feature)?
            );
            two!(add_each add, |value, other| value + other $(, $feature)?);
            two!(greater_each max, |value, other| f32::max(value, other) $(, $feature)?);
        }
    };
}

#[cfg(target_arch = "x86_64")]
level!(avx512, "avx512f");
#[cfg(target_arch = "x86_64")]
level!(avx2, "avx2,fma");
level!(plain);
