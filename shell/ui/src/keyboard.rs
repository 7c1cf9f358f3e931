//! The on-screen keyboard's keys, and what a word might have been meant to be.

/// The rows of keys, letters or signs.
pub fn rows(symbols: bool, shifted: bool) -> Vec<Vec<String>> {
    let plain: &[&str] = if symbols {
        &["1234567890", "+-×÷=<>()%", "，。？！：；、“”·", ",.?!:;'\"/@"]
    } else {
        &["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm,."]
    };
    let case = |letter: char| if shifted { letter.to_uppercase().to_string() } else { letter.to_string() };
    plain.iter().map(|row| row.chars().map(case).collect()).collect()
}

/// Most candidates shown; more do not fit beside each other.
pub const CANDIDATES_MAX: usize = 5;

/// Signs that handwriting mixes up.
const LOOKALIKES: &[(char, char)] = &[
    ('0', 'O'),
    ('1', 'l'),
    ('5', 'S'),
    ('2', 'Z'),
    ('8', 'B'),
    ('6', 'b'),
    ('9', 'g'),
    ('x', '×'),
    ('一', '-'),
];

/// What the whole text could be instead: as it was read, its lookalikes, its capitals. Never the text itself.
pub fn candidates(text: &str, as_read: &str) -> Vec<String> {
    let mut found = vec![as_read.to_owned()];
    for (one, other) in LOOKALIKES {
        found.push(text.replace(*one, &other.to_string()));
        found.push(text.replace(*other, &one.to_string()));
    }
    found.push(capitalised(text));
    found.push(text.to_uppercase());
    found.push(text.to_lowercase());
    let mut kept: Vec<String> = Vec::new();
    for candidate in found {
        if candidate != text && !candidate.is_empty() && !kept.contains(&candidate) {
            kept.push(candidate);
        }
    }
    kept.truncate(CANDIDATES_MAX);
    kept
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
