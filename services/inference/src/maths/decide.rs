//! Which expression is meant, pure: what the symbols can be, how the strokes can be divided, how the heights can be
//! taken, and what makes sense as an expression, are weighed together; each expression gets its share of all.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use super::calculate::{self, Outcome};
use super::group::{Cover, Found};
use super::layout::{self, Part, Row, Taste};
use super::symbol::Symbol;

/// Choices of symbols that are tried of one division of the strokes.
const CHOICES: usize = 32;
/// What is so many nats less likely than the likeliest is not tried.
const FAR: f32 = 7.0;
/// How heights are taken, and how likely that is meant, as logarithms.
const TASTES: [(Taste, f32); 3] = [
    (Taste { raised: 0.0, point: 0.0 }, -0.35),
    (Taste { raised: 0.09, point: 0.1 }, -1.9),
    (Taste { raised: -0.09, point: -0.1 }, -1.9),
];
/// What is no expression, and what is one that cannot be calculated, loses so much, in nats.
const NO_EXPRESSION: f32 = 4.0;
const NO_VALUE: f32 = 1.5;
/// A number that begins with an idle nought, a letter before a digit, two signs in a row.
const ODD: f32 = 2.0;

/// An expression that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) latex: String,
    pub(super) outcome: Outcome,
    /// Its share of all that was weighed.
    pub(super) share: f32,
    /// How likely the least likely of its symbols is a symbol at all.
    pub(super) whole: f32,
    /// The division and the choice of symbols that speak for it most.
    pub(super) found: Vec<Found>,
}

/// All that may be meant, the likeliest first.
pub(super) fn candidates(covers: &[Cover]) -> Vec<Candidate> {
    let mut weighed: BTreeMap<String, (f32, f32, Candidate)> = BTreeMap::new();
    for cover in covers {
        let whole =
            cover.found.iter().map(|found| found.reading.iter().map(|one| one.1).sum()).fold(1.0, f32::min);
        for (choice, lost) in choices(&cover.found) {
            let symbols: Vec<_> = cover
                .found
                .iter()
                .zip(&choice)
                .filter_map(|(found, at)| Some((found.reading.get(*at)?.0, found.area)))
                .collect();
            for (taste, weight) in TASTES {
                let row = layout::row(&symbols, taste);
                let latex = layout::latex(&row);
                let known = weighed.get(&latex).map(|known| known.2.outcome.clone());
                let outcome = known.unwrap_or_else(|| calculate::outcome(&row));
                let worth = cover.worth - lost + weight - strangeness(&row, &outcome);
                let candidate = || Candidate {
                    latex: latex.clone(),
                    outcome: outcome.clone(),
                    share: 0.0,
                    whole,
                    found: chosen(&cover.found, &choice),
                };
                let entry = weighed
                    .entry(latex.clone())
                    .or_insert_with(|| (f32::NEG_INFINITY, f32::NEG_INFINITY, candidate()));
                if worth > entry.1 {
                    (entry.1, entry.2) = (worth, candidate());
                }
                entry.0 = both(entry.0, worth);
            }
        }
    }
    let all = weighed.values().map(|one| one.0).fold(f32::NEG_INFINITY, both);
    let share =
        |(sum, _, candidate): (f32, f32, Candidate)| Candidate { share: (sum - all).exp(), ..candidate };
    let mut candidates: Vec<Candidate> = weighed.into_values().map(share).collect();
    candidates.sort_by(|a, b| b.share.total_cmp(&a.share));
    candidates
}

/// The logarithm of the sum of what two logarithms stand for.
fn both(one: f32, other: f32) -> f32 {
    let most = one.max(other);
    if most == f32::NEG_INFINITY { most } else { most + ((one - most).exp() + (other - most).exp()).ln() }
}

/// The symbols with what was chosen first.
fn chosen(found: &[Found], choice: &[usize]) -> Vec<Found> {
    let first = |(found, at): (&Found, &usize)| {
        let mut found = found.clone();
        if *at < found.reading.len() {
            found.reading[..=*at].rotate_right(1);
        }
        found
    };
    found.iter().zip(choice).map(first).collect()
}

/// A choice of symbols that is still to be tried: what it loses, which, and what may be changed from here on.
#[derive(PartialEq)]
struct Choice {
    lost: f32,
    at: Vec<usize>,
    from: usize,
}

