//! Finding what was said: passages of the board with what they mean, and the pages that answer a question. Pure; the
//! bus and the disk are in `bridge/search.rs`.
//!
//! Pages that hold the very words come first, by words alone, so that they are found without the service too. Then
//! come those that mean the same, in either language, by the cosine of their embeddings. Where meaning is not to be
//! had, pages that share words with the question take its place.

pub mod keep;
mod words;

use std::collections::{BTreeMap, HashMap, HashSet};

use board::{Inked, PageId, Passage, Said};

pub use words::topic;
use words::{Folded, fold};

/// Pages that a question finds: more nobody looks through.
pub const HITS_MAX: usize = 24;
/// Passages kept: 200 pages of 40 each. With more, the newest are.
pub const PASSAGES_MAX: usize = 8_000;
/// Characters of a passage that are kept: as many as the encoder looks at.
const PASSAGE_LEN_MAX: usize = 2_000;
/// Texts shorter than this are joined with what follows them on the page: a word alone says little.
const JOINED_LEN: usize = 80;
/// Characters of a question that count.
pub const QUESTION_LEN_MAX: usize = 400;
/// Meanings less alike than this are strangers: unrelated sentences lie at 0.0 to 0.2, the same one in two languages at
/// 0.6 to 0.8 (see the service's own table), and a question to what answers it at 0.3 to 0.7.
const ALIKE: f32 = 0.25;
/// Of what is about it, pages this much less alike than the best are left out.
const NEAR_BEST: f32 = 0.45;

/// A passage, and what it means as far as that is known: 512 numbers, or none for a passage without a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its page.
    pub page: PageId,
    /// The page's number, from 0.
    pub number: usize,
    /// When it was written, in microseconds since 1970.
    pub made_us: u64,
    /// What it says.
    pub text: String,
    /// It was read from ink, and may be misread.
    pub written: bool,
    /// Its embedding by [`Index::model`].
    pub meaning: Option<Vec<i8>>,
}

/// Everything that can be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// Which model the meanings are of, with its version.
    pub model: String,
    /// Texts page by page, then what was read from ink.
    pub entries: Vec<Entry>,
    /// For each page whose ink was read the number that its ink had then.
    pub read: BTreeMap<PageId, u64>,
    /// Pages with ink, as the board is now; not kept.
    pub inked: Vec<Inked>,
}

/// Why a page was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It holds the question word by word.
    Words,
    /// It says the same in other words.
    Meaning,
    /// It holds some of the question's words.
    Some,
}

/// A page that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The page.
    pub page: PageId,
    /// Its number, from 0.
    pub number: usize,
    /// When the passage was written.
    pub made_us: u64,
    /// The passage, or the part of it around the words.
    pub passage: String,
    /// Why.
    pub why: Why,
    /// How well it fits, within its kind; at most 1.
    pub fits: f32,
}

impl Index {
    /// Takes the board as it is now and keeps what is known of passages that are still there. True where anything
    /// changed.
    pub fn renew(&mut self, said: Said) -> bool {
        let mut fresh = joined(said.passages, false);
        // What was read of a page's ink holds until the page is read again.
        let inked: BTreeMap<PageId, Inked> = said.inked.iter().map(|inked| (inked.page, *inked)).collect();
        for entry in self.entries.iter().filter(|entry| entry.written) {
            if let Some(inked) = inked.get(&entry.page) {
                fresh.push(Entry { number: inked.number, ..entry.clone() });
            }
        }
        let read: BTreeMap<PageId, u64> = self
            .read
            .iter()
            .filter(|(page, _)| inked.contains_key(page))
            .map(|(page, sum)| (*page, *sum))
            .collect();
        self.inked = said.inked;
        let forgot = read.len() != self.read.len();
        self.read = read;
        self.replace(fresh) || forgot
    }

    /// A page whose ink has not been read as it is now; the newest writing first.
    pub fn unread(&self) -> Option<Inked> {
        let unread = self.inked.iter().filter(|inked| self.read.get(&inked.page) != Some(&inked.sum));
        unread.max_by_key(|inked| inked.made_us).copied()
    }

    /// Takes what a page's ink says: lines from the top down.
    pub fn take_ink(&mut self, inked: Inked, lines: Vec<String>) {
        let Inked { page, number, made_us, sum } = inked;
        let mut fresh: Vec<Entry> =
            self.entries.iter().filter(|entry| !(entry.written && entry.page == page)).cloned().collect();
        let lines = lines.into_iter().map(|text| Passage { page, number, made_us, text });
        fresh.append(&mut joined(lines.collect(), true));
        self.read.insert(page, sum);
        self.replace(fresh);
    }

