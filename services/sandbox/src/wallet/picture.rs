//! Pictures of a pay code: as SVG for the page, and as a phone on a grey desk for a kiosk's camera.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use qrcodegen::{QrCode, QrCodeEcc};

/// The camera's picture in pixels.
const SIZE: (u32, u32) = (640, 480);
/// The phone, centred: its half width and half height.
const PHONE: (u32, u32) = (150, 228);
/// How far its screen lies inside its edge.
const EDGE: u32 = 10;
/// Light modules around a code, as ISO/IEC 18004 asks.
const QUIET: u32 = 4;
/// JPEG quality of a cheap camera.
const QUALITY: u8 = 85;

fn code(text: &str) -> Option<(QrCode, u32)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = u32::try_from(code.size()).ok()?;
    Some((code, size))
}

fn dark(code: &QrCode, x: u32, y: u32) -> bool {
    match (i32::try_from(x), i32::try_from(y)) {
        (Ok(x), Ok(y)) => code.get_module(x, y),
        _outside => false,
    }
}

/// The code as an SVG of one path; empty where the text is too long for any code.
pub fn svg(text: &str) -> String {
    let Some((code, size)) = code(text) else { return String::new() };
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| dark(&code, *x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    let side = size + 2 * QUIET;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\"/></svg>"
    )
}

/// What the camera sees: the desk, and on it a phone that shows the code, if it shows one.
pub fn jpeg(showing: Option<&str>) -> Vec<u8> {
    let mut picture = RgbImage::from_fn(SIZE.0, SIZE.1, desk);
    if let Some((code, size)) = showing.and_then(code) {
        phone(&mut picture, &code, size);
    }
    let mut bytes = Vec::new();
    if let Err(error) = JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&picture) {
        tracing::error!(%error, "a camera picture could not be written");
    }
    bytes
}

/// A grey desk, lit from one side, with the grain of its surface.
fn desk(x: u32, y: u32) -> Rgb<u8> {
    let grain = (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) % 7;
    let grey = u8::try_from(96 + x / 16 + y / 24 + grain).unwrap_or(u8::MAX);
    Rgb([grey, grey, grey.saturating_sub(4)])
}

fn phone(picture: &mut RgbImage, code: &QrCode, size: u32) {
    let (middle_x, middle_y) = (SIZE.0 / 2, SIZE.1 / 2);
    let (left, top) = (middle_x - PHONE.0, middle_y - PHONE.1);
    fill(picture, (left, top), (2 * PHONE.0, 2 * PHONE.1), Rgb([22, 24, 28]));
    let screen = (2 * (PHONE.0 - EDGE), 2 * (PHONE.1 - EDGE));
    fill(picture, (left + EDGE, top + EDGE), screen, Rgb([246, 247, 249]));
    let module = screen.0 / (size + 2 * QUIET);
    let side = module * size;
    let (code_x, code_y) = (middle_x - side / 2, middle_y - side / 2);
    for y in 0..size {
        for x in (0..size).filter(|x| dark(code, *x, y)) {
            fill(picture, (code_x + x * module, code_y + y * module), (module, module), Rgb([16, 16, 18]));
        }
    }
}

fn fill(picture: &mut RgbImage, at: (u32, u32), size: (u32, u32), colour: Rgb<u8>) {
    for y in at.1..(at.1 + size.1).min(SIZE.1) {
        for x in at.0..(at.0 + size.0).min(SIZE.0) {
            picture.put_pixel(x, y, colour);
        }
    }
}

#[cfg(test)]
mod tests;
