//! Shapes bounded by straight lines into a mask: the exact area that they cover of every pixel.
//!
//! The area is summed up by ab_glyph_rasterizer, one band of tiles at a time, so that memory is bounded by
//! the panel's width and not by the shape. It asks for lines inside its band: they are cut to it here, and
//! what lies left of the band is moved to its side, where it still says what is inside.
use ab_glyph_rasterizer::{Point, Rasterizer, point};

use crate::{
    coverage::Mask,
    damage::Rect,
    scale::{ceil, floor},
    tile::{TILE, TileAt, tiles_of},
};

/// Which places are inside of outlines that cross themselves or each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// Those that the outlines go around, counting a turn the other way as taken back.
    NonZero,
    /// Those that are separated from the outside by an odd number of lines.
    EvenOdd,
}

/// The widest band that is summed up at once, in tiles: an 8K panel. Wider shapes are filled in several.
const BAND_TILES: i32 = 120;
/// Tiles further from the origin than this, in pixels, are not asked for: sixty metres of board, and `f32` still
/// has hundredths of a pixel there.
const FURTHEST: f32 = 131_072.0;

impl Mask {
    /// Fills closed outlines, given in pixels; each closes from its last place to its first. Only tiles that are
    /// `wanted` are drawn, and only they cost memory. Returns the pixels it may have changed. Outlines with
    /// a place that is not a number are left out. Where outlines of opposite ways around meet within one pixel, that
    /// pixel's areas cancel out.
    pub fn fill(&mut self, contours: &[&[(f32, f32)]], rule: Rule, wanted: &impl Fn(TileAt) -> bool) -> Rect {
        let sound = |contour: &&&[(f32, f32)]| contour.iter().all(|(x, y)| x.is_finite() && y.is_finite());
        let contours: Vec<&[(f32, f32)]> = contours.iter().filter(sound).copied().collect();
        let bounds = bounds(&contours);
        let mut changed = Rect::EMPTY;
        let mut raster = Rasterizer::new(0, 0);
        let mut band: Option<Rect> = None;
        for at in tiles_of(bounds).filter(|at| wanted(*at)) {
            let tile = at.rect();
            changed = changed.union(&tile.intersect(&bounds));
            match &mut band {
                Some(band) if band.y0 == tile.y0 && tile.x1 - band.x0 <= BAND_TILES * TILE => {
                    band.x1 = tile.x1
                }
                _ => {
                    if let Some(band) = band.replace(tile) {
                        self.fill_band(&mut raster, &contours, band, rule, wanted);
                    }
                }
            }
        }
        if let Some(band) = band {
            self.fill_band(&mut raster, &contours, band, rule, wanted);
        }
        changed
    }

    fn fill_band(
        &mut self,
        raster: &mut Rasterizer,
        contours: &[&[(f32, f32)]],
        band: Rect,
        rule: Rule,
        wanted: &impl Fn(TileAt) -> bool,
    ) {
        // A column on either side takes what lies beyond, or is rounded to there, so that no row runs over into
        // the next.
        let width = band.width() as usize + 2;
        raster.reset(width, TILE as usize);
        let (left, top) = (band.x0 as f32, band.y0 as f32);
        let place = |(x, y): (f32, f32)| point(x - left, y - top);
        for contour in contours {
            let ends = contour.iter().cycle().skip(1);
            for (a, b) in contour.iter().zip(ends) {
                line(raster, place(*a), place(*b), band.width() as f32);
            }
        }
        let mut row = Vec::with_capacity(width);
        raster.for_each_pixel(|index, winding| {
            row.push(inside(winding, rule));
            if row.len() == width {
                self.raise_row(band.x0, band.y0 + (index / width) as i32, &row[1..width - 1], wanted);
                row.clear();
            }
        });
    }
}

/// How much of a pixel is inside, from how often it is gone around on average.
fn inside(winding: f32, rule: Rule) -> u8 {
    let part = match rule {
        Rule::NonZero => winding.min(1.0),
        // 0, 1, 0, 1 at whole numbers, and straight between them.
        Rule::EvenOdd => {
            let over = winding % 2.0;
            over.min(2.0 - over)
        }
    };
    (part * 255.0 + 0.5) as u8
}

fn bounds(contours: &[&[(f32, f32)]]) -> Rect {
    let (mut x0, mut y0, mut x1, mut y1) = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
    for (x, y) in contours.iter().flat_map(|contour| contour.iter()) {
        let (x, y) = (x.clamp(-FURTHEST, FURTHEST), y.clamp(-FURTHEST, FURTHEST));
        (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x), y1.max(y));
    }
    if x0 > x1 { Rect::EMPTY } else { Rect::new(floor(x0), floor(y0), ceil(x1), ceil(y1)) }
}

/// Draws the part of a line between the band's top and bottom, in up to three pieces: left of the band, in
/// it, and right of it.
fn line(raster: &mut Rasterizer, a: Point, b: Point, width: f32) {
    let height = TILE as f32;
    let (upper, lower) = if a.y < b.y { (a, b) } else { (b, a) };
    if lower.y <= 0.0 || upper.y >= height || upper.y == lower.y {
        return;
    }
    let slope = (lower.x - upper.x) / (lower.y - upper.y);
    let at = |y: f32| point(upper.x + (y - upper.y) * slope, y);
    let top = if upper.y < 0.0 { at(0.0) } else { upper };
    let bottom = if lower.y > height { at(height) } else { lower };
    // The heights at which it passes the band's sides, from the top down.
    let passes = |side: f32| {
        let between = (top.x < side) != (bottom.x < side);
        if between { (upper.y + (side - upper.x) / slope).clamp(top.y, bottom.y) } else { bottom.y }
    };
    let (first, second) = (passes(0.0).min(passes(width)), passes(0.0).max(passes(width)));
    let mut from = top;
    for y in [first, second, bottom.y] {
        let to = if y >= bottom.y { bottom } else { at(y) };
        let (mut start, mut end) = (from, to);
        start.x = start.x.clamp(0.0, width) + 1.0;
        end.x = end.x.clamp(0.0, width) + 1.0;
        if a.y < b.y {
            raster.draw_line(start, end);
        } else {
            raster.draw_line(end, start);
        }
        from = to;
    }
}
