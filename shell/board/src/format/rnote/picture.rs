//! Pictures: pixels as they lie in memory, which become a PNG.
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use serde_json::Value;

use crate::format::{Format, FormatError, Limits, bounded::base64, fields::text, sniff};

/// The file of an image's pixels; `None` where they are not all there.
pub(super) fn file(image: &Value, limits: &Limits) -> Result<Option<Vec<u8>>, FormatError> {
    let Some(data) = text(image, "data") else { return Ok(None) };
    let mut pixels = base64(data, Format::Rnote)?;
    if matches!(sniff(&pixels), Some(Format::Png | Format::Jpeg | Format::WebP)) {
        return Ok(Some(pixels));
    }
    let side = |name: &str| image.get(name).and_then(Value::as_u64).and_then(|side| u32::try_from(side).ok());
    let Some((width, height)) = side("pixel_width").zip(side("pixel_height")) else { return Ok(None) };
    limits.check_picture(width, height)?;
    if width == 0 || height == 0 || pixels.len() as u64 != u64::from(width) * u64::from(height) * 4 {
        return Ok(None);
    }
    let blue_first = text(image, "memory_format").is_some_and(|format| format.starts_with(['B', 'b']));
    for pixel in pixels.chunks_exact_mut(4) {
        if blue_first {
            pixel.swap(0, 2);
        }
        // Colours are multiplied by their opacity, in a PNG they are not.
        let opacity = u32::from(pixel[3]);
        for channel in &mut pixel[..3] {
            let whole = (u32::from(*channel) * 255 + opacity / 2).checked_div(opacity).unwrap_or(0);
            *channel = whole.min(255) as u8;
        }
    }
    let mut png = Vec::new();
    let written = PngEncoder::new(&mut png).write_image(&pixels, width, height, ExtendedColorType::Rgba8);
    written.map_err(|error| FormatError::damaged(Format::Rnote, error))?;
    Ok(Some(png))
}
