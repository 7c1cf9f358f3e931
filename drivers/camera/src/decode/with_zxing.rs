//! zxing-cpp: the first decoder. No other file knows it.

use zxingcpp::{Barcode, BarcodeFormat, ImageFormat, ImageView};

use super::{DecodeError, Found};
use crate::code::{Code, Symbology};
use crate::picture::{Corners, Picture};

/// `QRCode` alone would take in Micro QR, of which noise makes phantoms.
const FORMATS: [BarcodeFormat; 4] =
    [BarcodeFormat::QRCodeModel2, BarcodeFormat::Code128, BarcodeFormat::EAN13, BarcodeFormat::EAN8];
/// So many rows of a picture must agree on bars: with fewer, a wrong code came out of real pictures.
const ROWS_AGREE: i32 = 3;

/// All codes in the picture, and where there were finder patterns but no code came out.
pub(super) fn read(picture: &Picture<'_>) -> Result<Found, DecodeError> {
    let failed = |_| DecodeError::Decoder;
    let view = ImageView::from_slice(picture.gray(), picture.width(), picture.height(), ImageFormat::Lum)
        .map_err(failed)?;
    // Its reader may not cross threads, and making one costs nothing beside reading. All its tries are on by default;
    // without the smaller copies it loses photographed screens, whose pixels are a pattern of their own.
    let reader = zxingcpp::read().formats(FORMATS).min_line_count(ROWS_AGREE).return_errors(true);
    let mut found = Found::default();
    for barcode in reader.from(&view).map_err(failed)? {
        match (symbology(&barcode), barcode.is_valid()) {
            (Some(symbology), true) => found.add(Code::new(symbology, barcode.bytes())),
            (Some(Symbology::Qr), false) => found.unread.push(corners(&barcode)),
            _broken_bars_or_another_kind => {}
        }
    }
    Ok(found)
}

fn symbology(barcode: &Barcode) -> Option<Symbology> {
    match barcode.symbology() {
        BarcodeFormat::QRCode => Some(Symbology::Qr),
        BarcodeFormat::Code128 => Some(Symbology::Code128),
        BarcodeFormat::EANUPC => Some(Symbology::Ean),
        _ => None,
    }
}

fn corners(barcode: &Barcode) -> Corners {
    let position = barcode.position();
    let corners = [position.top_left, position.top_right, position.bottom_right, position.bottom_left];
    Corners(corners.map(|point| (point.x as f32, point.y as f32)))
}
