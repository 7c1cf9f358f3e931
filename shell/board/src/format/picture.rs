//! Pictures in (PNG, JPEG, WebP) and out (PNG), with bounded memory.
use std::{io::Cursor, sync::Arc};

use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};

use crate::{
    affine::Affine,
    document::{Document, Sheet, Thing},
    format::{Format, FormatError, Limits, geometry, pdf, sniff},
    media::{Bitmap, Media, MediaKind},
    object::Content,
    paper::{Ground, Paper, Pattern},
    point::PageRect,
};

/// What decoding may ask for beside the picture itself, in bytes.
const SCRATCH_BYTES: u64 = 64 << 20;

type Reader<'a> = ImageReader<Cursor<&'a [u8]>>;

fn reader<'a>(bytes: &'a [u8], limits: &Limits) -> Result<(Reader<'a>, Format), FormatError> {
    limits.check_length(bytes)?;
    let (kind, format) = match sniff(bytes) {
        Some(format @ Format::Png) => (ImageFormat::Png, format),
        Some(format @ Format::Jpeg) => (ImageFormat::Jpeg, format),
        Some(format @ Format::WebP) => (ImageFormat::WebP, format),
        _ => return Err(FormatError::Unknown),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    let mut bounds = image::Limits::default();
    let side = u32::try_from(limits.picture_px).unwrap_or(u32::MAX);
    bounds.max_image_width = Some(side);
    bounds.max_image_height = Some(side);
    // Eight bytes a pixel: what a picture of sixteen bits a channel takes.
    bounds.max_alloc = Some(limits.picture_area_px * 8 + SCRATCH_BYTES);
    reader.limits(bounds);
    Ok((reader, format))
}

fn refused(error: &image::ImageError, format: Format, limits: &Limits) -> FormatError {
    match error {
        image::ImageError::Limits(_) => {
            FormatError::TooMuch { what: "pixels across in a picture", most: limits.picture_px }
        }
        other => FormatError::damaged(format, other),
    }
}

/// Width and height in pixels, as the picture is shown (turned as its camera was held).
pub fn size(bytes: &[u8], limits: &Limits) -> Result<(u32, u32), FormatError> {
    let (reader, format) = reader(bytes, limits)?;
    let refused = |error| refused(&error, format, limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    limits.check_picture(width, height)?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    Ok(if is_sideways(orientation) { (height, width) } else { (width, height) })
}

fn is_sideways(orientation: image::metadata::Orientation) -> bool {
    use image::metadata::Orientation;
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// Decodes a picture, turned as its camera was held.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Bitmap, FormatError> {
    let (reader, format) = reader(bytes, limits)?;
    let refused = |error| refused(&error, format, limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    limits.check_picture(width, height)?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(orientation);
    let rgba = picture.into_rgba8();
    let (width, height) = rgba.dimensions();
    let pixel =
        |[r, g, b, a]: [u8; 4]| ink::premultiply(u32::from(r) << 16 | u32::from(g) << 8 | u32::from(b), a);
    let pixels: Arc<[u32]> = rgba.pixels().map(|rgba| pixel(rgba.0)).collect();
    Ok(Bitmap { width, height, pixels })
}

/// A bitmap as a PNG file, always the same bytes.
pub fn png(bitmap: &Bitmap) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::new();
    let is_opaque = bitmap.pixels.iter().all(|pixel| pixel >> 24 == 255);
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Adaptive);
    let written = if is_opaque {
        let rgb: Vec<u8> =
            bitmap.pixels.iter().flat_map(|pixel| pixel.to_be_bytes().into_iter().skip(1)).collect();
        encoder.write_image(&rgb, bitmap.width, bitmap.height, ExtendedColorType::Rgb8)
    } else {
        let rgba = straight(bitmap);
        encoder.write_image(&rgba, bitmap.width, bitmap.height, ExtendedColorType::Rgba8)
    };
    written.map_err(|error| FormatError::Unwritable { format: Format::Png, what: error.to_string() })?;
    Ok(out)
}

/// A picture as a board of one page, as large as the picture at 96 pixels an inch, to be written on.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, FormatError> {
    // The pixels are decoded once, so that a damaged file is told now and not when it is shown.
    let bitmap = decode(bytes, limits)?;
    let side = |px: u32| (f64::from(px) * geometry::UM_PER_CSS_PX).round().max(1_000.0) as u32;
    let (width, height) = (side(bitmap.width), side(bitmap.height));
    let mut document = Document::default();
    let file = document.keep(bytes);
    let rect = PageRect::new(0, 0, width as i32, height as i32);
    let media = Media { file, kind: MediaKind::Picture, rect };
    let thing = Thing { pinned: true, ..Thing::new(Content::Media(media)) };
    let paper = Paper {
        ground: Ground::White,
        pattern: Pattern::Plain,
        size_um: Some((width, height)),
        ..Paper::default()
    };
    document.sheets.push(Sheet { paper, things: vec![thing] });
    Ok(document)
}

