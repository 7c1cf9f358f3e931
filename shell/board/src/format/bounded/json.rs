//! JSON: what it would take in memory is reckoned from the text before anything is built of it.
use serde::de::DeserializeOwned;

use crate::format::{Format, FormatError, Limits, limits::within};

/// What a parsed value takes, in bytes: a number or an empty list, and a list's or an object's first memory.
const VALUE_BYTES: u64 = 32;
const LIST_BYTES: u64 = 128;
const OBJECT_BYTES: u64 = 640;
/// A parsed file takes at most this, in bytes: a full board of another program, with room.
const MOST_BYTES: u64 = 1 << 30;

/// Parses text into values.
pub(crate) fn json(bytes: &[u8], format: Format, limits: &Limits) -> Result<serde_json::Value, FormatError> {
    json_as(bytes, format, limits)
}

/// Parses text into a type.
pub(crate) fn json_as<T: DeserializeOwned>(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
) -> Result<T, FormatError> {
    limits.check_length(bytes)?;
    survey(bytes, limits)?;
    serde_json::from_slice(bytes).map_err(|error| FormatError::damaged(format, error))
}

/// Refuses text that nests too deep or would become too much in memory.
fn survey(bytes: &[u8], limits: &Limits) -> Result<(), FormatError> {
    let (mut depth, mut memory) = (0_u64, 0_u64);
    let (mut quoted, mut escaped) = (false, false);
    for byte in bytes {
        if quoted {
            memory += 1;
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b',' => memory += VALUE_BYTES,
            b'[' => (depth, memory) = (depth + 1, memory + LIST_BYTES),
            b'{' => (depth, memory) = (depth + 1, memory + OBJECT_BYTES),
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        within("levels of nesting", depth, limits.depth)?;
        within("bytes in memory", memory, MOST_BYTES)?;
    }
    Ok(())
}