    /// Puts other passages in place of all, with what is known of them.
    fn replace(&mut self, mut fresh: Vec<Entry>) -> bool {
        if fresh.len() > PASSAGES_MAX {
            let mut ages: Vec<u64> = fresh.iter().map(|entry| entry.made_us).collect();
            ages.sort_unstable_by(|one, other| other.cmp(one));
            let oldest = ages[PASSAGES_MAX - 1];
            fresh.retain(|entry| entry.made_us >= oldest);
            fresh.truncate(PASSAGES_MAX);
        }
        let known: HashMap<&str, &Vec<i8>> =
            self.entries.iter().filter_map(|entry| Some((&*entry.text, entry.meaning.as_ref()?))).collect();
        for entry in &mut fresh {
            entry.meaning = known.get(&*entry.text).map(|meaning| (*meaning).clone());
        }
        let changed = fresh != self.entries;
        self.entries = fresh;
        changed
    }

    /// Says which model gives meanings from now on; those of another are forgotten.
    pub fn speaks(&mut self, model: &str) {
        if self.model != model {
            model.clone_into(&mut self.model);
            self.entries.iter_mut().for_each(|entry| entry.meaning = None);
        }
    }

    /// Up to so many passages whose meaning is not known.
    pub fn unknown(&self, most: usize) -> Vec<String> {
        let unknown = self.entries.iter().filter(|entry| entry.meaning.is_none());
        let mut texts: Vec<String> = unknown.take(most).map(|entry| entry.text.clone()).collect();
        texts.dedup();
        texts
    }

    /// Takes what passages mean.
    pub fn learn(&mut self, texts: &[String], meanings: Vec<Vec<i8>>) {
        for (text, meaning) in texts.iter().zip(meanings) {
            for entry in self.entries.iter_mut().filter(|entry| entry.text == *text) {
                entry.meaning = Some(meaning.clone());
            }
        }
    }

    /// The pages that answer a question, best first; each once. `meaning` is the question's.
    pub fn find(&self, question: &str, meaning: Option<&[i8]>) -> Vec<Hit> {
        let question = fold(&topic(question));
        if question.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<Hit> =
            self.entries.iter().filter_map(|entry| hit(entry, &question, meaning)).collect();
        hits.sort_by(|one, other| {
            one.why
                .cmp(&other.why)
                .then(other.fits.total_cmp(&one.fits))
                .then(other.made_us.cmp(&one.made_us))
        });
        let best = hits.iter().find(|hit| hit.why == Why::Meaning).map_or(0.0, |hit| hit.fits);
        hits.retain(|hit| hit.why != Why::Meaning || hit.fits >= best * NEAR_BEST);
        let mut pages = HashSet::new();
        hits.retain(|hit| pages.insert(hit.page));
        hits.truncate(HITS_MAX);
        hits
    }
}

fn hit(entry: &Entry, question: &Folded, meaning: Option<&[i8]>) -> Option<Hit> {
    let text = fold(&entry.text);
    let made = |why, fits, passage| Hit {
        page: entry.page,
        number: entry.number,
        made_us: entry.made_us,
        passage,
        why,
        fits,
    };
    if let Some(at) = text.position(question) {
        // Of two passages that hold the words the one that says little else is more about them.
        let share = question.len() as f32 / text.len().max(1) as f32;
        return Some(made(Why::Words, share, words::around(&entry.text, at)));
    }
    match (meaning, entry.meaning.as_deref()) {
        (Some(asked), Some(said)) => {
            let alike = likeness(asked, said);
            (alike >= ALIKE).then(|| made(Why::Meaning, alike, words::around(&entry.text, 0)))
        }
        _ => {
            let (shared, at) = text.shared(question);
            (shared > 0.0).then(|| made(Why::Some, shared, words::around(&entry.text, at)))
        }
    }
}

/// The cosine of the angle between two meanings: 1 for the same, about 0 for strangers.
pub fn likeness(one: &[i8], other: &[i8]) -> f32 {
    let (mut dot, mut of_one, mut of_other) = (0_i64, 0_i64, 0_i64);
    for (&a, &b) in one.iter().zip(other) {
        let (a, b) = (i64::from(a), i64::from(b));
        dot += a * b;
        of_one += a * a;
        of_other += b * b;
    }
    dot as f32 / ((of_one as f32) * (of_other as f32)).sqrt().max(1.0)
}

/// Short texts of a page joined with their neighbours, long ones cut.
fn joined(passages: Vec<Passage>, written: bool) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for Passage { page, number, made_us, text } in passages {
        let text: String = text.trim().chars().take(PASSAGE_LEN_MAX).collect();
        let last =
            entries.last_mut().filter(|last| last.page == page && last.text.chars().count() < JOINED_LEN);
        match last {
            Some(last) if text.chars().count() < JOINED_LEN => {
                last.text = format!("{}\n{text}", last.text);
                last.made_us = last.made_us.max(made_us);
            }
            _ => entries.push(Entry { page, number, made_us, text, written, meaning: None }),
        }
    }
    entries
}

#[cfg(test)]
mod tests;
