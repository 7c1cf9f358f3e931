//! From layers to pixels: paper, highlighter, ink, ink still wet, and the frames of selections.
use ink::{Damage, Mask, Rect, Scale, TILE, TileAt, lerp, over, tiles_of};

use crate::{board::Board, command::px_box, hand::Doing, page::Picture, point::PageRect, wet::Wet};

/// The paper's colour. Not quite white: a wall of white is hard on the eyes for a whole lesson.
const PAPER: u32 = 0xfffd_fdfb;
/// How far a selection's frame is from what it frames, its dashes and its thickness, in micrometres.
const FRAME_GAP_UM: i32 = 6_000;
const DASH_UM: f32 = 6_000.0;
const FRAME_UM: f32 = 1_200.0;

/// A picture to paint into: opaque 0xFFRRGGBB pixels (DRM's XRGB8888), row by row.
pub struct Canvas<'a> {
    pub pixels: &'a mut [u32],
    /// Pixels from one row to the next.
    pub stride_px: usize,
    /// What part of the panel `pixels` shows.
    pub area: Rect,
}

impl Canvas<'_> {
    /// A part of a row; `x0..x1` must lie in the area.
    fn row(&mut self, y: i32, x0: i32, x1: i32) -> &mut [u32] {
        let start = (y - self.area.y0) as usize * self.stride_px + (x0 - self.area.x0) as usize;
        &mut self.pixels[start..start + (x1 - x0) as usize]
    }
}

/// Wet ink's masks of one tile.
struct WetTile<'a> {
    wet: &'a Wet,
    mask: Option<&'a ink::MaskTile>,
    tail: Option<&'a ink::MaskTile>,
}

impl WetTile<'_> {
    fn coverage(&self, index: usize) -> u8 {
        let at = |mask: Option<&ink::MaskTile>| mask.map_or(0, |mask| mask[index]);
        at(self.mask).max(at(self.tail))
    }
}

impl Board {
    /// Paints the current page into `canvas` where `clip` is: every pixel of it is written, none is read.
    /// The cost is that of the pixels and of the ink still wet, not of the strokes on the page.
    pub fn paint(&self, canvas: &mut Canvas<'_>, clip: Rect) {
        let clip = clip.intersect(&canvas.area).intersect(&self.panel_px());
        let picture = self.drawing.picture(self.current);
        let wets = self.wets();
        let mut here: Vec<WetTile<'_>> = Vec::with_capacity(wets.len());
        for at in tiles_of(clip) {
            here.clear();
            for wet in &wets {
                let (mask, tail) = (wet.mask.tile(at), wet.tail.tile(at));
                if mask.is_some() || tail.is_some() {
                    here.push(WetTile { wet, mask, tail });
                }
            }
            paint_tile(canvas, at, at.rect().intersect(&clip), picture, &here);
        }
        for (person, bounds) in &self.frames {
            let colour = self.person(*person).colour.rgb() | 0xff00_0000;
            paint_frame(canvas, *bounds, self.scale, clip, colour);
        }
    }

    /// Ink in progress, the older contact below the younger one.
    fn wets(&self) -> Vec<&Wet> {
        let mut wets: Vec<_> = self
            .hands
            .iter()
            .filter_map(|(contact, hand)| match &hand.doing {
                Doing::Ink(wet) => Some((*contact, &**wet)),
                Doing::Loop(round) => Some((*contact, &round.wet)),
                Doing::Wipe(_) | Doing::Drag(_) | Doing::Spent => None,
            })
            .collect();
        wets.sort_unstable_by_key(|(contact, _)| *contact);
        wets.into_iter().map(|(_, wet)| wet).collect()
    }
}

fn paint_tile(
    canvas: &mut Canvas<'_>,
    at: TileAt,
    area: Rect,
    picture: Option<&Picture>,
    wets: &[WetTile<'_>],
) {
    let glow = picture.and_then(|picture| picture.glow.tile(at));
    let ink = picture.and_then(|picture| picture.ink.tile(at));
    let corner = at.rect();
    for y in area.y0..area.y1 {
        let start = ((y - corner.y0) * TILE + area.x0 - corner.x0) as usize;
        let row = canvas.row(y, area.x0, area.x1);
        if glow.is_none() && ink.is_none() && wets.is_empty() {
            row.fill(PAPER);
            continue;
        }
        for (step, pixel) in row.iter_mut().enumerate() {
            let index = start + step;
            let mut marked = glow.map_or(0, |tile| tile[index]);
            let mut inked = ink.map_or(0, |tile| tile[index]);
            for wet in wets {
                let coverage = wet.coverage(index);
                if coverage == 0 {
                    continue;
                }
                if wet.wet.highlighter {
                    marked = lerp(marked, wet.wet.colour.highlighter(), coverage);
                } else {
                    inked = over(inked, wet.wet.colour.ink(), coverage);
                }
            }
            let mut shown = PAPER;
            if marked != 0 {
                shown = over(shown, marked, 255);
            }
            if inked != 0 {
                shown = over(shown, inked, 255);
            }
            *pixel = shown;
        }
    }
}

/// The four sides of a selection's frame, in pixels.
fn frame_sides(bounds: PageRect, scale: Scale) -> [Rect; 4] {
    let outer = px_box(bounds.grown(FRAME_GAP_UM), scale);
    let thick = (scale.px(FRAME_UM).round() as i32).max(1);
    [
        Rect { y1: outer.y0 + thick, ..outer },
        Rect { y0: outer.y1 - thick, ..outer },
        Rect { x1: outer.x0 + thick, y0: outer.y0 + thick, y1: outer.y1 - thick, ..outer },
        Rect { x0: outer.x1 - thick, y0: outer.y0 + thick, y1: outer.y1 - thick, ..outer },
    ]
}

pub(crate) fn frame_damage(bounds: PageRect, scale: Scale) -> Damage {
    let mut damage = Damage::none();
    frame_sides(bounds, scale).into_iter().for_each(|side| damage.add(side));
    damage
}

fn paint_frame(canvas: &mut Canvas<'_>, bounds: PageRect, scale: Scale, clip: Rect, colour: u32) {
    let dash = (scale.px(DASH_UM).round() as i32).max(2);
    for side in frame_sides(bounds, scale) {
        let part = side.intersect(&clip);
        for y in part.y0..part.y1 {
            let across = side.height() > side.width();
            let row = canvas.row(y, part.x0, part.x1);
            for (step, pixel) in row.iter_mut().enumerate() {
                let along = if across { y - side.y0 } else { part.x0 + step as i32 - side.x0 };
                if along.rem_euclid(dash * 5 / 3) < dash {
                    *pixel = colour;
                }
            }
        }
    }
}

/// Coverage as a grey picture: 255 where there is no ink.
pub(crate) fn to_grey(mask: &Mask, area: Rect) -> Vec<u8> {
    let mut pixels = vec![255_u8; area.area() as usize];
    for (at, tile) in mask.tiles() {
        let part = at.rect().intersect(&area);
        for y in part.y0..part.y1 {
            let from = ((y - at.rect().y0) * TILE + part.x0 - at.rect().x0) as usize;
            let to = ((y - area.y0) * area.width() + part.x0 - area.x0) as usize;
            let width = part.width() as usize;
            for (pixel, coverage) in pixels[to..to + width].iter_mut().zip(&tile[from..from + width]) {
                *pixel = 255 - coverage;
            }
        }
    }
    pixels
}
