//! Paper as pixels: its ground, what is printed on it, and its edge. Everything is computed from a pixel's place
//! alone, row by row, so paper costs no memory and needs no tiles at any zoom.
use ink::{Rect, Scale, TILE, TILE_PIXELS, Tile, TileAt};

use crate::paper::{Ground, Paper, Pattern};

/// Lines nearer than the first are not printed, from the second on in full: between, they fade, in pixels.
const GONE_PX: f32 = 5.0;
const WHOLE_PX: f32 = 11.0;
/// How wide a printed line and a dot are, in micrometres; never less than a pixel.
pub(crate) const LINE_UM: f32 = 500.0;
pub(crate) const DOT_UM: f32 = 2_200.0;
/// The part of the way from the ground's colour to the print's, in 255ths: fine lines and outlines.
pub(crate) const FINE: u8 = 54;
pub(crate) const STRONG: u8 = 104;
const PRINT_ON_LIGHT: u32 = 0x2f6a94;
const PRINT_ON_DARK: u32 = 0xe8f4ee;
/// Dashes of the lines inside a character's square: so many to a side.
pub(crate) const DASHES: f32 = 16.0;
/// What lies around a page that ends, and how far its shadow reaches, in pixels.
const AROUND_LIGHT: u32 = 0xffd9_dedc;
const AROUND_DARK: u32 = 0xff0b_0e0d;
const EDGE_PX: i32 = 10;

/// A page's paper at one scale.
pub(crate) struct Print {
    paper: Paper,
    pitch_px: f32,
    thick_px: i32,
    dot_px: f32,
    ground: u32,
    print: u32,
    /// Where the page is, in its pixels, if it ends.
    page: Option<Rect>,
}

impl Print {
    pub(crate) fn new(paper: &Paper, scale: Scale) -> Print {
        let whole = |um: u32| scale.px(um as f32).round() as i32;
        Print {
            paper: *paper,
            pitch_px: scale.px(paper.pitch_um.max(1) as f32),
            thick_px: (scale.px(LINE_UM).round() as i32).max(1),
            dot_px: scale.px(DOT_UM).max(1.6) / 2.0,
            ground: paper.ground.rgb() | 0xff00_0000,
            print: colour(paper.ground) | 0xff00_0000,
            page: paper
                .size_um
                .map(|(width, height)| Rect::sized(0, 0, whole(width).max(1), whole(height).max(1))),
        }
    }

    /// The one colour of a part of the page, if nothing is printed there.
    pub(crate) fn plain(&self, area: Rect) -> Option<u32> {
        let inside = self.page.is_none_or(|page| page.covers(&area));
        (inside && !self.is_printed()).then_some(self.ground)
    }

    fn is_printed(&self) -> bool {
        self.paper.pattern != Pattern::Plain && fade(self.finest_px()) > 0
    }

    /// The distance of the pattern's nearest lines.
    fn finest_px(&self) -> f32 {
        match self.paper.pattern {
            Pattern::Plain | Pattern::Grid | Pattern::Dots | Pattern::Lines => self.pitch_px,
            // The squares stay when what is in them has faded.
            Pattern::Tianzige | Pattern::Mizige => self.pitch_px,
            Pattern::Staff => self.pitch_px / 4.0,
            Pattern::FourLines => self.pitch_px / 3.0,
        }
    }

    /// Prints a part of a tile.
    pub(crate) fn tile(&self, at: TileAt, area: Rect, out: &mut Tile) {
        let corner = at.rect();
        let area = area.intersect(&corner);
        let columns: [u8; TILE as usize] = std::array::from_fn(|x| self.column(corner.x0 + x as i32));
        for y in area.y0..area.y1 {
            let start = ((y - corner.y0) * TILE) as usize;
            let (x0, x1) = ((area.x0 - corner.x0) as usize, (area.x1 - corner.x0) as usize);
            let row = &mut out[start..][x0..x1];
            self.row(y, area.x0, &columns[x0..x1], row);
            if let Some(page) = self.page.filter(|page| !page.covers(&area)) {
                around(self.paper.ground, page, y, area.x0, row);
            }
        }
    }

    fn row(&self, y: i32, left: i32, columns: &[u8], row: &mut [u32]) {
        let level = self.level(y);
        for (step, (pixel, column)) in row.iter_mut().zip(columns).enumerate() {
            let x = left + step as i32;
            let mut strength = level.max(*column);
            match self.paper.pattern {
                Pattern::Dots => strength = self.dot(x, y),
                Pattern::Tianzige | Pattern::Mizige => strength = strength.max(self.inner(x, y)),
                Pattern::Plain | Pattern::Grid | Pattern::Lines | Pattern::Staff | Pattern::FourLines => {}
            }
            *pixel = ink::lerp(self.ground, self.print, strength);
        }
    }

    /// How strongly a whole column is printed.
    fn column(&self, x: i32) -> u8 {
        let pitch = self.pitch_px;
        match self.paper.pattern {
            Pattern::Grid if self.is_line(x, pitch) => part(FINE, fade(pitch)),
            Pattern::Tianzige | Pattern::Mizige if self.is_line(x, pitch) => part(STRONG, fade(pitch)),
            _ => 0,
        }
    }

