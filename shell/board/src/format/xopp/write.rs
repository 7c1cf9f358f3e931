//! From a board to `.xopp`: what the format lacks is drawn with what it has.
use std::sync::Arc;

use crate::{
    affine::Affine,
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Lettering, Limits,
        bounded::{escaped, gzip, to_base64},
        geometry, picture, print,
        remark::Remarks,
        sniff,
    },
    media::{Media, MediaId, MediaKind},
    object::{Content, Text},
    paper::Pattern,
    point::PagePoint,
    shape::Shape,
};

use super::{
    Written, background, printed,
    stroke::{self, Line, pt},
};

/// A layer of what is printed on the page, where Xournal++ has no such paper: the pattern and its step follow.
pub(super) const PAPER_LAYER: &str = "Paper ";
/// A layer whose things do not belong together.
pub(super) const UNGROUPED_LAYER: &str = "Ungrouped";

const PAPERS: [(&str, Pattern); 5] = [
    ("lines", Pattern::Lines),
    ("staff", Pattern::Staff),
    ("tianzige", Pattern::Tianzige),
    ("mizige", Pattern::Mizige),
    ("four-lines", Pattern::FourLines),
];

/// The paper that a layer of printed lines stands for.
pub(super) fn paper_of_layer(name: &str) -> Option<(Pattern, u32)> {
    let (word, pitch) = name.split_once(' ')?;
    let pattern = PAPERS.iter().find(|(name, _)| *name == word)?.1;
    Some((pattern, pitch.parse().ok()?))
}

/// Writes a board for Xournal++. Without `lettering` there would be no telling where lines of texts break.
pub fn write(document: &Document, lettering: &Lettering) -> Result<Written, FormatError> {
    let mut page = Page {
        document,
        lettering,
        pdf: background_pdf(document),
        named_pdf: false,
        width_um: 0,
        origin: PagePoint::default(),
        ground: Default::default(),
        remarks: Remarks::default(),
        out: String::from("<?xml version=\"1.0\" standalone=\"no\"?>\n"),
    };
    page.out.push_str("<xournal creator=\"Dais\" fileversion=\"4\">\n<title>");
    page.out.push_str(&escaped(&document.title));
    page.out.push_str("</title>\n");
    for sheet in &document.sheets {
        page.sheet(sheet)?;
    }
    page.out.push_str("</xournal>\n");
    let background_pdf = page.pdf.and_then(|file| document.media.get(&file)).map(Arc::clone);
    Ok(Written { xopp: gzip(page.out.as_bytes()), background_pdf, remarks: page.remarks.into_vec() })
}

/// The one PDF that may lie under the pages: the first that does.
fn background_pdf(document: &Document) -> Option<MediaId> {
    document.sheets.iter().find_map(|sheet| match whole_page(sheet) {
        Some(Media { file, kind: MediaKind::Pdf { .. }, .. }) if document.media.contains_key(file) => {
            Some(*file)
        }
        _ => None,
    })
}

/// What fills the whole page from below.
fn whole_page(sheet: &Sheet) -> Option<&Media> {
    let (thing, size) = (sheet.things.first()?, sheet.paper.size_um?);
    match &thing.content {
        Content::Media(media) if thing.pinned && thing.placing == Affine::IDENTITY => {
            let rect = media.rect;
            let fills = (rect.x0_um, rect.y0_um) == (0, 0) && (rect.x1_um as u32, rect.y1_um as u32) == size;
            fills.then_some(media)
        }
        _ => None,
    }
}

struct Page<'a> {
    document: &'a Document,
    lettering: &'a Lettering,
    pdf: Option<MediaId>,
    named_pdf: bool,
    width_um: i32,
    origin: PagePoint,
    ground: crate::paper::Ground,
    remarks: Remarks,
    out: String,
}

