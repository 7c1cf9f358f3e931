//! From loose strokes to lines, and from a line to the pieces that characters are made of, pure.

use super::stroke::{Bounds, Stroke};

/// Strokes nearer than this share of the writing's size belong to one blob.
const BLOB_GAP: f32 = 0.12;
/// Blobs of one line share at least this part of the lower one's height.
const LINE_SHARE: f32 = 0.5;
/// A gap wider than this many line heights ends a line: it is another column.
const COLUMN_GAP: f32 = 4.0;
/// Strokes that share this part of the narrower one's width belong to one piece of a character.
const PIECE_SHARE: f32 = 0.4;
/// A stroke counts as at least this share of the line's height wide, so that upright strokes can overlap.
const PIECE_WIDTH_MIN: f32 = 0.08;

/// Strokes by their number in the request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    /// In writing order.
    pub(crate) strokes: Vec<usize>,
    /// Around them.
    pub(crate) bounds: Bounds,
}

impl Group {
    fn join(&mut self, other: Self) {
        self.bounds = self.bounds.union(&other.bounds);
        self.strokes.extend(other.strokes);
        self.strokes.sort_unstable();
    }
}

/// Groups strokes into lines from top to bottom. Strokes without points belong to none.
pub(crate) fn lines(strokes: &[Stroke]) -> Vec<Group> {
    let singles: Vec<Group> = (0..strokes.len())
        .filter_map(|at| Some(Group { strokes: vec![at], bounds: Bounds::of([&strokes[at]])? }))
        .collect();
    let near = BLOB_GAP * size(&singles);
    let blobs = merge(singles, |a, b| {
        a.left - near <= b.right
            && b.left - near <= a.right
            && a.top - near <= b.bottom
            && b.top - near <= a.bottom
    });
    let tall = size(&blobs);
    // Dots, dashes and commas have no height to compare by: they go to the line they lie in, afterwards.
    let (mut rows, small): (Vec<Group>, Vec<Group>) =
        blobs.into_iter().partition(|blob| blob.bounds.height() >= 0.3 * tall);
    rows = merge(rows, |a, b| {
        let shared = a.bottom.min(b.bottom) - a.top.max(b.top);
        let lower = a.height().min(b.height());
        let apart = (b.left - a.right).max(a.left - b.right);
        shared >= LINE_SHARE * lower && apart <= COLUMN_GAP * a.height().max(b.height())
    });
    for blob in small {
        let bounds = blob.bounds;
        let (x, y) = (0.5 * (bounds.left + bounds.right), 0.5 * (bounds.top + bounds.bottom));
        let distance = |row: &Group| {
            let outside = |low: f32, at: f32, high: f32| (low - at).max(at - high).max(0.0);
            outside(row.bounds.left, x, row.bounds.right)
                .max(2.0 * outside(row.bounds.top, y, row.bounds.bottom))
        };
        let nearest = rows.iter_mut().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        match nearest {
            Some(row) if distance(row) <= tall.max(row.bounds.height()) => row.join(blob),
            _ => rows.push(blob),
        }
    }
    rows.sort_by(|a, b| (a.bounds.top + a.bounds.bottom).total_cmp(&(b.bounds.top + b.bounds.bottom)));
    rows
}

/// Cuts a line into pieces from left to right: strokes that lie over each other are never parted.
pub(crate) fn pieces(strokes: &[Stroke], line: &Group) -> Vec<Group> {
    let wide = PIECE_WIDTH_MIN * line.bounds.height();
    let mut singles: Vec<Group> = line
        .strokes
        .iter()
        .filter_map(|&at| Some(Group { strokes: vec![at], bounds: Bounds::of([&strokes[at]])? }))
        .collect();
    singles.sort_by(|a, b| a.bounds.left.total_cmp(&b.bounds.left));
    let mut pieces = merge(singles, |a, b| {
        let shared = a.right.min(b.right) - a.left.max(b.left) + wide;
        shared >= PIECE_SHARE * (a.width().min(b.width()) + wide)
    });
    pieces.sort_by(|a, b| (a.bounds.left + a.bounds.right).total_cmp(&(b.bounds.left + b.bounds.right)));
    pieces
}

/// Around all strokes; a point at the origin where there are none.
pub(crate) fn around(strokes: &[Stroke]) -> Bounds {
    Bounds::of(strokes).unwrap_or(Bounds { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 })
}

/// Several pieces as one; `pieces` is never empty.
pub(crate) fn joined(pieces: &[Group]) -> Group {
    let mut whole = pieces[0].clone();
    for piece in &pieces[1..] {
        whole.join(piece.clone());
    }
    whole
}

/// Size of the writing: the longer side of its larger strokes or blobs.
fn size(groups: &[Group]) -> f32 {
    let mut sides: Vec<f32> = groups
        .iter()
        .map(|group| group.bounds.width().min(3.0 * group.bounds.height()).max(group.bounds.height()))
        .collect();
    sides.sort_by(f32::total_cmp);
    sides.get(sides.len() * 3 / 4).copied().unwrap_or(0.0)
}

/// Joins groups that belong together until none do any more.
fn merge(groups: Vec<Group>, together: impl Fn(&Bounds, &Bounds) -> bool) -> Vec<Group> {
    let mut done: Vec<Group> = Vec::new();
    for group in groups {
        let mut whole = group;
        while let Some(at) = done.iter().position(|other| together(&other.bounds, &whole.bounds)) {
            whole.join(done.swap_remove(at));
        }
        done.push(whole);
    }
    done
}

#[cfg(test)]
mod tests;
