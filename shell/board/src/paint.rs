//! From layers to pixels: of each pane its paper, pictures, highlighter, ink, ink still wet, and the frames of
//! selections; between panes, dividers.
use ink::{Damage, Layers, Mask, Paper, Rect, TILE, TileAt, WetTile, tiles_of};

use crate::{
    board::Board,
    colour::Colour,
    command::px_box,
    hand::{Doing, MOST_HANDS},
    pane::Pane,
    paper::Ground,
    point::PageRect,
    print::{BLANK, Print},
    stretch::Stretched,
    wet::Wet,
};

/// How far a selection's frame is from what it frames, its dashes and its thickness, in micrometres of the glass.
const FRAME_GAP_UM: u32 = 6_000;
const DASH_UM: f32 = 6_000.0;
const FRAME_UM: f32 = 1_200.0;
/// Between panes.
const DIVIDER: u32 = 0xff5b_6462;

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
    pub(crate) fn row(&mut self, y: i32, x0: i32, x1: i32) -> &mut [u32] {
        let start = self.at(x0, y);
        &mut self.pixels[start..start + (x1 - x0) as usize]
    }

    fn at(&self, x: i32, y: i32) -> usize {
        (y - self.area.y0) as usize * self.stride_px + (x - self.area.x0) as usize
    }

    fn fill(&mut self, area: Rect, pixel: u32) {
        for y in area.y0..area.y1 {
            self.row(y, area.x0, area.x1).fill(pixel);
        }
    }
}

/// The ink in progress that a pane shows, from the lowest to the highest; as many as there can be hands, so that
/// painting asks for no memory.
struct Wets<'a> {
    wets: [Option<&'a Wet>; MOST_HANDS],
    count: usize,
}

