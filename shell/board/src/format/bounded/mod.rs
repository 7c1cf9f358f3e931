//! Readers that stop at a limit: packed data, archives, XML, JSON, base64, numbers.
mod archive;
mod gzip;
mod json;
mod number;
mod xml;

pub(crate) use archive::{Archive, entry_names};
pub(crate) use gzip::{gunzip, gzip, peek_gzip, unpacking};
pub(crate) use json::{json, json_as};
pub(crate) use number::{base64, data_uri, place_um};
pub(crate) use xml::{Element, Piece, Xml, escaped};
