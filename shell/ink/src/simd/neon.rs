//! Eight lanes of NEON, which every aarch64 machine has: floats in two registers, pixels by channel.
use std::arch::aarch64::*;

/// Lanes 0..4 and 4..8.
type Floats = (float32x4_t, float32x4_t);
/// Blue, green, red and alpha of eight pixels.
type Pixels = uint8x8x4_t;
type Weights = uint8x8_t;

#[inline]
#[target_feature(enable = "neon")]
fn both(a: Floats, b: Floats, f: impl Fn(float32x4_t, float32x4_t) -> float32x4_t) -> Floats {
    (f(a.0, b.0), f(a.1, b.1))
}

#[inline]
#[target_feature(enable = "neon")]
fn splat(value: f32) -> Floats {
    let four = vdupq_n_f32(value);
    (four, four)
}

#[inline]
#[target_feature(enable = "neon")]
fn load(values: &[f32; LANES]) -> Floats {
    // SAFETY: eight floats are twice the four that are read.
    unsafe { (vld1q_f32(values.as_ptr()), vld1q_f32(values.as_ptr().add(4))) }
}

#[inline]
#[target_feature(enable = "neon")]
fn add(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| vaddq_f32(a, b))
}

#[inline]
#[target_feature(enable = "neon")]
fn sub(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| vsubq_f32(a, b))
}

#[inline]
#[target_feature(enable = "neon")]
fn mul(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| vmulq_f32(a, b))
}

/// The second where neither is less: as the twin chooses, where NEON's own minimum would return NaN.
#[inline]
#[target_feature(enable = "neon")]
fn least(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| vbslq_f32(vcltq_f32(a, b), a, b))
}

#[inline]
#[target_feature(enable = "neon")]
fn most(a: Floats, b: Floats) -> Floats {
    both(a, b, |a, b| vbslq_f32(vcgtq_f32(a, b), a, b))
}

#[inline]
#[target_feature(enable = "neon")]
fn root(a: Floats) -> Floats {
    (vsqrtq_f32(a.0), vsqrtq_f32(a.1))
}

#[inline]
#[target_feature(enable = "neon")]
fn raise_eight(pixels: &mut [u8; LANES], coverage: Floats) {
    let low = vmovn_u32(vcvtnq_u32_f32(coverage.0));
    let high = vmovn_u32(vcvtnq_u32_f32(coverage.1));
    let bytes = vmovn_u16(vcombine_u16(low, high));
    let before = vcreate_u8(u64::from_le_bytes(*pixels));
    *pixels = vget_lane_u64::<0>(vreinterpret_u64_u8(vmax_u8(before, bytes))).to_le_bytes();
}

#[inline]
#[target_feature(enable = "neon")]
fn splat_pixels(colour: u32) -> Pixels {
    let [blue, green, red, alpha] = colour.to_le_bytes();
    uint8x8x4_t(vdup_n_u8(blue), vdup_n_u8(green), vdup_n_u8(red), vdup_n_u8(alpha))
}

#[inline]
#[target_feature(enable = "neon")]
fn load_pixels(pixels: &[u32; LANES]) -> Pixels {
    // SAFETY: eight pixels are the 32 bytes that are read.
    unsafe { vld4_u8(pixels.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "neon")]
fn store_pixels(pixels: &mut [u32; LANES], shown: Pixels) {
    // SAFETY: eight pixels are the 32 bytes that are written.
    unsafe { vst4_u8(pixels.as_mut_ptr().cast(), shown) }
}

/// Stores the pixels from `ahead` on, as many as there is room for: seven at most.
#[inline]
#[target_feature(enable = "neon")]
fn store_some(out: &mut [u32], ahead: usize, shown: Pixels) {
    let mut pixels = [0; LANES];
    store_pixels(&mut pixels, shown);
    for (out, pixel) in out.iter_mut().zip(&pixels[ahead..]) {
        *out = *pixel;
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn is_blank(pixels: Pixels) -> bool {
    let any = vorr_u8(vorr_u8(pixels.0, pixels.1), vorr_u8(pixels.2, pixels.3));
    vget_lane_u64::<0>(vreinterpret_u64_u8(any)) == 0
}

#[inline]
#[target_feature(enable = "neon")]
fn is_opaque(pixels: Pixels) -> bool {
    vget_lane_u64::<0>(vreinterpret_u64_u8(pixels.3)) == u64::MAX
}

/// Products divided by 255, rounded.
#[inline]
#[target_feature(enable = "neon")]
fn div255(products: uint16x8_t) -> uint8x8_t {
    vraddhn_u16(products, vrshrq_n_u16::<8>(products))
}

#[inline]
#[target_feature(enable = "neon")]
fn over(under: Pixels, source: Pixels) -> Pixels {
    let keep = vmvn_u8(source.3);
    let channel = |under, source| vadd_u8(source, div255(vmull_u8(under, keep)));
    uint8x8x4_t(
        channel(under.0, source.0),
        channel(under.1, source.1),
        channel(under.2, source.2),
        channel(under.3, source.3),
    )
}

#[inline]
#[target_feature(enable = "neon")]
fn weights(mask: u64, tail: u64) -> Weights {
    vmax_u8(vcreate_u8(mask), vcreate_u8(tail))
}

#[inline]
#[target_feature(enable = "neon")]
fn weigh(source: Pixels, weights: Weights) -> Pixels {
    let channel = |source| div255(vmull_u8(source, weights));
    uint8x8x4_t(channel(source.0), channel(source.1), channel(source.2), channel(source.3))
}

#[inline]
#[target_feature(enable = "neon")]
fn mix(under: Pixels, source: Pixels, weights: Weights) -> Pixels {
    let keep = vmvn_u8(weights);
    let channel = |under, source| div255(vmlal_u8(vmull_u8(under, keep), source, weights));
    uint8x8x4_t(
        channel(under.0, source.0),
        channel(under.1, source.1),
        channel(under.2, source.2),
        channel(under.3, source.3),
    )
}

kernels!(#[target_feature(enable = "neon")]);
