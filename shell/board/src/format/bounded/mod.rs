//! Readers that stop at a limit: packed data, archives, XML, JSON, base64, numbers.
mod archive;
mod gzip;
#[allow(dead_code, reason = "for the readers of formats that are JSON")]
mod json;
mod number;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::format::{Format, FormatError};

pub(crate) use archive::{Archive, entry_names};
#[allow(unused_imports, reason = "the same")]
pub(crate) use gzip::{gunzip, gzip, peek_gzip, unpacking};
#[allow(unused_imports, reason = "the same")]
pub(crate) use json::{json, json_as};
pub(crate) use number::{base64, data_uri, place_um, to_base64};
pub(crate) use xml::{Element, Piece, Xml, escaped};

/// A stranger's file may find a fault in a library: that costs the file, not the board.
pub(crate) fn guarded<T>(
    format: Format,
    work: impl FnOnce() -> Result<T, FormatError>,
) -> Result<T, FormatError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(FormatError::damaged(format, "it cannot be drawn")))
}
