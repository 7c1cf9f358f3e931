//! A document as a scene.
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{UM_PER_PX, page, thing::Writer};
use crate::{
    document::{Document, Sheet},
    format::{Format, FormatError, Written, curve::Place, extent::bounds, geometry::pile, sniff},
    media::MediaKind,
    object::Content,
    paper::Paper,
};

/// Between pages that lie one below the other, in pixels.
const GAP_PX: f64 = 100.0;
/// Around what is on a page without end, in pixels.
const MARGIN_PX: f64 = 40.0;

/// Writes a `.excalidraw` file.
pub fn write(document: &Document) -> Result<Written, FormatError> {
    let mut writer = Writer::new();
    let papers: Vec<Paper> = document.sheets.iter().map(|sheet| sheet.paper).collect();
    // One page without end is what a scene is; all else is told by frames.
    let framed = document.sheets.len() > 1 || papers.iter().any(|paper| paper.size_um.is_some());
    let mut top = 0.0;
    for (number, sheet) in document.sheets.iter().enumerate() {
        if framed {
            let (origin, size) = place(sheet, top);
            writer.begin(number, origin, true, sheet.paper.ground);
            if sheet.paper.ground != papers[0].ground {
                writer.page_ground((0.0, top), size);
            }
            pile(&sheet.things).for_each(|thing| writer.thing(thing));
            writer.page_frame(number, &sheet.paper, (0.0, top), size);
            top += size.1 + GAP_PX;
        } else {
            writer.begin(number, (0.0, 0.0), false, sheet.paper.ground);
            pile(&sheet.things).for_each(|thing| writer.thing(thing));
        }
    }
    let paper = papers.first().copied().unwrap_or_default();
    let (elements, remarks) = writer.finish();
    let scene = json!({
        "type": "excalidraw",
        "version": 2,
        "source": "dais",
        "elements": elements,
        "appState": page::state(&paper),
        "files": files(document),
    });
    let unwritable = |error: serde_json::Error| FormatError::Unwritable {
        format: Format::Excalidraw,
        what: error.to_string(),
    };
    Ok(Written { bytes: serde_json::to_vec(&scene).map_err(unwritable)?, remarks })
}

/// Where the page's own corner lies in the scene, and how large its frame is.
fn place(sheet: &Sheet, top: f64) -> (Place, Place) {
    if let Some((width, height)) = sheet.paper.size_um {
        return ((0.0, top), (f64::from(width) / UM_PER_PX, f64::from(height) / UM_PER_PX));
    }
    let bounds = bounds(sheet).map_or([0.0, 0.0, 100.0, 100.0], |all| all.map(|um| um / UM_PER_PX));
    let origin = (MARGIN_PX - bounds[0], top + MARGIN_PX - bounds[1]);
    (origin, (bounds[2] - bounds[0] + 2.0 * MARGIN_PX, bounds[3] - bounds[1] + 2.0 * MARGIN_PX))
}

/// The pictures that are shown, as Excalidraw keeps them.
fn files(document: &Document) -> Value {
    let mut files = Map::new();
    for thing in document.sheets.iter().flat_map(|sheet| &sheet.things) {
        let Content::Media(media) = &thing.content else { continue };
        let (MediaKind::Picture, Some(bytes)) = (media.kind, document.media.get(&media.file)) else {
            continue;
        };
        let Some(kind) = mime(bytes) else { continue };
        let id = media.file.to_string();
        let file = json!({
            "id": id,
            "mimeType": kind,
            "dataURL": format!("data:{kind};base64,{}", STANDARD.encode(bytes)),
            "created": 1,
        });
        files.insert(id, file);
    }
    Value::Object(files)
}

/// The media type of a picture's bytes.
fn mime(bytes: &[u8]) -> Option<&'static str> {
    match sniff(bytes)? {
        Format::Png => Some("image/png"),
        Format::Jpeg => Some("image/jpeg"),
        Format::WebP => Some("image/webp"),
        _ => None,
    }
}
