//! A tile of one zoom made from the tiles of another: what is shown until the sharp one is drawn.
use ink::{Plane, Rect, TILE, TILE_PIXELS, Tile, TileAt, tiles_of};

/// Parts of a pixel that places are computed in.
const PART: i64 = 1 << 16;

/// What a tile is made from: planes of which `factor` pixels are as long as one of the tile's.
pub(crate) struct Source<'a> {
    pub(crate) planes: [&'a Plane; 3],
    pub(crate) factor: f64,
}

/// The three planes of one stretched tile; memory that is used again from tile to tile.
pub(crate) struct Stretched {
    planes: [Box<Tile>; 3],
    filled: [bool; 3],
}

impl Stretched {
    pub(crate) fn new() -> Stretched {
        Stretched { planes: std::array::from_fn(|_| Box::new([0; TILE_PIXELS])), filled: [false; 3] }
    }

    /// Makes the tile `at` from another zoom's, where `area` is.
    pub(crate) fn make(&mut self, source: &Source<'_>, at: TileAt, area: Rect) {
        let step = (source.factor * PART as f64).round() as i64;
        for ((plane, filled), source) in self.planes.iter_mut().zip(&mut self.filled).zip(source.planes) {
            *filled = stretch(source, step, at, area, plane);
        }
    }

    /// Base, highlighter and ink, as far as there is any.
    pub(crate) fn layers(&self) -> [Option<&Tile>; 3] {
        std::array::from_fn(|index| self.filled[index].then_some(&*self.planes[index]))
    }
}

/// Where the middle of a pixel lies in the other zoom's pixels.
fn place(at: i32, step: i64) -> i32 {
    ((i64::from(at) * step + step / 2) >> 16) as i32
}

/// The first pixel whose middle lies at or after a pixel of the other zoom.
fn first_at(source: i32, step: i64) -> i32 {
    let guess = ((i64::from(source) * PART - step / 2) / step) as i32 - 1;
    (guess..).find(|at| place(*at, step) >= source).unwrap_or(guess)
}

/// Copies the nearest pixels. False if there is nothing to copy.
fn stretch(source: &Plane, step: i64, at: TileAt, area: Rect, out: &mut Tile) -> bool {
    let corner = at.rect();
    let (x0, y0) = (place(area.x0, step), place(area.y0, step));
    let under = Rect::new(x0, y0, place(area.x1 - 1, step) + 1, place(area.y1 - 1, step) + 1);
    let mut tiles = tiles_of(under).filter_map(|at| source.tile(at).map(|tile| (at.rect(), tile))).peekable();
    if tiles.peek().is_none() {
        return false;
    }
    out.fill(0);
    for (from, tile) in tiles {
        let part = from.intersect(&under);
        let (left, right) = (first_at(part.x0, step).max(area.x0), first_at(part.x1, step).min(area.x1));
        let (top, bottom) = (first_at(part.y0, step).max(area.y0), first_at(part.y1, step).min(area.y1));
        for y in top..bottom {
            let row = &tile[((place(y, step) - from.y0) * TILE) as usize..][..TILE as usize];
            let to = ((y - corner.y0) * TILE - corner.x0) as i64;
            let mut place = i64::from(left) * step + step / 2 - i64::from(from.x0) * PART;
            for pixel in &mut out[(to + i64::from(left)) as usize..(to + i64::from(right)) as usize] {
                *pixel = row[(place >> 16) as usize & (TILE as usize - 1)];
                place += step;
            }
        }
    }
    true
}