impl<'a> Wets<'a> {
    /// The older contact below the younger one.
    fn of(board: &'a Board, pane: &Pane) -> Wets<'a> {
        let mut found = [None; MOST_HANDS];
        let mut count = 0;
        for (contact, hand) in &board.hands {
            let wet = match &hand.doing {
                Doing::Ink(wet) => &**wet,
                Doing::Loop(round) => &round.wet,
                Doing::Figure(drawing) => &drawing.wet,
                Doing::Wipe(_) | Doing::Drag(_) | Doing::Carry(_) | Doing::Spent => continue,
            };
            if hand.page == pane.page && wet.scale == pane.scale() && count < MOST_HANDS {
                found[count] = Some((*contact, wet));
                count += 1;
            }
        }
        found[..count].sort_unstable_by_key(|wet| wet.map(|(contact, _)| contact));
        Wets { wets: found.map(|wet| wet.map(|(_, wet)| wet)), count }
    }

    /// What of it lies in a tile; how many that are.
    fn in_tile(&self, at: TileAt, ground: Ground, out: &mut [WetTile<'a>; MOST_HANDS]) -> usize {
        let mut count = 0;
        for wet in self.wets[..self.count].iter().flatten() {
            let (mask, tail) = (wet.mask.tile(at), wet.tail.tile(at));
            if mask.is_some() || tail.is_some() {
                out[count] = WetTile { mask, tail, colour: wet.pixel(ground), highlighter: wet.highlighter };
                count += 1;
            }
        }
        count
    }
}

impl Board {
    /// Paints the board into `canvas` where `clip` is: every pixel of it is written, none is read.
    /// The cost is that of the pixels and of the ink still wet, not of the strokes on the page.
    pub fn paint(&self, canvas: &mut Canvas<'_>, clip: Rect) {
        let clip = clip.intersect(&canvas.area).intersect(&self.panel_px());
        for pane in &self.panes {
            let part = clip.intersect(&pane.rect);
            if !part.is_empty() {
                self.paint_pane(pane, canvas, part);
            }
        }
        for gap in &self.gaps {
            canvas.fill(gap.intersect(&clip), DIVIDER);
        }
        self.paint_laid(canvas, clip);
    }

    fn paint_pane(&self, pane: &Pane, canvas: &mut Canvas<'_>, clip: Rect) {
        let paper = self.paper_of(pane.page);
        let print = Print::new(&paper, pane.scale());
        let (dx, dy) = pane.offset();
        let on_page = Rect::new(clip.x0 - dx, clip.y0 - dy, clip.x1 - dx, clip.y1 - dy);
        let picture = self.album.picture(pane.page, pane.zoom);
        let wets = Wets::of(self, pane);
        let nothing = WetTile { mask: None, tail: None, colour: 0, highlighter: false };
        let mut here = [nothing; MOST_HANDS];
        let mut printed = BLANK;
        let mut stretched: Option<Stretched> = None;
        let films = self.has_films(pane);
        for at in tiles_of(on_page) {
            let area = at.rect().intersect(&on_page);
            let plain = print.plain(area);
            if plain.is_none() {
                print.tile(at, area, &mut printed);
            }
            let sharp = picture.filter(|picture| picture.is_drawn(at));
            let [mut base, glow, ink] = match sharp {
                Some(picture) => [&picture.base, &picture.glow, &picture.ink].map(|plane| plane.tile(at)),
                None => self.stand_in(pane, at, area, &mut stretched),
            };
            let mut paper_layer = plain.map(Paper::Colour);
            if films {
                if let Some(colour) = plain {
                    printed.fill(colour);
                }
                if self.lay_films(pane, at, area, base, &mut printed) {
                    (base, paper_layer) = (None, None);
                }
            }
            let count = wets.in_tile(at, paper.ground, &mut here);
            let layers = Layers {
                paper: paper_layer.unwrap_or(Paper::Tile(&printed)),
                base,
                glow,
                ink,
                wets: &here[..count],
            };
            let start = canvas.at(area.x0 + dx, area.y0 + dy);
            let corner = at.rect();
            let within =
                Rect::new(area.x0 - corner.x0, area.y0 - corner.y0, area.x1 - corner.x0, area.y1 - corner.y0);
            layers.area(within, &mut canvas.pixels[start..], canvas.stride_px);
        }
        for (_, page, bounds, colour) in &self.frames {
            if *page == pane.page {
                let colour = colour.on(paper.ground) | 0xff00_0000;
                self.paint_frame(canvas, pane, *bounds, clip, colour);
            }
        }
    }

    /// The layers of a tile that is not drawn yet, from the picture at another zoom.
    fn stand_in<'a>(
        &self,
        pane: &Pane,
        at: TileAt,
        area: Rect,
        stretched: &'a mut Option<Stretched>,
    ) -> [Option<&'a ink::Tile>; 3] {
        let Some(source) = pane.stand_in.and_then(|zoom| self.album.stand_in((pane.page, zoom), pane.zoom))
        else {
            return [None; 3];
        };
        let stretched = stretched.get_or_insert_with(Stretched::new);
        stretched.make(&source, at, area);
        stretched.layers()
    }

    /// The four sides of a selection's frame, in pixels of the panel.
    fn frame_sides(&self, pane: &Pane, bounds: PageRect) -> [Rect; 4] {
        let (dx, dy) = pane.offset();
        let px = px_box(bounds.grown(pane.zoom.on_page(FRAME_GAP_UM) as i32), pane.scale());
        let outer = Rect::new(px.x0 + dx, px.y0 + dy, px.x1 + dx, px.y1 + dy);
        let thick = (self.scale.px(FRAME_UM).round() as i32).max(1);
        [
            Rect { y1: outer.y0 + thick, ..outer },
            Rect { y0: outer.y1 - thick, ..outer },
            Rect { x1: outer.x0 + thick, y0: outer.y0 + thick, y1: outer.y1 - thick, ..outer },
            Rect { x0: outer.x1 - thick, y0: outer.y0 + thick, y1: outer.y1 - thick, ..outer },
        ]
    }

    pub(crate) fn frame_damage(&self, pane: &Pane, bounds: PageRect, damage: &mut Damage) {
        self.frame_sides(pane, bounds).into_iter().for_each(|side| damage.add(side.intersect(&pane.rect)));
    }

    fn paint_frame(&self, canvas: &mut Canvas<'_>, pane: &Pane, bounds: PageRect, clip: Rect, colour: u32) {
        let dash = (self.scale.px(DASH_UM).round() as i32).max(2);
        for side in self.frame_sides(pane, bounds) {
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
}

impl Wet {
    /// The premultiplied pixel of this ink on a ground, the one it will have when it has dried.
    pub(crate) fn pixel(&self, ground: Ground) -> u32 {
        let colour: Colour = self.colour;
        if self.highlighter { colour.highlighter(ground) } else { colour.ink(ground) }
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
