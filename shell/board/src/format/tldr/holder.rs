//! Shapes that hold something: pictures, videos, frames, addresses.
use serde_json::Value;

use super::{
    read::Walk,
    records::Spot,
    shape::{FONT_PX, LINE, PADDING_PX, shift},
};
use crate::{
    affine::Affine,
    colour::Colour,
    format::{
        FormatError,
        bounded::data_uri,
        fields::{is_set, number, text},
        intake::plain,
    },
    media::{Media, MediaKind},
    object::Content,
    shape::{Outline, Shape},
};

impl<'a> Walk<'a> {
    pub(super) fn media(&mut self, id: &'a str, props: &Value, spot: &Spot) -> Result<(), FormatError> {
        let (width, height) = (number(props, "w").unwrap_or(0.0), number(props, "h").unwrap_or(0.0));
        let asset = text(props, "assetId").and_then(|id| self.records.get(id));
        let asset = asset.and_then(|asset| asset.get("props")).unwrap_or(&Value::Null);
        let file = match text(asset, "src") {
            Some(source) => data_uri(source, self.intake.format)?,
            None => None,
        };
        // What is cropped is shown whole, so that what was seen stays where it was.
        let crop = props.get("crop").unwrap_or(&Value::Null);
        let corner = |name: &str, otherwise: f64| {
            let at = crop.get(name).unwrap_or(&Value::Null);
            let part = |axis: &str| number(at, axis).unwrap_or(otherwise).clamp(0.0, 1.0);
            (part("x"), part("y"))
        };
        let (from, to) = (corner("topLeft", 0.0), corner("bottomRight", 1.0));
        let whole = (width / (to.0 - from.0).max(0.01), height / (to.1 - from.1).max(0.01));
        let (x, y) = shift(spot, (-from.0 * whole.0, -from.1 * whole.1));
        let rect = self.intake.rect(x, y, whole.0, whole.1)?;
        let shown = match &file {
            Some((kind, bytes)) if kind.starts_with("video/") => {
                self.intake.tally.media(bytes.len())?;
                let media = Media { file: self.document.keep(bytes), kind: MediaKind::Video, rect };
                vec![(Content::Media(media), Affine::IDENTITY)]
            }
            _ => self.intake.shown(
                &mut self.document,
                file.as_ref().map(|(_, bytes)| bytes.as_slice()),
                rect,
            )?,
        };
        let mut spot = *spot;
        // The figures of a drawing stay together.
        if shown.len() > 1 {
            spot.group = spot.group.or(Some(self.group(id)));
        }
        let sign = |name: &str| if is_set(props, name) { -1.0 } else { 1.0 };
        let middle = self.intake.at(shift(&spot, (width / 2.0, height / 2.0)))?;
        let flipped = match (sign("flipX"), sign("flipY")) {
            (1.0, 1.0) => Affine::IDENTITY,
            (x, y) => Affine::about(middle, x, y, 0.0).unwrap_or_default(),
        };
        for (content, inner) in shown {
            self.push(&spot, content)?;
            if let Some(thing) = self.document.sheets.last_mut().and_then(|sheet| sheet.things.last_mut()) {
                thing.placing = inner.then(&flipped).then(&thing.placing);
            }
        }
        Ok(())
    }

    pub(super) fn frame(&mut self, props: &Value, spot: &Spot) -> Result<(), FormatError> {
        let (width, height) = (number(props, "w").unwrap_or(0.0), number(props, "h").unwrap_or(0.0));
        let (x, y) = spot.origin;
        let outline = Outline::rectangle(self.intake.rect(x, y, width, height)?);
        let shape = Shape { colour: Colour::GREY, width_um: self.intake.width_um(1.0), ..plain(outline) };
        self.push(spot, Content::Shape(shape))?;
        let name = text(props, "name").unwrap_or("");
        if name.is_empty() {
            return Ok(());
        }
        let height = 12.0 * LINE;
        let text =
            self.intake.text(shift(spot, (0.0, -height)), height, width.max(0.0), name, Colour::GREY)?;
        self.push(spot, Content::Text(text))
    }

    pub(super) fn embedded(&mut self, props: &Value, spot: &Spot) -> Result<(), FormatError> {
        let (width, height) = (number(props, "w").unwrap_or(0.0), number(props, "h").unwrap_or(0.0));
        let (x, y) = spot.origin;
        let rect = self.intake.rect(x, y, width, height)?;
        let frame = self.intake.framed(rect, "web pages");
        self.push(spot, frame)?;
        let Some(address) = text(props, "url").filter(|address| !address.is_empty()) else { return Ok(()) };
        let (at, room) = (shift(spot, (PADDING_PX, PADDING_PX)), (width - 2.0 * PADDING_PX).max(PADDING_PX));
        let text = self.intake.text(at, FONT_PX * LINE, room, address, Colour::GREY)?;
        self.push(spot, Content::Text(text))
    }
}
