//! Post-processing of the line reader, pure: likelihoods of characters over time become text.
//!
//! Connectionist temporal classification: class 0 is "nothing", the classes after it are the dictionary's lines in
//! order, the last one is the space. The likeliest class of each step is taken, repetitions are one character, and
//! a "nothing" between two equal characters keeps both.

/// A dictionary larger than this is not a dictionary (the largest shipped one has 18 708 lines).
const CHARACTERS_MAX: usize = 100_000;

/// The characters a reader knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alphabet(Vec<String>);

/// Why a text is not a dictionary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlphabetError {
    /// No line, or far too many.
    #[error("the dictionary has {0} lines; it must have 1 to {CHARACTERS_MAX}, one character each")]
    Lines(usize),
    /// A line without a character would shift the meaning of all that follow.
    #[error("line {0} of the dictionary is empty")]
    EmptyLine(usize),
    /// It is not UTF-8.
    #[error("the dictionary is not UTF-8 text")]
    Encoding,
}

impl Alphabet {
    /// A dictionary file: one character a line, UTF-8.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, AlphabetError> {
        let text = std::str::from_utf8(bytes).map_err(|_| AlphabetError::Encoding)?;
        // Some dictionaries hold characters that are blank, so nothing but the newline (of either kind) is cut off.
        let lines: Vec<&str> = text.lines().collect();
        if lines.is_empty() || lines.len() > CHARACTERS_MAX {
            return Err(AlphabetError::Lines(lines.len()));
        }
        if let Some(at) = lines.iter().position(|line| line.is_empty()) {
            return Err(AlphabetError::EmptyLine(at + 1));
        }
        Ok(Self(lines.into_iter().map(str::to_owned).collect()))
    }

    /// Classes of the reader that this dictionary belongs to: its lines, "nothing" and the space.
    pub(crate) fn classes(&self) -> usize {
        self.0.len() + 2
    }

    fn character(&self, class: usize) -> Option<&str> {
        match class.checked_sub(1)? {
            index if index == self.0.len() => Some(" "),
            index => self.0.get(index).map(String::as_str),
        }
    }
}

/// What a line probably says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Guess {
    /// Without blanks at its ends.
    pub(crate) text: String,
    /// Mean likelihood of its characters, 0 to 1; 0 where there are none.
    pub(crate) confidence: f32,
}

/// Reads `steps`: one likelihood a class, [`Alphabet::classes`] of them a step.
pub(crate) fn read(steps: &[f32], alphabet: &Alphabet) -> Guess {
    let (mut text, mut sum, mut count, mut last) = (String::new(), 0.0, 0_u32, 0);
    for step in steps.chunks_exact(alphabet.classes()) {
        let (class, likely) = likeliest(step);
        if class != last
            && let Some(character) = alphabet.character(class)
        {
            text.push_str(character);
            sum += likely;
            count += 1;
        }
        last = class;
    }
    let confidence = if count == 0 { 0.0 } else { (sum / count as f32).clamp(0.0, 1.0) };
    Guess { text: text.trim().to_owned(), confidence }
}

fn likeliest(step: &[f32]) -> (usize, f32) {
    step.iter()
        .copied()
        .enumerate()
        .fold((0, f32::MIN), |best, next| if next.1 > best.1 { next } else { best })
}

#[cfg(test)]
mod tests;
