//! Strokes drawn one after the other around a figure, as one closed way.
use super::{Dot, corners};

/// The ends of two strokes that meet are no further apart than this part of the figure's size.
const GAP: f64 = 0.16;
/// A stroke may run past the corner by this part of itself: what is beyond the crossing is left out.
const PAST: f64 = 0.25;

/// The closed way along all of these, if each meets the next and the last meets the first.
pub(super) fn closed(ways: &[&[Dot]]) -> Option<Vec<Dot>> {
    let size = corners::size(&ways.concat());
    let mut rest: Vec<Vec<Dot>> = ways.iter().map(|way| way.to_vec()).collect();
    let mut order = vec![rest.remove(0)];
    while !rest.is_empty() {
        let end = *order.last()?.last()?;
        let gap = |way: &Vec<Dot>| {
            let (from, to) = ((way[0] - end).length(), (way[way.len() - 1] - end).length());
            (from.min(to), to < from)
        };
        let next = (0..rest.len()).min_by(|a, b| gap(&rest[*a]).0.total_cmp(&gap(&rest[*b]).0))?;
        let turned = gap(&rest[next]).1;
        let mut way = rest.remove(next);
        if turned {
            way.reverse();
        }
        order.push(way);
    }
    let count = order.len();
    for index in 0..count {
        let (mut one, mut other) =
            (std::mem::take(&mut order[index]), std::mem::take(&mut order[(index + 1) % count]));
        let gap = trim(&mut one, &mut other)?;
        (order[index], order[(index + 1) % count]) = (one, other);
        if gap > size * GAP {
            return None;
        }
    }
    corners::respaced(&order.concat())
}

/// Cuts the end of one way and the beginning of the next to where they are nearest, and says how near that is.
fn trim(one: &mut Vec<Dot>, next: &mut Vec<Dot>) -> Option<f64> {
    let (late, early) =
        ((one.len() as f64 * (1.0 - PAST)) as usize, (next.len() as f64 * PAST).ceil() as usize);
    let mut best: Option<(f64, usize, usize)> = None;
    // From the very ends inwards, so that of equal distances the longest ways are kept.
    for at in (late..one.len()).rev() {
        for (from, &dot) in next.iter().enumerate().take(early) {
            let gap = (one[at] - dot).length();
            if best.is_none_or(|(least, ..)| gap < least) {
                best = Some((gap, at, from));
            }
        }
    }
    let (gap, at, from) = best?;
    one.truncate(at + 1);
    next.drain(..from);
    Some(gap)
}
