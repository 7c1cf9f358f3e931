//! A plain drawing of a page, by its own few rules, and how far two pictures are apart.
use ink::{Mask, Scale};

use super::sample::lettering;
use crate::{
    Affine, Bitmap, Content, Dash, Document, PagePoint, PageRect, Shape, Sheet, Thing,
    format::{Lettering, Limits, geometry, paint, picture, print},
};

/// A picture of opaque pixels.
pub(super) struct Look {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Vec<u32>,
}

struct Painter<'a> {
    look: Look,
    document: &'a Document,
    lettering: Lettering,
    scale: Scale,
    px_per_um: f64,
    frame: PageRect,
    sheet: &'a Sheet,
}

/// Draws a page so many pixels wide.
pub(super) fn draw(document: &Document, number: usize, width: u32) -> Look {
    let (sheet, lettering) = (&document.sheets[number], lettering());
    let frame = geometry::frame(sheet, &lettering);
    let px_per_um = f64::from(width) / f64::from(frame.width_um());
    let height = (f64::from(frame.height_um()) * px_per_um).round() as u32;
    let ground = sheet.paper.ground.rgb() | 0xff00_0000;
    let look = Look { width, height, pixels: vec![ground; (width * height) as usize] };
    let scale = Scale::new(width, frame.width_um());
    let mut painter = Painter { look, document, lettering, scale, px_per_um, frame, sheet };
    for rule in print::rules(&sheet.paper, frame) {
        let outline = crate::Outline::line(rule.from, rule.to);
        let colour = crate::Colour::own(rule.rgb);
        let width_um = rule.width_um as u16;
        let shape = Shape { outline, colour, width_um, dash: rule.dash, fill: None, arrows: (false, false) };
        painter.shape(&shape, &Affine::IDENTITY);
    }
    // A highlighter lies under the ink.
    let is_mark = |thing: &&Thing| matches!(&thing.content, Content::Stroke(stroke) if stroke.highlighter);
    sheet.things.iter().filter(is_mark).for_each(|thing| painter.thing(thing));
    sheet.things.iter().filter(|thing| !is_mark(thing)).for_each(|thing| painter.thing(thing));
    painter.look
}

impl Painter<'_> {
    fn thing(&mut self, thing: &Thing) {
        let ground = self.sheet.paper.ground;
        match &thing.content {
            Content::Stroke(stroke) => {
                let nodes = geometry::placed_nodes(stroke, &thing.placing);
                let (rgb, alpha) = match stroke.highlighter {
                    true => (stroke.colour.rgb(), paint::HIGHLIGHTER_ALPHA),
                    false => (paint::on(stroke.colour, ground), 255),
                };
                self.ink(&nodes, rgb, alpha);
            }
            Content::Shape(shape) => self.shape(shape, &thing.placing),
            Content::Text(text) => self.text(text, &thing.placing, paint::on(text.colour, ground)),
            Content::Note(note) => {
                let corners = geometry::corners(note.rect).map(|at| thing.placing.apply(at));
                self.area(&[corners.to_vec()], note.paper.rgb(), 255);
                let text = self.lettering.note_text(note);
                self.text(&text, &thing.placing, note.colour.rgb());
            }
            Content::Media(media) => {
                let bitmap = picture::decode(&self.document.media[&media.file], &Limits::BOARD).unwrap();
                self.bitmap(&bitmap, media.rect, &thing.placing);
            }
        }
    }

    fn ink(&mut self, nodes: &[ink::Node], rgb: u32, alpha: u8) {
        let mut mask = Mask::new();
        mask.stroke(nodes, (-self.frame.x0_um, -self.frame.y0_um), self.scale, &|_| true);
        for (at, tile) in mask.tiles() {
            for (index, coverage) in tile.iter().enumerate() {
                let (x, y) =
                    (at.rect().x0 + index as i32 % ink::TILE, at.rect().y0 + index as i32 / ink::TILE);
                self.lay(x, y, rgb, alpha, *coverage);
            }
        }
    }

    fn lay(&mut self, x: i32, y: i32, rgb: u32, alpha: u8, coverage: u8) {
        if x < 0 || y < 0 || x >= self.look.width as i32 || y >= self.look.height as i32 {
            return;
        }
        let pixel = &mut self.look.pixels[y as usize * self.look.width as usize + x as usize];
        *pixel = ink::over(*pixel, ink::premultiply(rgb, alpha), coverage);
    }

    fn shape(&mut self, shape: &Shape, placing: &Affine) {
        let ground = self.sheet.paper.ground;
        let mut contours = geometry::placed_contours(shape, placing);
        if let Some((colour, alpha)) = shape.fill {
            let areas: Vec<Vec<PagePoint>> = contours.iter().map(|contour| contour.points.to_vec()).collect();
            self.area(&areas, paint::area_on(colour, ground), alpha);
        }
        let width = f64::from(shape.width_um) * placing.growth();
        for head in geometry::take_heads(&mut contours, shape.arrows, width) {
            self.area(&[head.to_vec()], paint::on(shape.colour, ground), 255);
        }
        for contour in contours {
            let mut points = contour.points.to_vec();
            points.extend(points.first().copied().filter(|_| contour.closed));
            let node = |at: &PagePoint| ink::Node {
                x_um: at.x_um,
                y_um: at.y_um,
                radius_um: (width / 2.0) as u16,
                t_ms: 0,
            };
            let nodes: Vec<ink::Node> = points.iter().map(node).collect();
            // Dashes and gaps are of even length: half as much ink.
            let alpha = if shape.dash == Dash::Solid { 255 } else { 128 };
            self.ink(&nodes, paint::on(shape.colour, ground), alpha);
        }
    }

    fn text(&mut self, text: &crate::Text, placing: &Affine, rgb: u32) {
        let lines = self.lettering.lines(text, geometry::page_width_um(self.sheet));
        for glyph in print::letters(&lines, text, placing, &self.lettering) {
            self.area(&glyph, rgb, 255);
        }
    }

    /// Fills by the nonzero rule, with four by four samples a pixel.
    fn area(&mut self, contours: &[Vec<PagePoint>], rgb: u32, alpha: u8) {
        let px = |at: &PagePoint| {
            let along = |um: i32, origin: i32| f64::from(um - origin) * self.px_per_um;
            (along(at.x_um, self.frame.x0_um), along(at.y_um, self.frame.y0_um))
        };
        let contours: Vec<Vec<(f64, f64)>> =
            contours.iter().map(|contour| contour.iter().map(px).collect()).collect();
        let places = contours.iter().flatten();
        let (top, bottom) =
            places.fold((f64::MAX, f64::MIN), |(low, high), (_, y)| (low.min(*y), high.max(*y)));
        let (first, last) =
            (top.floor().max(0.0) as i32, bottom.ceil().min(f64::from(self.look.height)) as i32);
        for y in first..last {
            let mut samples = vec![0_u8; self.look.width as usize];
            for sub in 0..4 {
                let crossings = crossings(&contours, f64::from(y) + f64::from(sub) / 4.0 + 0.125);
                for (from, to) in spans(&crossings) {
                    for step in
                        (from * 4.0 - 0.5).ceil().max(0.0) as usize..(to * 4.0 - 0.5).ceil().max(0.0) as usize
                    {
                        if let Some(sample) = samples.get_mut(step / 4) {
                            *sample += 1;
                        }
                    }
                }
            }
            for (x, sample) in samples.iter().enumerate().filter(|(_, sample)| **sample > 0) {
                self.lay(x as i32, y, rgb, alpha, (u32::from(*sample) * 255 / 16) as u8);
            }
        }
    }

    fn bitmap(&mut self, bitmap: &Bitmap, rect: PageRect, placing: &Affine) {
        let back = placing.inverse().unwrap();
        for y in 0..self.look.height {
            for x in 0..self.look.width {
                let um = |px: u32, origin: i32| (f64::from(px) + 0.5) / self.px_per_um + f64::from(origin);
                let (u, v) = back.exact(um(x, self.frame.x0_um), um(y, self.frame.y0_um));
                let u = (u - f64::from(rect.x0_um)) / f64::from(rect.width_um()) * f64::from(bitmap.width);
                let v = (v - f64::from(rect.y0_um)) / f64::from(rect.height_um()) * f64::from(bitmap.height);
                if u >= 0.0 && v >= 0.0 && u < f64::from(bitmap.width) && v < f64::from(bitmap.height) {
                    let source = bitmap.pixels[v as usize * bitmap.width as usize + u as usize];
                    let pixel = &mut self.look.pixels[(y * self.look.width + x) as usize];
                    *pixel = ink::over(*pixel, source, 255);
                }
            }
        }
    }
}

