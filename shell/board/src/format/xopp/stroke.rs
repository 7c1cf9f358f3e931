//! Strokes: ink stays ink; what is filled, dashed or cut square is a figure.
use ink::{Node, Trace};

use crate::{
    document::Thing,
    format::{
        Format, FormatError, Tally,
        bounded::{Element, place_um},
        geometry::UM_PER_PT,
    },
    object::{Content, Stroke},
    point::PagePoint,
    shape::{Contour, Dash, Outline, Shape},
};

use super::{marker, paint};

/// A pen's width where a file names none that can be, in points: Xournal's medium one.
const MEDIUM_PT: f64 = 1.41;
/// The widest line, in points: 130 mm.
const WIDEST_PT: f64 = 368.0;
/// The line around an area that has none, in micrometres: thinner than anybody sees, as a line of no width is not
/// kept by all versions.
pub(super) const NO_WIDTH_UM: u16 = 1;

/// The things that a stroke's element and its points are: none, one, or an inside and a line.
pub(super) fn things(element: &Element, points: &str, tally: &mut Tally) -> Result<Vec<Thing>, FormatError> {
    let mut points = places(points, tally)?;
    // A dot is written as a line that goes nowhere.
    if points.iter().all(|at| *at == points[0]) {
        points.truncate(1);
    }
    if points.is_empty() {
        return Ok(Vec::new());
    }
    let colour = paint::pen(element.get("color"));
    let highlighter = element.get("tool") == Some("highlighter");
    let widths = widths(element.get("width").unwrap_or(""));
    // A dot and a straight line have no inside.
    let fill = element.get("fill").filter(|_| points.len() > 2);
    let opacity = fill.and_then(|fill| fill.trim().parse::<i32>().ok()).filter(|fill| *fill > 0);
    let opacity = opacity.map(|fill| fill.min(255) as u8);
    let dash = dash(element.get("style"));
    let is_cut = element.get("capStyle").is_some_and(|cap| cap != "round") && points.len() == 2;
    let even = widths.len() < 2;
    let contour = || {
        let closed = points.len() > 2 && points.first() == points.last();
        let points = if closed { &points[..points.len() - 1] } else { &points[..] };
        Outline::Paths([Contour { points: points.into(), closed }].into())
    };
    let figure = |width_um: u16| {
        Thing::new(Content::Shape(Shape {
            outline: contour(),
            colour,
            width_um,
            dash,
            fill: opacity.map(|opacity| (colour, opacity)),
            arrows: (false, false),
        }))
    };
    if !highlighter && even && (opacity.is_some() || dash != Dash::Solid || is_cut) {
        let width_um = (widths[0] * UM_PER_PT).round() as u16;
        return Ok(vec![figure(if width_um > NO_WIDTH_UM { width_um } else { 0 })]);
    }
    if highlighter && opacity.is_some() {
        points = marker::covering(&points, widths[0] * UM_PER_PT, tally)?;
        let trace = trace(&points, &widths[..1]);
        return Ok(vec![Thing::new(Content::Stroke(Stroke { colour, highlighter, trace }))]);
    }
    let ink = Thing::new(Content::Stroke(Stroke { colour, highlighter, trace: trace(&points, &widths) }));
    Ok(if opacity.is_some() { vec![figure(0), ink] } else { vec![ink] })
}

fn places(text: &str, tally: &mut Tally) -> Result<Vec<PagePoint>, FormatError> {
    let mut numbers = text.split_ascii_whitespace();
    let mut points = Vec::new();
    while let (Some(x), Some(y)) = (numbers.next(), numbers.next()) {
        tally.points(1)?;
        let place = |number: &str| {
            let number = number.parse::<f64>();
            let number =
                number.map_err(|_| FormatError::damaged(Format::Xopp, "a stroke's place is no number"))?;
            place_um(number, UM_PER_PT, Format::Xopp)
        };
        points.push(PagePoint::new(place(x)?, place(y)?));
    }
    Ok(points)
}

/// The widths of a stroke in points, never empty: one for all, or each segment's after the first.
fn widths(text: &str) -> Vec<f64> {
    let width = |word: &str| word.parse::<f64>().ok().filter(|width| width.is_finite() && *width > 0.0);
    let mut words = text.split_ascii_whitespace();
    let first = words.next().and_then(width).unwrap_or(MEDIUM_PT).min(WIDEST_PT);
    let rest = words.map(|word| width(word).unwrap_or(first).min(WIDEST_PT));
    std::iter::once(first).chain(rest).collect()
}

