//! The dictionary in memory: every word once, sorted by its syllables, in a few flat tables.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use super::segment::Part;

/// The largest file: five times Debian's.
const FILE_MAX: u64 = 8 * 1024 * 1024;
/// Words and syllables that fit into the tables' numbers.
const WORDS_MAX: usize = 1 << 20;
const SYLLABLES_MAX: usize = u16::MAX as usize;
/// Syllables of one word; longer ones are sayings that nobody types in one go.
const WORD_SYLLABLES_MAX: usize = 8;
/// Words that fit letters as short as `s`, looked at for the most frequent of them.
const LOOKED_AT_MAX: usize = 20_000;

/// Why there is no dictionary.
#[derive(Debug, thiserror::Error)]
pub enum DictionaryError {
    /// Not there, or not readable.
    #[error("the dictionary cannot be read ({0}); install rime-data-pinyin-simp")]
    Unreadable(#[from] io::Error),
    /// Something else, or torn.
    #[error("the dictionary is damaged; install rime-data-pinyin-simp again")]
    Damaged,
}

/// Words by their syllables.
pub struct Dictionary {
    /// All syllables, in order; a syllable is its place here.
    syllables: Vec<String>,
    /// All words' characters, one behind the other.
    text: String,
    /// All words' syllables, one behind the other.
    spelt: Vec<u16>,
    /// The words, in the order of their number of syllables, then of their syllables, then the more frequent first.
    words: Vec<Word>,
    /// Where the words of so many syllables begin.
    lengths: [u32; WORD_SYLLABLES_MAX + 2],
}

/// Where a word lies in the tables, and how often it is written.
#[derive(Clone, Copy)]
struct Word {
    text: u32,
    bytes: u8,
    syllables: u8,
    spelt: u32,
    frequency: u32,
}

/// One word that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fit<'a> {
    pub(super) text: &'a str,
    pub(super) frequency: u32,
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dictionary")
            .field("words", &self.words.len())
            .field("syllables", &self.syllables.len())
            .finish()
    }
}

impl Dictionary {
    /// Reads a file of Rime's kind.
    ///
    /// # Errors
    /// When it cannot be read, or has no words.
    pub fn read(path: &Path) -> Result<Self, DictionaryError> {
        let mut text = String::new();
        std::fs::File::open(path)?.take(FILE_MAX).read_to_string(&mut text)?;
        Self::parse(&text)
    }

    /// Reads the text of such a file: after a line `...`, a word, its syllables and its frequency, between tabs.
    ///
    /// # Errors
    /// When there are no words, or more than fit.
    pub fn parse(text: &str) -> Result<Self, DictionaryError> {
        let (_, body) = text.split_once("\n...\n").ok_or(DictionaryError::Damaged)?;
        let entries: Vec<(&str, Vec<&str>, u32)> = body.lines().filter_map(entry).take(WORDS_MAX).collect();
        let mut numbers: BTreeMap<&str, u16> = BTreeMap::new();
        for syllable in entries.iter().flat_map(|(_, spelt, _)| spelt) {
            numbers.insert(syllable, 0);
        }
        if entries.is_empty() || numbers.len() > SYLLABLES_MAX {
            return Err(DictionaryError::Damaged);
        }
        for (number, place) in (0_u16..).zip(numbers.values_mut()) {
            *place = number;
        }
        let number = |syllable: &&str| numbers.get(*syllable).copied().unwrap_or_default();
        let mut words: Vec<(Vec<u16>, &str, u32)> = entries
            .iter()
            .map(|(word, spelt, frequency)| (spelt.iter().map(number).collect(), *word, *frequency))
            .collect();
        words.sort_unstable_by(|one, other| {
            let order = |word: &(Vec<u16>, &str, u32)| (word.0.len(), std::cmp::Reverse(word.2));
            one.0
                .len()
                .cmp(&other.0.len())
                .then_with(|| one.0.cmp(&other.0))
                .then_with(|| order(one).cmp(&order(other)))
        });
        let mut dictionary = Self {
            syllables: numbers.keys().map(|syllable| (*syllable).to_owned()).collect(),
            text: String::new(),
            spelt: Vec::new(),
            words: Vec::with_capacity(words.len()),
            lengths: [0; WORD_SYLLABLES_MAX + 2],
        };
        for (spelt, word, frequency) in words {
            dictionary.add(&spelt, word, frequency);
        }
        dictionary.text.shrink_to_fit();
        dictionary.spelt.shrink_to_fit();
        Ok(dictionary)
    }

