//! What one person is typing: letters, the candidates for them a page at a time, and what was chosen so far.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fmt;

use super::index::Dictionary;
use super::segment::{LETTERS_MAX, Syllables, segment};

/// Candidates of one page: as many as lie beside each other over a keyboard.
pub const PAGE: usize = 8;
/// Candidates in all; whoever has not found it by then types more letters.
const CANDIDATES_MAX: usize = 240;

/// A word that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its characters.
    pub text: String,
    /// How many of the typed letters it takes.
    letters: usize,
}

/// The letters of one person.
#[derive(Clone, Default)]
pub struct Typing {
    letters: String,
    candidates: Vec<Candidate>,
    page: usize,
}

impl fmt::Debug for Typing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What people write is not for a log.
        f.debug_struct("Typing").field("letters", &self.letters.len()).finish_non_exhaustive()
    }
}

impl Typing {
    /// What was typed and not chosen yet, cut into syllables.
    pub fn shown(&self, dictionary: &Dictionary) -> String {
        let ways = ways(&self.letters, dictionary);
        let Some(best) = ways.first() else { return self.letters.clone() };
        let parts: Vec<&str> = best.parts.iter().map(|part| part.text.as_str()).collect();
        parts.join(" ")
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// A letter or an apostrophe; false where it is none of those, or too many were typed.
    pub fn add(&mut self, letter: char, dictionary: &Dictionary) -> bool {
        let letter = letter.to_ascii_lowercase();
        let fits = letter.is_ascii_lowercase() || (letter == '\'' && !self.letters.is_empty());
        if !fits || self.letters.len() >= LETTERS_MAX {
            return false;
        }
        self.letters.push(letter);
        self.look(dictionary);
        true
    }

    /// Takes the last letter away; false where there is none.
    pub fn remove(&mut self, dictionary: &Dictionary) -> bool {
        let removed = self.letters.pop().is_some();
        self.look(dictionary);
        removed
    }

    /// Gives up what was typed, and says what it was.
    pub fn take(&mut self) -> String {
        self.candidates.clear();
        self.page = 0;
        std::mem::take(&mut self.letters)
    }

    /// The candidates of this page.
    pub fn candidates(&self) -> &[Candidate] {
        let from = self.page * PAGE;
        self.candidates.get(from..(from + PAGE).min(self.candidates.len())).unwrap_or_default()
    }

    /// Whether there are others before and behind.
    pub fn more(&self) -> (bool, bool) {
        (self.page > 0, (self.page + 1) * PAGE < self.candidates.len())
    }

    /// Turns a page, back or on.
    pub fn turn(&mut self, on: bool) {
        match (on, self.more()) {
            (true, (_, true)) => self.page += 1,
            (false, (true, _)) => self.page -= 1,
            _ => {}
        }
    }

    /// Chooses one of this page; the letters it does not take stay. `None` where there is no such.
    pub fn choose(&mut self, at: usize, dictionary: &Dictionary) -> Option<String> {
        let chosen = self.candidates().get(at)?.clone();
        let rest = behind(&self.letters, chosen.letters);
        self.letters = rest.to_owned();
        self.look(dictionary);
        Some(chosen.text)
    }

    fn look(&mut self, dictionary: &Dictionary) {
        self.page = 0;
        self.candidates = candidates(&self.letters, dictionary);
    }
}

/// What lies behind so many letters, and behind the apostrophes that cut there.
fn behind(typed: &str, letters: usize) -> &str {
    let mut left = letters;
    let end = typed.char_indices().find(|(_, letter)| {
        if *letter == '\'' {
            return false;
        }
        let over = left == 0;
        left = left.saturating_sub(1);
        over
    });
    end.map_or("", |(at, _)| typed.get(at..).unwrap_or_default())
}

fn ways(typed: &str, dictionary: &Dictionary) -> Vec<Syllables> {
    segment(typed, |text| dictionary.knows(text), |text| dictionary.begins(text))
}

/// More letters first, then fewer begun syllables, then the more frequent.
type Order = (Reverse<usize>, usize, Reverse<u32>);

/// Words for all letters first, then for fewer and fewer of them from the beginning; among those the better way to cut
/// counts, then how often a word is written.
fn candidates(typed: &str, dictionary: &Dictionary) -> Vec<Candidate> {
    let ways = ways(typed, dictionary);
    let mut found: Vec<(Candidate, Order)> = Vec::new();
    for way in &ways {
        for count in (1..=way.parts.len()).rev() {
            let parts = way.parts.get(..count).unwrap_or_default();
            let letters = way.letters(count);
            let begun = parts.iter().filter(|part| !part.whole).count();
            for fit in dictionary.fitting(parts) {
                let order = (Reverse(letters), begun, Reverse(fit.frequency));
                found.push((Candidate { text: fit.text.to_owned(), letters }, order));
            }
        }
    }
    found.sort_by_key(|(_, order)| *order);
    let mut seen = HashSet::new();
    found.retain(|(candidate, _)| seen.insert(candidate.text.clone()));
    found.truncate(CANDIDATES_MAX);
    found.into_iter().map(|(candidate, _)| candidate).collect()
}

#[cfg(test)]
mod tests;