    /// How strongly a whole row is printed.
    fn level(&self, y: i32) -> u8 {
        let pitch = self.pitch_px;
        let strong = match self.paper.pattern {
            Pattern::Plain | Pattern::Dots => return 0,
            Pattern::Grid => self.is_line(y, pitch).then_some(FINE),
            Pattern::Lines => self.is_line(y, pitch).then_some(STRONG),
            Pattern::Tianzige | Pattern::Mizige => self.is_line(y, pitch).then_some(STRONG),
            Pattern::Staff => self.is_group(y, pitch / 4.0, 5, pitch * 2.0).then_some(STRONG),
            Pattern::FourLines => self.is_group(y, pitch / 3.0, 4, pitch * 2.0).then_some(STRONG),
        };
        strong.map_or(0, |strong| part(strong, fade(self.finest_px())))
    }

    /// Whether a line at a multiple of the step covers this row or column. Lines lie on whole pixels.
    fn is_line(&self, at: i32, step: f32) -> bool {
        let index = ((at as f32 + 0.5) / step).floor();
        [index, index + 1.0].into_iter().any(|index| {
            let line = (index * step).round() as i32;
            (line..line + self.thick_px).contains(&at)
        })
    }

    /// The same for groups of lines, each group one `period` below the last.
    fn is_group(&self, at: i32, step: f32, lines: u8, period: f32) -> bool {
        // A margin of half a gap is left above the first line.
        let margin = (period - step * f32::from(lines - 1)) / 2.0;
        let group = ((at as f32 + 0.5) / period).floor() * period + margin;
        (0..lines).any(|line| {
            let line = (group + f32::from(line) * step).round() as i32;
            (line..line + self.thick_px).contains(&at)
        })
    }

    fn dot(&self, x: i32, y: i32) -> u8 {
        let away = |at: i32| {
            let at = at as f32 + 0.5;
            at - (at / self.pitch_px).round() * self.pitch_px
        };
        let (dx, dy) = (away(x), away(y));
        let cover = (self.dot_px + 0.5 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
        part(part(STRONG, fade(self.pitch_px)), (cover * 255.0) as u8)
    }

    /// The lines inside a character's square, dashed.
    fn inner(&self, x: i32, y: i32) -> u8 {
        let side = self.pitch_px;
        let within = |at: i32| {
            let at = at as f32 + 0.5;
            at - (at / side).floor() * side
        };
        let (u, v) = (within(x), within(y));
        let dash = side / DASHES;
        let is_dash = |along: f32| ((along / dash).floor() as i32) & 1 == 0;
        let half = self.thick_px as f32 / 2.0;
        let near = |distance: f32| distance.abs() <= half;
        let cross = near(u - side / 2.0) && is_dash(v) || near(v - side / 2.0) && is_dash(u);
        let mut strength = if cross { 255 } else { 0 };
        if self.paper.pattern == Pattern::Mizige && is_dash(u) {
            // A slanted line is softened over a pixel, as no whole pixels lie on it.
            let slanted = ((u - v).abs()).min((u + v - side).abs()) * std::f32::consts::FRAC_1_SQRT_2;
            strength = strength.max(((half + 0.5 - slanted).clamp(0.0, 1.0) * 255.0) as u8);
        }
        part(part(FINE, strength), fade(side / 3.0))
    }
}

/// The print's colour on a ground: 0x00RRGGBB.
pub(crate) const fn colour(ground: Ground) -> u32 {
    if ground.is_dark() { PRINT_ON_DARK } else { PRINT_ON_LIGHT }
}

/// How much of a pattern is left when its lines are so near, in 255ths.
fn fade(step_px: f32) -> u8 {
    (((step_px - GONE_PX) / (WHOLE_PX - GONE_PX)).clamp(0.0, 1.0) * 255.0) as u8
}

fn part(strength: u8, of: u8) -> u8 {
    ((u32::from(strength) * u32::from(of) + 127) / 255) as u8
}

/// Lays what is around a page over a row.
fn around(ground: Ground, page: Rect, y: i32, left: i32, row: &mut [u32]) {
    let colour = if ground.is_dark() { AROUND_DARK } else { AROUND_LIGHT };
    let above = (page.y0 - 1 - y).max(y - page.y1).max(-1);
    for (step, pixel) in row.iter_mut().enumerate() {
        let x = left + step as i32;
        if page.contains(x, y) {
            continue;
        }
        let beside = (page.x0 - 1 - x).max(x - page.x1).max(-1);
        // The edge's shadow: one dark line, then fading.
        let away = above.max(0).max(beside.max(0));
        let dark = if away >= EDGE_PX {
            0
        } else {
            70 * (EDGE_PX - away) / (EDGE_PX * 2) + i32::from(away == 0) * 30
        };
        *pixel = ink::over(colour, ink::premultiply(0, dark as u8), 255);
    }
}

/// A tile's worth of pixels to print into.
pub(crate) const BLANK: Tile = [0; TILE_PIXELS];
