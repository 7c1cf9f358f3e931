//! Which format bytes are of, by the bytes alone: names of files lie.
use std::fmt;

use crate::format::{bounded, rnote};

/// A format the board reads or writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Xournal++ and Xournal.
    Xopp,
    Svg,
    Pdf,
    Png,
    Jpeg,
    WebP,
    Excalidraw,
    Tldraw,
    Rnote,
    /// OpenBoard.
    Ubz,
    /// 1EdTech's interactive whiteboard file.
    Iwb,
    InkMl,
}

impl fmt::Display for Format {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Format::Xopp => "Xournal++",
            Format::Svg => "SVG",
            Format::Pdf => "PDF",
            Format::Png => "PNG",
            Format::Jpeg => "JPEG",
            Format::WebP => "WebP",
            Format::Excalidraw => "Excalidraw",
            Format::Tldraw => "tldraw",
            Format::Rnote => "Rnote",
            Format::Ubz => "OpenBoard",
            Format::Iwb => "IWB",
            Format::InkMl => "InkML",
        })
    }
}

/// How far into a file its kind is looked for: prologues and comments are shorter.
const HEAD_BYTES: usize = 4_096;

/// The format of a file; `None` for what the board does not open.
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Format::Png)
    } else if head.starts_with(b"\xff\xd8\xff") {
        Some(Format::Jpeg)
    } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Some(Format::WebP)
    } else if head.starts_with(&[0x1f, 0x8b]) {
        of_text(&bounded::peek_gzip(bytes, HEAD_BYTES))
    } else if head.starts_with(b"PK\x03\x04") {
        of_archive(bytes)
    } else if head[..head.len().min(1_024)].windows(5).any(|part| part == b"%PDF-") {
        // Readers of PDF take a kilobyte of anything before the header (ISO 32000-1, annex H.3).
        Some(Format::Pdf)
    } else if rnote::is_newer(head) {
        Some(Format::Rnote)
    } else if head.trim_ascii_start().first() == Some(&b'{') {
        // Programs that sort their words say at the end what they are.
        let tail = &bytes[bytes.len().saturating_sub(HEAD_BYTES)..];
        of_text(&[head, tail].concat())
    } else {
        of_text(head)
    }
}

fn of_archive(bytes: &[u8]) -> Option<Format> {
    let names = bounded::entry_names(bytes)?;
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("metadata.rdf") {
        Some(Format::Ubz)
    } else if has("META-INF/version") {
        // Xournal++ from 1.3 on can pack its file as an archive.
        Some(Format::Xopp)
    } else if has("content.xml") {
        Some(Format::Iwb)
    } else {
        None
    }
}

fn of_text(head: &[u8]) -> Option<Format> {
    let head = String::from_utf8_lossy(head);
    let text = head.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') {
        return of_json(text);
    }
    match root_name(text)?.rsplit(':').next()? {
        "xournal" => Some(Format::Xopp),
        "svg" => Some(Format::Svg),
        "ink" => Some(Format::InkMl),
        "iwb" => Some(Format::Iwb),
        _ => None,
    }
}

fn of_json(text: &str) -> Option<Format> {
    let has = |word: &str| text.contains(word);
    if has("\"tldrawFileFormatVersion\"") {
        Some(Format::Tldraw)
    } else if has("\"excalidraw\"") || has("\"excalidraw/clipboard\"") {
        Some(Format::Excalidraw)
    } else if has("\"engine_snapshot\"") || has("\"rnotefile") || has("\"version\":\"0.") {
        Some(Format::Rnote)
    } else {
        None
    }
}

/// The name of the first element, past declarations, comments and a document type.
fn root_name(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let tag = rest.strip_prefix('<')?;
        let after = if let Some(comment) = tag.strip_prefix("!--") {
            comment.split_once("-->")?.1
        } else if tag.starts_with("!DOCTYPE") && tag.split('>').next().is_some_and(|head| head.contains('['))
        {
            tag.split_once("]>")?.1
        } else if tag.starts_with(['?', '!']) {
            tag.split_once('>')?.1
        } else {
            return tag.split(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/')).next();
        };
        rest = after.trim_start();
    }
}
