//! Steps of a reader to letters and words.

use super::*;

fn step(blank: f32, characters: &[(char, f32)]) -> Step {
    Step { blank, characters: characters.to_vec(), ours: Vec::new() }
}

fn said(text: &Text) -> String {
    text.characters.iter().map(|&(letter, _)| letter).collect()
}

#[test]
fn repeated_steps_are_one_letter_unless_nothing_lies_between() {
    let l = step(0.1, &[('l', 0.9)]);
    let nothing = step(0.98, &[('l', 0.02)]);
    let texts = texts(&[l.clone(), l.clone(), nothing, l], 3);
    assert_eq!(said(&texts[0]), "ll");
    assert_eq!(texts[0].characters[1].1, 3);
}

#[test]
fn ways_to_the_same_text_are_added_up() {
    // Each step alone prefers nothing, but "a" in either step is likelier than nothing in both.
    let either = step(0.6, &[('a', 0.4)]);
    let texts = texts(&[either.clone(), either], 3);
    assert_eq!(said(&texts[0]), "a");
    assert!((texts[0].likely.exp() - 0.64).abs() < 1e-4, "{}", texts[0].likely.exp());
}

#[test]
fn spaces_at_the_ends_are_left_out_and_a_long_line_keeps_its_digits() {
    let mut steps = vec![step(0.0, &[(' ', 1.0)])];
    for _ in 0..400 {
        steps.push(step(0.0, &[('x', 0.5), ('y', 0.1)]));
        steps.push(step(0.9, &[]));
    }
    let texts = texts(&steps, 5);
    assert_eq!(said(&texts[0]).len(), 400);
    assert!(texts[0].likely.is_finite());
}

#[test]
fn a_line_is_latin_by_what_most_of_its_characters_are() {
    let steps =
        |text: &str| -> Vec<Step> { text.chars().map(|letter| step(0.1, &[(letter, 0.9)])).collect() };
    assert!(is_latin(&steps("E=mc 2")));
    assert!(!is_latin(&steps("中文 ab")));
    assert!(!is_latin(&[step(0.9, &[('a', 0.1)])]));
}
