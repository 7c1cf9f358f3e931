//! `org.dais.Inference1.Ink`: handwriting from strokes.

use api::inference::InferenceError;
use api::ink::{InkBox, InkCharacter, InkGuess, InkLayout, InkLine, InkPoint, InkScript};
use zbus::interface;
use zbus::message::Header;

use super::checks::{client, refused};
use crate::desk::Desk;
use crate::ink::{self, Bounds, Layout, Point, Script, Stroke};
use crate::work::Work;

/// The interface.
pub(super) struct Ink {
    desk: Desk,
}

impl Ink {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[interface(name = "org.dais.Inference1.Ink", introspection_docs = false)]
impl Ink {
    #[zbus(out_args("lines"))]
    async fn recognize_ink(
        &self,
        strokes: Vec<Vec<InkPoint>>,
        layout: u32,
        script: u32,
        deadline_ms: u32,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<Vec<InkLine>, InferenceError> {
        let asker = self.desk.asker(client(&header), deadline_ms);
        let layout = layout_of(layout)?;
        let script = script_of(script)?;
        let strokes: Vec<Stroke> = strokes.into_iter().map(stroke).collect();
        ink::check(&strokes).map_err(|error| InferenceError::BadInk(error.to_string()))?;
        let work = |reply| Work::ReadInk { strokes, layout, script, reply };
        let lines = self.desk.ask(asker, work).await.map_err(refused)?;
        Ok(lines.into_iter().map(line).collect())
    }
}

fn layout_of(number: u32) -> Result<Layout, InferenceError> {
    match InkLayout::from_wire(number) {
        InkLayout::Lines => Ok(Layout::Lines),
        InkLayout::Character => Ok(Layout::Character),
        InkLayout::Unknown => Err(InferenceError::BadInk(format!("layout {number} is not known"))),
    }
}

fn script_of(number: u32) -> Result<Script, InferenceError> {
    match InkScript::from_wire(number) {
        InkScript::Any => Ok(Script::Any),
        InkScript::Chinese => Ok(Script::Chinese),
        InkScript::Latin => Ok(Script::Latin),
        InkScript::Unknown => Err(InferenceError::BadInk(format!("script {number} is not known"))),
    }
}

pub(super) fn stroke(points: Vec<InkPoint>) -> Stroke {
    Stroke(points.iter().map(|point| Point { x: point.x as f32, y: point.y as f32, t: point.t }).collect())
}

pub(super) fn place(bounds: Bounds) -> InkBox {
    let Bounds { left, top, right, bottom } = bounds;
    InkBox { left: left.into(), top: top.into(), right: right.into(), bottom: bottom.into() }
}

pub(super) fn bounds(place: &InkBox) -> Bounds {
    let InkBox { left, top, right, bottom } = *place;
    Bounds { left: left as f32, top: top as f32, right: right as f32, bottom: bottom as f32 }
}

fn line(line: ink::InkLine) -> InkLine {
    let guess = |(text, confidence): (String, f32)| InkGuess { text, confidence: confidence.into() };
    let character = |character: ink::InkCharacter| InkCharacter {
        place: place(character.bounds),
        guesses: character.guesses.into_iter().map(guess).collect(),
    };
    InkLine {
        place: place(line.bounds),
        text: line.text,
        confidence: line.confidence.into(),
        characters: line.characters.into_iter().map(character).collect(),
        alternatives: line.alternatives,
    }
}
