//! What files and types may be called, what every file starts with, and what may not lie in git.

use super::{Offence, code};

/// Words that say nothing about the thing they name.
const EMPTY_WORDS: &[&str] = &[
    "common", "data", "handler", "handlers", "helper", "helpers", "info", "item", "items", "manager", "misc",
    "types", "util", "utils",
];
/// Fewest words of a file's header: with less it says what at best, never why.
const HEADER_WORDS_MIN: usize = 4;
/// Endings of files that others make; they come through assets/manifest.toml.
const BLOBS: &[&str] =
    &["bin", "gif", "mp3", "onnx", "otf", "pdf", "so", "tgz", "ttf", "wav", "webp", "whl", "woff2", "zip"];

/// A file or folder with an empty word in its name.
pub(super) fn path(path: &str, offences: &mut Vec<Offence>) {
    // The target's own tree has the names that Debian and the freedesktop give.
    if path.starts_with("image/rootfs/") {
        return;
    }
    let ours = path.split('/').filter(|part| !part.starts_with('.'));
    for part in ours.map(|part| part.split('.').next().unwrap_or(part)) {
        if let Some(word) = part.split(['_', '-']).find(|word| EMPTY_WORDS.contains(word)) {
            offences.push(Offence::new(
                path,
                0,
                format!("`{word}` in a name says nothing; call it what it is"),
            ));
        }
    }
}

/// A binary file that somebody else made. Below `assets/models/` lies what was trained here, beside the program that
/// trained it, and below `assets/readme/` what `cargo xtask strip` draws.
pub(super) fn blob(path: &str, offences: &mut Vec<Offence>) {
    if path.starts_with("assets/readme/")
        || path.strip_prefix("assets/models/").is_some_and(|model| model.contains('/'))
    {
        return;
    }
    if path.rsplit_once('.').is_some_and(|(_, ending)| BLOBS.contains(&ending)) {
        let word = "bring it through assets/manifest.toml; no blob lies in git";
        offences.push(Offence::new(path, 0, word));
    }
}

/// A path that exists on one person's machine only.
pub(super) fn machine_paths(path: &str, text: &str, offences: &mut Vec<Offence>) {
    let begins = |start: &str| {
        let mut at = text.match_indices(start);
        let before = |at: usize| text[..at].chars().next_back();
        at.find(|(at, _)| before(*at).is_none_or(|c| !(c.is_alphanumeric() || "._-*~/$}".contains(c))))
            .map(|found| found.0)
    };
    for start in [concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/ro", "ot/")] {
        if let Some(at) = begins(start) {
            let line = text[..at].lines().count().max(1);
            offences.push(Offence::new(path, line, format!("`{start}` is a path of one machine")));
        }
    }
}

/// Every Rust file starts with `//!` and says what it is and why.
pub(super) fn header(path: &str, text: &str, offences: &mut Vec<Offence>) {
    let header: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    if header.iter().flat_map(|line| line.split_whitespace()).count() < HEADER_WORDS_MIN {
        offences.push(Offence::new(path, 1, "start the file with `//!`: what it is and why it is there"));
    }
}

/// Types, traits and modules with an empty word in their name.
pub(super) fn items(path: &str, bare: &str, offences: &mut Vec<Offence>) {
    for (index, line) in bare.lines().enumerate() {
        let words: Vec<&str> = code::words(line).map(|(_, word)| word).collect();
        for pair in words.windows(2) {
            let names_item = ["struct", "enum", "trait", "mod"].contains(&pair[0]);
            if let Some(word) = empty_word(pair[1]).filter(|_| names_item) {
                let word = format!("`{word}` in `{}` says nothing; call it what it is", pair[1]);
                offences.push(Offence::new(path, index + 1, word));
            }
        }
    }
}

fn empty_word(name: &str) -> Option<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        if c == '_' || c.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c != '_') {
            word.extend(c.to_lowercase());
        }
    }
    words.into_iter().find(|word| EMPTY_WORDS.contains(&word.as_str()))
}
