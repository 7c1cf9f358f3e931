//! Pictures in just the size they are shown in. Slint's software renderer scales by repeating or leaving out pixels,
//! which gives food stairs for edges; here every pixel of the original counts.

use image::RgbaImage;
use image::imageops::{FilterType, resize};
use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

/// Longest side made; no panel shows a dish larger, and a wild layout must not take the memory.
const SIDE_MAX_PX: f32 = 2048.0;

/// `picture` fitted into a square of `side` pixels; the picture itself where it has no pixels of its own.
pub fn sized(picture: Image, side: f32) -> Image {
    let Some(pixels) = picture.to_rgba8_premultiplied() else { return picture };
    let (width, height) = (pixels.width(), pixels.height());
    let longest = width.max(height);
    if longest == 0 || !(1.0..=SIDE_MAX_PX).contains(&side) {
        return picture;
    }
    let fit = |length: u32| ((length as f32 * side / longest as f32).round() as u32).max(1);
    // Filtered with the colours multiplied by their opacity: what is transparent must not bleed into the edges.
    let Some(source) = RgbaImage::from_raw(width, height, pixels.as_bytes().to_vec()) else { return picture };
    let mut fitted = resize(&source, fit(width), fit(height), FilterType::Lanczos3);
    for pixel in fitted.pixels_mut() {
        // The filter overshoots a little at hard edges; a colour above its opacity would shine.
        let opacity = pixel.0[3];
        pixel.0[..3].iter_mut().for_each(|colour| *colour = (*colour).min(opacity));
    }
    let buffer =
        SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(fitted.as_raw(), fitted.width(), fitted.height());
    Image::from_rgba8_premultiplied(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_its_edges_are_soft() {
        // A hard diagonal edge between opaque red and nothing.
        let hard =
            RgbaImage::from_fn(64, 32, |x, y| image::Rgba(if x > 2 * y { [255, 0, 0, 255] } else { [0; 4] }));
        let buffer = SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(hard.as_raw(), 64, 32);
        let small = sized(Image::from_rgba8_premultiplied(buffer), 24.0).to_rgba8_premultiplied().unwrap();
        assert_eq!((small.width(), small.height()), (24, 12));
        let soft = small.as_slice().iter().filter(|pixel| (1..255).contains(&pixel.a)).count();
        assert!(soft > 8, "{soft} soft pixels");
        assert!(small.as_slice().iter().all(|pixel| pixel.r <= pixel.a && pixel.g == 0 && pixel.b == 0));
    }

    #[test]
    fn a_size_that_is_none_changes_nothing() {
        let buffer = SharedPixelBuffer::<Rgba8Pixel>::new(4, 4);
        for side in [0.0, -3.0, f32::NAN, 1e9] {
            assert_eq!(sized(Image::from_rgba8(buffer.clone()), side).size().width, 4);
        }
    }
}
