//! A page of a PDF as pixels.
use std::io::Read;

use flate2::read::ZlibDecoder;
use hayro::{
    PixmapSettings, RenderCache, RenderSettings,
    hayro_interpret::InterpreterSettings,
    hayro_syntax::{Filter, LoadPdfError, Pdf, object::Object},
    vello_cpu::color::palette::css::WHITE,
};

use super::shared;

use crate::{
    format::{Format, FormatError, Limits, bounded::guarded, limits::within},
    media::Bitmap,
};

/// The widths and heights of all pages in points, as they are shown. A file is to be tried with this before any of
/// its pages is drawn: here it is looked into for what would take the board's memory.
pub fn pages(bytes: &[u8], limits: &Limits) -> Result<Vec<(f32, f32)>, FormatError> {
    guarded(Format::Pdf, || {
        let pdf = open(bytes, limits)?;
        survey(&pdf, bytes, limits)?;
        let pages = pdf.pages();
        within("pages", pages.len() as u64, limits.pages)?;
        if pages.is_empty() {
            return Err(FormatError::Empty);
        }
        Ok(pages.iter().map(|page| page.render_dimensions()).collect())
    })
}

/// Draws a page, counted from 0, on white, so many pixels wide or as many as the limits allow.
pub fn render(bytes: &[u8], page: u32, width_px: u32, limits: &Limits) -> Result<Bitmap, FormatError> {
    guarded(Format::Pdf, || {
        let pdf = open(bytes, limits)?;
        let missing =
            || FormatError::damaged(Format::Pdf, format_args!("page {} is not in it", u64::from(page) + 1));
        let page = pdf.pages().get(page as usize).ok_or_else(missing)?;
        let (width, height) = page.render_dimensions();
        if !(width.is_finite() && height.is_finite() && width >= 1.0 && height >= 1.0) {
            return Err(FormatError::damaged(Format::Pdf, "a page has no sensible size"));
        }
        let most = limits.picture_px as f32;
        let area = (limits.picture_area_px as f32 / (width * height)).sqrt();
        let scale = (width_px.max(1) as f32 / width).min(most / width.max(height)).min(area);
        // One pixel at least, however long and thin the page is.
        let factor = |side: f32| (side * scale).round().max(1.0) / side;
        let settings = PixmapSettings {
            // Half a pixel more, as the sizes are cut to whole ones.
            x_scale: factor(width) + 0.25 / width,
            y_scale: factor(height) + 0.25 / height,
            bg_color: WHITE,
        };
        let cache = RenderCache::new();
        let interpreter = InterpreterSettings::default();
        let pixmap = hayro::render(page, &cache, &interpreter, &RenderSettings::default(), &settings);
        let pixel = |at: &hayro::vello_cpu::color::PremulRgba8| u32::from_be_bytes([at.a, at.r, at.g, at.b]);
        let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
        Ok(Bitmap { width, height, pixels: pixmap.data().iter().map(pixel).collect() })
    })
}

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Pdf, FormatError> {
    limits.check_length(bytes)?;
    let refused = |error| match error {
        LoadPdfError::Decryption(_) => FormatError::Locked { format: Format::Pdf },
        LoadPdfError::Invalid => FormatError::damaged(Format::Pdf, "its list of pages cannot be read"),
    };
    let pdf = Pdf::new(shared(bytes)).map_err(refused)?;
    Ok(pdf)
}

/// Refuses files whose pictures or packed parts are larger than the limits allow.
fn survey(pdf: &Pdf, bytes: &[u8], limits: &Limits) -> Result<(), FormatError> {
    let mut left = limits.unpacked(bytes.len());
    for object in pdf.objects() {
        let Object::Stream(stream) = object else { continue };
        let side = |name: &[u8]| stream.dict().get::<i64>(name).and_then(|side| u32::try_from(side).ok());
        if let (Some(width), Some(height)) = (side(b"Width"), side(b"Height")) {
            limits.check_picture(width, height)?;
        }
        let filters = stream.filters();
        let packed = filters.iter().filter(|filter| matches!(filter, Filter::FlateDecode)).count();
        // Real files pack once; what is packed twice is packed to harm.
        within("layers of packing", packed as u64, 1)?;
        if matches!(filters.first(), Some(Filter::FlateDecode)) {
            left -= unpacked_length(&stream.raw_data(), left, limits)?;
        }
    }
    Ok(())
}

/// How long a packed part is unpacked. A damaged one counts as far as it goes.
fn unpacked_length(packed: &[u8], left: u64, limits: &Limits) -> Result<u64, FormatError> {
    let mut chunk = [0; 16 << 10];
    let (mut reader, mut length) = (ZlibDecoder::new(packed), 0_u64);
    while let Ok(got @ 1..) = reader.read(&mut chunk) {
        length += got as u64;
        if length > left {
            return Err(FormatError::TooMuch { what: "bytes when unpacked", most: limits.bytes });
        }
    }
    Ok(length)
}
