//! Letters into syllables. `xian` is 先 or 西安, so every way to cut is found; the last syllable may be unfinished, and a
//! consonant alone stands for any syllable that begins with it, as people type `nh` for 你好.

/// Letters that are taken: the longest words have eight syllables of six letters, and nobody types blindly for longer.
pub const LETTERS_MAX: usize = 48;
/// Ways to cut that are followed; the rest say nothing new to whoever types.
const WAYS_MAX: usize = 32;

/// One way to cut: syllables, whole or begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syllables {
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// One syllable as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Its letters.
    pub text: String,
    /// Whether that is a syllable; else the beginning of some.
    pub whole: bool,
}

impl Syllables {
    /// Letters of the first so many parts, with the marks between them that were typed.
    pub(super) fn letters(&self, parts: usize) -> usize {
        self.parts.iter().take(parts).map(|part| part.text.len()).sum()
    }
}

/// Every way to cut, the most sensible first: fewer parts, then fewer begun ones. `known` says whether letters are a
/// syllable, `begins` whether any syllable begins with them. An apostrophe cuts.
pub fn segment(typed: &str, known: impl Fn(&str) -> bool, begins: impl Fn(&str) -> bool) -> Vec<Syllables> {
    let mut ways: Vec<Vec<Part>> = vec![Vec::new()];
    let pieces: Vec<&str> = typed.split('\'').filter(|piece| !piece.is_empty()).collect();
    for piece in pieces {
        let cuts = cut(piece, &known, &begins);
        let mut longer = Vec::new();
        for way in &ways {
            for cut in &cuts {
                longer.push(way.iter().chain(cut).cloned().collect());
            }
        }
        ways = longer;
        rank(&mut ways);
    }
    ways.into_iter().filter(|way| !way.is_empty()).map(|parts| Syllables { parts }).collect()
}

fn rank(ways: &mut Vec<Vec<Part>>) {
    // Where all else is equal the longer syllable is read first, as a person reads it.
    let lengths =
        |way: &Vec<Part>| way.iter().map(|part| std::cmp::Reverse(part.text.len())).collect::<Vec<_>>();
    ways.sort_by_cached_key(|way| (way.iter().filter(|part| !part.whole).count(), way.len(), lengths(way)));
    ways.truncate(WAYS_MAX);
}

/// Every way to cut letters without apostrophes.
fn cut(letters: &str, known: &impl Fn(&str) -> bool, begins: &impl Fn(&str) -> bool) -> Vec<Vec<Part>> {
    /// The longest syllable: zhuang, shuang, chuang.
    const SYLLABLE_MAX: usize = 6;
    let count = letters.len();
    // The ways to cut what lies behind each letter, from the end.
    let mut from: Vec<Vec<Vec<Part>>> = vec![Vec::new(); count + 1];
    if let Some(end) = from.last_mut() {
        end.push(Vec::new());
    }
    for start in (0..count).rev() {
        let mut ways = Vec::new();
        for end in start + 1..=count.min(start + SYLLABLE_MAX) {
            let Some(text) = letters.get(start..end) else { continue };
            let whole = known(text);
            // Inside, only an initial may stand for its syllable; at the end anything that begins one.
            let begun = !whole && begins(text) && (end == count || is_initial(text));
            if !whole && !begun {
                continue;
            }
            for rest in from.get(end).into_iter().flatten() {
                let part = Part { text: text.to_owned(), whole };
                ways.push(std::iter::once(part).chain(rest.iter().cloned()).collect());
            }
        }
        rank(&mut ways);
        if let Some(place) = from.get_mut(start) {
            *place = ways;
        }
    }
    from.into_iter().next().unwrap_or_default()
}

fn is_initial(text: &str) -> bool {
    const INITIALS: &str = "bpmfdtnlgkhjqxrzcsyw";
    matches!(text, "zh" | "ch" | "sh") || (text.len() == 1 && INITIALS.contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 16] = [
        "xi", "an", "xian", "ni", "hao", "fang", "fan", "gan", "a", "ang", "guan", "gu", "zhong", "guo", "e",
        "n",
    ];

    fn cut(typed: &str) -> Vec<String> {
        let known = |text: &str| KNOWN.contains(&text);
        let begins = |text: &str| KNOWN.iter().any(|syllable| syllable.starts_with(text));
        let tell = |way: Syllables| {
            let part = |part: &Part| format!("{}{}", part.text, if part.whole { "" } else { "-" });
            way.parts.iter().map(part).collect::<Vec<_>>().join(" ")
        };
        segment(typed, known, begins).into_iter().map(tell).collect()
    }

    #[test]
    fn what_can_be_cut_in_two_ways_is() {
        assert_eq!(cut("xian")[..2], ["xian", "xi an"]);
        assert_eq!(cut("fangan")[..2], ["fang an", "fan gan"]);
        assert_eq!(cut("xi'an"), ["xi an", "xi a n"]);
        assert_eq!(cut("nihao")[0], "ni hao");
    }

    #[test]
    fn the_last_may_be_unfinished_and_initials_stand_for_syllables() {
        assert_eq!(cut("zhongg")[0], "zhong g-");
        assert_eq!(cut("zhonggu")[0], "zhong gu");
        assert_eq!(cut("nh")[0], "n h-");
        assert_eq!(cut("zhg")[0], "zh- g-");
    }

    #[test]
    fn nonsense_is_cut_into_nothing_and_long_text_ends() {
        assert_eq!(cut(""), [""; 0]);
        assert_eq!(cut("v"), [""; 0]);
        assert_eq!(cut("'''"), [""; 0]);
        assert!(cut(&"xian".repeat(12)).len() <= WAYS_MAX);
        assert!(cut(&"a".repeat(LETTERS_MAX)).len() <= WAYS_MAX);
    }
}
