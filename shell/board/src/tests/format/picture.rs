//! Pictures: as they were held, never larger than the limits.
use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};

use super::sample::png;
use crate::{
    Content, MediaKind,
    format::{FormatError, Limits, picture},
};

/// A JPEG of 16 by 8 pixels, its left half red, its right blue, that says how its camera was held.
fn held(orientation: u8) -> Vec<u8> {
    let pixels: Vec<u8> =
        (0..128).flat_map(|index| if index % 16 < 8 { [255, 0, 0] } else { [0, 0, 255] }).collect();
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut out, 100);
    // A TIFF header and one entry: orientation (0x0112), a short (EXIF 2.3, 4.6.4).
    let exif =
        [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[orientation, 0, 0, 0, 0, 0, 0, 0][..]].concat();
    encoder.set_exif_metadata(exif).unwrap();
    encoder.write_image(&pixels, 16, 8, ExtendedColorType::Rgb8).unwrap();
    out
}

#[test]
fn a_photograph_is_turned_as_its_camera_was_held() {
    let is_red = |pixel: u32| (pixel >> 16 & 255) > 200 && (pixel & 255) < 60;
    let upright = picture::decode(&held(1), &Limits::BOARD).unwrap();
    assert_eq!((upright.width, upright.height), (16, 8));
    assert!(is_red(upright.pixels[0]) && !is_red(upright.pixels[15]));
    // 6: turned a quarter clockwise to be seen, so that its left is on top.
    let turned = picture::decode(&held(6), &Limits::BOARD).unwrap();
    assert_eq!((turned.width, turned.height), (8, 16));
    assert!(is_red(turned.pixels[0]) && is_red(turned.pixels[7]) && !is_red(turned.pixels[127]));
    assert_eq!(picture::size(&held(6), &Limits::BOARD), Ok((8, 16)), "without decoding");
    let document = picture::read(&held(6), &Limits::BOARD).unwrap();
    let Content::Media(media) = &document.sheets[0].things[0].content else { panic!("{document:?}") };
    assert_eq!((media.kind, media.rect.width_um() < media.rect.height_um()), (MediaKind::Picture, true));
}

#[test]
fn see_through_pixels_come_back_from_png() {
    let bitmap = picture::decode(&png(), &Limits::BOARD).unwrap();
    assert_eq!(
        (bitmap.pixels[0], bitmap.pixels[20 * 80], bitmap.pixels[20 * 80 + 79]),
        (0xff00_00ff, 0xffff_0000, 0)
    );
    assert_eq!(picture::png(&bitmap).unwrap(), png());
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    // A PNG header that promises 30000 by 30000 pixels.
    let mut bomb = png();
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    // The header's checksum is part of what is read.
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    match picture::decode(&bomb, &Limits::BOARD) {
        Err(FormatError::TooMuch { .. }) => {}
        other => panic!("{other:?}"),
    }
    assert!(matches!(picture::decode(b"GIF89a", &Limits::BOARD), Err(FormatError::Unknown)));
    assert!(matches!(picture::decode(&png()[..60], &Limits::BOARD), Err(FormatError::Damaged { .. })));
}
