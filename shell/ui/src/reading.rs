//! What was read, word by word, with what else each word may be. Pure.

/// Choices offered for one word: two rows of large targets.
pub const CHOICES_MAX: usize = 8;
/// A word is marked as unsure when its least certain character is below this: what the recogniser reads rightly it
/// mostly holds for 0.97 and more, and it has been wrong at 0.87.
const SURE: f64 = 0.9;

/// One line as a recogniser tells it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Line {
    /// The best reading.
    pub text: String,
    /// 0 to 1.
    pub confidence: f64,
    /// For each character of the best reading what it may be, best first; empty where nobody knows.
    pub characters: Vec<Vec<(String, f64)>>,
    /// Further readings of the whole line, best first.
    pub alternatives: Vec<String>,
}

/// A word, or one character of a script without words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What stands between it and the word before.
    pub before: String,
    /// As it is now.
    pub text: String,
    /// What else it may be, best first.
    pub choices: Vec<String>,
    /// Whether the recogniser was sure.
    pub sure: bool,
}

/// A text that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// In reading order.
    pub words: Vec<Word>,
}

impl Reading {
    /// Of lines in reading order; blank ones are left out.
    pub fn new(lines: &[Line]) -> Self {
        let mut words: Vec<Word> = Vec::new();
        for line in lines.iter().filter(|line| !line.text.trim().is_empty()) {
            let mut of_line = words_of(line);
            if let (false, Some(first)) = (words.is_empty(), of_line.first_mut()) {
                "\n".clone_into(&mut first.before);
            }
            words.append(&mut of_line);
        }
        Self { words }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.words.iter().flat_map(|word| [word.before.as_str(), word.text.as_str()]).collect()
    }

    /// Whether every word is.
    pub fn is_sure(&self) -> bool {
        self.words.iter().all(|word| word.sure)
    }

    /// The whole text with one word read otherwise: what is likeliest to be meant first, first choices before second.
    pub fn others(&self, most: usize) -> Vec<String> {
        let mut ways: Vec<(usize, bool, usize)> = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            ways.extend((0..word.choices.len()).map(|choice| (choice, word.sure, at)));
        }
        ways.sort_unstable();
        let other = |(choice, _, at): (usize, bool, usize)| {
            let mut other = self.clone();
            other.choose(at, choice).then(|| other.text())
        };
        ways.into_iter().take(most).filter_map(other).collect()
    }

    /// Takes another reading of a word; what it was becomes the first choice. False where there is none such.
    pub fn choose(&mut self, word: usize, choice: usize) -> bool {
        let Some(word) = self.words.get_mut(word).filter(|word| choice < word.choices.len()) else {
            return false;
        };
        let chosen = word.choices.remove(choice);
        let before = std::mem::replace(&mut word.text, chosen);
        word.choices.insert(0, before);
        word.sure = true;
        true
    }
}

/// A stretch of characters that is one word.
struct Stretch {
    before: String,
    text: String,
    /// Where it is among the characters of its line.
    from: usize,
    to: usize,
}

fn words_of(line: &Line) -> Vec<Word> {
    let known: String =
        line.characters.iter().filter_map(|guesses| guesses.first()).map(|best| &*best.0).collect();
    // Of a line whose characters are not told one by one only whole readings are known.
    let characters = if known == line.text { line.characters.as_slice() } else { &[] };
    let others: Vec<Vec<Stretch>> = line.alternatives.iter().map(|text| stretches(text)).collect();
    let own = stretches(&line.text);
    let count = own.len();
    let fitting: Vec<&Vec<Stretch>> = others.iter().filter(|other| other.len() == count).collect();
    own.into_iter()
        .enumerate()
        .map(|(at, stretch)| {
            let guesses = characters.get(stretch.from..stretch.to).unwrap_or_default();
            let least = guesses.iter().filter_map(|guesses| guesses.first()).map(|best| best.1);
            let least = least.fold(if guesses.is_empty() { line.confidence } else { 1.0 }, f64::min);
            let whole = fitting.iter().filter_map(|other| other.get(at)).map(|other| other.text.clone());
            let choices = distinct(&stretch.text, whole.chain(variants(guesses)));
            Word { before: stretch.before, text: stretch.text, choices, sure: least >= SURE }
        })
        .collect()
}

/// Words are set apart by spaces; a character of a script without spaces is a word of its own.
fn stretches(text: &str) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let (mut before, mut alone) = (String::new(), true);
    for (at, letter) in text.chars().enumerate() {
        if letter.is_whitespace() {
            before.push(' ');
            continue;
        }
        let goes_on = !alone && !is_wide(letter) && before.is_empty();
        match found.last_mut().filter(|_| goes_on) {
            Some(last) => {
                last.text.push(letter);
                last.to = at + 1;
            }
            None => {
                let before = if found.is_empty() { String::new() } else { std::mem::take(&mut before) };
                found.push(Stretch { before, text: letter.into(), from: at, to: at + 1 });
            }
        }
        before.clear();
        alone = is_wide(letter);
    }
    found
}

/// The word with one character changed, the likeliest change first.
fn variants(guesses: &[Vec<(String, f64)>]) -> impl Iterator<Item = String> {
    let mut changes: Vec<(usize, &str, f64)> = Vec::new();
    for (at, of_one) in guesses.iter().enumerate() {
        let best = of_one.first().map_or(1.0, |best| best.1.max(f64::MIN_POSITIVE));
        let others = of_one.iter().skip(1).filter(|guess| !guess.0.trim().is_empty());
        changes.extend(others.map(|(text, likely)| (at, text.as_str(), likely / best)));
    }
    changes.sort_by(|one, other| other.2.total_cmp(&one.2));
    changes.into_iter().map(|(at, text, _)| {
        let letters = guesses.iter().enumerate().filter_map(|(place, of_one)| {
            if place == at { Some(text) } else { of_one.first().map(|best| best.0.as_str()) }
        });
        letters.collect()
    })
}

fn distinct(word: &str, all: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for choice in all {
        if choice != word && !choice.is_empty() && !kept.contains(&choice) {
            kept.push(choice);
        }
        if kept.len() == CHOICES_MAX {
            break;
        }
    }
    kept
}

/// Whether a character is as wide as it is high: Han, kana, hangul and their signs.
pub fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0xff00..=0xffef | 0x20000..=0x3ffff)
}

#[cfg(test)]
mod tests;
