//! Where on the page an object lies: its box, and the cells its ink or its area touches.
use ink::Node;

use crate::{
    affine::Affine,
    cell::{CELL_UM, CellAt, CellBox, MOST_CELLS, Spot},
    point::{PagePoint, PageRect},
    runs::Along,
    shape::Outline,
};

/// A stretch is entered cell by cell in parts no longer than this, in micrometres.
const STEP_UM: i64 = CELL_UM as i64 / 4;

/// The cells an object is in. Made once and filled again and again.
#[derive(Default)]
pub(crate) struct Footprint {
    cells: Vec<(CellAt, Spot)>,
    bounds: PageRect,
    large: bool,
}

impl Footprint {
    fn clear(&mut self) {
        self.cells.clear();
        self.bounds = PageRect::NOTHING;
        self.large = false;
    }

    /// The box around everything.
    pub(crate) fn bounds(&self) -> PageRect {
        self.bounds
    }

    /// The cells, each once and in order; `None` when there are too many of them to list.
    pub(crate) fn cells(&self) -> Option<&[(CellAt, Spot)]> {
        if self.large { None } else { Some(&self.cells) }
    }

    /// A stroke's ink, placed.
    pub(crate) fn stroke(&mut self, nodes: impl Iterator<Item = Node>) {
        self.clear();
        self.run(nodes);
        self.finish();
    }

    /// Several runs of one stroke.
    pub(crate) fn runs(&mut self, runs: &[Vec<Along>]) {
        self.clear();
        runs.iter().for_each(|run| self.run(run.iter().map(|along| along.node)));
        self.finish();
    }

    fn run(&mut self, nodes: impl Iterator<Item = Node>) {
        let mut before: Option<Node> = None;
        for node in nodes {
            let from = before.replace(node).unwrap_or(node);
            let reach = i32::from(from.radius_um.max(node.radius_um));
            let place = |node: &Node| PagePoint::new(node.x_um, node.y_um);
            self.stretch(place(&from), place(&node), reach);
        }
    }

    /// A box, placed: its four corners go where they go, and the cells are those of the box around them.
    pub(crate) fn area(&mut self, area: PageRect, by: &Affine) {
        self.clear();
        self.fill(placed_box(area, by));
        self.finish();
    }

    /// A box with a shadow around it: the shadow is drawn, but is no part of the thing.
    pub(crate) fn shadowed(&mut self, area: PageRect, reach_um: i32, by: &Affine) {
        self.area(area.grown(reach_um), by);
        self.bounds = placed_box(area, by);
    }

    /// A figure, placed. A figure without an inside is only where its line is.
    pub(crate) fn shape(&mut self, outline: &Outline, filled: bool, by: &Affine, reach_um: i32) {
        self.clear();
        match outline {
            Outline::Paths(contours) if !filled => {
                for contour in contours.iter() {
                    let last = contour.points.last().filter(|_| contour.closed);
                    let mut before = last.or(contour.points.first()).map(|at| by.apply(*at));
                    for at in contour.points.iter().map(|at| by.apply(*at)) {
                        self.stretch(before.replace(at).unwrap_or(at), at, reach_um);
                    }
                }
            }
            Outline::Paths(_) | Outline::Ellipse { .. } => {
                self.fill(placed_box(outline.bounds(), by).grown(reach_um))
            }
        }
        self.finish();
    }

    fn fill(&mut self, area: PageRect) {
        if area.is_empty() {
            return;
        }
        self.bounds = self.bounds.union(&area);
        let cells = CellBox::of(area);
        if cells.count() > MOST_CELLS as u64 {
            self.large = true;
        }
        if !self.large {
            cells.iter().for_each(|at| self.enter(at, &area));
        }
    }

    /// Everything within `reach_um` of a straight line.
    fn stretch(&mut self, from: PagePoint, to: PagePoint, reach_um: i32) {
        let around = |a: PagePoint, b: PagePoint| {
            PageRect::new(a.x_um.min(b.x_um), a.y_um.min(b.y_um), a.x_um.max(b.x_um), a.y_um.max(b.y_um))
                .grown(reach_um)
        };
        let (dx, dy) = (i64::from(to.x_um) - i64::from(from.x_um), i64::from(to.y_um) - i64::from(from.y_um));
        // What is thick is entered in longer parts: their boxes overlap less.
        let parts = dx.abs().max(dy.abs()) / STEP_UM.max(i64::from(reach_um) / 2) + 1;
        if parts == 1 {
            self.fill(around(from, to));
            return;
        }
        self.bounds = self.bounds.union(&around(from, to));
        // Off the page nothing is entered, and a line of a kilometre need not be walked to know it is large.
        if self.large || parts > MOST_CELLS as i64 * 8 {
            self.large = true;
            return;
        }
        let at = |part: i64| {
            PagePoint::new(
                (i64::from(from.x_um) + dx * part / parts) as i32,
                (i64::from(from.y_um) + dy * part / parts) as i32,
            )
        };
        let mut last = from;
        for part in 1..=parts {
            let next = at(part);
            self.fill(around(last, next));
            last = next;
            if self.large {
                return;
            }
        }
    }

    fn enter(&mut self, at: CellAt, area: &PageRect) {
        let Some(spot) = Spot::within(at, area) else { return };
        // A stroke stays in a cell for a while, or goes back to the one before.
        for (cell, known) in self.cells.iter_mut().rev().take(4) {
            if *cell == at {
                *known = known.union(spot);
                return;
            }
        }
        self.cells.push((at, spot));
        if self.cells.len() > MOST_CELLS * 4 {
            self.merge();
        }
    }

    fn merge(&mut self) {
        self.cells.sort_unstable_by_key(|(at, _)| *at);
        self.cells.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.union(next.1);
            }
            same
        });
        self.large |= self.cells.len() > MOST_CELLS;
    }

    fn finish(&mut self) {
        self.merge();
    }
}

/// The box around a box whose corners are moved.
pub(crate) fn placed_box(area: PageRect, by: &Affine) -> PageRect {
    if area.is_empty() {
        return PageRect::NOTHING;
    }
    let PageRect { x0_um: x0, y0_um: y0, x1_um: x1, y1_um: y1 } = area;
    [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].into_iter().fold(PageRect::NOTHING, |all, (x, y)| {
        let at = by.apply(PagePoint::new(x, y));
        all.union(&PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um))
    })
}