fn trace(points: &[PagePoint], widths: &[f64]) -> Trace {
    let width = |index: usize| match widths {
        [all] => *all,
        // The width of a point is that of the segment it begins; the last one ends one.
        [_, segments @ ..] => segments[index.min(segments.len() - 1)],
        [] => MEDIUM_PT,
    };
    let node = |(index, at): (usize, &PagePoint)| {
        let radius_um = width(index) * UM_PER_PT / 2.0;
        Node::nearest(f64::from(at.x_um), f64::from(at.y_um), radius_um, 0)
    };
    points.iter().enumerate().map(node).collect()
}

/// `plain`, `dash`, `dot`, `dashdot`, or `cust:` and lengths of dashes and gaps.
fn dash(style: Option<&str>) -> Dash {
    match style {
        None | Some("" | "plain") => Dash::Solid,
        Some("dot") => Dash::Dotted,
        // Dashes of no length are dots by their round ends.
        Some(style) if style.starts_with("cust: 0 ") => Dash::Dotted,
        Some(_) => Dash::Dashed,
    }
}

/// A stroke of ink as an element.
pub(super) fn write(nodes: &[Node], rgb: u32, highlighter: bool, origin: PagePoint, out: &mut String) {
    let (tool, alpha) = if highlighter { ("highlighter", 0x7f) } else { ("pen", 0xff) };
    // A dot is a line too short to see: programs drop strokes of one point.
    let twice = [nodes.first().copied().unwrap_or_default(); 2];
    let nodes = if nodes.len() == 1 { &twice[..] } else { nodes };
    let Some(first) = nodes.first() else { return };
    let is_even = nodes.iter().all(|node| node.radius_um == first.radius_um);
    let colour = paint::write(rgb, alpha);
    out.push_str(&format!(
        "<stroke tool=\"{tool}\" color=\"{colour}\" width=\"{}",
        pt(i32::from(first.radius_um) * 2)
    ));
    if !is_even {
        for node in &nodes[..nodes.len() - 1] {
            out.push(' ');
            out.push_str(&pt(i32::from(node.radius_um) * 2));
        }
    }
    out.push_str("\" capStyle=\"round\">");
    let places = nodes.iter().map(|node| PagePoint::new(node.x_um, node.y_um));
    write_places(places, origin, out);
    out.push_str("</stroke>\n");
}

/// Places as points, from the page's corner.
pub(super) fn write_places(places: impl Iterator<Item = PagePoint>, origin: PagePoint, out: &mut String) {
    for (index, at) in places.enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let (x, y) = (at.x_um.saturating_sub(origin.x_um), at.y_um.saturating_sub(origin.y_um));
        out.push_str(&format!("{} {}", pt(x), pt(y)));
    }
}

/// A length in points, to a tenth of a micrometre.
pub(super) fn pt(um: impl Into<f64>) -> String {
    let text = format!("{:.4}", um.into() / UM_PER_PT);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A line of a figure, its inside filled where asked for.
pub(super) struct Line<'a> {
    pub(super) points: &'a [PagePoint],
    pub(super) rgb: u32,
    pub(super) width_um: i32,
    /// How long each dash is and how far it is to the next, in micrometres.
    pub(super) steps: Option<(f64, f64)>,
    pub(super) fill: Option<u8>,
}

impl Line<'_> {
    pub(super) fn write(&self, origin: PagePoint, out: &mut String) {
        let (width, colour) = (pt(self.width_um), paint::write(self.rgb, 0xff));
        out.push_str(&format!("<stroke tool=\"pen\" color=\"{colour}\" width=\"{width}\""));
        if let Some(fill) = self.fill {
            out.push_str(&format!(" fill=\"{fill}\""));
        }
        out.push_str(" capStyle=\"round\"");
        if let Some((long, step)) = self.steps {
            let pt = |um: f64| pt(um.round() as i32);
            out.push_str(&format!(" style=\"cust: {} {}\"", pt(long), pt(step - long)));
        }
        out.push('>');
        write_places(self.points.iter().copied(), origin, out);
        out.push_str("</stroke>\n");
    }
}
