//! Things of a page as elements.
use serde_json::{Map, Value, json};

use super::{OURS, UM_PER_PX, index, ink, page};
use crate::{
    colour::Colour,
    document::Thing,
    format::{
        Remark,
        css::{hex_rgb, hex_with},
        curve::{self, Place, around},
        pose::{Pose, Turned},
        remark::Remarks,
    },
    media::{Media, MediaKind},
    object::{Content, Stroke},
    paper::{Ground, Paper},
    point::PageRect,
    shape::{Contour, Dash, Outline, Shape},
};

/// The opacity of a highlighter, of 100.
const SEE_THROUGH: u64 = 44;

/// Makes elements.
pub(super) struct Writer {
    pub(super) elements: Vec<Value>,
    number: usize,
    origin: Place,
    framed: bool,
    ground: Ground,
    remarks: Remarks,
}

impl Writer {
    pub(super) fn new() -> Writer {
        Writer {
            elements: Vec::new(),
            number: 0,
            origin: (0.0, 0.0),
            framed: false,
            ground: Ground::White,
            remarks: Remarks::default(),
        }
    }

    /// Begins a page whose corner lies at a place of the scene.
    pub(super) fn begin(&mut self, number: usize, origin: Place, framed: bool, ground: Ground) {
        (self.number, self.origin, self.framed, self.ground) = (number, origin, framed, ground);
    }

    pub(super) fn finish(self) -> (Vec<Value>, Vec<Remark>) {
        (self.elements, self.remarks.into_vec())
    }

    pub(super) fn thing(&mut self, thing: &Thing) {
        match &thing.content {
            Content::Stroke(stroke) => self.ink(thing, stroke),
            Content::Text(text) => self.text(thing, text),
            Content::Shape(shape) => self.shape(thing, shape),
            Content::Note(note) => self.note(thing, note),
            Content::Media(media) => self.media(thing, media),
        }
    }

    /// A line's or letter's colour as the class sees it on this page.
    pub(super) fn seen(&self, colour: Colour) -> String {
        hex_rgb(colour.on(self.ground))
    }

    /// A page's ground, where the scene's background is another one.
    pub(super) fn page_ground(&mut self, at: Place, size: Place) {
        let mut ground = self.element("rectangle", at, size, 0.0);
        ground.insert("backgroundColor".to_owned(), json!(hex_rgb(self.ground.rgb())));
        ground.insert("strokeColor".to_owned(), json!("transparent"));
        ground.insert("locked".to_owned(), json!(true));
        ground.insert("customData".to_owned(), json!({ OURS: { "ground": true } }));
        self.elements.push(Value::Object(ground));
    }

    /// The frame that stands for a page.
    pub(super) fn page_frame(&mut self, number: usize, paper: &Paper, at: Place, size: Place) {
        self.framed = false;
        let mut frame = self.element("frame", (at.0, at.1), size, 0.0);
        frame.insert("id".to_owned(), json!(frame_id(number)));
        frame.insert("strokeColor".to_owned(), json!("#bbb"));
        frame.insert("name".to_owned(), json!(format!("{}", number + 1)));
        frame.insert("customData".to_owned(), json!({ OURS: page::told(number, paper) }));
        self.elements.push(Value::Object(frame));
    }

    /// What all elements have; lines and fills are added.
    pub(super) fn element(&self, kind: &str, at: Place, size: Place, radians: f64) -> Map<String, Value> {
        let nth = self.elements.len();
        let frame = if self.framed { json!(frame_id(self.number)) } else { Value::Null };
        let element = json!({
            "id": format!("thing-{nth}"), "type": kind,
            "x": px(at.0), "y": px(at.1), "width": px(size.0), "height": px(size.1), "angle": radians,
            "strokeColor": "#1e1e1e", "backgroundColor": "transparent",
            "fillStyle": "solid", "strokeWidth": 1, "strokeStyle": "solid", "roughness": 0, "opacity": 100,
            "groupIds": [], "frameId": frame, "index": index::key(nth), "roundness": null,
            "seed": nth + 1, "version": 1, "versionNonce": nth + 1, "isDeleted": false,
            "boundElements": [], "updated": 1, "link": null, "locked": false,
        });
        match element {
            Value::Object(element) => element,
            _ => Map::new(),
        }
    }

    pub(super) fn push(&mut self, thing: &Thing, mut element: Map<String, Value>, more: &[(&str, Value)]) {
        for (name, value) in more {
            element.insert((*name).to_owned(), value.clone());
        }
        element.insert("locked".to_owned(), json!(thing.pinned));
        if let Some(group) = thing.group {
            element.insert("groupIds".to_owned(), json!([format!("group-{}-{group}", self.number)]));
        }
        if let Some(person) = thing.by {
            let ours = element.entry("customData").or_insert_with(|| json!({ OURS: {} }));
            if let Some(Value::Object(ours)) = ours.get_mut(OURS) {
                ours.insert("person".to_owned(), json!(person.number()));
            }
        }
        self.elements.push(Value::Object(element));
    }

