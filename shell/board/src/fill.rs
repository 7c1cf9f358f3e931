//! The inside of polygons as coverage, by the nonzero rule: signed areas summed up row by row, tile by tile, so
//! that a tile's pixels are the same whatever other tiles are drawn with it.
use ink::{Mask, Rect, TILE, TileAt};

/// A corner in pixels of the page.
pub(crate) type Corner = (f32, f32);

/// Closed contours in pixels of the page.
#[derive(Default)]
pub(crate) struct Polygon {
    sides: Vec<(Corner, Corner)>,
}

/// One column more than a tile is wide: what ends at its right edge.
type Row = [f32; TILE as usize + 2];

impl Polygon {
    pub(crate) fn contour(&mut self, corners: impl IntoIterator<Item = Corner>) {
        let mut corners = corners.into_iter();
        let Some(first) = corners.next() else { return };
        let last = corners.fold(first, |from, to| {
            self.side(from, to);
            to
        });
        self.side(last, first);
    }

    pub(crate) fn side(&mut self, from: Corner, to: Corner) {
        // A level side bounds nothing above or below it.
        if from.1 != to.1 {
            self.sides.push((from, to));
        }
    }

    pub(crate) fn clear(&mut self) {
        self.sides.clear();
    }

    /// The pixels it may cover.
    pub(crate) fn bounds(&self) -> Rect {
        let (mut x0, mut y0, mut x1, mut y1) = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
        for (x, y) in self.sides.iter().flat_map(|(from, to)| [*from, *to]) {
            (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x), y1.max(y));
        }
        if self.sides.is_empty() {
            return Rect::EMPTY;
        }
        Rect::new(x0.floor() as i32, y0.floor() as i32, x1.ceil() as i32, y1.ceil() as i32)
    }

    /// Raises the mask to the polygon's coverage in the tiles that `wanted` names.
    pub(crate) fn cover(&self, mask: &mut Mask, within: Rect, wanted: &dyn Fn(TileAt) -> bool) {
        let bounds = self.bounds().intersect(&within);
        if bounds.is_empty() {
            return;
        }
        let (first, last) = (TileAt::of(bounds.x0, bounds.y0), TileAt::of(bounds.x1 - 1, bounds.y1 - 1));
        let mut near = Vec::new();
        for y in first.y..=last.y {
            let (top, bottom) = ((y * TILE) as f32, ((y + 1) * TILE) as f32);
            near.clear();
            near.extend(
                self.sides.iter().filter(|(from, to)| from.1.min(to.1) < bottom && from.1.max(to.1) > top),
            );
            for x in first.x..=last.x {
                let at = TileAt { x, y };
                if wanted(at) {
                    cover_tile(&near, mask, at, at.rect().intersect(&bounds));
                }
            }
        }
    }
}

fn cover_tile(sides: &[(Corner, Corner)], mask: &mut Mask, at: TileAt, area: Rect) {
    let left = at.rect().x0 as f32;
    for y in area.y0..area.y1 {
        let (top, bottom) = (y as f32, (y + 1) as f32);
        let mut row: Row = [0.0; TILE as usize + 2];
        let mut any = false;
        for (from, to) in sides {
            let (low, high) = if from.1 < to.1 { (from, to) } else { (to, from) };
            if low.1 >= bottom || high.1 <= top {
                continue;
            }
            any = true;
            let (y0, y1) = (low.1.max(top), high.1.min(bottom));
            let slope = (high.0 - low.0) / (high.1 - low.1);
            let x_at = |y: f32| low.0 + (y - low.1) * slope - left;
            let height = if from.1 < to.1 { y1 - y0 } else { y0 - y1 };
            pass(&mut row, x_at(y0), x_at(y1), height);
        }
        if !any {
            continue;
        }
        let mut sum = 0.0;
        for (x, part) in (at.rect().x0..area.x1).zip(row) {
            sum += part;
            if x >= area.x0 {
                mask.raise(x, y, sum.abs(), &|_| true);
            }
        }
    }
}

/// Adds the area to the right of one side within one row; `height` is signed, x counts from the tile's left.
fn pass(row: &mut Row, x0: f32, x1: f32, height: f32) {
    const WIDTH: f32 = TILE as f32;
    let (x0, x1) = if x0 < x1 { (x0, x1) } else { (x1, x0) };
    let run = x1 - x0;
    // What lies left of the tile covers all of the row, what lies right of it nothing.
    if x1 <= 0.0 || run < 1e-6 {
        step(row, x0.clamp(0.0, WIDTH), height);
        return;
    }
    if x0 >= WIDTH {
        return;
    }
    if x0 < 0.0 {
        row[0] += height * (-x0 / run);
    }
    let (mut x, end) = (x0.max(0.0), x1.min(WIDTH));
    while x < end {
        let next = (x.floor() + 1.0).min(end);
        step(row, (x + next) * 0.5, height * ((next - x) / run));
        // A piece too short to move on ends the row.
        if next <= x {
            break;
        }
        x = next;
    }
}

/// A piece of a side inside one column, at its middle.
fn step(row: &mut Row, x: f32, height: f32) {
    let column = x.floor();
    let into = height * (x - column);
    let column = column as usize;
    row[column] += height - into;
    row[column + 1] += into;
}
