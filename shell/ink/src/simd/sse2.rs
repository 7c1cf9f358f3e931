//! Eight lanes as two registers of SSE2, which every x86-64 machine has.
use std::arch::x86_64::*;

/// Lanes 0..4 and 4..8.
type Floats = (__m128, __m128);
type Pixels = (__m128i, __m128i);

/// Weights 0..=255 as 16-bit numbers, four times each, two pixels a register.
type Weights = [__m128i; 4];

#[inline]
#[target_feature(enable = "sse2")]
fn both(a: Floats, b: Floats, f: impl Fn(__m128, __m128) -> __m128) -> Floats {
    (f(a.0, b.0), f(a.1, b.1))
}

#[inline]
#[target_feature(enable = "sse2")]
fn splat(value: f32) -> Floats {
    let four = _mm_set1_ps(value);
    (four, four)
}

#[inline]
#[target_feature(enable = "sse2")]
fn load(values: &[f32; LANES]) -> Floats {
    // SAFETY: eight floats are twice the 16 bytes that are read; no alignment is asked for.
    unsafe { (_mm_loadu_ps(values.as_ptr()), _mm_loadu_ps(values.as_ptr().add(4))) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn add(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| _mm_add_ps(a, b))
}

#[inline]
#[target_feature(enable = "sse2")]
fn sub(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| _mm_sub_ps(a, b))
}

#[inline]
#[target_feature(enable = "sse2")]
fn mul(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| _mm_mul_ps(a, b))
}

#[inline]
#[target_feature(enable = "sse2")]
fn least(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| _mm_min_ps(a, b))
}

#[inline]
#[target_feature(enable = "sse2")]
fn most(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| _mm_max_ps(a, b))
}

#[inline]
#[target_feature(enable = "sse2")]
fn root(a: Floats) -> Floats {
    (_mm_sqrt_ps(a.0), _mm_sqrt_ps(a.1))
}

#[inline]
#[target_feature(enable = "sse2")]
fn raise_eight(pixels: &mut [u8; LANES], coverage: Floats) {
    // Coverage is at most 255, so the signed packing of words loses nothing.
    let words = _mm_packs_epi32(_mm_cvtps_epi32(coverage.0), _mm_cvtps_epi32(coverage.1));
    let bytes = _mm_packus_epi16(words, words);
    let before = _mm_cvtsi64_si128(i64::from_le_bytes(*pixels));
    *pixels = _mm_cvtsi128_si64(_mm_max_epu8(before, bytes)).to_le_bytes();
}

#[inline]
#[target_feature(enable = "sse2")]
fn splat_pixels(colour: u32) -> Pixels {
    let four = _mm_set1_epi32(colour as i32);
    (four, four)
}

