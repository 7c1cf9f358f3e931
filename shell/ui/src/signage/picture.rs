//! One of the school's pictures, made as large as the screen; or why it cannot be shown.

use std::io;
use std::path::Path;

use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, RgbImage};
use slint::{Rgb8Pixel, SharedPixelBuffer};

/// The largest file, and the most bytes a picture may have once it is unpacked: what cameras of 60 megapixels make.
const FILE_MAX: u64 = 48 << 20;
const UNPACKED_MAX: u64 = 192 << 20;
/// A picture fills the screen where at least so many of a hundred parts of it are then seen; a notice loses no line.
const SEEN_LEAST: u64 = 85;
/// Behind a picture that does not fill the screen is itself, so many times as coarse and so many of 256 parts as bright.
const COARSE: u32 = 40;
const DIM: u16 = 110;

/// As large as the screen.
pub(super) type Slide = SharedPixelBuffer<Rgb8Pixel>;

/// Why a picture is left out: for whoever put it there.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    #[error("the file cannot be read: {0}")]
    Unread(#[from] io::Error),
    #[error("the file has more than {} MB; save the picture smaller", FILE_MAX >> 20)]
    Heavy,
    #[error("the picture has {0} x {1} pixels, more than can be shown; save it smaller")]
    Huge(u32, u32),
    #[error("the file is damaged or no PNG, JPEG or WebP; save the picture again as one of them: {0}")]
    Broken(#[from] ImageError),
}

/// A picture that fills the screen, or stands before its own colours where filling would cut too much of it.
pub(super) fn read(path: &Path, size: (u32, u32)) -> Result<Slide, Unfit> {
    if std::fs::metadata(path)?.len() > FILE_MAX {
        return Err(Unfit::Heavy);
    }
    let mut decoder = ImageReader::open(path)?.with_guessed_format()?.into_decoder()?;
    if decoder.total_bytes() > UNPACKED_MAX {
        let (width, height) = decoder.dimensions();
        return Err(Unfit::Huge(width, height));
    }
    // Phones keep a picture as the sensor saw it, and write beside it how it was held.
    let held = decoder.orientation()?;
    let mut whole = DynamicImage::from_decoder(decoder)?;
    whole.apply_orientation(held);
    let fitted = fit(&on_white(whole), size);
    Ok(Slide::clone_from_slice(fitted.as_raw(), fitted.width(), fitted.height()))
}

/// Where a picture has holes there is paper.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return DynamicImage::ImageRgb8(picture.into_rgb8());
    }
    let holed = picture.into_rgba8();
    let mut whole = RgbImage::new(holed.width(), holed.height());
    for (to, from) in whole.pixels_mut().zip(holed.pixels()) {
        let alpha = u16::from(from[3]);
        let over = |part: u8| (u16::from(part) * alpha + 255 * (255 - alpha)) / 255;
        to.0 = [0, 1, 2].map(|at| u8::try_from(over(from[at])).unwrap_or(u8::MAX));
    }
    DynamicImage::ImageRgb8(whole)
}

fn fit(picture: &DynamicImage, (width, height): (u32, u32)) -> RgbImage {
    let across = u64::from(width) * u64::from(picture.height());
    let down = u64::from(height) * u64::from(picture.width());
    if across.min(down) * 100 >= across.max(down) * SEEN_LEAST {
        return picture.resize_to_fill(width, height, FilterType::Triangle).into_rgb8();
    }
    let coarse = |px: u32| (px / COARSE).max(1);
    let colours = picture.resize_to_fill(coarse(width), coarse(height), FilterType::Triangle).into_rgb8();
    let mut behind = imageops::resize(&imageops::blur(&colours, 2.0), width, height, FilterType::Triangle);
    for part in behind.iter_mut() {
        *part = u8::try_from(u16::from(*part) * DIM / 256).unwrap_or(u8::MAX);
    }
    let before = picture.resize(width, height, FilterType::Triangle).into_rgb8();
    let (x, y) = ((width - before.width()) / 2, (height - before.height()) / 2);
    imageops::replace(&mut behind, &before, x.into(), y.into());
    behind
}

#[cfg(test)]
mod tests {
    //! Broken and huge pictures are told of by a word that helps; notices are seen whole.
    use std::fs;

    use super::*;

    fn kept(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_is_broken_or_no_picture_is_said_and_never_crashes() {
        let whole = png(&DynamicImage::new_rgb8(40, 30));
        for cut in [0, 7, 8, 20, 33, whole.len() / 2] {
            let (_folder, path) = kept("cut.png", &whole[..cut]);
            assert!(matches!(read(&path, (64, 36)), Err(Unfit::Broken(_))), "{cut} bytes of a picture");
        }
        for at in 0..whole.len() {
            let mut bent = whole.clone();
            bent[at] ^= 0x5a;
            let (_folder, path) = kept("bent.png", &bent);
            // Some of it may still be read; the screen's size is what comes of it then.
            assert!(read(&path, (64, 36)).map_or(true, |slide| (slide.width(), slide.height()) == (64, 36)));
        }
        let (_folder, path) = kept("notes.jpg", b"not a picture at all");
        let told = read(&path, (64, 36)).unwrap_err().to_string();
        assert!(told.contains("save the picture again"), "{told}");
        assert!(matches!(read(Path::new("/absent.png"), (64, 36)), Err(Unfit::Unread(_))));
    }

    #[test]
    fn what_would_fill_the_memory_is_refused_before_it_is_unpacked() {
        // A header alone that promises 60,000 pixels a side, with its checksum.
        let mut head = png(&DynamicImage::new_rgb8(1, 1));
        head[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let sum = crc32(&head[12..29]).to_be_bytes();
        head[29..33].copy_from_slice(&sum);
        let (_folder, path) = kept("huge.png", &head);
        assert!(matches!(read(&path, (64, 36)), Err(Unfit::Huge(60_000, 60_000))));
        let folder = tempfile::tempdir().unwrap();
        let heavy = folder.path().join("heavy.png");
        fs::File::create(&heavy).unwrap().set_len(FILE_MAX + 1).unwrap();
        assert!(matches!(read(&heavy, (64, 36)), Err(Unfit::Heavy)));
    }

    /// The checksum of PNG's chunks.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 }
            })
        })
    }

    #[test]
    fn a_notice_is_seen_whole_and_a_view_fills_the_screen() {
        let red = |width, height| {
            DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, image::Rgb([200, 0, 0])))
        };
        let tall = fit(&red(100, 200), (160, 90));
        assert_eq!(tall.dimensions(), (160, 90));
        assert_eq!(tall.get_pixel(80, 1)[0], 200, "up to the upper edge");
        assert!(tall.get_pixel(4, 45)[0] < 120, "its own colour beside it, dimmed");
        let wide = fit(&red(300, 180), (160, 90));
        assert!(wide.pixels().all(|pixel| pixel[0] == 200));
        let holed = on_white(DynamicImage::new_rgba8(2, 2)).into_rgb8();
        assert_eq!(holed.get_pixel(1, 1).0, [255; 3]);
    }
}
