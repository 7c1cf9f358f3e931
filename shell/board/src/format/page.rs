//! A page as a picture: drawn by the board itself, as the panel would show it.
use std::sync::Arc;

use crate::{
    board::{Board, Surface},
    clock::Actor,
    document::Document,
    effects::{BoardEvent, Effects},
    format::{Format, FormatError, Lettering, Limits, Remark, geometry, pdf, picture},
    media::{Bitmap, MediaId, MediaKind},
    paint::Canvas,
    person::PersonId,
    point::PagePoint,
    view::{View, Zoom},
};

/// The longest side of a picture, in pixels: what a board can be drawn on.
const LONGEST_PX: f64 = 16_000.0;
/// Tiles drawn at a time; nobody waits for a frame here.
const TILES: usize = 4_096;
/// A page asks for its pictures again while they come sharper; more rounds than this it never takes.
const MOST_ROUNDS: usize = 64;

/// One page of a document as a picture of this width; what could not be shown is told.
pub fn picture(
    document: &Document,
    number: usize,
    width_px: u32,
    lettering: &Lettering,
) -> Result<(Bitmap, Vec<Remark>), FormatError> {
    let sheet = document.sheets.get(number).ok_or(FormatError::Empty)?;
    let frame = geometry::frame(sheet, lettering);
    let unwritable = |what: String| FormatError::Unwritable { format: Format::Png, what };
    let (width_um, height_um) = (frame.width_um().max(1), frame.height_um().max(1));
    let aspect = f64::from(height_um) / f64::from(width_um);
    let width_px =
        f64::from(width_px.max(1)).min(LONGEST_PX).min(LONGEST_PX / aspect).max(1.0).round() as u32;
    let height_px = (f64::from(width_px) * aspect).round().clamp(1.0, LONGEST_PX) as u32;
    let surface = Surface { width_px, height_px, width_um, height_um };
    let mut board = Board::new(surface, Actor::default(), lettering.bytes().to_vec())
        .map_err(|error| unwritable(error.to_string()))?;
    let alone = Document { sheets: vec![sheet.clone()], ..Document::default() };
    let mut effects =
        board.take_in_document(PersonId::FIRST, &alone, 1).map_err(|error| unwritable(error.to_string()))?;
    effects.extend(board.go_to_page(0, 1));
    let origin = PagePoint::new(frame.x0_um, frame.y0_um);
    effects.extend(board.set_view(0, View { origin, zoom: Zoom::ONE }));
    let mut remarks = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let wanted = wanted(&effects);
        effects = Effects::default();
        for (file, kind, width_px) in wanted {
            match decoded(document, file, kind, width_px) {
                Some(bitmap) => effects.extend(board.media_ready(file, kind, bitmap)),
                None => left_out(&mut remarks),
            }
        }
        effects.extend(board.sharpen(TILES));
        if board.is_sharp() && self::wanted(&effects).is_empty() {
            break;
        }
    }
    let area = board.panel_px();
    let mut pixels = vec![0; area.area() as usize];
    board.paint(&mut Canvas { pixels: &mut pixels, stride_px: area.width() as usize, area }, area);
    Ok((Bitmap { width: width_px, height: height_px, pixels: Arc::from(pixels) }, remarks))
}

fn wanted(effects: &Effects) -> Vec<(MediaId, MediaKind, u32)> {
    let wanted = effects.events.iter().filter_map(|event| match event {
        BoardEvent::MediaWanted { file, kind, width_px } => Some((*file, *kind, *width_px)),
        _ => None,
    });
    wanted.collect()
}

fn left_out(remarks: &mut Vec<Remark>) {
    match remarks.first_mut() {
        Some(Remark::LeftOut { count, .. }) => *count += 1,
        _ => remarks.push(Remark::LeftOut { what: "pictures that cannot be drawn", count: 1 }),
    }
}

fn decoded(document: &Document, file: MediaId, kind: MediaKind, width_px: u32) -> Option<Bitmap> {
    decode(document.media.get(&file)?, kind, width_px, &Limits::BOARD).ok()
}

/// What a file shows, as it is wished by `BoardEvent::MediaWanted`.
pub fn decode(bytes: &[u8], kind: MediaKind, width_px: u32, limits: &Limits) -> Result<Bitmap, FormatError> {
    match kind {
        MediaKind::Picture => picture::decode(bytes, limits),
        MediaKind::Pdf { page } => {
            // Its sizes are looked at first: that is what refuses a page that would take all memory.
            pdf::pages(bytes, limits)?;
            pdf::render(bytes, page, width_px, limits)
        }
        // Of what is live the caller has a picture at most.
        MediaKind::Live => picture::decode(bytes, limits),
        MediaKind::Video => Err(FormatError::Unknown),
    }
}