    fn ink(&mut self, thing: &Thing, stroke: &Stroke) {
        let growth = thing.placing.growth();
        let nodes: Vec<(Place, f64, u32)> = stroke
            .trace
            .nodes()
            .map(|node| {
                let place = self.moved(thing, (f64::from(node.x_um), f64::from(node.y_um)));
                (place, f64::from(node.radius_um) * growth / UM_PER_PX, node.t_ms)
            })
            .collect();
        let Some(first) = nodes.first().map(|node| node.0) else { return };
        let radii = nodes.iter().map(|node| node.1);
        let (thin, thick) = (radii.clone().fold(f64::INFINITY, f64::min), radii.fold(0.0, f64::max));
        let width = five(ink::stroke_width(thin, thick));
        let pressures: Vec<f64> = nodes.iter().map(|node| five(ink::pressure(width, node.1))).collect();
        let points: Vec<[f64; 2]> = nodes.iter().map(|node| relative(node.0, first)).collect();
        let places: Vec<Place> = nodes.iter().map(|node| node.0).collect();
        let mut element = self.element("freedraw", first, size(&places), 0.0);
        if nodes.iter().any(|node| node.2 > 0) {
            let times: Vec<u32> = nodes.iter().map(|node| node.2).collect();
            element.insert("customData".to_owned(), json!({ OURS: { "t": times } }));
        }
        let colour = match stroke.highlighter {
            true => hex_rgb(stroke.colour.area_on(self.ground)),
            false => self.seen(stroke.colour),
        };
        self.push(
            thing,
            element,
            &[
                ("strokeColor", json!(colour)),
                ("strokeWidth", json!(width)),
                ("opacity", json!(if stroke.highlighter { SEE_THROUGH } else { 100 })),
                ("points", json!(points)),
                ("pressures", json!(pressures)),
                ("simulatePressure", json!(false)),
                // Where the file is opened Excalidraw forgets it anyway.
                ("lastCommittedPoint", Value::Null),
            ],
        );
    }

    fn shape(&mut self, thing: &Thing, shape: &Shape) {
        match &shape.outline {
            Outline::Ellipse { centre, rx_um, ry_um } => {
                let (centre, rx, ry) =
                    ((f64::from(centre.x_um), f64::from(centre.y_um)), f64::from(*rx_um), f64::from(*ry_um));
                let pose = Pose::of(&thing.placing);
                if pose.square {
                    let turned = self.turned(thing, centre, (2.0 * rx, 2.0 * ry));
                    self.figure(thing, shape, "ellipse", turned);
                } else {
                    let points: Vec<Place> = curve::ellipse(centre, rx, ry);
                    self.line(
                        thing,
                        shape,
                        &points.iter().map(|at| self.moved(thing, *at)).collect::<Vec<_>>(),
                        true,
                    );
                }
            }
            Outline::Paths(contours) => {
                // Runs of one figure stay together.
                let thing = match (contours.len(), thing.group) {
                    (2.., None) => {
                        &Thing { group: Some(u32::MAX - self.elements.len() as u32), ..thing.clone() }
                    }
                    _ => thing,
                };
                contours.iter().for_each(|contour| self.contour(thing, shape, contour));
            }
        }
    }

    fn contour(&mut self, thing: &Thing, shape: &Shape, contour: &Contour) {
        let points: Vec<Place> = contour
            .points
            .iter()
            .map(|at| self.moved(thing, (f64::from(at.x_um), f64::from(at.y_um))))
            .collect();
        if contour.closed {
            if let Some(turned) = Turned::rectangle(&points) {
                return self.figure(thing, shape, "rectangle", turned);
            }
            if let Some(turned) = Turned::diamond(&points) {
                return self.figure(thing, shape, "diamond", turned);
            }
        }
        self.line(thing, shape, &points, contour.closed);
    }

    fn figure(&mut self, thing: &Thing, shape: &Shape, kind: &str, turned: Turned) {
        let element =
            self.element(kind, (turned.left(), turned.top()), (turned.width, turned.height), turned.radians);
        self.push(thing, element, &self.looks(thing, shape));
    }

