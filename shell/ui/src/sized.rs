//! Pictures in just the size they are shown in. Slint's software renderer scales by repeating or leaving out pixels,
//! which gives food stairs for edges; here every pixel of the original counts.

use std::cell::RefCell;
use std::collections::VecDeque;

use image::imageops::FilterType;
use image::{DynamicImage, RgbaImage};
use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

/// Longest side made; no panel shows a dish larger, and a wild layout must not take the memory.
const SIDE_MAX_PX: f32 = 2048.0;
/// Pixels kept of pictures that were fitted before, oldest given up first: 64 MB, all dishes of a menu on a 4K panel.
const KEPT_MAX_PX: u64 = 16_000_000;

/// Pictures fitted before. A touch of a dish shows its row anew, and must not fit its picture anew.
#[derive(Default)]
struct Kept {
    fitted: VecDeque<(Image, u32, Image)>,
    px: u64,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// `picture` fitted into a square of `side` pixels; the picture itself where it has no pixels of its own.
pub fn sized(picture: Image, side: f32) -> Image {
    if !(1.0..=SIDE_MAX_PX).contains(&side) {
        return picture;
    }
    let side = side.round() as u32;
    KEPT.with_borrow_mut(|kept| {
        if let Some(known) = kept.find(&picture, side) {
            return known;
        }
        match fitted(&picture, side) {
            Some(fitted) => {
                kept.keep(picture, side, fitted.clone());
                fitted
            }
            None => picture,
        }
    })
}

impl Kept {
    /// Pictures are the same where their pixels are those in the same place.
    fn find(&self, picture: &Image, side: u32) -> Option<Image> {
        let found = self.fitted.iter().find(|(of, at, _)| *at == side && of == picture);
        found.map(|(.., fitted)| fitted.clone())
    }

    fn keep(&mut self, picture: Image, side: u32, fitted: Image) {
        self.px += pixels(&fitted);
        self.fitted.push_back((picture, side, fitted));
        while self.px > KEPT_MAX_PX {
            let Some((.., oldest)) = self.fitted.pop_front() else { return };
            self.px -= pixels(&oldest);
        }
    }
}

fn pixels(image: &Image) -> u64 {
    u64::from(image.size().width) * u64::from(image.size().height)
}

fn fitted(picture: &Image, side: u32) -> Option<Image> {
    let pixels = picture.to_rgba8_premultiplied()?;
    let (width, height) = (pixels.width(), pixels.height());
    let longest = width.max(height);
    if longest == 0 {
        return None;
    }
    let fit = |length: u32| ((length as f32 * side as f32 / longest as f32).round() as u32).max(1);
    // Filtered with the colours multiplied by their opacity: what is transparent must not bleed into the edges.
    let source = RgbaImage::from_raw(width, height, pixels.as_bytes().to_vec())?;
    let resized = DynamicImage::from(source).resize_exact(fit(width), fit(height), FilterType::Lanczos3);
    let mut fitted = resized.into_rgba8();
    for pixel in fitted.pixels_mut() {
        // The filter overshoots a little at hard edges; a colour above its opacity would shine.
        let opacity = pixel.0[3];
        pixel.0[..3].iter_mut().for_each(|colour| *colour = (*colour).min(opacity));
    }
    let buffer =
        SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(fitted.as_raw(), fitted.width(), fitted.height());
    Some(Image::from_rgba8_premultiplied(buffer))
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

    #[test]
    fn a_picture_is_fitted_once_and_old_ones_are_given_up() {
        let picture = || Image::from_rgba8(SharedPixelBuffer::<Rgba8Pixel>::new(8, 8));
        let (one, other) = (picture(), picture());
        let first = sized(one.clone(), 4.0);
        assert!(sized(one.clone(), 4.0) == first && sized(one.clone(), 5.0) != first);
        assert!(sized(other, 4.0) != first, "the same size, and another picture");
        for _ in 0..8 {
            sized(picture(), 2000.0);
        }
        KEPT.with_borrow(|kept| {
            assert!(kept.px <= KEPT_MAX_PX && !kept.fitted.is_empty());
            assert_eq!(kept.px, kept.fitted.iter().map(|(.., fitted)| pixels(fitted)).sum::<u64>());
        });
        assert!(sized(one, 4.0) != first, "it was given up");
    }
}
