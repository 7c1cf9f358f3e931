//! Formats are told by their bytes.
use super::{sample::png, xopp::packed};
use crate::format::{Format, sniff};

#[test]
fn each_kind_is_known_by_its_bytes() {
    let known: [(&[u8], Option<Format>); 14] = [
        (&png(), Some(Format::Png)),
        (b"\xff\xd8\xff\xe0", Some(Format::Jpeg)),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Some(Format::WebP)),
        (b"%PDF-1.7\n", Some(Format::Pdf)),
        (b"junk before\n%PDF-1.4\n", Some(Format::Pdf)),
        (&packed("<?xml version=\"1.0\"?>\n<!-- hello -->\n<xournal>"), Some(Format::Xopp)),
        (b"\xef\xbb\xbf<?xml version=\"1.0\"?><xournal version=\"0.4\">", Some(Format::Xopp)),
        (b"<!DOCTYPE svg [<!ENTITY a \"b\">]><svg:svg xmlns:svg=\"x\"/>", Some(Format::Svg)),
        (b"  <svg>", Some(Format::Svg)),
        (b"<ink xmlns=\"http://www.w3.org/2003/InkML\">", Some(Format::InkMl)),
        (b"{\"type\":\"excalidraw\"", Some(Format::Excalidraw)),
        (b"{\"tldrawFileFormatVersion\":1", Some(Format::Tldraw)),
        (b"<html><svg>", None),
        (b"", None),
    ];
    for (bytes, format) in known {
        assert_eq!(sniff(bytes), format, "{:?}", String::from_utf8_lossy(bytes));
    }
}
