//! Whether writing is plainly words, by what the reader of handwriting says of it: 9<sup>0</sup> and *go*, 1-11 and
//! *HI* are drawn alike, and whoever wrote a word has no use for what it comes to. Pure.

use crate::ink::InkLine;

/// What is read for words is words from this confidence of the least sure line on.
const SURE: f32 = 0.5;
/// Characters of a sum, as a reader of text tells them.
const SIGNS: &str = "+-=×÷*/<>^√%()|≤≥≠π±∑∫＋－＝（）／＜＞％：";

/// Whether lines say words: letters beside each other, and nothing of a sum.
pub fn are_words(lines: &[InkLine]) -> bool {
    let sure = lines.iter().all(|line| line.confidence >= SURE);
    let summed = |letter: char| letter.is_numeric() || SIGNS.contains(letter);
    let beside = |line: &InkLine| {
        let letters: Vec<bool> = line.text.chars().map(char::is_alphabetic).collect();
        letters.windows(2).any(|pair| pair == [true, true])
    };
    sure && lines.iter().any(beside) && !lines.iter().any(|line| line.text.chars().any(summed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::Bounds;

    fn line(text: &str, confidence: f32) -> InkLine {
        let bounds = Bounds { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
        InkLine {
            bounds,
            text: text.to_owned(),
            confidence,
            characters: Vec::new(),
            alternatives: Vec::new(),
        }
    }

    #[test]
    fn words_are_words_and_sums_are_not() {
        for text in ["HI", "cat", "Hello!", "光合作用", "the cat", "ab"] {
            assert!(are_words(&[line(text, 0.9)]), "{text}");
            assert!(!are_words(&[line(text, 0.2)]), "{text}, hardly read");
            assert!(!are_words(&[line(text, 0.9), line("1+1", 0.9)]), "{text} beside a sum");
        }
        for text in ["x", "2x+3=7", "x+y", "12", "x²", "3cm", "二", "", "lo-1", "2(a)"] {
            assert!(!are_words(&[line(text, 0.9)]), "{text}");
        }
        assert!(!are_words(&[]));
    }
}
