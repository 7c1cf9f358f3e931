//! A document as pages of a whiteboard file.
use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
    sync::Arc,
};

use image::{ImageFormat, ImageReader};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{
    CONTENT, UM_PER_UNIT,
    out::{Attributes, Out, fill, line, number, points},
};
use crate::{
    colour::Colour,
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Limits, Written,
        css::hex_rgb,
        curve::{self, Place},
        extent::bounds,
        geometry::pile,
        pose::{Pose, Turned},
        remark::Remarks,
        sniff,
    },
    media::{Media, MediaId, MediaKind},
    object::{Content, Stroke},
    paper::{Ground, Pattern},
    point::PageRect,
    shape::{Contour, Dash, Outline, Shape},
};

/// A page without end is at least this large, in units: the panel.
const PANEL: Place = (1_920.0, 1_080.0);
/// Around what is on a page without end, in units.
const MARGIN: f64 = 20.0;
/// How much shows through a highlighter.
const SEE_THROUGH: &str = "0.44";

/// Writes an `.iwb` file.
pub fn write(document: &Document) -> Result<Written, FormatError> {
    let mut writer = Writer {
        out: Out::default(),
        ground: Ground::White,
        shift: (0.0, 0.0),
        files: BTreeMap::new(),
        media: document,
        remarks: Remarks::default(),
    };
    let places: Vec<(Place, Place)> = document.sheets.iter().map(place).collect();
    let size =
        places.iter().fold((1.0, 1.0), |size: Place, (_, page)| (size.0.max(page.0), size.1.max(page.1)));
    for (index, (sheet, (shift, _))) in document.sheets.iter().zip(&places).enumerate() {
        writer.shift = *shift;
        writer.ground = sheet.paper.ground;
        writer.out.open_page(index + 1);
        writer.ground(sheet, size);
        pile(&sheet.things).for_each(|thing| writer.thing(thing));
        writer.out.close_page();
    }
    let content = writer.out.finish(&document.title, size);
    let unwritable =
        |error: ZipError| FormatError::Unwritable { format: Format::Iwb, what: error.to_string() };
    let bytes = pack(&content, &writer.files).map_err(unwritable)?;
    Ok(Written { bytes, remarks: writer.remarks.into_vec() })
}

/// By how much a page's things move, and how large it is, in units.
fn place(sheet: &Sheet) -> (Place, Place) {
    if let Some((width, height)) = sheet.paper.size_um {
        return ((0.0, 0.0), (f64::from(width) / UM_PER_UNIT, f64::from(height) / UM_PER_UNIT));
    }
    let [left, top, right, bottom] = bounds(sheet).map_or([0.0; 4], |all| all.map(|um| um / UM_PER_UNIT));
    let shift = ((MARGIN - left).max(0.0), (MARGIN - top).max(0.0));
    let side = |end: f64, shift: f64, least: f64| (end + shift + MARGIN).ceil().max(least);
    (shift, (side(right, shift.0, PANEL.0), side(bottom, shift.1, PANEL.1)))
}

/// The archive; the same bytes for the same board.
fn pack(content: &str, files: &BTreeMap<String, Arc<[u8]>>) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    zip.start_file(CONTENT, options.compression_method(CompressionMethod::Deflated))?;
    zip.write_all(content.as_bytes())?;
    for (name, bytes) in files {
        // Pictures are packed already.
        zip.start_file(name, options.compression_method(CompressionMethod::Stored))?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

pub(super) struct Writer<'a> {
    pub(super) out: Out,
    ground: Ground,
    shift: Place,
    files: BTreeMap<String, Arc<[u8]>>,
    media: &'a Document,
    remarks: Remarks,
}

