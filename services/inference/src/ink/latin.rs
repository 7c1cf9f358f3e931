//! Words in letters, pure: joined letters cannot be cut apart, so the reader's likelihoods along the line are searched
//! as a whole (connectionist temporal classification, prefix beam).

use std::collections::HashMap;

use super::reader::Step;

/// Prefixes kept at each step.
const BEAM: usize = 16;
/// Characters looked at in one step.
const CHOICES: usize = 8;
/// A line is Latin if at least this part of its characters is.
const SHARE_MIN: f32 = 0.6;

/// One reading of a whole line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    /// Characters with the step at which each is clearest.
    pub(crate) characters: Vec<(char, usize)>,
    /// Natural logarithm of its likelihood.
    pub(crate) likely: f32,
}

/// Likelihoods of a prefix that ends in nothing and in its last character.
#[derive(Clone, Copy)]
struct Ends {
    nothing: f32,
    character: f32,
}

/// Whether the reader mostly sees letters, digits and their signs.
pub(crate) fn is_latin(steps: &[Step]) -> bool {
    let (mut latin, mut all, mut last) = (0_u32, 0_u32, None);
    for step in steps {
        let most = step.most();
        if most != last
            && let Some(character) = most.filter(|character| *character != ' ')
        {
            all += 1;
            latin += u32::from(character.is_ascii());
        }
        last = most;
    }
    all > 0 && latin as f32 >= SHARE_MIN * all as f32
}

/// The likeliest texts, at most `count`, likeliest first.
pub(crate) fn texts(steps: &[Step], count: usize) -> Vec<Text> {
    let mut beam: Vec<(Vec<(char, usize)>, Ends)> = vec![(Vec::new(), Ends { nothing: 1.0, character: 0.0 })];
    let mut scale = 0.0_f32;
    for (at, step) in steps.iter().enumerate() {
        let mut next: HashMap<String, (Vec<(char, usize)>, Ends)> = HashMap::new();
        let mut add = |text: Vec<(char, usize)>, nothing: f32, character: f32| {
            let key: String = text.iter().map(|&(letter, _)| letter).collect();
            let known = next.entry(key).or_insert((text, Ends { nothing: 0.0, character: 0.0 }));
            known.1.nothing += nothing;
            known.1.character += character;
        };
        for (text, ends) in &beam {
            let all = ends.nothing + ends.character;
            add(text.clone(), all * step.blank, 0.0);
            for &(letter, likely) in step.characters.iter().take(CHOICES) {
                let mut longer = text.clone();
                longer.push((letter, at));
                if text.last().is_some_and(|&(last, _)| last == letter) {
                    add(text.clone(), 0.0, ends.character * likely);
                    add(longer, 0.0, ends.nothing * likely);
                } else {
                    add(longer, 0.0, all * likely);
                }
            }
        }
        beam = next.into_values().collect();
        beam.sort_by(|a, b| {
            (b.1.nothing + b.1.character)
                .total_cmp(&(a.1.nothing + a.1.character))
                .then_with(|| a.0.cmp(&b.0))
        });
        beam.truncate(BEAM);
        // Long lines would run out of digits.
        let most = beam.first().map_or(1.0, |(_, ends)| ends.nothing + ends.character).max(f32::MIN_POSITIVE);
        scale += most.ln();
        for (_, ends) in &mut beam {
            ends.nothing /= most;
            ends.character /= most;
        }
    }
    let texts = beam.into_iter().take(count).map(|(characters, ends)| Text {
        characters: trimmed(characters),
        likely: scale + (ends.nothing + ends.character).max(f32::MIN_POSITIVE).ln(),
    });
    texts.filter(|text| !text.characters.is_empty()).collect()
}

fn trimmed(mut characters: Vec<(char, usize)>) -> Vec<(char, usize)> {
    let first = characters.iter().take_while(|(letter, _)| *letter == ' ').count();
    characters.drain(..first);
    while characters.last().is_some_and(|(letter, _)| *letter == ' ') {
        characters.pop();
    }
    characters
}

#[cfg(test)]
mod tests;
