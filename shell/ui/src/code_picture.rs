//! A channel's code as a picture: one pixel a module, four modules of quiet zone (ISO/IEC 18004), black on white.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// Modules of white around the code; scanners need them.
const QUIET: i32 = 4;

/// The smallest code drawn, 33 modules: the channels' codes differ by a few letters, and side by side they should
/// have one size.
const SMALLEST: u8 = 4;

/// Draws `text`; `None` where it is longer than a code can hold (2331 bytes at this level).
pub fn draw(text: &str) -> Option<Image> {
    let segments = QrSegment::make_segments(text);
    let code = QrCode::encode_segments_advanced(
        &segments,
        QrCodeEcc::Medium,
        Version::new(SMALLEST),
        Version::MAX,
        None,
        true,
    )
    .ok()?;
    let side = code.size() + 2 * QUIET;
    let side_px = u32::try_from(side).ok()?;
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side_px, side_px);
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    for (pixel, (x, y)) in pixels.make_mut_slice().iter_mut().zip(places) {
        let shade = if code.get_module(x - QUIET, y - QUIET) { 0 } else { 255 };
        *pixel = Rgb8Pixel { r: shade, g: shade, b: shade };
    }
    Some(Image::from_rgb8(pixels))
}
