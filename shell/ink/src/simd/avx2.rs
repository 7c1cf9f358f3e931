//! Eight lanes of AVX2: one register holds the eight pixels of a block.
use std::arch::x86_64::*;

type Floats = __m256;
type Pixels = __m256i;

/// Weights 0..=255 as 16-bit numbers, four times each: of pixels 0, 1, 4, 5, and of 2, 3, 6, 7. That is the
/// order in which the instructions widen eight pixels.
#[derive(Clone, Copy)]
struct Weights(__m256i, __m256i);

#[inline]
#[target_feature(enable = "avx2")]
fn splat(value: f32) -> Floats {
    _mm256_set1_ps(value)
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(values: &[f32; LANES]) -> Floats {
    // SAFETY: eight floats are the 32 bytes that are read; no alignment is asked for.
    unsafe { _mm256_loadu_ps(values.as_ptr()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn add(a: Floats, b: Floats) -> Floats {
    _mm256_add_ps(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn sub(a: Floats, b: Floats) -> Floats {
    _mm256_sub_ps(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn mul(a: Floats, b: Floats) -> Floats {
    _mm256_mul_ps(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn least(a: Floats, b: Floats) -> Floats {
    _mm256_min_ps(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn most(a: Floats, b: Floats) -> Floats {
    _mm256_max_ps(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn root(a: Floats) -> Floats {
    _mm256_sqrt_ps(a)
}

#[inline]
#[target_feature(enable = "avx2")]
fn raise_eight(pixels: &mut [u8; LANES], coverage: Floats) {
    let wide = _mm256_cvtps_epi32(coverage);
    let words = _mm_packus_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256::<1>(wide));
    let bytes = _mm_packus_epi16(words, words);
    let before = _mm_cvtsi64_si128(i64::from_le_bytes(*pixels));
    *pixels = _mm_cvtsi128_si64(_mm_max_epu8(before, bytes)).to_le_bytes();
}

#[inline]
#[target_feature(enable = "avx2")]
fn splat_pixels(colour: u32) -> Pixels {
    _mm256_set1_epi32(colour as i32)
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_pixels(pixels: &[u32; LANES]) -> Pixels {
    // SAFETY: eight pixels are the 32 bytes that are read; no alignment is asked for.
    unsafe { _mm256_loadu_si256(pixels.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store_pixels(pixels: &mut [u32; LANES], shown: Pixels) {
    // SAFETY: eight pixels are the 32 bytes that are written; no alignment is asked for.
    unsafe { _mm256_storeu_si256(pixels.as_mut_ptr().cast(), shown) }
}

/// Stores the pixels from `ahead` on, as many as there is room for: seven at most.
#[inline]
#[target_feature(enable = "avx2")]
fn store_some(out: &mut [u32], ahead: usize, shown: Pixels) {
    let lanes = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    let moved = _mm256_permutevar8x32_epi32(shown, _mm256_add_epi32(lanes, _mm256_set1_epi32(ahead as i32)));
    let room = out.len().min(LANES - ahead) as i32;
    let chosen = _mm256_cmpgt_epi32(_mm256_set1_epi32(room), lanes);
    // SAFETY: only the first `room` lanes are written, and `out` is at least as long.
    unsafe { _mm256_maskstore_epi32(out.as_mut_ptr().cast(), chosen, moved) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn is_blank(pixels: Pixels) -> bool {
    _mm256_testz_si256(pixels, pixels) == 1
}

#[inline]
#[target_feature(enable = "avx2")]
fn is_opaque(pixels: Pixels) -> bool {
    _mm256_testc_si256(pixels, _mm256_set1_epi32(0xff00_0000_u32 as i32)) == 1
}

/// Products divided by 255, rounded.
#[inline]
#[target_feature(enable = "avx2")]
fn div255(products: __m256i) -> __m256i {
    let sum = _mm256_add_epi16(products, _mm256_set1_epi16(128));
    _mm256_srli_epi16::<8>(_mm256_add_epi16(sum, _mm256_srli_epi16::<8>(sum)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn widen(pixels: Pixels) -> (__m256i, __m256i) {
    let zero = _mm256_setzero_si256();
    (_mm256_unpacklo_epi8(pixels, zero), _mm256_unpackhi_epi8(pixels, zero))
}

#[inline]
#[target_feature(enable = "avx2")]
fn over(under: Pixels, source: Pixels) -> Pixels {
    // Copies each alpha to the four channels of its pixel, in the order of `widen`.
    let low = _mm256_set_epi64x(
        0xff07_ff07_ff07_ff07_u64 as i64,
        0xff03_ff03_ff03_ff03_u64 as i64,
        0xff07_ff07_ff07_ff07_u64 as i64,
        0xff03_ff03_ff03_ff03_u64 as i64,
    );
    let high = _mm256_add_epi8(low, _mm256_set1_epi16(8));
    let rest = _mm256_xor_si256(source, _mm256_set1_epi32(-1));
    let (keep_low, keep_high) = (_mm256_shuffle_epi8(rest, low), _mm256_shuffle_epi8(rest, high));
    let (under_low, under_high) = widen(under);
    let below = _mm256_packus_epi16(
        div255(_mm256_mullo_epi16(under_low, keep_low)),
        div255(_mm256_mullo_epi16(under_high, keep_high)),
    );
    _mm256_add_epi8(source, below)
}

#[inline]
#[target_feature(enable = "avx2")]
fn weights(mask: u64, tail: u64) -> Weights {
    let bytes = _mm_max_epu8(_mm_cvtsi64_si128(mask as i64), _mm_cvtsi64_si128(tail as i64));
    let wide = _mm256_cvtepu8_epi32(bytes);
    let low = _mm256_set_epi64x(
        0xff04_ff04_ff04_ff04_u64 as i64,
        0xff00_ff00_ff00_ff00_u64 as i64,
        0xff04_ff04_ff04_ff04_u64 as i64,
        0xff00_ff00_ff00_ff00_u64 as i64,
    );
    let high = _mm256_add_epi8(low, _mm256_set1_epi16(8));
    Weights(_mm256_shuffle_epi8(wide, low), _mm256_shuffle_epi8(wide, high))
}

#[inline]
#[target_feature(enable = "avx2")]
fn weigh(source: Pixels, weights: Weights) -> Pixels {
    let (low, high) = widen(source);
    _mm256_packus_epi16(
        div255(_mm256_mullo_epi16(low, weights.0)),
        div255(_mm256_mullo_epi16(high, weights.1)),
    )
}

/// Channels between two colours.
#[inline]
#[target_feature(enable = "avx2")]
fn between(under: __m256i, source: __m256i, weight: __m256i) -> __m256i {
    let old = _mm256_sub_epi16(_mm256_set1_epi16(255), weight);
    div255(_mm256_add_epi16(_mm256_mullo_epi16(under, old), _mm256_mullo_epi16(source, weight)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn mix(under: Pixels, source: Pixels, weights: Weights) -> Pixels {
    let ((under_low, under_high), (low, high)) = (widen(under), widen(source));
    _mm256_packus_epi16(between(under_low, low, weights.0), between(under_high, high, weights.1))
}

kernels!(#[target_feature(enable = "avx2")]);
