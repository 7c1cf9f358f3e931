//! Any file that the board opens, and any that it writes, by one name each.
use std::sync::Arc;

use crate::{
    document::Document,
    format::{
        Format, FormatError, Lettering, Limits, Opened, Remark, excalidraw, inkml, iwb, page, pdf, picture,
        rnote, sniff, svg, tldr, ubz, xopp,
    },
};

/// A PNG of a page is so many pixels wide: a 4K panel.
const PAGE_PX: u32 = 3_840;

/// A board as files of another program: one, or one for each page and what belongs beside it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Saved {
    pub files: Vec<SavedFile>,
    pub remarks: Vec<Remark>,
}

/// One of the files that a board was written as.
#[derive(Clone, PartialEq, Debug)]
pub struct SavedFile {
    /// What follows the name that the teacher chose: `.pdf`, `-2.svg`, `.xopp.bg.pdf`.
    pub ending: String,
    pub bytes: Arc<[u8]>,
}

impl Format {
    /// The format of a file's name.
    pub fn of_name(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending.to_ascii_lowercase().as_str() {
            "xopp" | "xoj" => Format::Xopp,
            "svg" => Format::Svg,
            "pdf" => Format::Pdf,
            "png" => Format::Png,
            "jpg" | "jpeg" => Format::Jpeg,
            "webp" => Format::WebP,
            "excalidraw" => Format::Excalidraw,
            "tldr" => Format::Tldraw,
            "rnote" => Format::Rnote,
            "ubz" => Format::Ubz,
            "iwb" => Format::Iwb,
            "inkml" => Format::InkMl,
            _ => return None,
        })
    }

    /// Whether the board writes it; it opens all of them.
    pub const fn is_written(self) -> bool {
        matches!(
            self,
            Format::Xopp
                | Format::Svg
                | Format::Pdf
                | Format::Png
                | Format::Excalidraw
                | Format::Iwb
                | Format::InkMl
        )
    }
}

/// Reads a file of any kind that the board opens. `beside` gives the files that lie beside a `.xopp`.
pub fn open(bytes: &[u8], beside: &xopp::Beside<'_>, limits: &Limits) -> Result<Opened, FormatError> {
    limits.check_length(bytes)?;
    let plain = |document| Opened { document, remarks: Vec::new() };
    match sniff(bytes).ok_or(FormatError::Unknown)? {
        Format::Xopp => xopp::read(bytes, beside, limits),
        Format::Svg => svg::read(bytes, limits),
        Format::Pdf => pdf::read(bytes, limits).map(plain),
        Format::Png | Format::Jpeg | Format::WebP => picture::read(bytes, limits).map(plain),
        Format::Excalidraw => excalidraw::read(bytes, limits),
        Format::Tldraw => tldr::read(bytes, limits),
        Format::Rnote => rnote::read(bytes, limits),
        Format::Ubz => ubz::read(bytes, limits),
        Format::Iwb => iwb::read(bytes, limits),
        Format::InkMl => inkml::read(bytes, limits),
    }
}

/// Writes a board as a format.
pub fn save(document: &Document, format: Format, lettering: &Lettering) -> Result<Saved, FormatError> {
    let one = |ending: &str, bytes: Vec<u8>, remarks| {
        let file = SavedFile { ending: ending.to_owned(), bytes: bytes.into() };
        Saved { files: vec![file], remarks }
    };
    match format {
        Format::Xopp => {
            let xopp::Written { xopp, background_pdf, remarks } = xopp::write(document, lettering)?;
            let mut saved = one(".xopp", xopp, remarks);
            let beside = background_pdf.map(|bytes| SavedFile { ending: ".xopp.bg.pdf".to_owned(), bytes });
            saved.files.extend(beside);
            Ok(saved)
        }
        Format::Pdf => {
            pdf::write(document, lettering).map(|written| one(".pdf", written.bytes, written.remarks))
        }
        Format::Excalidraw => {
            excalidraw::write(document).map(|written| one(".excalidraw", written.bytes, written.remarks))
        }
        Format::Iwb => iwb::write(document).map(|written| one(".iwb", written.bytes, written.remarks)),
        Format::InkMl => inkml::write(document).map(|written| one(".inkml", written.bytes, written.remarks)),
        Format::Svg => each_page(document, "svg", |number| {
            let written = svg::write(document, number, svg::Letters::default(), lettering)?;
            Ok((written.bytes, written.remarks))
        }),
        Format::Png => each_page(document, "png", |number| {
            let (bitmap, remarks) = page::picture(document, number, PAGE_PX, lettering)?;
            Ok((picture::png(&bitmap)?, remarks))
        }),
        Format::Jpeg | Format::WebP | Format::Tldraw | Format::Rnote | Format::Ubz => {
            Err(FormatError::Unwritable {
                format,
                what: "the board opens these files but does not write them".to_owned(),
            })
        }
    }
}

/// A file for each page: `.svg`, or `-1.svg`, `-2.svg` where there are several.
fn each_page(
    document: &Document,
    ending: &str,
    write: impl Fn(usize) -> Result<(Vec<u8>, Vec<Remark>), FormatError>,
) -> Result<Saved, FormatError> {
    let mut saved = Saved::default();
    for number in 0..document.sheets.len() {
        let (bytes, remarks) = write(number)?;
        let place = if document.sheets.len() > 1 { format!("-{}", number + 1) } else { String::new() };
        saved.files.push(SavedFile { ending: format!("{place}.{ending}"), bytes: bytes.into() });
        for remark in remarks {
            if !saved.remarks.contains(&remark) {
                saved.remarks.push(remark);
            }
        }
    }
    if saved.files.is_empty() { Err(FormatError::Empty) } else { Ok(saved) }
}