    fn line(&mut self, thing: &Thing, shape: &Shape, points: &[Place], closed: bool) {
        let mut points = points.to_vec();
        let Some(first) = points.first().copied() else { return };
        if closed {
            points.push(first);
        }
        let (start, end) = if closed { (false, false) } else { shape.arrows };
        let kind = if start || end { "arrow" } else { "line" };
        let mut element = self.element(kind, first, size(&points), 0.0);
        let run: Vec<[f64; 2]> = points.iter().map(|at| relative(*at, first)).collect();
        let head = |is: bool| if is { json!("arrow") } else { Value::Null };
        element.insert("points".to_owned(), json!(run));
        element.insert("lastCommittedPoint".to_owned(), Value::Null);
        element.insert("startBinding".to_owned(), Value::Null);
        element.insert("endBinding".to_owned(), Value::Null);
        element.insert("startArrowhead".to_owned(), head(start));
        element.insert("endArrowhead".to_owned(), head(end));
        if kind == "arrow" {
            element.insert("elbowed".to_owned(), json!(false));
        }
        self.push(thing, element, &self.looks(thing, shape));
    }

    fn media(&mut self, thing: &Thing, media: &Media) {
        let turned = self.boxed(thing, media.rect);
        if media.kind != MediaKind::Picture {
            self.remarks.left_out("videos and pages of PDF");
            let frame = Shape {
                outline: Outline::rectangle(media.rect),
                colour: Colour::GREY,
                width_um: 2_000,
                dash: Dash::Dashed,
                fill: None,
                arrows: (false, false),
            };
            return self.figure(thing, &frame, "rectangle", turned);
        }
        let mirrored = Pose::of(&thing.placing).scale_y < 0.0;
        let (at, size) = ((turned.left(), turned.top()), (turned.width, turned.height));
        let element = self.element("image", at, size, turned.radians);
        self.push(
            thing,
            element,
            &[
                ("strokeColor", json!("transparent")),
                ("status", json!("saved")),
                ("fileId", json!(media.file.to_string())),
                ("scale", json!([1, if mirrored { -1 } else { 1 }])),
                ("crop", Value::Null),
            ],
        );
    }

    /// How a figure's line and inside look.
    fn looks(&self, thing: &Thing, shape: &Shape) -> [(&'static str, Value); 4] {
        let width = f64::from(shape.width_um) * thing.placing.growth() / UM_PER_PX;
        let (colour, width) = if shape.width_um == 0 {
            ("transparent".to_owned(), 1.0)
        } else {
            (self.seen(shape.colour), px(width).max(0.001))
        };
        let dash = match shape.dash {
            Dash::Solid => "solid",
            Dash::Dashed => "dashed",
            Dash::Dotted => "dotted",
        };
        let fill = shape.fill.map_or_else(
            || "transparent".to_owned(),
            |(colour, opacity)| hex_with(colour.area_on(self.ground), opacity),
        );
        [
            ("strokeColor", json!(colour)),
            ("strokeWidth", json!(width)),
            ("strokeStyle", json!(dash)),
            ("backgroundColor", json!(fill)),
        ]
    }

    /// A place of a thing in the scene.
    fn moved(&self, thing: &Thing, place: Place) -> Place {
        let (x, y) = thing.placing.exact(place.0, place.1);
        (x / UM_PER_PX + self.origin.0, y / UM_PER_PX + self.origin.1)
    }

    /// Where a box of this size about a centre lies in the scene.
    pub(super) fn turned(&self, thing: &Thing, centre: Place, size: Place) -> Turned {
        let pose = Pose::of(&thing.placing);
        Turned {
            centre: self.moved(thing, centre),
            width: size.0 * pose.scale_x / UM_PER_PX,
            height: size.1 * pose.scale_y.abs() / UM_PER_PX,
            radians: pose.radians,
        }
    }

    pub(super) fn boxed(&self, thing: &Thing, rect: PageRect) -> Turned {
        let (x0, y0) = (f64::from(rect.x0_um), f64::from(rect.y0_um));
        let (x1, y1) = (f64::from(rect.x1_um), f64::from(rect.y1_um));
        self.turned(thing, (f64::midpoint(x0, x1), f64::midpoint(y0, y1)), (x1 - x0, y1 - y0))
    }
}

fn frame_id(number: usize) -> String {
    format!("page-{number}")
}

/// Pixels as they are written: a micrometre is a thousandth.
pub(super) fn px(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

fn five(value: f64) -> f64 {
    (value * 1e5).round() / 1e5
}

fn relative(at: Place, first: Place) -> [f64; 2] {
    [px(at.0 - first.0), px(at.1 - first.1)]
}

fn size(points: &[Place]) -> Place {
    around(points).map_or((0.0, 0.0), |bounds| (bounds[2] - bounds[0], bounds[3] - bounds[1]))
}
