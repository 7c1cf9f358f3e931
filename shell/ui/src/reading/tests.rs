//! Words and what else they may be.

use super::*;

/// A character, how sure it is, and what else it may be.
type Character<'a> = (&'a str, f64, &'a [(&'a str, f64)]);

fn line(characters: &[Character<'_>], alternatives: &[&str]) -> Line {
    let text: String = characters.iter().map(|character| character.0).collect();
    let guesses = |(best, sure, others): &Character<'_>| {
        let others = others.iter().map(|(text, likely)| ((*text).to_owned(), *likely));
        std::iter::once(((*best).to_owned(), *sure)).chain(others).collect()
    };
    Line {
        text,
        confidence: 0.9,
        characters: characters.iter().map(guesses).collect(),
        alternatives: alternatives.iter().map(|text| (*text).to_owned()).collect(),
    }
}

fn texts(reading: &Reading) -> Vec<&str> {
    reading.words.iter().map(|word| word.text.as_str()).collect()
}

#[test]
fn each_chinese_character_is_a_word_with_its_guesses() {
    let reading = Reading::new(&[line(
        &[
            ("光", 0.9, &[("尤", 0.05)]),
            ("合", 0.4, &[("台", 0.3), ("会", 0.2)]),
            ("p", 0.9, &[]),
            ("H", 0.9, &[]),
        ],
        &["光台pH"],
    )]);
    assert_eq!(texts(&reading), ["光", "合", "pH"]);
    assert_eq!(reading.words[0].choices, ["尤"]);
    // The whole line's other reading comes first, and nothing twice.
    assert_eq!(reading.words[1].choices, ["台", "会"]);
    assert_eq!(reading.words.iter().map(|word| word.sure).collect::<Vec<_>>(), [true, false, true]);
    assert!(!reading.is_sure());
    assert_eq!(reading.text(), "光合pH");
}

#[test]
fn a_word_of_letters_is_offered_with_one_letter_changed_the_likeliest_first() {
    let reading = Reading::new(&[line(
        &[
            ("h", 0.9, &[("k", 0.1)]),
            ("i", 0.5, &[("l", 0.4), ("1", 0.001)]),
            (" ", 0.9, &[]),
            ("y", 0.9, &[]),
        ],
        &["hi yo", "hl yo there"],
    )]);
    assert_eq!(texts(&reading), ["hi", "y"]);
    assert_eq!(reading.words[0].choices, ["hl", "ki", "h1"]);
    assert_eq!(reading.words[1].choices, ["yo"], "only readings of as many words say what a word may be");
    assert_eq!(reading.text(), "hi y");
}

#[test]
fn choosing_swaps_and_can_be_taken_back() {
    let lines = [
        line(&[("合", 0.4, &[("台", 0.3), ("会", 0.2)])], &[]),
        Line::default(),
        Line { text: " and more".to_owned(), confidence: 0.3, ..Line::default() },
    ];
    let mut reading = Reading::new(&lines);
    assert_eq!(reading.text(), "合\nand more");
    assert!(!reading.words[1].sure, "a line whose characters nobody tells is as sure as the whole");
    assert!(reading.choose(0, 1));
    assert_eq!((reading.text().as_str(), reading.words[0].sure), ("会\nand more", true));
    assert_eq!(reading.words[0].choices, ["合", "台"]);
    assert!(reading.choose(0, 0));
    assert_eq!(reading.text(), "合\nand more");
    assert!(!reading.choose(0, 2) && !reading.choose(9, 0));
    assert_eq!(reading.text(), "合\nand more");
}

#[test]
fn other_readings_of_the_whole_change_one_word_the_unsure_first() {
    let reading =
        Reading::new(&[line(&[("光", 0.9, &[("尤", 0.05)]), ("合", 0.4, &[("台", 0.3), ("会", 0.2)])], &[])]);
    assert_eq!(reading.others(9), ["光台", "尤合", "光会"]);
    assert_eq!(reading.others(1), ["光台"]);
}

#[test]
fn no_line_offers_more_than_there_is_room_for() {
    let many: Vec<(String, f64)> = ('a'..='z').map(|letter| (letter.to_string(), 0.03)).collect();
    let one = Line { text: "a".into(), confidence: 1.0, characters: vec![many], alternatives: Vec::new() };
    assert_eq!(Reading::new(&[one]).words[0].choices.len(), CHOICES_MAX);
    assert_eq!(Reading::new(&[]).text(), "");
}
