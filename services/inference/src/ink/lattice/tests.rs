//! The cheapest ways through a lattice.

use super::*;

/// A language that does not mind anything.
fn dumb() -> Language {
    let mut bytes = b"DAISNG01".to_vec();
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend([255, 0, 0, 0, 0]);
    Language::parse(&bytes).unwrap()
}

fn span(from: usize, to: usize, guesses: &[(usize, f32)]) -> Span {
    Span { from, to, guesses: guesses.to_vec() }
}

#[test]
fn one_wide_character_wins_over_two_narrow_ones_if_it_is_clearer() {
    let spans = [span(0, 1, &[(1, 2.0)]), span(1, 2, &[(2, 2.0)]), span(0, 2, &[(3, 0.5), (4, 3.0)])];
    let paths = paths(2, &spans, &dumb(), 0.0, 5);
    assert_eq!(paths[0].steps, [(2, 0)]);
    assert_eq!(paths[0].cost, 1.0, "it is two pieces wide");
    assert_eq!(paths[1].steps, [(0, 0), (1, 0)]);
    assert_eq!(paths[2].steps, [(2, 1)]);
    assert!(paths.is_sorted_by(|a, b| a.cost <= b.cost));
}

#[test]
fn a_gap_that_no_span_covers_leaves_no_reading() {
    assert_eq!(paths(3, &[span(0, 1, &[(1, 0.0)]), span(2, 3, &[(1, 0.0)])], &dumb(), 1.0, 5), []);
    assert_eq!(paths(0, &[], &dumb(), 1.0, 5), []);
}

#[test]
fn the_language_turns_a_close_decision() {
    let mut bytes = b"DAISNG01".to_vec();
    bytes.extend(2_u32.to_le_bytes());
    // Class 0 follows class 1 for one nat; alone, and after itself, it costs fifteen.
    for (cost, row) in [(240, 0_u32), (240, 0), (255, 1)] {
        bytes.push(cost);
        bytes.extend(row.to_le_bytes());
    }
    bytes.extend([0, 0, 16]);
    let language = Language::parse(&bytes).unwrap();
    let spans = [span(0, 1, &[(0, 1.0), (1, 1.5)]), span(1, 2, &[(0, 1.0)])];
    assert_eq!(paths(2, &spans, &language, 0.0, 1)[0].steps, [(0, 0), (1, 0)]);
    assert_eq!(paths(2, &spans, &language, 1.0, 1)[0].steps, [(0, 1), (1, 0)]);
}

#[test]
fn a_line_of_many_pieces_keeps_its_beam() {
    let spans: Vec<Span> = (0..60)
        .map(|at| span(at, at + 1, &(0..40).map(|class| (class, class as f32)).collect::<Vec<_>>()))
        .collect();
    let paths = paths(60, &spans, &dumb(), 0.0, 5);
    assert_eq!(paths.len(), 5);
    assert_eq!(paths[0].cost, 0.0);
    assert_eq!(paths[1].cost, 1.0);
}