impl Eq for Choice {}

impl PartialOrd for Choice {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Choice {
    fn cmp(&self, other: &Self) -> Ordering {
        other.lost.total_cmp(&self.lost).then_with(|| other.at.cmp(&self.at))
    }
}

/// The likeliest choices of one reading for each symbol, with what each loses against the likeliest.
fn choices(found: &[Found]) -> Vec<(Vec<usize>, f32)> {
    let cost = |found: &Found, at: usize| -> Option<f32> {
        let (symbol, likely) = found.reading.get(at)?;
        Some(-likely.max(f32::MIN_POSITIVE).ln() + usual(*symbol))
    };
    // The readings are sorted by likelihood alone; what is usual may turn two around, and a loss be negative.
    let base: f32 = found.iter().filter_map(|found| cost(found, 0)).sum::<f32>()
        - found.iter().filter_map(|found| found.reading.first()).map(|one| usual(one.0)).sum::<f32>();
    let total = |at: &[usize]| -> f32 {
        found.iter().zip(at).filter_map(|(found, at)| cost(found, *at)).sum::<f32>() - base
    };
    let first = vec![0; found.len()];
    let mut open = BinaryHeap::from([Choice { lost: total(&first), at: first, from: 0 }]);
    let mut taken: Vec<(Vec<usize>, f32)> = Vec::new();
    while let Some(Choice { lost, at, from }) = open.pop() {
        if taken.len() >= CHOICES || taken.first().is_some_and(|best| lost > best.1 + FAR) {
            break;
        }
        for place in from..at.len() {
            if at[place] + 1 < found[place].reading.len() {
                let mut next = at.clone();
                next[place] += 1;
                open.push(Choice { lost: total(&next), at: next, from: place });
            }
        }
        taken.push((at, lost));
    }
    taken
}

/// How much less usual a symbol is than a digit, in nats.
fn usual(symbol: Symbol) -> f32 {
    match symbol {
        Symbol::Letter('x') => 0.0,
        Symbol::Letter(_) => 1.2,
        Symbol::Pi | Symbol::Slash | Symbol::Percent => 0.7,
        Symbol::Less | Symbol::More | Symbol::AtMost | Symbol::AtLeast | Symbol::Unequal => 0.4,
        _ => 0.0,
    }
}

/// How odd a row is as an expression, in nats.
fn strangeness(row: &Row, outcome: &Outcome) -> f32 {
    let outcome = match outcome {
        Outcome::Unfinished | Outcome::NotArithmetic => NO_EXPRESSION,
        Outcome::Value(_)
        | Outcome::Solved(_)
        | Outcome::True
        | Outcome::False
        | Outcome::Formula
        | Outcome::Number => 0.0,
        _ => NO_VALUE,
    };
    outcome + ODD * oddities(row) as f32
}

fn oddities(row: &Row) -> usize {
    let is_digit = |part: &Part| matches!(part, Part::Symbol(Symbol::Digit(_)));
    let signs = |part: &Part| {
        matches!(
            part,
            Part::Symbol(Symbol::Plus | Symbol::Bar | Symbol::Times | Symbol::Divide | Symbol::Slash)
        )
    };
    let pairs = row
        .windows(2)
        .filter(|pair| {
            let letter = matches!(pair[0], Part::Symbol(Symbol::Letter(_) | Symbol::Pi));
            letter && is_digit(&pair[1]) || signs(&pair[0]) && signs(&pair[1])
        })
        .count();
    let nought = |at: usize| {
        let begins = at == 0 || !is_digit(&row[at - 1]) && row[at - 1] != Part::Point;
        begins && row[at] == Part::Symbol(Symbol::Digit(0)) && row.get(at + 1).is_some_and(is_digit)
    };
    let inside = |part: &Part| match part {
        Part::Fraction(over, under) => oddities(over) + oddities(under),
        Part::Root(inside, which) => oddities(inside) + which.as_ref().map_or(0, oddities),
        Part::Raised(over) => oddities(over),
        Part::Symbol(_) | Part::Point => 0,
    };
    pairs + (0..row.len()).filter(|at| nought(*at)).count() + row.iter().map(inside).sum::<usize>()
}

#[cfg(test)]
mod tests;