impl Writer<'_> {
    fn ground(&mut self, sheet: &Sheet, size: Place) {
        let colour = hex_rgb(sheet.paper.ground.rgb());
        let attributes = [
            ("x", "0".to_owned()),
            ("y", "0".to_owned()),
            ("width", number(size.0)),
            ("height", number(size.1)),
            ("fill", colour.clone()),
            ("stroke", colour),
            ("stroke-width", "0".to_owned()),
        ];
        let id = self.out.element("rect", &attributes, "", None);
        self.out.say(&id, &[("background", "true")]);
        if sheet.paper.pattern != Pattern::Plain {
            self.remarks.left_out("printed patterns");
        }
    }

    fn thing(&mut self, thing: &Thing) {
        match &thing.content {
            Content::Stroke(stroke) => self.ink(thing, stroke),
            Content::Text(text) => self.text(thing, text),
            Content::Shape(shape) => self.shape(thing, shape),
            Content::Note(note) => self.note(thing, note),
            Content::Media(media) => self.picture(thing, media),
        }
    }

    /// A line's or letter's colour as the class sees it on this page: 0x00RRGGBB.
    pub(super) fn seen(&self, colour: Colour) -> u32 {
        colour.on(self.ground)
    }

    /// Puts an element on the page, with what a thing and its kind say of it.
    pub(super) fn put(
        &mut self,
        thing: &Thing,
        name: &str,
        attributes: Attributes<'_>,
        inside: &str,
        words: &[(&str, &str)],
    ) {
        let id = self.out.element(name, attributes, inside, thing.group);
        let mut words = words.to_vec();
        if thing.pinned {
            words.push(("locked", "true"));
        }
        self.out.say(&id, &words);
    }

    /// Where a place of a thing lies on the page, in units.
    pub(super) fn moved(&self, thing: &Thing, x_um: f64, y_um: f64) -> Place {
        let (x, y) = thing.placing.exact(x_um, y_um);
        (x / UM_PER_UNIT + self.shift.0, y / UM_PER_UNIT + self.shift.1)
    }

    fn ink(&mut self, thing: &Thing, stroke: &Stroke) {
        let nodes = stroke.trace.nodes();
        let mut run: Vec<Place> =
            nodes.map(|node| self.moved(thing, f64::from(node.x_um), f64::from(node.y_um))).collect();
        let radii: f64 = stroke.trace.nodes().map(|node| f64::from(node.radius_um)).sum();
        let width = 2.0 * radii / run.len().max(1) as f64 * thing.placing.growth() / UM_PER_UNIT;
        // A dot is a line to where it begins.
        if let [dot] = run[..] {
            run.push(dot);
        }
        let mut attributes = vec![("points", points(&run)), ("fill", "none".to_owned())];
        let rgb =
            if stroke.highlighter { stroke.colour.area_on(self.ground) } else { self.seen(stroke.colour) };
        attributes.extend(line(rgb, width, Dash::Solid));
        attributes.push(("stroke-linecap", "round".to_owned()));
        let mut words = vec![("freehand", "true")];
        if stroke.highlighter {
            attributes.push(("stroke-opacity", SEE_THROUGH.to_owned()));
            words.push(("highlight", "true"));
        }
        self.put(thing, "polyline", &attributes, "", &words);
    }

    fn shape(&mut self, thing: &Thing, shape: &Shape) {
        match &shape.outline {
            Outline::Ellipse { centre, rx_um, ry_um } => {
                let (x, y) = (f64::from(centre.x_um), f64::from(centre.y_um));
                let (rx, ry) = (f64::from(*rx_um), f64::from(*ry_um));
                let pose = Pose::of(&thing.placing);
                if !pose.square {
                    let round = curve::ellipse((x, y), rx, ry);
                    let run: Vec<Place> = round.iter().map(|at| self.moved(thing, at.0, at.1)).collect();
                    return self.run(thing, shape, &run, true);
                }
                let (cx, cy) = self.moved(thing, x, y);
                let mut attributes = vec![
                    ("cx", number(cx)),
                    ("cy", number(cy)),
                    ("rx", number(rx * pose.scale_x / UM_PER_UNIT)),
                    ("ry", number(ry * pose.scale_y.abs() / UM_PER_UNIT)),
                ];
                attributes.extend(self.looks(thing, shape, true));
                attributes.extend(turn(pose.radians, (cx, cy)));
                self.put(thing, "ellipse", &attributes, "", &[]);
            }
            Outline::Paths(contours) => {
                // Runs of one figure stay together.
                let thing = match (contours.len(), thing.group) {
                    (2.., None) => &Thing { group: Some(u32::MAX - self.out.count()), ..thing.clone() },
                    _ => thing,
                };
                contours.iter().for_each(|contour| self.contour(thing, shape, contour));
            }
        }
    }

    fn contour(&mut self, thing: &Thing, shape: &Shape, contour: &Contour) {
        let points = contour.points.iter();
        let run: Vec<Place> =
            points.map(|at| self.moved(thing, f64::from(at.x_um), f64::from(at.y_um))).collect();
        match Turned::rectangle(&run).filter(|_| contour.closed) {
            Some(turned) => {
                let mut attributes = rect(&turned);
                attributes.extend(self.looks(thing, shape, true));
                attributes.extend(turn(turned.radians, turned.centre));
                self.put(thing, "rect", &attributes, "", &[]);
            }
            None => self.run(thing, shape, &run, contour.closed),
        }
    }

    fn run(&mut self, thing: &Thing, shape: &Shape, run: &[Place], closed: bool) {
        let mut words = Vec::new();
        if !closed && shape.arrows.0 {
            words.push(("stroke-lineshape-start", "arrow"));
        }
        if !closed && shape.arrows.1 {
            words.push(("stroke-lineshape-end", "arrow"));
        }
        let looks = self.looks(thing, shape, closed);
        let (name, mut attributes) = match *run {
            [from, to] if !closed => (
                "line",
                vec![
                    ("x1", number(from.0)),
                    ("y1", number(from.1)),
                    ("x2", number(to.0)),
                    ("y2", number(to.1)),
                ],
            ),
            _ if closed => ("polygon", vec![("points", points(run))]),
            _ => ("polyline", vec![("points", points(run)), ("fill", "none".to_owned())]),
        };
        attributes.extend(looks);
        self.put(thing, name, &attributes, "", &words);
    }

    /// A figure's line and, for what has an inside, its fill.
    fn looks(&self, thing: &Thing, shape: &Shape, filled: bool) -> Vec<(&'static str, String)> {
        let mut all = if filled { fill(self.inside(shape)) } else { Vec::new() };
        let width = f64::from(shape.width_um) * thing.placing.growth() / UM_PER_UNIT;
        // What has no line has one of no width in its own colour, so that no reader draws a black one.
        let rgb = match self.inside(shape) {
            Some((rgb, _)) if shape.width_um == 0 => rgb,
            _ => self.seen(shape.colour),
        };
        all.extend(line(rgb, width, shape.dash));
        all
    }

    fn inside(&self, shape: &Shape) -> Option<(u32, u8)> {
        shape.fill.map(|(colour, opacity)| (colour.area_on(self.ground), opacity))
    }

    pub(super) fn turned(&self, thing: &Thing, rect: PageRect) -> Turned {
        let (x0, y0) = (f64::from(rect.x0_um), f64::from(rect.y0_um));
        let (x1, y1) = (f64::from(rect.x1_um), f64::from(rect.y1_um));
        let pose = Pose::of(&thing.placing);
        Turned {
            centre: self.moved(thing, f64::midpoint(x0, x1), f64::midpoint(y0, y1)),
            width: (x1 - x0) * pose.scale_x / UM_PER_UNIT,
            height: (y1 - y0) * pose.scale_y.abs() / UM_PER_UNIT,
            radians: pose.radians,
        }
    }

    fn picture(&mut self, thing: &Thing, media: &Media) {
        let turned = self.turned(thing, media.rect);
        let mut attributes = rect(&turned);
        let path = if media.kind == MediaKind::Picture { self.file(media.file) } else { None };
        let (name, words) = match path {
            Some(path) => {
                attributes.push(("xlink:href", path));
                ("image", [].as_slice())
            }
            None => {
                self.remarks.left_out("videos, pages of PDF and unknown pictures");
                attributes.extend(fill(None));
                attributes.extend(line(Colour::GREY.rgb(), 2.0, Dash::Dashed));
                ("rect", [].as_slice())
            }
        };
        attributes.extend(turn(turned.radians, turned.centre));
        self.put(thing, name, &attributes, "", words);
    }

    /// Where a picture lies in the archive; `None` for what the format has no place for.
    fn file(&mut self, id: MediaId) -> Option<String> {
        let bytes = self.media.media.get(&id)?;
        let (end, bytes) = match sniff(bytes)? {
            Format::Png => ("png", bytes.clone()),
            Format::Jpeg => ("jpg", bytes.clone()),
            Format::WebP => ("png", as_png(bytes)?.into()),
            _ => return None,
        };
        let name: String = id.to_string().chars().take(16).collect();
        let path = format!("images/{name}.{end}");
        self.files.insert(path.clone(), bytes);
        Some(path)
    }
}

pub(super) fn rect(turned: &Turned) -> Vec<(&'static str, String)> {
    vec![
        ("x", number(turned.left())),
        ("y", number(turned.top())),
        ("width", number(turned.width)),
        ("height", number(turned.height)),
    ]
}

/// A turn about a place; none if nothing is turned.
pub(super) fn turn(radians: f64, about: Place) -> Option<(&'static str, String)> {
    let degrees = number(radians.to_degrees());
    let turn = || ("transform", format!("rotate({degrees},{},{})", number(about.0), number(about.1)));
    (degrees != "0").then(turn)
}

/// A picture as PNG; `None` if it cannot be read or is too large.
fn as_png(bytes: &[u8]) -> Option<Vec<u8>> {
    let reader = |bytes| ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok();
    let (width, height) = reader(bytes)?.into_dimensions().ok()?;
    Limits::BOARD.check_picture(width, height).ok()?;
    let mut png = Vec::new();
    reader(bytes)?.decode().ok()?.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).ok()?;
    Some(png)
}
