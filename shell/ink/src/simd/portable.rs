//! The twin in plain Rust: what every other instruction set must equal, byte by byte.

type Floats = [f32; LANES];
type Pixels = [u32; LANES];
type Weights = [u8; LANES];

#[inline(always)]
fn each(f: impl Fn(usize) -> f32) -> Floats {
    std::array::from_fn(f)
}

#[inline(always)]
fn splat(value: f32) -> Floats {
    [value; LANES]
}

#[inline(always)]
fn load(values: &[f32; LANES]) -> Floats {
    *values
}

#[inline(always)]
fn add(a: Floats, b: Floats) -> Floats {
    each(|lane| a[lane] + b[lane])
}

#[inline(always)]
fn sub(a: Floats, b: Floats) -> Floats {
    each(|lane| a[lane] - b[lane])
}

#[inline(always)]
fn mul(a: Floats, b: Floats) -> Floats {
    each(|lane| a[lane] * b[lane])
}

/// As the vector instructions choose: the second where neither is less, which also says what happens to NaN.
#[inline(always)]
fn least(a: Floats, b: Floats) -> Floats {
    each(|lane| if a[lane] < b[lane] { a[lane] } else { b[lane] })
}

#[inline(always)]
fn most(a: Floats, b: Floats) -> Floats {
    each(|lane| if a[lane] > b[lane] { a[lane] } else { b[lane] })
}

#[inline(always)]
fn root(a: Floats) -> Floats {
    each(|lane| a[lane].sqrt())
}

/// Numbers from 0 to 2^22 get, by this addition, their nearest whole number (even at a tie) as last bits.
const ROUNDING: f32 = 8_388_608.0;

#[inline(always)]
fn raise_eight(pixels: &mut [u8; LANES], coverage: Floats) {
    for (pixel, coverage) in pixels.iter_mut().zip(coverage) {
        *pixel = (*pixel).max((coverage + ROUNDING).to_bits() as u8);
    }
}

#[inline(always)]
fn splat_pixels(colour: u32) -> Pixels {
    [colour; LANES]
}

#[inline(always)]
fn load_pixels(pixels: &[u32; LANES]) -> Pixels {
    *pixels
}

#[inline(always)]
fn store_pixels(pixels: &mut [u32; LANES], shown: Pixels) {
    *pixels = shown;
}

/// Stores the pixels from `ahead` on, as many as there is room for: seven at most.
#[inline(always)]
fn store_some(out: &mut [u32], ahead: usize, shown: Pixels) {
    let mut pixels = [0; LANES];
    store_pixels(&mut pixels, shown);
    for (out, pixel) in out.iter_mut().zip(&pixels[ahead..]) {
        *out = *pixel;
    }
}

#[inline(always)]
fn is_blank(pixels: Pixels) -> bool {
    pixels == [0; LANES]
}

#[inline(always)]
fn is_opaque(pixels: Pixels) -> bool {
    pixels.iter().fold(u32::MAX, |all, pixel| all & pixel) >= 0xff00_0000
}

#[inline(always)]
fn over(under: Pixels, source: Pixels) -> Pixels {
    std::array::from_fn(|lane| crate::blend::lay(under[lane], source[lane]))
}

/// The greater of two coverages.
#[inline(always)]
fn weights(mask: u64, tail: u64) -> Weights {
    let (mask, tail) = (mask.to_le_bytes(), tail.to_le_bytes());
    std::array::from_fn(|lane| mask[lane].max(tail[lane]))
}

#[inline(always)]
fn weigh(source: Pixels, weights: Weights) -> Pixels {
    std::array::from_fn(|lane| crate::blend::scale(source[lane], u32::from(weights[lane])))
}

#[inline(always)]
fn mix(under: Pixels, source: Pixels, weights: Weights) -> Pixels {
    std::array::from_fn(|lane| crate::blend::lerp(under[lane], source[lane], weights[lane]))
}

kernels!();
