//! Texts and notes as elements: Excalidraw wants to be told how large they are and where their lines break.
use serde_json::{Value, json};

use super::{
    OURS, UM_PER_PX,
    thing::{Writer, px},
};
use crate::{
    document::Thing,
    format::{
        css::{hex, hex_rgb},
        letters,
    },
    note::Note,
    object::Text,
};

/// The height of a line in heights of its font.
const LINE: f64 = 1.25;
/// Excalidraw's distance of a text from the side of the figure it stands in, in pixels.
const PADDING_PX: f64 = 5.0;

impl Writer {
    pub(super) fn text(&mut self, thing: &Thing, text: &Text) {
        let size = f64::from(text.size_um);
        let room = f64::from(text.room_um) / size * LINE;
        let shown = if text.room_um > 0 { letters::wrapped(&text.text, room) } else { text.text.clone() };
        let lines = shown.split('\n').count() as f64;
        let wide =
            if text.room_um > 0 { f64::from(text.room_um) } else { letters::width(&shown) * size / LINE };
        let (left, top) = (f64::from(text.at.x_um), f64::from(text.at.y_um));
        let turned = self.turned(thing, (left + wide / 2.0, top + lines * size / 2.0), (wide, lines * size));
        let element = self.element(
            "text",
            (turned.left(), turned.top()),
            (turned.width, turned.height),
            turned.radians,
        );
        let height = turned.height / lines;
        let words = Words {
            shown,
            said: &text.text,
            height,
            colour: self.seen(text.colour),
            fits_itself: text.room_um == 0,
        };
        self.push(thing, element, &words.fields(None));
    }

    pub(super) fn note(&mut self, thing: &Thing, note: &Note) {
        let turned = self.boxed(thing, note.rect);
        let (at, around) = ((turned.left(), turned.top()), (turned.width, turned.height));
        let mut paper = self.element("rectangle", at, around, turned.radians);
        let holder = paper.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let label = format!("thing-{}", self.elements.len() + 1);
        paper.insert("backgroundColor".to_owned(), json!(hex(note.paper)));
        paper.insert("strokeColor".to_owned(), json!("transparent"));
        paper.insert("boundElements".to_owned(), json!([{ "type": "text", "id": label }]));
        paper.insert("customData".to_owned(), json!({ OURS: { "note": true } }));
        self.push(thing, paper, &[]);
        let height = f64::from(note.size_um) * thing.placing.growth() / UM_PER_PX;
        let room = turned.width - 2.0 * PADDING_PX;
        let shown = letters::wrapped(&note.text, room / height * LINE);
        let lines = shown.split('\n').count() as f64;
        let high = lines * height;
        // A text turns with its figure, about its own centre.
        let (sin, cos) = libm::sincos(turned.radians);
        let down = PADDING_PX + high / 2.0 - turned.height / 2.0;
        let centre = (turned.centre.0 - sin * down, turned.centre.1 + cos * down);
        let at = (centre.0 - room / 2.0, centre.1 - high / 2.0);
        let element = self.element("text", at, (room, high), turned.radians);
        let words =
            Words { shown, said: &note.text, height, colour: hex_rgb(note.letters_rgb()), fits_itself: true };
        self.push(thing, element, &words.fields(Some(&holder)));
    }
}

/// What a text says and looks like.
struct Words<'a> {
    shown: String,
    said: &'a str,
    /// Of a line, in pixels.
    height: f64,
    colour: String,
    fits_itself: bool,
}

impl Words<'_> {
    fn fields(&self, holder: Option<&str>) -> [(&'static str, Value); 11] {
        [
            ("strokeColor", json!(self.colour)),
            ("text", json!(self.shown)),
            ("originalText", json!(self.said)),
            ("fontSize", json!(px(self.height / LINE))),
            // Excalidraw's own number for a plain face (Nunito).
            ("fontFamily", json!(6)),
            ("textAlign", json!("left")),
            ("verticalAlign", json!("top")),
            ("containerId", json!(holder)),
            ("autoResize", json!(self.fits_itself)),
            ("lineHeight", json!(LINE)),
            ("roundness", Value::Null),
        ]
    }
}
