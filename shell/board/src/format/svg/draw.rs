//! Paths, lines and texts as elements.
use ink::Node;

use super::Letters;
use crate::{
    affine::Affine,
    format::{Lettering, bounded::escaped, geometry, lettering, outline, print},
    object::Text,
    paper::Ground,
    point::PagePoint,
    shape::Shape,
};

/// Writes elements.
pub(super) struct Pencil<'a> {
    pub(super) letters: Letters,
    pub(super) lettering: &'a Lettering,
    pub(super) width_um: i32,
    pub(super) out: String,
}

/// Micrometres as millimetres, exactly.
pub(super) fn mm(um: i32) -> String {
    exact_mm(f64::from(um))
}

fn exact_mm(um: f64) -> String {
    let text = format!("{:.3}", um / 1000.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn opacity(name: &str, alpha: u8) -> String {
    if alpha == 255 { String::new() } else { format!(" {name}=\"{:.3}\"", f64::from(alpha) / 255.0) }
}

impl Pencil<'_> {
    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn trail(&mut self, points: impl IntoIterator<Item = (f64, f64)>, closed: bool) {
        let mut points = points.into_iter().enumerate().peekable();
        let is_dot = |index: usize, last: bool| index == 0 && last;
        while let Some((index, (x, y))) = points.next() {
            let place = format!("{}{} {}", if index == 0 { 'M' } else { 'L' }, exact_mm(x), exact_mm(y));
            self.out.push_str(&place);
            if is_dot(index, points.peek().is_none()) {
                self.out.push_str("h0");
            }
        }
        if closed {
            self.out.push('z');
        }
    }

    /// A filled area.
    pub(super) fn area<'b>(
        &mut self,
        contours: impl IntoIterator<Item = &'b [PagePoint]>,
        rgb: u32,
        alpha: u8,
    ) {
        self.push("<path d=\"");
        for contour in contours {
            self.trail(contour.iter().map(exact), true);
        }
        self.push(&format!("\" fill=\"#{rgb:06x}\"{}/>\n", opacity("fill-opacity", alpha)));
    }

    /// A line of even width. `steps`: how long each dash is and how far it is to the next, in micrometres.
    pub(super) fn line(
        &mut self,
        points: &[PagePoint],
        closed: bool,
        rgb: u32,
        width_um: f64,
        steps: Option<(f64, f64)>,
    ) {
        self.push("<path d=\"");
        self.trail(points.iter().map(exact), closed);
        let dashes = steps.map(|(long, step)| {
            format!(" stroke-dasharray=\"{} {}\"", exact_mm(long), exact_mm(step - long))
        });
        let dashes = dashes.unwrap_or_default();
        self.push(&format!("\" {}{dashes}/>\n", stroke(rgb, width_um)));
    }

    /// A stroke of ink: a line where it is of even width, else its filled edge. One shape, so that its opacity
    /// does not add up where it crosses itself.
    pub(super) fn ink(&mut self, nodes: &[Node], rgb: u32, alpha: u8) {
        self.push("<path d=\"");
        let even = outline::even_width_um(nodes).filter(|_| nodes.len() > 1);
        if let Some(width_um) = even {
            self.trail(nodes.iter().map(|node| (f64::from(node.x_um), f64::from(node.y_um))), false);
            self.push(&format!(
                "\" {}{}/>\n",
                stroke(rgb, f64::from(width_um)),
                opacity("stroke-opacity", alpha)
            ));
        } else {
            self.trail(outline::edge(nodes), true);
            self.push(&format!("\" fill=\"#{rgb:06x}\"{}/>\n", opacity("fill-opacity", alpha)));
        }
    }

    pub(super) fn shape(&mut self, shape: &Shape, ground: Ground) {
        let mut contours = geometry::contours(shape);
        if let Some((colour, alpha)) = shape.fill {
            let areas: Vec<_> = contours.iter().map(|contour| &contour.points[..]).collect();
            self.area(areas, colour.area_on(ground), alpha);
        }
        if shape.width_um == 0 {
            return;
        }
        let (rgb, width) = (shape.colour.on(ground), f64::from(shape.width_um));
        for head in geometry::take_heads(&mut contours, shape, 1.0) {
            self.area([&head[..]], rgb, 255);
        }
        for contour in &contours {
            let steps = shape.dash.steps(geometry::length_um(contour), width);
            self.line(&contour.points, contour.closed, rgb, width, steps);
        }
    }

    pub(super) fn text(&mut self, text: &Text, rgb: u32) {
        let lines = self.lettering.lines(text, self.width_um);
        if self.letters == Letters::Outlines {
            for glyph in print::letters(&lines, text, &Affine::IDENTITY, self.lettering) {
                self.area(glyph.iter().map(|contour| &contour[..]), rgb, 255);
            }
            return;
        }
        let (size, ascent) =
            (exact_mm(self.lettering.em_um(text.size_um)), self.lettering.ascent_um(text.size_um));
        self.push(&format!(
            "<text font-family=\"'{}', sans-serif\" font-size=\"{size}\" fill=\"#{rgb:06x}\" style=\"white-space:pre\">",
            lettering::FAMILY
        ));
        for (row, line) in lines.iter().enumerate() {
            let y = f64::from(text.at.y_um) + row as f64 * f64::from(text.size_um) + ascent;
            let (x, y) = (mm(text.at.x_um), exact_mm(y));
            self.push(&format!("<tspan x=\"{x}\" y=\"{y}\">{}</tspan>", escaped(line.text.trim_end())));
        }
        self.push("</text>\n");
    }
}

fn exact(at: &PagePoint) -> (f64, f64) {
    (f64::from(at.x_um), f64::from(at.y_um))
}

fn stroke(rgb: u32, width_um: f64) -> String {
    let width = exact_mm(width_um);
    format!(
        "fill=\"none\" stroke=\"#{rgb:06x}\" stroke-width=\"{width}\" stroke-linecap=\"round\" stroke-linejoin=\"round\""
    )
}
