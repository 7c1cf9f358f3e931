//! So many numbers side by side as one instruction takes: AVX-512's sixteen, AVX2's eight, and eight in plain Rust.
//!
//! Each module has the same names: `V` is the numbers side by side, `COUNT` how many; each function is one operation on
//! every lane. `fma` is `a * b + c`, rounded once or twice; `exp2_of_bits` is 2 to the power that stands in the lowest
//! bits of a number to which 1.5 * 2^23 was added.

/// One set of x86 instructions: the name of the module, what enables it, and its intrinsics.
#[cfg(target_arch = "x86_64")]
macro_rules! x86 {
    ($name:ident, $features:literal, $lanes:literal, $inner:ty, $splat:ident, $load:ident, $store:ident,
     $bits:ident, $numbers:ident, $shift:ident, $plus:ident, $fma:ident, $($operation:ident = $intrinsic:ident)*) => {
        pub(super) mod $name {
            use std::arch::x86_64::*;

            pub(crate) type V = $inner;
            pub(crate) const COUNT: usize = $lanes;

            $(
                #[inline]
                #[target_feature(enable = $features)]
                pub(crate) fn $operation(a: V, b: V) -> V {
                    $intrinsic(a, b)
                }
            )*

            #[inline]
            #[target_feature(enable = $features)]
            pub(crate) fn splat(value: f32) -> V {
                $splat(value)
            }

            #[inline]
            #[target_feature(enable = $features)]
            pub(crate) fn fma(a: V, b: V, c: V) -> V {
                $fma(a, b, c)
            }

            /// # Safety
            /// `COUNT` numbers can be read at `from`.
            #[inline]
            #[target_feature(enable = $features)]
            pub(crate) unsafe fn load(from: *const f32) -> V {
                // SAFETY: the caller's promise; nothing need be aligned.
                unsafe { $load(from) }
            }

            /// # Safety
            /// `COUNT` numbers can be written at `to`.
            #[inline]
            #[target_feature(enable = $features)]
            pub(crate) unsafe fn store(to: *mut f32, a: V) {
                // SAFETY: the caller's promise; nothing need be aligned.
                unsafe { $store(to, a) }
            }

            #[inline]
            #[target_feature(enable = $features)]
            pub(crate) fn exp2_of_bits(a: V) -> V {
                $numbers($plus($shift::<23>($bits(a)), $bits($splat(1.0))))
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
x86!(
    avx2, "avx2,fma", 8, __m256, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_castps_si256,
    _mm256_castsi256_ps, _mm256_slli_epi32, _mm256_add_epi32, _mm256_fmadd_ps,
    add = _mm256_add_ps sub = _mm256_sub_ps mul = _mm256_mul_ps div = _mm256_div_ps max = _mm256_max_ps
    min = _mm256_min_ps
);
#[cfg(target_arch = "x86_64")]
x86!(
    avx512, "avx512f", 16, __m512, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_castps_si512,
    _mm512_castsi512_ps, _mm512_slli_epi32, _mm512_add_epi32, _mm512_fmadd_ps,
    add = _mm512_add_ps sub = _mm512_sub_ps mul = _mm512_mul_ps div = _mm512_div_ps max = _mm512_max_ps
    min = _mm512_min_ps
);

/// What the compiler makes into the target's own instructions.
pub(super) mod plain {
    pub(crate) type V = [f32; 8];
    pub(crate) const COUNT: usize = 8;

    macro_rules! operations {
        ($($name:ident = |$a:ident, $b:ident| $of:expr;)*) => {
            $(
                #[inline]
                pub(crate) fn $name(a: V, b: V) -> V {
                    let mut to = a;
                    for lane in 0..COUNT {
                        let ($a, $b) = (a[lane], b[lane]);
                        to[lane] = $of;
                    }
                    to
                }
            )*
        };
    }

    operations! {
        add = |a, b| a + b;
        sub = |a, b| a - b;
        mul = |a, b| a * b;
        div = |a, b| a / b;
        max = |a, b| if a > b { a } else { b };
        min = |a, b| if a < b { a } else { b };
    }

    #[inline]
    pub(crate) fn splat(value: f32) -> V {
        [value; COUNT]
    }

    #[inline]
    pub(crate) fn fma(a: V, b: V, c: V) -> V {
        add(mul(a, b), c)
    }

    /// # Safety
    /// `COUNT` numbers can be read at `from`.
    #[inline]
    pub(crate) unsafe fn load(from: *const f32) -> V {
        // SAFETY: the caller's promise.
        unsafe { from.cast::<V>().read_unaligned() }
    }

    /// # Safety
    /// `COUNT` numbers can be written at `to`.
    #[inline]
    pub(crate) unsafe fn store(to: *mut f32, a: V) {
        // SAFETY: the caller's promise.
        unsafe { to.cast::<V>().write_unaligned(a) }
    }

    #[inline]
    pub(crate) fn exp2_of_bits(a: V) -> V {
        a.map(|lane| f32::from_bits((lane.to_bits() << 23).wrapping_add(1.0_f32.to_bits())))
    }
}
