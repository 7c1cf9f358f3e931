//! Drawing on a page of a PDF, in millimetres from its top left.
use ink::Node;
use krilla::{
    color::rgb,
    geom::{PathBuilder, Point, Size, Transform},
    num::NormalizedF32,
    paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash},
    surface::Surface,
    text::{Font, GlyphId, KrillaGlyph},
};

use crate::{
    affine::Affine,
    format::{Lettering, lettering::Line, outline},
    object::Text,
    point::{PagePoint, PageRect},
    shape::Contour,
};

/// A page being drawn.
pub(super) struct Canvas<'a, 'b> {
    pub(super) surface: &'a mut Surface<'b>,
    pub(super) font: &'a Font,
    pub(super) lettering: &'a Lettering,
}

pub(super) fn mm(um: impl Into<f64>) -> f32 {
    (um.into() / 1000.0) as f32
}

fn colour(rgb: u32) -> rgb::Color {
    rgb::Color::new((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

fn opacity(alpha: u8) -> NormalizedF32 {
    NormalizedF32::new(f32::from(alpha) / 255.0).unwrap_or(NormalizedF32::ONE)
}

/// How a thing is placed, in millimetres.
pub(super) fn transform(placing: &Affine) -> Transform {
    let [a, b, c, d] = placing.factors().map(|factor| factor as f32);
    Transform::from_row(a, b, c, d, mm(placing.dx_um), mm(placing.dy_um))
}

impl Canvas<'_, '_> {
    fn fill(&mut self, rgb: u32, alpha: u8) {
        let fill = Fill { paint: colour(rgb).into(), opacity: opacity(alpha), rule: FillRule::NonZero };
        self.surface.set_fill(Some(fill));
        self.surface.set_stroke(None);
    }

    /// `steps`: how long each dash is and how far it is to the next, in micrometres.
    fn pen(&mut self, rgb: u32, alpha: u8, width: f32, steps: Option<(f64, f64)>) {
        let array = steps.map(|(long, step)| vec![mm(long), mm(step - long)]);
        let stroke = Stroke {
            paint: colour(rgb).into(),
            width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            opacity: opacity(alpha),
            dash: array.map(|array| StrokeDash { array, offset: 0.0 }),
            ..Stroke::default()
        };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(stroke));
    }

    fn draw(&mut self, path: PathBuilder) {
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// A filled area.
    pub(super) fn area<'c>(
        &mut self,
        contours: impl IntoIterator<Item = &'c [PagePoint]>,
        rgb: u32,
        alpha: u8,
    ) {
        self.fill(rgb, alpha);
        let mut path = PathBuilder::new();
        for contour in contours {
            trail(&mut path, contour, true);
        }
        self.draw(path);
    }

    /// A line of even width.
    pub(super) fn line(&mut self, contour: &Contour, rgb: u32, width_um: f64, steps: Option<(f64, f64)>) {
        self.pen(rgb, 255, mm(width_um), steps);
        let mut path = PathBuilder::new();
        trail(&mut path, &contour.points, contour.closed);
        self.draw(path);
    }

    /// A stroke of ink: a line where it is of even width, else its filled edge.
    pub(super) fn ink(&mut self, nodes: &[Node], rgb: u32, alpha: u8) {
        let even = outline::even_width_um(nodes).filter(|_| nodes.len() > 1);
        let mut path = PathBuilder::new();
        if let Some(width_um) = even {
            self.pen(rgb, alpha, mm(width_um), None);
            let points: Vec<PagePoint> =
                nodes.iter().map(|node| PagePoint::new(node.x_um, node.y_um)).collect();
            trail(&mut path, &points, false);
        } else {
            self.fill(rgb, alpha);
            for (index, (x, y)) in outline::edge(nodes).into_iter().enumerate() {
                if index == 0 { path.move_to(mm(x), mm(y)) } else { path.line_to(mm(x), mm(y)) }
            }
            path.close();
        }
        self.draw(path);
    }

    /// A text as text, line by line.
    pub(super) fn text(&mut self, text: &Text, page_width_um: i32, placing: &Affine, rgb: u32) {
        self.fill(rgb, 255);
        self.surface.push_transform(&transform(placing));
        let (em, ascent) = (self.lettering.em_um(text.size_um), self.lettering.ascent_um(text.size_um));
        for (row, line) in self.lettering.lines(text, page_width_um).iter().enumerate() {
            let y = f64::from(text.at.y_um) + row as f64 * f64::from(text.size_um) + ascent;
            let start = Point::from_xy(mm(text.at.x_um), mm(y));
            let glyphs = glyphs(line, em);
            self.surface.draw_glyphs(start, &glyphs, self.font.clone(), &line.text, mm(em), false);
        }
        self.surface.pop();
    }

    /// Something of a size of its own, put where a box is placed.
    pub(super) fn boxed(
        &mut self,
        rect: PageRect,
        placing: &Affine,
        draw: impl FnOnce(&mut Surface<'_>, Size),
    ) {
        let size = Size::from_wh(mm(rect.width_um()), mm(rect.height_um()));
        let Some(size) = size else { return };
        self.surface.push_transform(&transform(placing));
        self.surface.push_transform(&Transform::from_translate(mm(rect.x0_um), mm(rect.y0_um)));
        draw(self.surface, size);
        self.surface.pop();
        self.surface.pop();
    }
}

fn trail(path: &mut PathBuilder, points: &[PagePoint], closed: bool) {
    let Some((first, rest)) = points.split_first() else { return };
    path.move_to(mm(first.x_um), mm(first.y_um));
    if rest.is_empty() {
        // A dot: a line that goes nowhere has round ends.
        path.line_to(mm(first.x_um), mm(first.y_um));
    }
    for at in rest {
        path.line_to(mm(at.x_um), mm(at.y_um));
    }
    if closed {
        path.close();
    }
}

fn glyphs(line: &Line, em_um: f64) -> Vec<KrillaGlyph> {
    let mut from = 0;
    let glyph = |(index, letter): (usize, &crate::format::lettering::Letter)| {
        let next = line.letters.get(index + 1).map_or(letter.x_um + em_um, |next| next.x_um);
        let advance = ((next - letter.x_um) / em_um) as f32;
        let range = from..from + letter.letter.len_utf8();
        from = range.end;
        KrillaGlyph::new(GlyphId::new(u32::from(letter.glyph)), advance, 0.0, 0.0, 0.0, range, None)
    };
    line.letters.iter().enumerate().map(glyph).collect()
}
