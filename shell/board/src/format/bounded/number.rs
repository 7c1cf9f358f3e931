//! Base64, data URIs and places, as other programs write them.
use std::borrow::Cow;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::format::{Format, FormatError};

/// Padding may be left out, as some programs do.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Places further than this from the page's corner are refused, in micrometres: half a kilometre.
const FURTHEST_UM: f64 = 500_000_000.0;

/// The bytes that base64 stands for; line breaks and spaces in it are skipped.
pub(crate) fn base64(text: &str, format: Format) -> Result<Vec<u8>, FormatError> {
    let packed: Cow<'_, [u8]> = if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<_>>().into()
    } else {
        text.as_bytes().into()
    };
    LENIENT.decode(packed).map_err(|_| FormatError::damaged(format, "a picture in it is no base64"))
}

/// The media type and the bytes of a `data:` URI in base64; `None` for any other URI.
pub(crate) fn data_uri(uri: &str, format: Format) -> Result<Option<(&str, Vec<u8>)>, FormatError> {
    let Some((head, data)) = uri.trim().strip_prefix("data:").and_then(|rest| rest.split_once(',')) else {
        return Ok(None);
    };
    let Some(kind) = head.strip_suffix(";base64") else { return Ok(None) };
    Ok(Some((kind.split(';').next().unwrap_or(""), base64(data, format)?)))
}

/// A place in micrometres from one in a file's own unit.
pub(crate) fn place_um(value: f64, um_per_unit: f64, format: Format) -> Result<i32, FormatError> {
    let um = value * um_per_unit;
    if um.is_finite() && um.abs() <= FURTHEST_UM {
        Ok(um.round() as i32)
    } else {
        Err(FormatError::damaged(format, format_args!("a place in it is {value}, which is on no page")))
    }
}

/// Appends bytes as base64.
pub(crate) fn to_base64(bytes: &[u8], out: &mut String) {
    base64::engine::general_purpose::STANDARD.encode_string(bytes, out);
}