impl Page<'_> {
    fn sheet(&mut self, sheet: &Sheet) -> Result<(), FormatError> {
        let frame = geometry::frame(sheet, self.lettering);
        self.origin = PagePoint::new(frame.x0_um, frame.y0_um);
        self.width_um = geometry::page_width_um(sheet);
        self.ground = sheet.paper.ground;
        let (width, height) = (pt(frame.width_um()), pt(frame.height_um()));
        self.out.push_str(&format!("<page width=\"{width}\" height=\"{height}\">\n"));
        let mut things = &sheet.things[..];
        match whole_page(sheet) {
            Some(Media { file, kind: MediaKind::Pdf { page }, .. }) if Some(*file) == self.pdf => {
                self.pdf_background(*page);
                things = &things[1..];
            }
            _ => {
                let size_um = sheet.paper.size_um.filter(|_| sheet.paper.pattern == Pattern::Plain);
                let own = size_um.and_then(|size_um| printed::style_of(things, size_um));
                things = &things[own.map_or(0, |(_, count)| count)..];
                let (attributes, is_known) = background::write(&sheet.paper, own.map(|(style, _)| style));
                self.out.push_str(&format!("<background {attributes}/>\n"));
                if !is_known {
                    self.print(sheet, frame);
                }
            }
        }
        self.layers(things)?;
        self.out.push_str("</page>\n");
        Ok(())
    }

    fn pdf_background(&mut self, page: u32) {
        // Only the first says which file; older programs want the attributes in this order.
        let file = if self.named_pdf { "" } else { " domain=\"attach\" filename=\"bg.pdf\"" };
        self.out.push_str(&format!("<background type=\"pdf\"{file} pageno=\"{}\"/>\n", u64::from(page) + 1));
        self.named_pdf = true;
    }

    /// Draws what is printed on the page.
    fn print(&mut self, sheet: &Sheet, frame: crate::point::PageRect) {
        let name =
            PAPERS.iter().find(|(_, pattern)| *pattern == sheet.paper.pattern).map_or("", |(name, _)| name);
        self.out.push_str(&format!("<layer name=\"{PAPER_LAYER}{name} {}\">\n", sheet.paper.pitch_um));
        for rule in print::rules(&sheet.paper, frame) {
            let (points, width_um) = ([rule.from, rule.to], rule.width_um.round() as i32);
            Line { points: &points, rgb: rule.rgb, width_um, steps: rule.steps, fill: None }
                .write(self.origin, &mut self.out);
        }
        self.out.push_str("</layer>\n");
    }

    /// Things in their order, those of a group that lie together on a layer of their own.
    fn layers(&mut self, things: &[Thing]) -> Result<(), FormatError> {
        let runs: Vec<&[Thing]> = things.chunk_by(|a, b| a.group == b.group).collect();
        self.out.push_str(&format!("<layer name=\"{UNGROUPED_LAYER}\">\n"));
        let mut rest = &runs[..];
        if let [first, more @ ..] = rest
            && first[0].group.is_none()
        {
            self.things(first)?;
            rest = more;
        }
        for run in rest {
            let name = if run[0].group.is_some() { "Group" } else { UNGROUPED_LAYER };
            self.out.push_str(&format!("</layer>\n<layer name=\"{name}\">\n"));
            self.things(run)?;
        }
        self.out.push_str("</layer>\n");
        Ok(())
    }

    fn things(&mut self, things: &[Thing]) -> Result<(), FormatError> {
        things.iter().try_for_each(|thing| self.thing(thing))
    }

    fn thing(&mut self, thing: &Thing) -> Result<(), FormatError> {
        let placing = &thing.placing;
        match &thing.content {
            Content::Stroke(ink) => {
                let nodes = geometry::placed_nodes(ink, placing);
                let rgb = if ink.highlighter {
                    ink.colour.area_on(self.ground)
                } else {
                    ink.colour.on(self.ground)
                };
                stroke::write(&nodes, rgb, ink.highlighter, self.origin, &mut self.out);
            }
            Content::Shape(shape) => self.shape(shape, placing),
            Content::Text(text) => self.text(text, placing, text.colour.on(self.ground)),
            Content::Note(note) => {
                let corners = geometry::corners(note.rect).map(|at| placing.apply(at));
                self.area(&[&corners], note.paper.rgb(), 255);
                let text = self.lettering.note_text(note);
                self.text(&text, placing, note.letters_rgb());
            }
            Content::Media(media) => self.media(media, placing)?,
        }
        Ok(())
    }

    fn shape(&mut self, shape: &Shape, placing: &Affine) {
        let mut contours = geometry::placed_contours(shape, placing);
        let rgb = shape.colour.on(self.ground);
        // Xournal++ fills a line with the line's own colour: what looks so is one stroke there too.
        let fill = shape.fill.filter(|(colour, opacity)| {
            let is_whole =
                contours.len() == 1 && contours[0].points.len() > 2 && shape.arrows == (false, false);
            is_whole && *opacity > 0 && shape.width_um > 0 && colour.area_on(self.ground) == rgb
        });
        if let Some((colour, opacity)) = shape.fill.filter(|_| fill.is_none()) {
            let areas: Vec<&[PagePoint]> = contours.iter().map(|contour| &contour.points[..]).collect();
            self.area(&areas, colour.area_on(self.ground), opacity);
        }
        if shape.width_um == 0 {
            return;
        }
        let width = f64::from(shape.width_um) * placing.growth();
        for head in geometry::take_heads(&mut contours, shape, placing.growth()) {
            self.area(&[&head], rgb, 255);
        }
        for contour in &contours {
            let mut points = contour.points.to_vec();
            points.extend(points.first().copied().filter(|_| contour.closed || points.len() == 1));
            let steps = shape.dash.steps(geometry::length_um(contour), width);
            let fill = fill.map(|(_, opacity)| opacity);
            let line = Line { points: &points, rgb, width_um: width.round() as i32, steps, fill };
            line.write(self.origin, &mut self.out);
        }
    }

    /// A filled area. Xournal++ fills one line: further contours are reached over bridges that have no width.
    fn area(&mut self, contours: &[&[PagePoint]], rgb: u32, opacity: u8) {
        let Some(start) = contours.iter().find_map(|contour| contour.first().copied()) else { return };
        let mut points = Vec::new();
        for contour in contours.iter().filter(|contour| contour.len() > 2) {
            points.extend_from_slice(contour);
            points.push(contour[0]);
            if contour[0] != start {
                points.push(start);
            }
        }
        if !points.is_empty() {
            let fill = Some(opacity.max(1));
            let width_um = i32::from(stroke::NO_WIDTH_UM);
            let line = Line { points: &points, rgb, width_um, steps: None, fill };
            line.write(self.origin, &mut self.out);
        }
    }

    /// A text as a text; as filled letters where it is turned.
    fn text(&mut self, text: &Text, placing: &Affine, rgb: u32) {
        let lines = self.lettering.lines(text, self.width_um);
        let [a, b, c, d] = placing.factors();
        if b != 0.0 || c != 0.0 || (a - d).abs() > 1e-3 || a <= 0.0 {
            for glyph in print::letters(&lines, text, placing, self.lettering) {
                let contours: Vec<&[PagePoint]> = glyph.iter().map(|contour| &contour[..]).collect();
                self.area(&contours, rgb, 255);
            }
            return;
        }
        let at = placing.apply(text.at);
        let (x, y) = (at.x_um.saturating_sub(self.origin.x_um), at.y_um.saturating_sub(self.origin.y_um));
        let size = self.lettering.em_um(text.size_um) * a;
        let said = lines.iter().map(|line| line.text.trim_end()).collect::<Vec<_>>().join("\n");
        let (font, colour) = (crate::format::lettering::FAMILY, super::paint::write(rgb, 0xff));
        self.out.push_str(&format!(
            "<text font=\"{font}\" size=\"{}\" x=\"{}\" y=\"{}\" color=\"{colour}\">{}</text>\n",
            pt(size),
            pt(x),
            pt(y),
            escaped(&said)
        ));
    }

    fn media(&mut self, media: &Media, placing: &Affine) -> Result<(), FormatError> {
        let Some(bytes) = self.document.media.get(&media.file) else {
            self.remarks.left_out("pictures whose file is gone");
            return Ok(());
        };
        let bitmap = match media.kind {
            MediaKind::Video | MediaKind::Live => {
                self.remarks.left_out("videos");
                return Ok(());
            }
            MediaKind::Picture => None,
            MediaKind::Pdf { page } => {
                self.remarks.flattened("pages of PDF files");
                Some(picture::pdf_page(bytes, page, media.rect.width_um())?)
            }
        };
        let is_upright = placing.factors()[1] == 0.0
            && placing.factors()[2] == 0.0
            && placing.factors()[0] > 0.0
            && placing.factors()[3] > 0.0;
        let rect = geometry::placed_box(media.rect, placing);
        let png: Vec<u8> = match bitmap {
            None if is_upright && sniff(bytes) == Some(Format::Png) => bytes.to_vec(),
            bitmap => {
                let bitmap = bitmap.map_or_else(|| picture::decode(bytes, &Limits::BOARD), Ok)?;
                let bitmap = if is_upright { bitmap } else { picture::turned(&bitmap, media.rect, placing) };
                picture::png(&bitmap)?
            }
        };
        let edge = |um: i32, origin: i32| pt(um.saturating_sub(origin));
        self.out.push_str(&format!(
            "<image left=\"{}\" top=\"{}\" right=\"{}\" bottom=\"{}\">",
            edge(rect.x0_um, self.origin.x_um),
            edge(rect.y0_um, self.origin.y_um),
            edge(rect.x1_um, self.origin.x_um),
            edge(rect.y1_um, self.origin.y_um),
        ));
        to_base64(&png, &mut self.out);
        self.out.push_str("</image>\n");
        Ok(())
    }
}
