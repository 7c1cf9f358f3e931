//! How much each witness counts, pure. The weights were chosen on synthetic writing and on fonts that the network
//! never saw, never on ink of people.

use std::collections::HashMap;

/// Of our own network's log likelihood.
const SHAPE: f32 = 1.0;
/// Of the reader's log likelihood.
const SIGHT: f32 = 1.0;
/// Of the language's cost along a line.
pub(crate) const LANGUAGE: f32 = 0.35;
/// Of the language's cost where one character is written alone: it only breaks ties.
pub(crate) const LANGUAGE_ALONE: f32 = 0.02;
/// What a witness gives at least, to what it did not name.
const SHAPE_FLOOR: f32 = -14.0;
/// See [`SHAPE_FLOOR`], as a likelihood.
const SIGHT_FLOOR: f32 = 5e-4;

/// Joins what the network and the reader say of one candidate: classes with costs in nats, cheapest first.
pub(crate) fn fuse(shape: &[(usize, f32)], sight: &HashMap<usize, f32>) -> Vec<(usize, f32)> {
    let named: HashMap<usize, f32> = shape.iter().copied().collect();
    let mut classes: Vec<usize> = named.keys().chain(sight.keys()).copied().collect();
    classes.sort_unstable();
    classes.dedup();
    let mut guesses: Vec<(usize, f32)> = classes
        .into_iter()
        .map(|class| {
            let drawn = named.get(&class).copied().unwrap_or(SHAPE_FLOOR).max(SHAPE_FLOOR);
            let seen = sight.get(&class).copied().unwrap_or(0.0) + SIGHT_FLOOR;
            (class, -(SHAPE * drawn + SIGHT * seen.ln()))
        })
        .collect();
    guesses.sort_by(|a, b| a.1.total_cmp(&b.1));
    guesses
}
