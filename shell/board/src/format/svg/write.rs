//! A page as an SVG file, in millimetres.
use std::fmt::Write;

use super::{
    draw::{Pencil, mm},
    pack_paper, pack_thing,
};
use crate::{
    affine::Affine,
    colour::Colour,
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Lettering, Written,
        bounded::{self, escaped},
        geometry, picture, print,
        remark::Remarks,
        sniff,
    },
    media::{Media, MediaKind},
    object::Content,
};

/// How texts are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Letters {
    /// As text, to be edited; other machines may lack the font.
    #[default]
    Text,
    /// As outlines, to look the same everywhere.
    Outlines,
}

/// Writes one page of a board.
pub fn write(
    document: &Document,
    page: usize,
    letters: Letters,
    lettering: &Lettering,
) -> Result<Written, FormatError> {
    let missing =
        || FormatError::Unwritable { format: Format::Svg, what: format!("it has no page {}", page + 1) };
    let sheet = document.sheets.get(page).ok_or_else(missing)?;
    let pencil = Pencil { letters, lettering, width_um: geometry::page_width_um(sheet), out: String::new() };
    let mut drawing = Drawing { document, sheet, pencil, remarks: Remarks::default() };
    drawing.page()?;
    Ok(Written { bytes: drawing.pencil.out.into_bytes(), remarks: drawing.remarks.into_vec() })
}

struct Drawing<'a> {
    document: &'a Document,
    sheet: &'a Sheet,
    pencil: Pencil<'a>,
    remarks: Remarks,
}

impl Drawing<'_> {
    fn page(&mut self) -> Result<(), FormatError> {
        let frame = geometry::frame(self.sheet, self.pencil.lettering);
        let (x, y) = (mm(frame.x0_um), mm(frame.y0_um));
        let (width, height) = (mm(frame.width_um()), mm(frame.height_um()));
        self.pencil.push(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
             viewBox=\"{x} {y} {width} {height}\" data-paper=\"{}\" data-origin=\"{} {}\">\n<title>{}</title>\n",
            pack_paper(&self.sheet.paper),
            frame.x0_um,
            frame.y0_um,
            escaped(&self.document.title)
        ));
        self.pencil.push("<g data-print=\"\">\n");
        self.pencil.area([&geometry::corners(frame)[..]], self.sheet.paper.ground.rgb(), 255);
        for rule in print::rules(&self.sheet.paper, frame) {
            self.pencil.line(&[rule.from, rule.to], false, rule.rgb, rule.width_um, rule.steps);
        }
        self.pencil.push("</g>\n");
        for thing in geometry::pile(&self.sheet.things) {
            self.thing(thing)?;
        }
        self.pencil.push("</svg>\n");
        Ok(())
    }

    fn thing(&mut self, thing: &Thing) -> Result<(), FormatError> {
        self.open(thing);
        let ground = self.sheet.paper.ground;
        match &thing.content {
            Content::Stroke(ink) => {
                let nodes: Vec<ink::Node> = ink.trace.nodes().collect();
                match ink.highlighter {
                    true => self.pencil.ink(
                        &nodes,
                        ink.colour.area_on(ground),
                        Colour::highlighter_opacity(ground),
                    ),
                    false => self.pencil.ink(&nodes, ink.colour.on(ground), 255),
                }
            }
            Content::Shape(shape) => self.pencil.shape(shape, ground),
            Content::Text(text) => self.pencil.text(text, text.colour.on(ground)),
            Content::Note(note) => {
                self.pencil.area([&geometry::corners(note.rect)[..]], note.paper.rgb(), 255);
                let text = self.pencil.lettering.note_text(note);
                self.pencil.text(&text, note.letters_rgb());
            }
            Content::Media(media) => self.media(media)?,
        }
        self.pencil.push("</g>\n");
        Ok(())
    }

    /// Opens a thing's group, which says all that is known of it.
    fn open(&mut self, thing: &Thing) {
        let mut tag = format!("<g data-thing=\"{}\"", pack_thing(thing));
        let Affine { a, b, c, d, dx_um, dy_um } = thing.placing;
        let mut attribute = |text: String| tag.push_str(&text);
        if let Some(person) = thing.by {
            attribute(format!(" data-person=\"{}\"", person.number()));
        }
        if let Some(group) = thing.group {
            attribute(format!(" data-group=\"{group}\""));
        }
        if thing.pinned {
            attribute(" data-pinned=\"\"".to_owned());
        }
        if thing.placing != Affine::IDENTITY {
            let [fa, fb, fc, fd] = thing.placing.factors();
            attribute(format!(" data-placing=\"{a} {b} {c} {d} {dx_um} {dy_um}\""));
            attribute(format!(" transform=\"matrix({fa} {fb} {fc} {fd} {} {})\"", mm(dx_um), mm(dy_um)));
        }
        if matches!(&thing.content, Content::Stroke(stroke) if stroke.highlighter)
            && !self.sheet.paper.ground.is_dark()
        {
            attribute(" style=\"mix-blend-mode:multiply\"".to_owned());
        }
        tag.push_str(">\n");
        self.pencil.push(&tag);
    }

    fn media(&mut self, media: &Media) -> Result<(), FormatError> {
        let Some(bytes) = self.document.media.get(&media.file) else {
            self.remarks.left_out("pictures whose file is gone");
            return Ok(());
        };
        let png;
        let (kind, bytes) = match (media.kind, sniff(bytes)) {
            (MediaKind::Video | MediaKind::Live, _) => {
                self.remarks.left_out("videos");
                return Ok(());
            }
            (MediaKind::Pdf { page }, _) => {
                self.remarks.flattened("pages of PDF files");
                png = picture::png(&picture::pdf_page(bytes, page, media.rect.width_um())?)?;
                ("png", &png[..])
            }
            (MediaKind::Picture, Some(Format::Jpeg)) => ("jpeg", &bytes[..]),
            (MediaKind::Picture, Some(Format::WebP)) => ("webp", &bytes[..]),
            (MediaKind::Picture, _) => ("png", &bytes[..]),
        };
        let rect = media.rect;
        let out = &mut self.pencil.out;
        write!(
            out,
            "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
             href=\"data:image/{kind};base64,",
            mm(rect.x0_um),
            mm(rect.y0_um),
            mm(rect.width_um()),
            mm(rect.height_um())
        )
        .unwrap_or_default();
        bounded::to_base64(bytes, out);
        out.push_str("\"/>\n");
        Ok(())
    }
}
