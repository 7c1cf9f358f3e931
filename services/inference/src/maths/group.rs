//! Which strokes are one symbol: neighbours are tried together, each trial is read, and the divisions of all strokes
//! that are surest stroke by stroke are kept.

use std::collections::BTreeMap;

use crate::leave::{Leave, Stopped};

use super::stroke::{Area, Stroke};
use super::symbol::Symbol;

/// The most strokes of an expression: four lines of a notebook; more are a page, not an expression.
pub const EXPRESSION_STROKES_MAX: usize = 96;
/// The most strokes of a symbol.
const TOGETHER_MAX: usize = 4;
/// A stroke is tried with so many others, the nearest: that is twice what lies around one in a fraction.
const NEIGHBOURS: usize = 6;
/// Groups that are read: ten for each stroke. Only scribble has more.
const GROUPS_MAX: usize = 10 * EXPRESSION_STROKES_MAX;
/// Strokes of a symbol are no further apart than this part of a middling stroke, or of the larger of the two.
const NEAR: f32 = 0.35;
const NEAR_LARGE: f32 = 0.1;
/// A symbol is at most so many times as large as its largest stroke.
const SPREAD: f32 = 2.2;
/// Sets of strokes that are kept while strokes are taken in from the left, and divisions of each.
const BEAM: usize = 48;
const DIVISIONS: usize = 4;
/// A stroke that nothing recognises costs this much, as a probability.
const UNREAD: f32 = 0.01;
/// Two strokes that cross are this likely to be of two symbols: the bar of a fraction, the roof of a root.
const TORN: f32 = 0.08;
/// How likely a symbol is gone back to after another was begun.
const LATE: f32 = 0.4;
/// How likely a dot below an upright line makes it a factorial; it may be a point that was set to the left.
const FACTORIAL: f32 = 0.9;
/// A dot is no larger than this part of a middling stroke; a flat one above the second is a short bar.
const DOT: f32 = 0.3;
const TINY: f32 = 0.16;
/// A bar is so flat.
const FLAT: f32 = 0.35;
/// How likely a short bar is one.
const SHORT_BAR: f32 = 0.8;

/// Strokes that may be one symbol.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group(pub(super) Vec<usize>);

/// What a group was read as: the likeliest first, probabilities.
pub(super) type Reading = Vec<(Symbol, f32)>;

/// A symbol of the expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) area: Area,
    /// The likeliest first.
    pub(super) reading: Reading,
}

/// All groups worth reading, single strokes among them.
pub(super) fn candidates(strokes: &[Stroke]) -> Vec<Group> {
    let neighbours: Vec<Vec<usize>> = (0..strokes.len()).map(|at| neighbours(at, strokes)).collect();
    let near = |a: usize, b: usize| neighbours[a].contains(&b) || neighbours[b].contains(&a);
    let mut groups: Vec<Group> = (0..strokes.len()).map(|at| Group(vec![at])).collect();
    let mut last = groups.clone();
    for _ in 1..TOGETHER_MAX {
        let mut grown = Vec::new();
        for Group(group) in &last {
            if groups.len() + grown.len() > GROUPS_MAX {
                break;
            }
            for other in 0..strokes.len() {
                if !group.contains(&other) && group.iter().all(|at| near(*at, other)) {
                    let mut more = group.clone();
                    more.push(other);
                    more.sort_unstable();
                    grown.push(Group(more));
                }
            }
        }
        grown.sort();
        grown.dedup();
        grown.retain(|group| is_compact(group, strokes));
        grown.truncate(GROUPS_MAX.saturating_sub(groups.len()));
        groups.extend(grown.iter().cloned());
        last = grown;
    }
    groups.extend(apart(strokes));
    groups.sort();
    groups.dedup();
    groups
}

/// What a stroke is by its size and shape alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Dot,
    ShortBar,
    Bar,
    Other,
}

