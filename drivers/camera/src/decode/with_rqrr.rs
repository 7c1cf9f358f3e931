//! rqrr: the second decoder, which reads some QR codes that the first does not. No other file knows it.

use rqrr::PreparedImage;

use super::Found;
use crate::code::{Code, Symbology};
use crate::picture::Picture;

/// The middle of a picture that a step made black and white.
const BLACK_BELOW: u8 = 128;

/// All codes in a picture of black and white. It panics on some pictures; the caller catches that.
pub(super) fn read(picture: &Picture<'_>) -> Found {
    let mut image = PreparedImage::prepare_from_bitmap(picture.width(), picture.height(), |x, y| {
        picture.row(y)[x] < BLACK_BELOW
    });
    let mut found = Found::default();
    for grid in image.detect_grids() {
        let mut bytes = Vec::new();
        // The writer may hold half a payload after an error, so it counts only on success.
        if grid.decode_to(&mut bytes).is_ok() {
            found.add(Code::new(Symbology::Qr, bytes));
        }
    }
    found
}
