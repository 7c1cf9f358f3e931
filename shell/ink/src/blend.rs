//! The two ways a colour meets a pixel, on premultiplied 0xAARRGGBB, two channels at a time.

/// Splits into the even and the odd channels, each with room for a product.
const EVEN: u32 = 0x00ff_00ff;

/// Divides two 16-bit products by 255, rounded, exact for sums up to 255 * 255.
#[inline(always)]
const fn div255(pair: u32) -> u32 {
    let pair = pair + 0x0080_0080;
    ((pair + ((pair >> 8) & EVEN)) >> 8) & EVEN
}

/// A premultiplied pixel at a part of its strength, 0..=255.
#[inline(always)]
pub(crate) const fn scale(pixel: u32, by: u32) -> u32 {
    div255((pixel & EVEN) * by) | (div255(((pixel >> 8) & EVEN) * by) << 8)
}

/// A colour 0x00RRGGBB with an opacity, as a premultiplied pixel.
pub const fn premultiply(rgb: u32, alpha: u8) -> u32 {
    scale(rgb | 0xff00_0000, alpha as u32)
}

/// Lays `source` with this coverage over `under`: ink.
#[inline(always)]
pub const fn over(under: u32, source: u32, coverage: u8) -> u32 {
    lay(under, scale(source, coverage as u32))
}

/// Lays a whole pixel over another. Premultiplied pixels never exceed a channel; others wrap in it, as the
/// vector instructions do.
#[inline(always)]
pub(crate) const fn lay(under: u32, source: u32) -> u32 {
    let under = scale(under, 255 - (source >> 24));
    let even = ((source & EVEN) + (under & EVEN)) & EVEN;
    let odd = (((source >> 8) & EVEN) + ((under >> 8) & EVEN)) & EVEN;
    even | (odd << 8)
}

/// Replaces `under` by `source` as far as coverage goes: a highlighter, which therefore does not darken where
/// it passes twice.
#[inline(always)]
pub const fn lerp(under: u32, source: u32, coverage: u8) -> u32 {
    let new = coverage as u32;
    let old = 255 - new;
    let even = div255((under & EVEN) * old + (source & EVEN) * new);
    let odd = div255(((under >> 8) & EVEN) * old + ((source >> 8) & EVEN) * new);
    even | (odd << 8)
}