fn crossings(contours: &[Vec<(f64, f64)>], y: f64) -> Vec<(f64, i32)> {
    let mut crossings = Vec::new();
    for contour in contours {
        for (index, from) in contour.iter().enumerate() {
            let to = contour[(index + 1) % contour.len()];
            if (from.1 <= y) != (to.1 <= y) {
                let x = from.0 + (y - from.1) / (to.1 - from.1) * (to.0 - from.0);
                crossings.push((x, if to.1 > from.1 { 1 } else { -1 }));
            }
        }
    }
    crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
    crossings
}

fn spans(crossings: &[(f64, i32)]) -> Vec<(f64, f64)> {
    let (mut winding, mut spans) = (0, Vec::new());
    for pair in crossings.windows(2) {
        winding += pair[0].1;
        if winding != 0 {
            spans.push((pair[0].0, pair[1].0));
        }
    }
    spans
}

impl Look {
    /// A picture file's pixels on white.
    pub(super) fn of_file(bytes: &[u8]) -> Look {
        let limits = Limits { picture_area_px: 100_000_000, ..Limits::BOARD };
        let bitmap = picture::decode(bytes, &limits).unwrap();
        Look::of(&bitmap)
    }

    pub(super) fn of(bitmap: &Bitmap) -> Look {
        let pixels = bitmap.pixels.iter().map(|pixel| ink::over(0xffff_ffff, *pixel, 255)).collect();
        Look { width: bitmap.width, height: bitmap.height, pixels }
    }

    /// The mean of each channel in squares of `side` pixels: what a blurred eye sees.
    fn squares(&self, side: u32) -> Vec<[f64; 3]> {
        let (across, down) = (self.width / side, self.height / side);
        let mut squares = vec![[0.0; 3]; (across * down) as usize];
        for y in 0..down * side {
            for x in 0..across * side {
                let pixel = self.pixels[(y * self.width + x) as usize];
                let square = &mut squares[(y / side * across + x / side) as usize];
                for (channel, shift) in square.iter_mut().zip([16, 8, 0]) {
                    *channel += f64::from(pixel >> shift & 255) / f64::from(side * side);
                }
            }
        }
        squares
    }

    /// How far two pictures are apart, squares of eight pixels each: the mean, and the furthest of all squares,
    /// in 255ths.
    pub(super) fn apart(&self, other: &Look) -> (f64, f64) {
        assert!(self.width.abs_diff(other.width) <= 1 && self.height.abs_diff(other.height) <= 1);
        let (a, b) = (self.squares(8), other.squares(8));
        let far =
            |(a, b): (&[f64; 3], &[f64; 3])| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let all: Vec<f64> = a.iter().zip(&b).map(far).collect();
        (all.iter().sum::<f64>() / all.len() as f64, all.iter().copied().fold(0.0, f64::max))
    }
}
