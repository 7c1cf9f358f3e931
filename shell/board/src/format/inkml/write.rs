//! A document's ink as InkML.
use std::collections::BTreeMap;

use super::{MOST_FORCE, PAGE, WRITER};
use crate::{
    document::{Document, Sheet, Thing},
    format::{Format, FormatError, Written, bounded::escaped, css::hex, remark::Remarks},
    object::{Content, Stroke},
};

/// How much shows through a highlighter, of 255.
const SEE_THROUGH: u8 = 143;

/// A brush: width in micrometres, colour, highlighter.
type Brush = (u32, String, bool);

/// Writes an InkML file.
pub fn write(document: &Document) -> Result<Written, FormatError> {
    let mut brushes: BTreeMap<Brush, usize> = BTreeMap::new();
    for (thing, stroke) in document.sheets.iter().flat_map(ink) {
        let count = brushes.len();
        brushes.entry(brush(thing, stroke)).or_insert(count);
    }
    if brushes.is_empty() {
        let what = "there is no handwriting on it".to_owned();
        return Err(FormatError::Unwritable { format: Format::InkMl, what });
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out += "<ink xmlns=\"http://www.w3.org/2003/InkML\">\n";
    if !document.title.is_empty() {
        out += &format!("<annotation type=\"title\">{}</annotation>\n", escaped(&document.title));
    }
    out += &definitions(&brushes);
    for (number, sheet) in document.sheets.iter().enumerate() {
        out += "<traceGroup contextRef=\"#board\">\n";
        out += &format!("<annotation type=\"{PAGE}\">{}</annotation>\n", number + 1);
        out += &page(sheet, &brushes);
        out += "</traceGroup>\n";
    }
    out += "</ink>\n";
    let others = document.sheets.iter().flat_map(|sheet| &sheet.things);
    let mut remarks = Remarks::default();
    for _ in others.filter(|thing| !matches!(thing.content, Content::Stroke(_))) {
        remarks.left_out("texts, figures, notes and pictures");
    }
    Ok(Written { bytes: out.into_bytes(), remarks: remarks.into_vec() })
}

/// The strokes of a page with at least a point.
fn ink(sheet: &Sheet) -> impl Iterator<Item = (&Thing, &Stroke)> {
    sheet.things.iter().filter_map(|thing| match &thing.content {
        Content::Stroke(stroke) if !stroke.trace.is_empty() => Some((thing, stroke)),
        _ => None,
    })
}

/// A stroke's brush, as wide as its widest node.
fn brush(thing: &Thing, stroke: &Stroke) -> Brush {
    let widest = stroke.trace.nodes().map(|node| node.radius_um).max().unwrap_or(0);
    let width = (2.0 * f64::from(widest) * thing.placing.growth()).round();
    (width as u32, hex(stroke.colour), stroke.highlighter)
}

fn definitions(brushes: &BTreeMap<Brush, usize>) -> String {
    let mut out = String::from("<definitions>\n<traceFormat xml:id=\"nodes\">\n");
    out += "<channel name=\"X\" type=\"decimal\" units=\"mm\"/>\n";
    out += "<channel name=\"Y\" type=\"decimal\" units=\"mm\"/>\n";
    out += &format!("<channel name=\"F\" type=\"integer\" min=\"0\" max=\"{MOST_FORCE}\" units=\"dev\"/>\n");
    out += "<channel name=\"T\" type=\"integer\" units=\"ms\"/>\n</traceFormat>\n";
    out += "<context xml:id=\"board\" traceFormatRef=\"#nodes\"/>\n";
    let mut sorted: Vec<(&Brush, &usize)> = brushes.iter().collect();
    sorted.sort_by_key(|(_, number)| **number);
    for ((width, colour, highlighter), number) in sorted {
        let width = millimetres(f64::from(*width));
        out += &format!("<brush xml:id=\"brush{number}\">\n");
        for side in ["width", "height"] {
            out += &format!("<brushProperty name=\"{side}\" value=\"{width}\" units=\"mm\"/>\n");
        }
        out += &format!("<brushProperty name=\"color\" value=\"{colour}\"/>\n");
        if *highlighter {
            out += &format!("<brushProperty name=\"transparency\" value=\"{SEE_THROUGH}\"/>\n");
            out += "<brushProperty name=\"rasterOp\" value=\"maskPen\"/>\n";
        }
        out += "</brush>\n";
    }
    out + "</definitions>\n"
}

/// A page's strokes, a group for each run of them by one person.
fn page(sheet: &Sheet, brushes: &BTreeMap<Brush, usize>) -> String {
    let mut out = String::new();
    let mut by = None;
    let mut open = false;
    for (thing, stroke) in ink(sheet) {
        if !open || thing.by != by {
            if open {
                out += "</traceGroup>\n";
            }
            out += "<traceGroup>\n";
            if let Some(person) = thing.by {
                out += &format!("<annotation type=\"{WRITER}\">{}</annotation>\n", person.number());
            }
            (by, open) = (thing.by, true);
        }
        let brush = brush(thing, stroke);
        let number = brushes.get(&brush).copied().unwrap_or(0);
        out += &format!("<trace brushRef=\"#brush{number}\">{}</trace>\n", trace(thing, stroke, brush.0));
    }
    if open { out + "</traceGroup>\n" } else { out }
}

fn trace(thing: &Thing, stroke: &Stroke, width_um: u32) -> String {
    let growth = thing.placing.growth();
    let widest = f64::from(width_um.max(1)) / 2.0;
    let mut out = String::new();
    for (index, node) in stroke.trace.nodes().enumerate() {
        let (x, y) = thing.placing.exact(f64::from(node.x_um), f64::from(node.y_um));
        let force = (f64::from(node.radius_um) * growth / widest * MOST_FORCE).round().min(MOST_FORCE);
        let gap = if index == 0 { "" } else { ", " };
        out += &format!("{gap}{} {} {force} {}", millimetres(x), millimetres(y), node.t_ms);
    }
    out
}

/// Millimetres without an exponent, down to a micrometre.
fn millimetres(um: f64) -> String {
    let text = format!("{:.3}", um / 1_000.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