/// A turned picture as an upright one that fills the box around it: nearest four pixels, see-through outside.
pub(crate) fn turned(bitmap: &Bitmap, rect: PageRect, placing: &Affine) -> Bitmap {
    let around = geometry::placed_box(rect, placing);
    let (wide, high) = (f64::from(rect.width_um().max(1)), f64::from(rect.height_um().max(1)));
    // As fine as the picture was, up to what pictures may have.
    let fine = (f64::from(bitmap.width) / wide / placing.growth().max(1e-6))
        .min(MOST_TURNED_PX / f64::from(around.width_um().max(around.height_um()).max(1)));
    let side = |um: i32| ((f64::from(um) * fine).ceil() as u32).max(1);
    let (width, height) = (side(around.width_um()), side(around.height_um()));
    let back = placing.inverse();
    let pixel = |index: u32| {
        let (x, y) = (f64::from(index % width) + 0.5, f64::from(index / width) + 0.5);
        let (x, y) = (f64::from(around.x0_um) + x / fine, f64::from(around.y0_um) + y / fine);
        let Some(back) = back else { return 0 };
        let (x, y) = back.exact(x, y);
        let u = (x - f64::from(rect.x0_um)) / wide * f64::from(bitmap.width) - 0.5;
        let v = (y - f64::from(rect.y0_um)) / high * f64::from(bitmap.height) - 0.5;
        between(bitmap, u, v)
    };
    Bitmap { width, height, pixels: (0..width * height).map(pixel).collect() }
}

/// The longest side of a turned picture, in pixels.
const MOST_TURNED_PX: f64 = 4_096.0;

fn between(bitmap: &Bitmap, u: f64, v: f64) -> u32 {
    let at = |x: i64, y: i64| {
        let inside = x >= 0 && y >= 0 && x < i64::from(bitmap.width) && y < i64::from(bitmap.height);
        if inside { bitmap.pixels[y as usize * bitmap.width as usize + x as usize] } else { 0 }
    };
    let (x, y) = (u.floor(), v.floor());
    let part = |along: f64| (along * 255.0).round() as u8;
    let (right, down) = (part(u - x), part(v - y));
    let (x, y) = (x as i64, y as i64);
    let row = |y: i64| ink::lerp(at(x, y), at(x + 1, y), right);
    ink::lerp(row(y), row(y + 1), down)
}

/// The finest a page of a PDF becomes a picture, in pixels to the inch.
const PDF_DPI: f64 = 200.0;

/// A page of a PDF as a bitmap fit for a box of this width.
pub(crate) fn pdf_page(bytes: &[u8], page: u32, width_um: i32) -> Result<Bitmap, FormatError> {
    let width_px = (f64::from(width_um) * PDF_DPI / 25_400.0).round().max(1.0) as u32;
    pdf::render(bytes, page, width_px, &Limits::BOARD)
}

/// Whether a picture is shown as it is stored.
pub(crate) fn is_upright(bytes: &[u8], limits: &Limits) -> Result<bool, FormatError> {
    let (reader, format) = reader(bytes, limits)?;
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error, format, limits))?;
    Ok(decoder.orientation().is_ok_and(|way| way == image::metadata::Orientation::NoTransforms))
}

/// A bitmap's pixels as R, G, B, A, not premultiplied.
pub(crate) fn straight(bitmap: &Bitmap) -> Vec<u8> {
    bitmap.pixels.iter().flat_map(|pixel| straight_pixel(*pixel)).collect()
}

fn straight_pixel(pixel: u32) -> [u8; 4] {
    let alpha = pixel >> 24;
    let part = |shift: u32| {
        ((pixel >> shift & 255) * 255 + alpha / 2).checked_div(alpha).unwrap_or(0).min(255) as u8
    };
    [part(16), part(8), part(0), alpha as u8]
}
