//! A dictionary of three and likelihoods written out.

use super::*;

fn abc() -> Alphabet {
    Alphabet::parse("a\nb\n中\n".as_bytes()).unwrap()
}

/// One step a sign: `-` is "nothing", `_` the space; each `likely`.
fn steps(signs: &str, likely: f32) -> Vec<f32> {
    let classes = "-ab中_";
    let step = |sign: char| {
        let rest = (1.0 - likely) / 4.0;
        classes.chars().map(move |class| if class == sign { likely } else { rest }).collect::<Vec<_>>()
    };
    signs.chars().flat_map(step).collect()
}

#[test]
fn repetitions_are_one_and_a_pause_makes_two() {
    for (signs, text) in [
        ("", ""),
        ("---", ""),
        ("a", "a"),
        ("aaa", "a"),
        ("a-a", "aa"),
        ("ab中", "ab中"),
        ("-aa--b-中中-", "ab中"),
        ("a_b", "a b"),
        ("a__-_b", "a  b"),
        ("_a_", "a"),
        ("___", ""),
    ] {
        assert_eq!(read(&steps(signs, 0.8), &abc()).text, text, "{signs}");
    }
}

#[test]
fn confidence_is_the_mean_of_the_characters_first_steps() {
    let mut all = steps("a", 0.8);
    all.extend(steps("a-", 0.6));
    all.extend(steps("b", 0.4));
    assert!((read(&all, &abc()).confidence - 0.6).abs() < 1e-6);
    assert_eq!(read(&steps("--", 0.9), &abc()).confidence, 0.0);
}

#[test]
fn odd_numbers_never_panic() {
    for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let guess = read(&[odd; 15], &abc());
        assert!((0.0..=1.0).contains(&guess.confidence), "{odd}: {guess:?}");
    }
    // A torn last step does not count.
    assert_eq!(read(&steps("ab", 0.8)[..9], &abc()).text, "a");
}

#[test]
fn a_dictionary_is_one_character_a_line() {
    assert_eq!(abc().classes(), 5);
    // A blank that is not the newline is a character (the ideographic space is in real dictionaries).
    assert_eq!(Alphabet::parse("a\n\u{3000}\nb".as_bytes()).unwrap().classes(), 5);
    assert_eq!(Alphabet::parse("a\r\nb\r\n中\r\n".as_bytes()).unwrap(), abc());
    assert_eq!(Alphabet::parse(b""), Err(AlphabetError::Lines(0)));
    assert_eq!(Alphabet::parse(b"a\n\nb\n"), Err(AlphabetError::EmptyLine(2)));
    assert_eq!(Alphabet::parse(b"\xff\n"), Err(AlphabetError::Encoding));
}
