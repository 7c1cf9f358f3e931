//! What is meant, from symbols that are given.

use super::super::stroke::Area;
use super::*;

/// Symbols in a row, each in a box of its own, with what it can be.
fn cover(worth: f32, symbols: &[&[(Symbol, f32)]]) -> Cover {
    let found = |(at, reading): (usize, &&[(Symbol, f32)])| {
        let left = at as f32 * 60.0;
        // Signs are lower than digits.
        let sign = matches!(reading[0].0, Symbol::Plus | Symbol::Bar | Symbol::Equals);
        let (top, bottom) = if sign { (20.0, 40.0) } else { (0.0, 60.0) };
        Found { area: Area { left, top, right: left + 40.0, bottom }, reading: reading.to_vec() }
    };
    Cover { found: symbols.iter().enumerate().map(found).collect(), worth }
}

fn digit(of: u8, likely: f32) -> (Symbol, f32) {
    (Symbol::Digit(of), likely)
}

#[test]
fn one_clear_expression_has_nearly_all() {
    let plus = [(Symbol::Plus, 0.97)];
    let candidates = candidates(&[cover(0.0, &[&[digit(1, 0.98)], &plus, &[digit(2, 0.99)]])]);
    assert_eq!(candidates[0].latex, "1+2");
    assert_eq!(candidates[0].outcome, Outcome::Value("3".to_owned()));
    assert!(candidates[0].share > 0.99, "{candidates:?}");
    assert!((candidates[0].whole - 0.97).abs() < 1e-3);
}

#[test]
fn shares_are_of_one_whole_and_follow_the_likelihoods() {
    let candidates = candidates(&[cover(0.0, &[&[digit(1, 0.6), digit(7, 0.4)], &[digit(2, 1.0)]])]);
    let sum: f32 = candidates.iter().map(|one| one.share).sum();
    assert!((sum - 1.0).abs() < 1e-3, "{sum}");
    assert_eq!([&candidates[0].latex, &candidates[1].latex], ["12", "72"]);
    assert!((candidates[0].share / candidates[1].share - 1.5).abs() < 0.1, "{candidates:?}");
    // The symbols are told as they were taken.
    assert_eq!(candidates[1].found[0].reading, [digit(7, 0.4), digit(1, 0.6)]);
}

#[test]
fn what_makes_no_sense_gives_way_to_what_does() {
    let open = [(Symbol::Open, 0.6), digit(1, 0.4)];
    let close = [(Symbol::Close, 0.9)];
    let plus = [(Symbol::Plus, 1.0)];
    let unclosed = candidates(&[cover(0.0, &[&open, &plus, &[digit(2, 1.0)]])]);
    assert_eq!(unclosed[0].latex, "1+2");
    let closed = candidates(&[cover(0.0, &[&open, &[digit(3, 1.0)], &plus, &[digit(2, 1.0)], &close])]);
    assert_eq!(closed[0].latex, "(3+2)");
}

#[test]
fn the_surer_division_wins_and_the_other_is_told() {
    let apart = cover(-1.0, &[&[digit(1, 0.9)], &[digit(3, 0.9)]]);
    let together = cover(-3.0, &[&[digit(8, 0.9)]]);
    let candidates = candidates(&[together, apart]);
    assert_eq!([&candidates[0].latex, &candidates[1].latex], ["13", "8"]);
    assert!((candidates[1].share - 0.12).abs() < 0.03, "{candidates:?}");
}

#[test]
fn a_stroke_that_is_nothing_takes_all_confidence() {
    let candidates =
        candidates(&[cover(0.0, &[&[digit(1, 1.0)], &[(Symbol::Plus, 1.0)], &[digit(2, 0.04)]])]);
    assert!(candidates[0].whole < 0.05, "{candidates:?}");
}

#[test]
fn choices_come_likeliest_first_and_none_twice() {
    let reading = |one: f32| vec![digit(1, one), digit(7, 0.9 - one), digit(4, 0.05)];
    let area = Area::default();
    let found: Vec<Found> = [0.5, 0.6, 0.8].map(|one| Found { area, reading: reading(one) }).to_vec();
    let choices = choices(&found);
    assert!(choices.len() > 6 && choices.len() <= CHOICES);
    assert!(choices.windows(2).all(|two| two[0].1 <= two[1].1 + 1e-5), "{choices:?}");
    let mut kinds: Vec<_> = choices.iter().map(|one| one.0.clone()).collect();
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), choices.len());
    assert_eq!(choices[0].0, [0, 0, 0]);
}
