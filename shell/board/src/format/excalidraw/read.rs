//! A scene as a document: which elements are shown, on which page, in which order.
use std::collections::HashMap;

use serde_json::Value;

use super::{UM_PER_PX, element::Element, page, scene::Scene};
use crate::{
    document::{Document, Sheet},
    format::{
        Format, FormatError, Limits, Opened,
        bounded::json,
        fields::{list, number, text},
        intake::Intake,
    },
};

/// The version of the format that is known.
const VERSION: f64 = 2.0;

/// Reads a `.excalidraw` file or what Excalidraw puts on the clipboard.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Opened, FormatError> {
    let file = json(bytes, Format::Excalidraw, limits)?;
    if !matches!(text(&file, "type"), Some("excalidraw" | "excalidraw/clipboard")) {
        return Err(FormatError::damaged(Format::Excalidraw, "it does not say that it is a drawing"));
    }
    let version = number(&file, "version").unwrap_or(VERSION);
    if version > VERSION {
        return Err(FormatError::TooNew { format: Format::Excalidraw, version: version.to_string() });
    }
    let elements: Vec<Element<'_>> = list(&file, "elements").iter().map(Element::new).collect();
    let shown: Vec<Element<'_>> = elements.into_iter().filter(|element| element.is_shown()).collect();
    let intake = Intake::new(Format::Excalidraw, UM_PER_PX, limits);
    let mut document = Document::default();
    let mut scene = Scene::new(intake, &file, &mut document, &shown);
    for (sheet, elements) in sheets(&file, &shown) {
        scene.begin(sheet)?;
        for element in elements {
            scene.add(element)?;
        }
    }
    let intake = scene.into_intake();
    Ok(intake.opened(document))
}

/// The pages with their elements from the bottom up. A scene that the board wrote has a frame for each page.
fn sheets<'a>(file: &Value, shown: &[Element<'a>]) -> Vec<(Sheet, Vec<Element<'a>>)> {
    let mut frames: Vec<Element<'a>> =
        shown.iter().copied().filter(|element| page::number_of(*element).is_some()).collect();
    frames.sort_by_key(|frame| page::number_of(*frame));
    if frames.is_empty() {
        let sheet = Sheet { paper: page::of_scene(file), ..Sheet::default() };
        return vec![(sheet, shown.to_vec())];
    }
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut sheets: Vec<(Sheet, Vec<Element<'a>>)> = Vec::new();
    for frame in &frames {
        places.insert(frame.id(), sheets.len());
        sheets.push((Sheet { paper: page::of_frame(*frame), ..Sheet::default() }, Vec::new()));
    }
    for element in shown.iter().filter(|element| page::number_of(**element).is_none()) {
        let place = places.get(element.text("frameId")).copied().unwrap_or(0);
        sheets[place].1.push(element.from((frames[place].x(), frames[place].y())));
    }
    sheets
}
