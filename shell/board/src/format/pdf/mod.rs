//! PDF: pages come in as pictures to write on, boards go out as vectors with text that can be searched.
mod canvas;
mod render;
mod text;
mod write;

use std::sync::Arc;

pub use render::{pages, render};
pub use text::text;
pub use write::write;

use crate::{
    document::{Document, Sheet, Thing},
    format::{FormatError, Limits, Tally, geometry},
    media::{Media, MediaKind},
    object::Content,
    paper::{Ground, Paper, Pattern},
    point::PageRect,
};

/// A PDF as a board: a sheet a page, with the page pinned under the ink.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, FormatError> {
    let mut tally = Tally::new(limits);
    tally.media(bytes.len())?;
    let mut document = Document::default();
    let sizes = pages(bytes, limits)?;
    let file = document.keep(bytes);
    for (page, (width_pt, height_pt)) in (0_u32..).zip(sizes) {
        tally.page()?;
        tally.thing()?;
        let side = |pt: f32| {
            geometry::page_side_um(f64::from(pt), geometry::UM_PER_PT).unwrap_or(geometry::A4_WIDTH_UM)
        };
        let (width, height) = (side(width_pt), side(height_pt));
        let rect = PageRect::new(0, 0, width as i32, height as i32);
        let media = Content::Media(Media { file, kind: MediaKind::Pdf { page }, rect });
        let paper = Paper {
            ground: Ground::White,
            pattern: Pattern::Plain,
            size_um: Some((width, height)),
            ..Paper::default()
        };
        document.sheets.push(Sheet { paper, things: vec![Thing { pinned: true, ..Thing::new(media) }] });
    }
    Ok(document)
}

/// Bytes that a library wants to share.
fn shared(bytes: &[u8]) -> Arc<Vec<u8>> {
    Arc::new(bytes.to_vec())
}
