//! Board ink: strokes of a pen, single characters, words, several lines.

use crate::strokes::{Hand, written};
use crate::{edits, read, recogniser, texts};

const PLAIN: Hand = Hand { height: 120.0, pen: 7.0, wobble: 0.0, rise: 0.0 };

const SINGLES: [&str; 32] = [
    "中", "大", "小", "人", "天", "上", "下", "日", "月", "山", "王", "田", "木", "文", "三", "二", "2", "3",
    "4", "5", "6", "7", "8", "9", "A", "L", "T", "E", "H", "K", "C", "N",
];
const WORDS: [&str; 14] = [
    "中文",
    "大小",
    "上下",
    "天天上山",
    "木人王",
    "日月山田",
    "十二月三日",
    "12+34=46",
    "HELLO",
    "THE CAT",
    "2026",
    "CAN",
    "THANK",
    "天上人",
];

/// Share of texts read without a mistake; a hand with wobble still reads like this.
const EXACT_SHARE_MIN: f64 = 0.9;

#[test]
fn characters_and_words_are_read() {
    let recogniser = recogniser();
    let hands = [
        PLAIN,
        Hand { pen: 12.0, ..PLAIN },
        Hand { height: 60.0, pen: 4.0, wobble: 1.5, ..PLAIN },
        Hand { height: 300.0, pen: 14.0, wobble: 2.0, ..PLAIN },
        Hand { wobble: 2.0, rise: 0.06, ..PLAIN },
    ];
    for hand in hands {
        let (mut exact, mut wrong, mut all) = (0, 0, 0);
        for text in SINGLES.iter().chain(&WORDS) {
            let lines = read(&recogniser, &written(&[text], hand));
            // Spaces depend on how wide a hand writes.
            let (found, text) = (texts(&lines).concat().replace(' ', ""), text.replace(' ', ""));
            if found != text {
                println!("{hand:?}: {text:?} was read as {found:?}");
            }
            exact += usize::from(found == text);
            (wrong, all) = (wrong + edits(&found, &text), all + text.chars().count());
        }
        let texts = SINGLES.len() + WORDS.len();
        println!("{hand:?}: {exact} of {texts} exact, {wrong} of {all} characters wrong");
        assert!(exact as f64 >= texts as f64 * EXACT_SHARE_MIN, "{hand:?}: {exact} of {texts}");
    }
}

#[test]
fn several_lines_come_in_order() {
    let recogniser = recogniser();
    for (rows, hand) in [
        (&["中文", "12+34=46"][..], PLAIN),
        (&["天天上山", "HELLO", "日月山田"], PLAIN),
        (&["十二月三日", "THE CAT", "2026", "大小"], Hand { height: 80.0, pen: 5.0, wobble: 1.0, ..PLAIN }),
    ] {
        assert_eq!(texts(&read(&recogniser, &written(rows, hand))), rows);
    }
}

#[test]
fn a_lone_stroke_below_a_line_is_not_lost() {
    let recogniser = recogniser();
    let lines = read(&recogniser, &written(&["天上人", "1"], PLAIN));
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0].text, "天上人");
    assert!(lines[1].area.top > lines[0].area.bottom - 40);
}