    fn add(&mut self, spelt: &[u16], word: &str, frequency: u32) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.words.push(Word {
            text: place(self.text.len()),
            bytes: u8::try_from(word.len()).unwrap_or(u8::MAX),
            syllables: u8::try_from(spelt.len()).unwrap_or(u8::MAX),
            spelt: place(self.spelt.len()),
            frequency,
        });
        self.text.push_str(word);
        self.spelt.extend_from_slice(spelt);
        let end = place(self.words.len());
        self.lengths.iter_mut().skip(spelt.len() + 1).for_each(|from| *from = end);
    }

    /// How many words there are.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// Bytes of memory that it takes.
    pub fn bytes(&self) -> usize {
        let syllables: usize =
            self.syllables.iter().map(|syllable| size_of::<String>() + syllable.capacity()).sum();
        syllables
            + self.text.capacity()
            + 2 * self.spelt.capacity()
            + size_of::<Word>() * self.words.capacity()
    }

    /// Whether letters are a syllable.
    pub fn knows(&self, letters: &str) -> bool {
        self.syllables.binary_search_by(|syllable| syllable.as_str().cmp(letters)).is_ok()
    }

    /// Whether any syllable begins with them.
    pub fn begins(&self, letters: &str) -> bool {
        !self.beginning(letters).is_empty()
    }

    /// The syllables that begin with letters.
    fn beginning(&self, letters: &str) -> std::ops::Range<u16> {
        let number = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        let from = self.syllables.partition_point(|syllable| syllable.as_str() < letters);
        let rest = self.syllables.get(from..).unwrap_or_default();
        number(from)..number(from + rest.partition_point(|syllable| syllable.starts_with(letters)))
    }

    /// The words with just these syllables, whole or begun.
    pub(super) fn fitting(&self, parts: &[Part]) -> Vec<Fit<'_>> {
        let allowed: Vec<std::ops::Range<u16>> = parts
            .iter()
            .map(|part| {
                let range = self.beginning(&part.text);
                // A whole syllable is the first of those that begin with it.
                if part.whole { range.start..range.start + 1 } else { range }
            })
            .collect();
        let (Some(from), Some(to)) = (self.lengths.get(parts.len()), self.lengths.get(parts.len() + 1))
        else {
            return Vec::new();
        };
        let words = self.words.get(*from as usize..*to as usize).unwrap_or_default();
        let Some(first) = allowed.first() else { return Vec::new() };
        let from = words.partition_point(|word| self.first(word) < first.start);
        let words = words.get(from..).unwrap_or_default();
        let words =
            words.get(..words.partition_point(|word| self.first(word) < first.end)).unwrap_or_default();
        let fits = |word: &&Word| {
            self.spelling(word).iter().zip(&allowed).all(|(syllable, range)| range.contains(syllable))
        };
        words
            .iter()
            .take(LOOKED_AT_MAX)
            .filter(fits)
            .map(|word| Fit { text: self.characters(word), frequency: word.frequency })
            .collect()
    }

    fn first(&self, word: &Word) -> u16 {
        self.spelling(word).first().copied().unwrap_or_default()
    }

    fn spelling(&self, word: &Word) -> &[u16] {
        self.spelt
            .get(word.spelt as usize..)
            .and_then(|rest| rest.get(..usize::from(word.syllables)))
            .unwrap_or_default()
    }

    fn characters(&self, word: &Word) -> &str {
        self.text
            .get(word.text as usize..)
            .and_then(|rest| rest.get(..usize::from(word.bytes)))
            .unwrap_or_default()
    }
}

/// A line's word; `None` where it is none that can be typed.
fn entry(line: &str) -> Option<(&str, Vec<&str>, u32)> {
    let mut fields = line.split('\t');
    let (word, spelt) = (fields.next()?, fields.next()?);
    let frequency = fields.next().map_or(0, |field| field.trim().parse().unwrap_or(0));
    let syllables: Vec<&str> = spelt.split(' ').filter(|syllable| !syllable.is_empty()).collect();
    let fits = (1..=WORD_SYLLABLES_MAX).contains(&syllables.len()) && word.len() <= usize::from(u8::MAX);
    let plain = syllables.iter().all(|syllable| syllable.bytes().all(|byte| byte.is_ascii_lowercase()));
    (fits && plain && !word.is_empty() && !word.starts_with('#')).then_some((word, syllables, frequency))
}