#[inline]
#[target_feature(enable = "sse2")]
fn load_pixels(pixels: &[u32; LANES]) -> Pixels {
    let at = pixels.as_ptr();
    // SAFETY: eight pixels are twice the 16 bytes that are read; no alignment is asked for.
    unsafe { (_mm_loadu_si128(at.cast()), _mm_loadu_si128(at.add(4).cast())) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn store_pixels(pixels: &mut [u32; LANES], shown: Pixels) {
    let at = pixels.as_mut_ptr();
    // SAFETY: eight pixels are twice the 16 bytes that are written; no alignment is asked for.
    unsafe {
        _mm_storeu_si128(at.cast(), shown.0);
        _mm_storeu_si128(at.add(4).cast(), shown.1);
    }
}

/// Stores the pixels from `ahead` on, as many as there is room for: seven at most.
#[inline]
#[target_feature(enable = "sse2")]
fn store_some(out: &mut [u32], ahead: usize, shown: Pixels) {
    let mut pixels = [0; LANES];
    store_pixels(&mut pixels, shown);
    for (out, pixel) in out.iter_mut().zip(&pixels[ahead..]) {
        *out = *pixel;
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn is_blank(pixels: Pixels) -> bool {
    let any = _mm_or_si128(pixels.0, pixels.1);
    _mm_movemask_epi8(_mm_cmpeq_epi8(any, _mm_setzero_si128())) == 0xffff
}

#[inline]
#[target_feature(enable = "sse2")]
fn is_opaque(pixels: Pixels) -> bool {
    let all = _mm_and_si128(pixels.0, pixels.1);
    // Every fourth byte is an alpha.
    _mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi32(-1))) & 0x8888 == 0x8888
}

/// Products divided by 255, rounded.
#[inline]
#[target_feature(enable = "sse2")]
fn div255(products: __m128i) -> __m128i {
    let sum = _mm_add_epi16(products, _mm_set1_epi16(128));
    _mm_srli_epi16::<8>(_mm_add_epi16(sum, _mm_srli_epi16::<8>(sum)))
}

#[inline]
#[target_feature(enable = "sse2")]
fn widen(pixels: __m128i) -> (__m128i, __m128i) {
    let zero = _mm_setzero_si128();
    (_mm_unpacklo_epi8(pixels, zero), _mm_unpackhi_epi8(pixels, zero))
}

/// Four pixels, each channel times a weight.
#[inline]
#[target_feature(enable = "sse2")]
fn scale(pixels: __m128i, low: __m128i, high: __m128i) -> __m128i {
    let (first, second) = widen(pixels);
    _mm_packus_epi16(div255(_mm_mullo_epi16(first, low)), div255(_mm_mullo_epi16(second, high)))
}

/// Two pixels' alphas, copied to their four channels.
#[inline]
#[target_feature(enable = "sse2")]
fn alphas(wide: __m128i) -> __m128i {
    _mm_shufflehi_epi16::<0xff>(_mm_shufflelo_epi16::<0xff>(wide))
}

#[inline]
#[target_feature(enable = "sse2")]
fn over_four(under: __m128i, source: __m128i) -> __m128i {
    let (low, high) = widen(_mm_xor_si128(source, _mm_set1_epi32(-1)));
    _mm_add_epi8(source, scale(under, alphas(low), alphas(high)))
}

#[inline]
#[target_feature(enable = "sse2")]
fn over(under: Pixels, source: Pixels) -> Pixels {
    (over_four(under.0, source.0), over_four(under.1, source.1))
}

#[inline]
#[target_feature(enable = "sse2")]
fn weights(mask: u64, tail: u64) -> Weights {
    let bytes = _mm_max_epu8(_mm_cvtsi64_si128(mask as i64), _mm_cvtsi64_si128(tail as i64));
    let twice = _mm_unpacklo_epi8(bytes, bytes);
    let (first, second) = (_mm_unpacklo_epi16(twice, twice), _mm_unpackhi_epi16(twice, twice));
    let ((a, b), (c, d)) = (widen(first), widen(second));
    [a, b, c, d]
}

#[inline]
#[target_feature(enable = "sse2")]
fn weigh(source: Pixels, weights: Weights) -> Pixels {
    let [a, b, c, d] = weights;
    (scale(source.0, a, b), scale(source.1, c, d))
}

/// Two pixels' channels between two colours.
#[inline]
#[target_feature(enable = "sse2")]
fn between(under: __m128i, source: __m128i, weight: __m128i) -> __m128i {
    let old = _mm_sub_epi16(_mm_set1_epi16(255), weight);
    div255(_mm_add_epi16(_mm_mullo_epi16(under, old), _mm_mullo_epi16(source, weight)))
}

#[inline]
#[target_feature(enable = "sse2")]
fn mix_four(under: __m128i, source: __m128i, low: __m128i, high: __m128i) -> __m128i {
    let ((under_low, under_high), (first, second)) = (widen(under), widen(source));
    _mm_packus_epi16(between(under_low, first, low), between(under_high, second, high))
}

#[inline]
#[target_feature(enable = "sse2")]
fn mix(under: Pixels, source: Pixels, weights: Weights) -> Pixels {
    let [a, b, c, d] = weights;
    (mix_four(under.0, source.0, a, b), mix_four(under.1, source.1, c, d))
}

kernels!(#[target_feature(enable = "sse2")]);
