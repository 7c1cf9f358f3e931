//! Comparing by words alone: without case, width and spaces, so that a question finds what somebody wrote otherwise.

use std::collections::HashSet;

use crate::reading::is_wide;

/// Words of letters shorter than this are in every sentence: of, the, page.
const WORD_LEN: usize = 5;
/// Long words that are in many questions and say nothing of what is asked about.
const EMPTY_WORDS: [&str; 10] =
    ["where", "about", "which", "there", "their", "these", "those", "would", "could", "something"];
/// Characters shown of a passage.
const SHOWN: usize = 90;
/// Characters shown before the words that were looked for.
const BEFORE: usize = 24;
/// Pairs of characters that are in many Chinese questions and say nothing of what is asked about.
const EMPTY_PAIRS: [&str; 14] = [
    "什么", "哪一", "一页", "哪里", "在哪", "怎么", "我们", "讲过", "那个", "这个", "哪个", "哪些", "时候",
    "一下",
];

/// What a question begins or ends with that is not what it is about, longer ones first.
const ASKING: [&str; 28] = [
    "where did we talk about",
    "when did we talk about",
    "what did we say about",
    "where did we write",
    "where did we do",
    "which page has",
    "which page is",
    "which page",
    "where was",
    "where is",
    "what was",
    "what is",
    "show me",
    "find",
    "我们什么时候讲过",
    "什么时候讲过",
    "我们在哪里讲过",
    "在哪里讲过",
    "哪一页讲了",
    "我们讲过的",
    "在哪一页",
    "在哪里",
    "讲过什么",
    "哪一页",
    "在哪页",
    "在哪儿",
    "是什么",
    "在哪",
];

/// What a question is about: without the words that only ask. The question itself where nothing else is in it.
pub fn topic(question: &str) -> String {
    let edge = |letter: char| !letter.is_alphanumeric() && !is_sign(letter);
    let mut about = question.trim_matches(edge).to_lowercase();
    while let Some(rest) = ASKING.iter().find_map(|asking| without(&about, asking)) {
        about = rest.trim_matches(edge).to_owned();
    }
    if about.is_empty() { question.trim().to_owned() } else { about }
}

/// A text without the words that it begins or ends with; `None` where they are none of its words.
fn without<'a>(text: &'a str, asking: &str) -> Option<&'a str> {
    let apart = |next: Option<char>| next.is_none_or(|next| is_wide(next) || !next.is_alphanumeric());
    let front = text.strip_prefix(asking).filter(|rest| apart(rest.chars().next()) || is_asian(asking));
    front.or_else(|| text.strip_suffix(asking).filter(|_| is_asian(asking)))
}

fn is_asian(asking: &str) -> bool {
    asking.chars().all(is_wide)
}

/// A text as it is compared, with where each character came from.
#[derive(Clone, Debug, Default)]
pub(super) struct Folded {
    letters: Vec<char>,
    /// The place of each among the characters of the text.
    from: Vec<usize>,
    /// Whether something that is no letter came before it.
    begins: Vec<bool>,
}

/// Folds a text: small letters, half width, letters and digits only.
pub(super) fn fold(text: &str) -> Folded {
    let mut folded = Folded::default();
    let mut begins = true;
    for (at, letter) in text.chars().enumerate() {
        let half = match u32::from(letter) {
            wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(letter),
            _ => letter,
        };
        if !half.is_alphanumeric() && !is_sign(half) {
            begins = true;
            continue;
        }
        for small in half.to_lowercase() {
            folded.letters.push(small);
            folded.from.push(at);
            folded.begins.push(begins);
            begins = false;
        }
    }
    folded
}

/// Signs that mean something: `x²+1=0` is looked for as it stands.
fn is_sign(letter: char) -> bool {
    matches!(letter, '+' | '-' | '=' | '×' | '÷' | '<' | '>' | '%' | '²' | '³' | '√' | '°')
}

impl Folded {
    /// Nothing is left to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Characters.
    pub(super) fn len(&self) -> usize {
        self.letters.len()
    }

    /// Where another text is in this one, as the place of its first character.
    pub(super) fn position(&self, other: &Self) -> Option<usize> {
        let found = self.letters.windows(other.len().max(1)).position(|window| window == other.letters)?;
        self.from.get(found).copied()
    }

    /// The part of a question's telling words that are here, and where the first of them is.
    pub(super) fn shared(&self, question: &Self) -> (f32, usize) {
        let words = question.words();
        let mut first = None;
        let mut found = 0_usize;
        for word in &words {
            if let Some(at) = self.letters.windows(word.len()).position(|window| window == word.as_slice()) {
                found += 1;
                first = first.or(self.from.get(at).copied());
            }
        }
        (found as f32 / words.len().max(1) as f32, first.unwrap_or(0))
    }

    /// Long words of letters, and pairs of Chinese characters.
    fn words(&self) -> HashSet<Vec<char>> {
        let mut words = HashSet::new();
        let mut word: Vec<char> = Vec::new();
        let is_one_of =
            |known: &[&str], word: &[char]| known.iter().any(|known| known.chars().eq(word.iter().copied()));
        let mut keep = |word: &mut Vec<char>| {
            let word = std::mem::take(word);
            if word.len() >= WORD_LEN && !is_one_of(&EMPTY_WORDS, &word) {
                words.insert(word);
            }
        };
        for (letter, begins) in self.letters.iter().zip(&self.begins) {
            if *begins || is_wide(*letter) {
                keep(&mut word);
            }
            if !is_wide(*letter) {
                word.push(*letter);
            }
        }
        keep(&mut word);
        let pairs = self.letters.windows(2).filter(|pair| pair.iter().all(|letter| is_wide(*letter)));
        words.extend(pairs.filter(|pair| !is_one_of(&EMPTY_PAIRS, pair)).map(<[char]>::to_vec));
        words
    }
}

/// The part of a text around a character, on one line.
pub(super) fn around(text: &str, at: usize) -> String {
    let from = at.saturating_sub(BEFORE);
    let from = if from < BEFORE / 2 { 0 } else { from };
    let mut shown: String = text.chars().skip(from).take(SHOWN).collect();
    if from > 0 {
        shown.insert(0, '…');
    }
    if text.chars().nth(from + SHOWN).is_some() {
        shown.push('…');
    }
    shown.replace('\n', " · ")
}