fn shape(stroke: &Stroke, middling: f32) -> Shape {
    let size = stroke.area.diagonal() / middling.max(1e-3);
    // Of the ink itself: the box around a short stroke is larger.
    let flat = stroke.tall() <= stroke.wide() * FLAT;
    match flat {
        _ if size <= TINY => Shape::Dot,
        true if size <= DOT => Shape::ShortBar,
        true => Shape::Bar,
        false if size <= DOT => Shape::Dot,
        false => Shape::Other,
    }
}

/// Signs of bars and dots, whose parts may lie further apart than those of others: equals and divide signs.
fn apart(strokes: &[Stroke]) -> Vec<Group> {
    let middling = middling(strokes);
    let shapes: Vec<Shape> = strokes.iter().map(|stroke| shape(stroke, middling)).collect();
    let is_bar = |at: &usize| matches!(shapes[*at], Shape::Bar | Shape::ShortBar);
    let bars: Vec<usize> = (0..strokes.len()).filter(is_bar).collect();
    let dots: Vec<usize> = (0..strokes.len()).filter(|at| shapes[*at] == Shape::Dot).collect();
    let mut groups = Vec::new();
    for (place, bar) in bars.iter().enumerate() {
        let area = strokes[*bar].area;
        groups.extend(
            bars[place + 1..]
                .iter()
                .filter(|other| are_equals(&area, &strokes[**other].area))
                .map(|other| Group(vec![*bar, *other])),
        );
        let nearest = |above: bool| {
            let on_side = |dot: &&usize| {
                let (x, y) = strokes[**dot].area.middle();
                (area.left..=area.right).contains(&x)
                    && (y < area.middle().1) == above
                    && strokes[**dot].area.gap(&area) <= area.wide()
            };
            dots.iter()
                .filter(on_side)
                .min_by(|a, b| strokes[**a].area.gap(&area).total_cmp(&strokes[**b].area.gap(&area)))
        };
        if let (Some(over), Some(under)) = (nearest(true), nearest(false)) {
            let mut group = vec![*bar, *over, *under];
            group.sort_unstable();
            groups.push(Group(group));
        }
    }
    groups
}

/// Whether two bars stand as an equals sign does.
fn are_equals(one: &Area, other: &Area) -> bool {
    let alike = one.wide().min(other.wide()) > 0.5 * one.wide().max(other.wide());
    let stacked = one.shared_width(other) > 0.6;
    let near = (one.middle().1 - other.middle().1).abs() < 0.9 * one.wide().max(other.wide());
    alike && stacked && near
}

/// The strokes that may be of one symbol with a stroke, the nearest first, of as near ones those written about then.
fn neighbours(at: usize, strokes: &[Stroke]) -> Vec<usize> {
    let middling = middling(strokes);
    let one = &strokes[at].area;
    let mut near: Vec<(f32, usize)> = (0..strokes.len())
        .filter(|other| *other != at)
        .filter_map(|other| {
            let area = &strokes[other].area;
            let reach = (NEAR_LARGE * one.diagonal().max(area.diagonal())).max(NEAR * middling);
            let gap = one.gap(area);
            (gap <= reach).then_some((gap, other))
        })
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.abs_diff(at).cmp(&b.1.abs_diff(at))));
    near.into_iter().take(NEIGHBOURS).map(|near| near.1).collect()
}

fn is_compact(Group(group): &Group, strokes: &[Stroke]) -> bool {
    let largest = group.iter().map(|at| strokes[*at].area.diagonal()).fold(0.0, f32::max);
    area(group, strokes).diagonal() <= largest * SPREAD
}

/// The box around some strokes.
pub(super) fn area(group: &[usize], strokes: &[Stroke]) -> Area {
    group.iter().map(|at| strokes[*at].area).reduce(|all, area| all.union(&area)).unwrap_or_default()
}

/// The size of a middling stroke.
fn middling(strokes: &[Stroke]) -> f32 {
    let mut sizes: Vec<f32> = strokes.iter().map(|stroke| stroke.area.diagonal()).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() * 2 / 3).copied().unwrap_or(1.0)
}

