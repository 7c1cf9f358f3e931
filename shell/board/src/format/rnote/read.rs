//! The file, its versions, and its strokes in order.
use serde_json::Value;

use super::{page::Pages, thing::Maker};
use crate::{
    document::Document,
    format::{
        Format, FormatError, Limits, Opened,
        bounded::{gunzip, json},
        fields::{list, text},
        intake::Intake,
    },
};

/// What files of Rnote 0.14 and later begin with.
const NEWER: &[u8] = b"RNOTE\xce\xa6\xce\x9b";
/// Layers from the bottom up; strokes of pens lie above all of them.
const LAYERS: [&str; 3] = ["document", "image", "highlighter"];

/// Whether bytes are a file of Rnote 0.14 or later, which is packed in another way.
pub(crate) fn is_newer(bytes: &[u8]) -> bool {
    bytes.starts_with(NEWER)
}

/// Reads a `.rnote` file.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Opened, FormatError> {
    if is_newer(bytes) {
        return Err(FormatError::TooNew { format: Format::Rnote, version: "0.14".to_owned() });
    }
    let file = json(&gunzip(bytes, Format::Rnote, limits)?, Format::Rnote, limits)?;
    let Some(data) = file.get("data") else {
        return Err(FormatError::damaged(Format::Rnote, "it has no data, or is of before Rnote 0.5"));
    };
    // The store of strokes has moved from one version to the next.
    let engine = data.get("engine_snapshot");
    let stores = [engine, data.get("store_snapshot"), engine.and_then(|e| e.get("store")), Some(data)];
    let Some(store) = stores.into_iter().flatten().find(|store| store.get("stroke_components").is_some())
    else {
        let version = text(&file, "version").unwrap_or("unknown").to_owned();
        return Err(FormatError::damaged(
            Format::Rnote,
            format_args!("there are no strokes in version {version}"),
        ));
    };
    let note = engine.and_then(|engine| engine.get("document")).or_else(|| data.get("document"));
    let pages = Pages::of(note.unwrap_or(&Value::Null), limits)?;
    let mut intake = Intake::new(Format::Rnote, pages.um_per_px(), limits);
    let mut document = Document::default();
    let mut sorted: Vec<Vec<Slot<'_>>> = vec![Vec::new(); pages.count()];
    for slot in slots(store) {
        let place = super::thing::anchor(slot.stroke);
        sorted[pages.number_of(place)].push(slot);
    }
    for (number, slots) in sorted.into_iter().enumerate() {
        intake.tally.page()?;
        let mut maker = Maker {
            intake: &mut intake,
            document: &mut document,
            origin: pages.origin(number),
            ground: pages.paper().ground.rgb(),
            limits,
            things: Vec::new(),
            groups: 0,
        };
        for slot in slots {
            maker.add(slot.stroke, slot.layer == "highlighter")?;
        }
        let things = maker.things;
        document.sheets.push(crate::document::Sheet { paper: pages.paper(), things });
    }
    Ok(intake.opened(document))
}

/// One stroke of the store.
#[derive(Clone)]
struct Slot<'a> {
    stroke: &'a Value,
    layer: &'a str,
}

/// The strokes from the bottom up.
fn slots(store: &Value) -> Vec<Slot<'_>> {
    let times = list(store, "chrono_components");
    let full = |slot: &'_ Value| slot.get("value").filter(|value| !value.is_null()).is_some();
    let mut slots: Vec<(usize, u64, Slot<'_>)> = Vec::new();
    for (index, slot) in list(store, "stroke_components").iter().enumerate() {
        if !full(slot) {
            continue;
        }
        let stroke = slot.get("value").unwrap_or(&Value::Null);
        let chrono = times.get(index).and_then(|slot| slot.get("value")).unwrap_or(&Value::Null);
        let layer = match chrono.get("layer") {
            Some(Value::String(layer)) => layer.as_str(),
            // A layer of the user's has a number.
            Some(Value::Object(layer)) => layer.keys().next().map_or("", String::as_str),
            _ => "",
        };
        let height = LAYERS.iter().position(|known| *known == layer).unwrap_or(LAYERS.len());
        let time = chrono.get("t").and_then(Value::as_u64).unwrap_or(0);
        slots.push((height, time, Slot { stroke, layer }));
    }
    slots.sort_by_key(|(height, time, _)| (*height, *time));
    slots.into_iter().map(|(_, _, slot)| slot).collect()
}
