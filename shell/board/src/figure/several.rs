//! Figures of several strokes: which of the strokes before belong to the last one, and what they are together.
use ink::Node;

use super::{Dot, Figure, Kind, arrow, chain, closed, corners, one, table};

/// The most strokes of a figure: a table of ten rows and ten columns, and one to spare.
pub(crate) const MOST_STROKES: usize = 24;
/// The most strokes of an outline, and of an arrow with two heads.
const MOST_SIDES: usize = 8;
const MOST_ARROW: usize = 5;
/// Strokes belong together that come nearer to each other than this part of the larger one's size.
const NEAR: f64 = 0.16;
/// A figure of several strokes is at least so large, in micrometres: below are letters and signs.
const SMALLEST_UM: f64 = 70_000.0;
/// Strokes of writing are no larger than this, in micrometres: a character as high as a hand is long.
const WRITING_UM: f64 = 160_000.0;
/// Among so many strokes of writing, a stroke of the same size is a stroke of writing too.
const AMONG: usize = 2;
/// Under this confidence several strokes stay what they are: nobody lifts the pen so often to draw that badly.
const SURE: u8 = 20;

/// A stroke, or a figure in its place, that was drawn before the last one.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    pub nodes: &'a [Node],
    /// It is ink, and the next stroke followed as quickly as in writing.
    pub fluent: bool,
}

pub(super) fn recognise(before: &[Before<'_>], last: &[Node]) -> Option<(Figure, Vec<usize>)> {
    let skipped = (before.len() + 1).saturating_sub(MOST_STROKES);
    let before = &before[skipped..];
    let mut ways: Vec<Option<Vec<Dot>>> = before.iter().map(|stroke| corners::even(stroke.nodes)).collect();
    ways.push(corners::even(last));
    let last = ways.last()?.as_ref()?;
    let joined = touching(&ways);
    let (figure, parts) = best(&ways, &joined, last)?;
    let others = (0..before.len()).filter(|at| before[*at].fluent && !parts.contains(at));
    let others = others.filter(|at| ways[*at].as_ref().is_some_and(|way| is_beside(way, last)));
    if corners::size(last) <= WRITING_UM && others.count() >= AMONG {
        return None;
    }
    Some((figure, parts.iter().filter(|at| **at < before.len()).map(|at| at + skipped).collect()))
}

/// Whether a way is a stroke of the writing that another may be of.
fn is_beside(way: &[Dot], last: &[Dot]) -> bool {
    let (size, large) = (corners::size(way), corners::size(last));
    let ((low, high), (far_low, far_high)) = (corners::extent(way), corners::extent(last));
    let reach = size.max(large) * 1.5;
    size <= WRITING_UM
        && low.x - reach <= far_high.x
        && far_low.x - reach <= high.x
        && low.y - reach <= far_high.y
        && far_low.y - reach <= high.y
}

fn best(ways: &[Option<Vec<Dot>>], joined: &[usize], last: &[Dot]) -> Option<(Figure, Vec<usize>)> {
    // The most strokes first: a rectangle is more than its last line.
    for from in 0..joined.len().saturating_sub(1) {
        let parts = &joined[from..];
        let these: Vec<&[Dot]> = parts.iter().filter_map(|at| ways[*at].as_deref()).collect();
        if corners::size(&these.concat()) < SMALLEST_UM {
            continue;
        }
        if let Some(figure) = together(&these).filter(|figure| figure.confidence >= SURE) {
            return Some((figure, parts.to_vec()));
        }
    }
    Some((one(last)?, vec![ways.len() - 1]))
}

/// What these ways are together.
fn together(ways: &[&[Dot]]) -> Option<Figure> {
    if let Some(table) = table::fit(ways) {
        return Some(table);
    }
    if ways.len() <= MOST_ARROW
        && let Some(arrow) = arrow::in_several(ways)
    {
        return Some(arrow);
    }
    if ways.len() > MOST_SIDES {
        return None;
    }
    let round = chain::closed(ways)?;
    closed(&round, corners::size(&round)).filter(|figure| figure.kind != Kind::Line)
}

/// The strokes that hang together with the last one, oldest first.
fn touching(ways: &[Option<Vec<Dot>>]) -> Vec<usize> {
    let mut found = vec![ways.len() - 1];
    let mut looked = 0;
    while looked < found.len() {
        let Some(one) = ways[found[looked]].as_ref() else { break };
        for (at, other) in ways.iter().enumerate() {
            if !found.contains(&at) && other.as_ref().is_some_and(|other| meet(one, other)) {
                found.push(at);
            }
        }
        looked += 1;
    }
    found.sort_unstable();
    found
}

/// Whether two ways come near each other.
fn meet(one: &[Dot], other: &[Dot]) -> bool {
    let near = corners::size(one).max(corners::size(other)) * NEAR;
    let ((low, high), (far_low, far_high)) = (corners::extent(one), corners::extent(other));
    if low.x - near > far_high.x
        || far_low.x - near > high.x
        || low.y - near > far_high.y
        || far_low.y - near > high.y
    {
        return false;
    }
    // Every fourth dot is near enough to tell.
    let sparse = |way: &[Dot]| way.iter().step_by(4).chain(way.last()).copied().collect::<Vec<_>>();
    let (one, other) = (sparse(one), sparse(other));
    one.iter().any(|dot| other.iter().any(|there| (*dot - *there).length() <= near))
}