/// What a group is by its shape alone, where that says more than a picture of it: dots, and signs made of bars and
/// dots, which lie apart and would be drawn too large.
pub(super) fn by_shape(Group(group): &Group, strokes: &[Stroke]) -> Option<Reading> {
    let middling = middling(strokes);
    let shape = |at: &usize| shape(&strokes[*at], middling);
    let is_dot = |at: &usize| shape(at) == Shape::Dot;
    let is_bar = |at: &usize| matches!(shape(at), Shape::Bar | Shape::ShortBar);
    let sure = |symbol: Symbol| Some(vec![(symbol, 0.97)]);
    match group[..] {
        [one] if is_dot(&one) => sure(Symbol::Dot),
        [one] if shape(&one) == Shape::ShortBar => {
            Some(vec![(Symbol::Bar, SHORT_BAR), (Symbol::Dot, 0.97 - SHORT_BAR)])
        }
        [one] if is_bar(&one) => sure(Symbol::Bar),
        [a, b] if is_bar(&a) && is_bar(&b) => {
            if are_equals(&strokes[a].area, &strokes[b].area) {
                Some(vec![(Symbol::Equals, 0.99)])
            } else {
                Some(Vec::new())
            }
        }
        [a, b] if is_dot(&a) != is_dot(&b) => {
            let (dot, stroke) = if is_dot(&a) { (a, b) } else { (b, a) };
            let (dot, area) = (strokes[dot].area, strokes[stroke].area);
            let upright = area.wide() <= area.tall() * 0.3 && strokes[stroke].is_straight();
            let below = dot.top > area.bottom && (area.left..=area.right).contains(&dot.middle().0);
            if upright && below { Some(vec![(Symbol::Factorial, FACTORIAL)]) } else { Some(Vec::new()) }
        }
        [a, b] if is_dot(&a) && is_dot(&b) => {
            let (one, other) = (strokes[a].area.middle(), strokes[b].area.middle());
            let upright = (one.0 - other.0).abs() < 0.5 * (one.1 - other.1).abs();
            if upright { sure(Symbol::Colon) } else { Some(Vec::new()) }
        }
        [_, _, _] => {
            let bars: Vec<&usize> = group.iter().filter(|at| is_bar(at)).collect();
            let dots: Vec<&usize> = group.iter().filter(|at| is_dot(at)).collect();
            let ([bar], [a, b]) = (&bars[..], &dots[..]) else { return None };
            let bar = strokes[**bar].area;
            let over = |at: &usize| {
                let dot = strokes[*at].area.middle();
                (bar.left..=bar.right).contains(&dot.0).then_some(dot.1 < bar.middle().1)
            };
            let divides = matches!((over(a), over(b)), (Some(true), Some(false)) | (Some(false), Some(true)));
            if divides { sure(Symbol::Divide) } else { Some(Vec::new()) }
        }
        _ => None,
    }
}

/// A division of all strokes into symbols, and the logarithm of what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cover {
    pub(super) found: Vec<Found>,
    pub(super) worth: f32,
}

/// One way to divide some of the strokes: what it is worth, and its groups.
type Division<'a> = (f32, Vec<&'a Group>);

