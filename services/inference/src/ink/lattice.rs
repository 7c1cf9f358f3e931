//! The best readings of a line, pure: pieces are joined to characters in every sensible way, and the cheapest ways
//! through are kept. Costs are nats.
//!
//! A candidate costs what its shape costs, as often as it has pieces (a reading with fewer, larger characters would
//! else always be cheaper), and what the language asks for it after the one before.

use super::language::Language;

/// Readings kept at each place of the line.
pub(crate) const BEAM: usize = 24;

/// One way to read some pieces that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    /// The first piece.
    pub(crate) from: usize,
    /// One past the last piece.
    pub(crate) to: usize,
    /// Classes with their costs, cheapest first.
    pub(crate) guesses: Vec<(usize, f32)>,
}

/// A way through the line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    /// Number of a span and of its guess, from left to right.
    pub(crate) steps: Vec<(usize, usize)>,
    /// Sum of all costs.
    pub(crate) cost: f32,
}

#[derive(Clone, Copy)]
struct Node {
    cost: f32,
    class: Option<usize>,
    span: usize,
    guess: usize,
    before: Option<usize>,
}

/// The cheapest ways through `pieces` pieces, at most `count`, cheapest first; none where the spans leave a gap.
pub(crate) fn paths(
    pieces: usize,
    spans: &[Span],
    language: &Language,
    weight: f32,
    count: usize,
) -> Vec<Path> {
    let mut nodes = vec![Node { cost: 0.0, class: None, span: 0, guess: 0, before: None }];
    let mut at: Vec<Vec<usize>> = vec![Vec::new(); pieces + 1];
    at[0].push(0);
    for place in 0..pieces {
        let mut kept = std::mem::take(&mut at[place]);
        prune(&mut kept, &nodes);
        for (number, span) in spans.iter().enumerate().filter(|(_, span)| span.from == place) {
            let times = (span.to - span.from) as f32;
            for &before in &kept {
                for (guess, &(class, price)) in span.guesses.iter().enumerate() {
                    let cost = nodes[before].cost
                        + times * price
                        + weight * language.cost(nodes[before].class, class);
                    at[span.to].push(nodes.len());
                    nodes.push(Node { cost, class: Some(class), span: number, guess, before: Some(before) });
                }
            }
        }
    }
    let mut ends = std::mem::take(&mut at[pieces]);
    ends.sort_by(|&a, &b| nodes[a].cost.total_cmp(&nodes[b].cost));
    ends.truncate(count);
    ends.into_iter().filter(|&end| nodes[end].before.is_some()).map(|end| walk(&nodes, end)).collect()
}

/// Keeps the cheapest, and of those that end in the same character only the cheapest two: what follows cannot tell
/// them apart, but a line's alternatives may.
fn prune(kept: &mut Vec<usize>, nodes: &[Node]) {
    kept.sort_by(|&a, &b| nodes[a].cost.total_cmp(&nodes[b].cost));
    let mut seen: Vec<Option<usize>> = Vec::new();
    kept.retain(|&node| {
        let class = nodes[node].class;
        seen.push(class);
        seen.iter().filter(|&&other| other == class).count() <= 2
    });
    kept.truncate(BEAM);
}

fn walk(nodes: &[Node], end: usize) -> Path {
    let mut steps = Vec::new();
    let mut at = end;
    while let Some(before) = nodes[at].before {
        steps.push((nodes[at].span, nodes[at].guess));
        at = before;
    }
    steps.reverse();
    Path { steps, cost: nodes[end].cost }
}

#[cfg(test)]
mod tests;
