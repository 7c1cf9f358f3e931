//! Texts and notes: areas of text, which each program breaks into lines by its own font.
use super::{
    LINE, UM_PER_UNIT,
    out::{fill, line, lines, number},
    write::{Writer, rect, turn},
};
use crate::{
    document::Thing,
    format::{css::hex_rgb, curve::Place, letters, pose::Pose},
    note::Note,
    object::Text,
    shape::Dash,
};

/// Between a note's side and its words, in units.
const PADDING: f64 = 8.0;

impl Writer<'_> {
    pub(super) fn text(&mut self, thing: &Thing, text: &Text) {
        let size = f64::from(text.size_um);
        let font = size / LINE;
        let wide = if text.room_um > 0 {
            f64::from(text.room_um)
        } else {
            (letters::width(&text.text) + 1.0) * font
        };
        let high = (letters::wrapped(&text.text, wide / font).split('\n').count() + 1) as f64 * size;
        let pose = Pose::of(&thing.placing);
        let grown = pose.scale_x / UM_PER_UNIT;
        let corner = self.moved(thing, f64::from(text.at.x_um), f64::from(text.at.y_um));
        let area = Area {
            corner,
            width: wide * grown,
            height: high * grown,
            font: font * grown,
            radians: pose.radians,
        };
        self.area(thing, &area, &text.text, self.seen(text.colour));
    }

    pub(super) fn note(&mut self, thing: &Thing, note: &Note) {
        let group = thing.group.unwrap_or(u32::MAX - self.out.count());
        let thing = &Thing { group: Some(group), ..thing.clone() };
        let turned = self.turned(thing, note.rect);
        let mut attributes = rect(&turned);
        attributes.extend(fill(Some((note.paper.rgb(), 255))));
        attributes.extend(line(note.paper.rgb(), 0.0, Dash::Solid));
        attributes.extend(turn(turned.radians, turned.centre));
        self.put(thing, "rect", &attributes, "", &[]);
        let (sin, cos) = libm::sincos(turned.radians);
        let (dx, dy) = (PADDING - turned.width / 2.0, PADDING - turned.height / 2.0);
        let corner = (turned.centre.0 + cos * dx - sin * dy, turned.centre.1 + sin * dx + cos * dy);
        let font = f64::from(note.size_um) / LINE * thing.placing.growth() / UM_PER_UNIT;
        let (width, height) =
            ((turned.width - 2.0 * PADDING).max(font), (turned.height - 2.0 * PADDING).max(font));
        let area = Area { corner, width, height, font, radians: turned.radians };
        self.area(thing, &area, &note.text, note.letters_rgb());
    }

    /// A text area by its corner. One that is turned is turned about that corner.
    fn area(&mut self, thing: &Thing, area: &Area, text: &str, rgb: u32) {
        let straight = area.radians == 0.0;
        let (x, y) = if straight { area.corner } else { (0.0, 0.0) };
        let mut attributes = vec![
            ("x", number(x)),
            ("y", number(y)),
            ("width", number(area.width)),
            ("height", number(area.height)),
            ("fill", hex_rgb(rgb)),
            ("font-size", number(area.font)),
        ];
        if !straight {
            let (x, y) = area.corner;
            let degrees = number(area.radians.to_degrees());
            attributes
                .push(("transform", format!("translate({},{}) rotate({degrees})", number(x), number(y))));
        }
        self.put(thing, "textarea", &attributes, &lines(text), &[]);
    }
}

struct Area {
    corner: Place,
    width: f64,
    height: f64,
    font: f64,
    radians: f64,
}