/// The surest divisions of all strokes, the surest first.
pub(super) fn covers(
    strokes: &[Stroke],
    readings: &BTreeMap<Group, Reading>,
    leave: &Leave,
) -> Result<Vec<Cover>, Stopped> {
    let worth = worth(strokes, readings, leave)?;
    let all = if strokes.len() >= 128 { u128::MAX } else { (1_u128 << strokes.len()) - 1 };
    let mut beam: Vec<(u128, Vec<Division<'_>>)> = vec![(0, vec![(0.0, Vec::new())])];
    let mut whole: Vec<Division<'_>> = Vec::new();
    while !beam.is_empty() {
        leave.check()?;
        let mut next: BTreeMap<u128, Vec<Division<'_>>> = BTreeMap::new();
        for (covered, divisions) in beam {
            if covered == all {
                whole.extend(divisions);
                continue;
            }
            let first = (!covered).trailing_zeros();
            let fits = |mask: u128| mask >> first & 1 == 1 && mask & covered == 0;
            for (group, mask, value) in worth.iter().filter(|(_, mask, _)| fits(*mask)) {
                let entry = next.entry(covered | mask).or_default();
                for (sum, groups) in &divisions {
                    let mut longer = groups.clone();
                    longer.push(*group);
                    entry.push((sum + value, longer));
                }
                surest(entry);
            }
        }
        beam = next.into_iter().collect();
        // Divisions that have taken in more strokes have paid for more: compared by what a stroke cost.
        let cost = |entry: &(u128, Vec<Division<'_>>)| {
            entry.1.first().map_or(f32::MIN, |best| best.0) / entry.0.count_ones().max(1) as f32
        };
        beam.sort_by(|a, b| cost(b).total_cmp(&cost(a)));
        beam.truncate(BEAM);
    }
    surest(&mut whole);
    let found = |group: &Group| Found {
        area: area(&group.0, strokes),
        reading: readings.get(group).cloned().unwrap_or_default(),
    };
    let mut covers: Vec<Cover> = whole
        .into_iter()
        .map(|(worth, groups)| Cover { found: groups.into_iter().map(found).collect(), worth })
        .collect();
    covers.iter_mut().for_each(|cover| cover.found.sort_by(|a, b| a.area.left.total_cmp(&b.area.left)));
    Ok(covers)
}

fn surest(divisions: &mut Vec<Division<'_>>) {
    divisions.sort_by(|a, b| b.0.total_cmp(&a.0));
    divisions.truncate(DIVISIONS);
}

/// What each group covers, in the order from the left, and what it is worth: as much for each of its strokes.
fn worth<'a>(
    strokes: &[Stroke],
    readings: &'a BTreeMap<Group, Reading>,
    leave: &Leave,
) -> Result<Vec<(&'a Group, u128, f32)>, Stopped> {
    let mut order: Vec<usize> = (0..strokes.len()).collect();
    order.sort_by(|a, b| strokes[*a].area.left.total_cmp(&strokes[*b].area.left));
    let mut place = vec![0; strokes.len()];
    order.iter().enumerate().for_each(|(at, stroke)| place[*stroke] = at);
    let crossings = crossings(strokes, leave)?;
    let worth = |(group, reading): (&'a Group, &Reading)| {
        let mask = group.0.iter().fold(0, |mask, at| mask | 1_u128 << place[*at]);
        let likely = reading.first().map_or(UNREAD, |(_, likely)| likely.max(UNREAD));
        let torn = crossings.iter().filter(|(a, b)| group.0.contains(a) != group.0.contains(b)).count();
        let late = group.0.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
        let value = likely.ln() * group.0.len() as f32;
        (group, mask, value + torn as f32 * TORN.ln() / 2.0 + late as f32 * LATE.ln())
    };
    Ok(readings.iter().map(worth).collect())
}

/// Pairs of strokes that cross each other.
fn crossings(strokes: &[Stroke], leave: &Leave) -> Result<Vec<(usize, usize)>, Stopped> {
    let mut pairs = Vec::new();
    for a in 0..strokes.len() {
        leave.check()?;
        for b in a + 1..strokes.len() {
            let (one, other) = (&strokes[a], &strokes[b]);
            let meet = |side: &[(f32, f32)]| other.points.windows(2).any(|across| cross(side, across));
            if one.area.gap(&other.area) <= 0.0 && one.points.windows(2).any(meet) {
                pairs.push((a, b));
            }
        }
    }
    Ok(pairs)
}

fn cross(one: &[(f32, f32)], other: &[(f32, f32)]) -> bool {
    let turn =
        |a: (f32, f32), b: (f32, f32), c: (f32, f32)| (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0);
    let ([a, b], [c, d]) = (one, other) else { return false };
    turn(*a, *b, *c) * turn(*a, *b, *d) < 0.0 && turn(*c, *d, *a) * turn(*c, *d, *b) < 0.0
}
