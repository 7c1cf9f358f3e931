//! The cells of a page: squares of one size wherever the page goes on, whatever panel shows it.
use crate::point::PageRect;

/// The side of a cell in micrometres: about a tile of 64 pixels on the largest panel, and a power of two.
pub(crate) const CELL_UM: i32 = 32_768;
/// No page has cells further than this: a kilometre, where places end.
const FURTHEST: i32 = 1_000_000_000 / CELL_UM + 1;
/// An object in more cells than this lies in a list of its own: nobody looks for a rectangle of a hundred square
/// metres cell by cell.
pub(crate) const MOST_CELLS: usize = 4_096;

/// Which cell: the places from (x, y) times [`CELL_UM`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub(crate) struct CellAt {
    pub(crate) x: i16,
    pub(crate) y: i16,
}

impl CellAt {
    /// The places in the cell.
    pub(crate) fn rect(self) -> PageRect {
        let (x, y) = (i32::from(self.x) * CELL_UM, i32::from(self.y) * CELL_UM);
        PageRect::new(x, y, x + CELL_UM - 1, y + CELL_UM - 1)
    }
}

/// A box of cells, both ends included; it may be empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct CellBox {
    x0: i32,
    y0: i32,
    x1: i32,
    y1: i32,
}

impl CellBox {
    /// The cells that a box on the page touches, as far as pages go.
    pub(crate) fn of(area: PageRect) -> CellBox {
        let cell = |um: i32| um.div_euclid(CELL_UM);
        if area.is_empty() {
            return CellBox { x0: 0, y0: 0, x1: -1, y1: -1 };
        }
        CellBox {
            x0: cell(area.x0_um).max(-FURTHEST),
            y0: cell(area.y0_um).max(-FURTHEST),
            x1: cell(area.x1_um).min(FURTHEST),
            y1: cell(area.y1_um).min(FURTHEST),
        }
    }

    pub(crate) fn count(&self) -> u64 {
        let side = |from: i32, to: i32| (i64::from(to) - i64::from(from) + 1).max(0) as u64;
        side(self.x0, self.x1) * side(self.y0, self.y1)
    }

    pub(crate) fn contains(&self, at: CellAt) -> bool {
        let (x, y) = (i32::from(at.x), i32::from(at.y));
        x >= self.x0 && x <= self.x1 && y >= self.y0 && y <= self.y1
    }

    /// The number of a cell of the box in the order of [`CellBox::iter`].
    pub(crate) fn number(&self, at: CellAt) -> Option<usize> {
        let (x, y) = (i32::from(at.x) - self.x0, i32::from(at.y) - self.y0);
        self.contains(at).then(|| (y * (self.x1 - self.x0 + 1) + x) as usize)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = CellAt> + use<> {
        let CellBox { x0, y0, x1, y1 } = *self;
        (y0..=y1).flat_map(move |y| (x0..=x1).map(move |x| CellAt { x: x as i16, y: y as i16 }))
    }
}

/// Where in a cell an object's ink lies: a box of its own, so that who looks for ink need not unpack what is near
/// only by its cell. Corners included, in 1/256 of the cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Spot([u8; 4]);

/// One part of a spot, in micrometres.
const PART_UM: i32 = CELL_UM / 256;

impl Spot {
    /// The part of a box that lies in a cell; `None` if none does.
    pub(crate) fn within(at: CellAt, area: &PageRect) -> Option<Spot> {
        let cell = at.rect();
        if !cell.overlaps(area) {
            return None;
        }
        let part = |um: i32, from: i32| (um.saturating_sub(from) / PART_UM).clamp(0, 255) as u8;
        Some(Spot([
            part(area.x0_um.max(cell.x0_um), cell.x0_um),
            part(area.y0_um.max(cell.y0_um), cell.y0_um),
            part(area.x1_um.min(cell.x1_um), cell.x0_um),
            part(area.y1_um.min(cell.y1_um), cell.y0_um),
        ]))
    }

    pub(crate) fn union(self, other: Spot) -> Spot {
        let (a, b) = (self.0, other.0);
        Spot([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }

    pub(crate) fn overlaps(self, other: Spot) -> bool {
        let (a, b) = (self.0, other.0);
        a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
    }

    /// The same box on the page.
    pub(crate) fn rect(self, at: CellAt) -> PageRect {
        let cell = at.rect();
        let [x0, y0, x1, y1] = self.0.map(|part| i32::from(part) * PART_UM);
        PageRect::new(
            cell.x0_um + x0,
            cell.y0_um + y0,
            cell.x0_um + x1 + PART_UM - 1,
            cell.y0_um + y1 + PART_UM - 1,
        )
    }
}
