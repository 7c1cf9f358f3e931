//! How long a file and a function may be.

use super::{Offence, code};

/// A file should have about 120 lines; at 400 it holds more than one thing.
const RUST_LINES_MAX: usize = 400;
/// One component a file.
const SLINT_LINES_MAX: usize = 250;
/// A function that does not fit on a screen hides something.
const FUNCTION_LINES_MAX: usize = 70;

pub(super) fn slint(path: &str, text: &str, offences: &mut Vec<Offence>) {
    file(path, text, SLINT_LINES_MAX, offences);
}

pub(super) fn rust(path: &str, text: &str, bare: &str, offences: &mut Vec<Offence>) {
    file(path, text, RUST_LINES_MAX, offences);
    let lines: Vec<&str> = bare.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let length = body_end(&lines[index..]);
        if length > FUNCTION_LINES_MAX {
            let word = format!(
                "`{name}` has {length} lines, {FUNCTION_LINES_MAX} are allowed: cut it where it does a second thing"
            );
            offences.push(Offence::new(path, index + 1, word));
        }
    }
}

fn file(path: &str, text: &str, max: usize, offences: &mut Vec<Offence>) {
    let lines = text.lines().count();
    if lines > max {
        offences.push(Offence::new(
            path,
            0,
            format!("{lines} lines, {max} are allowed: split it by what it knows"),
        ));
    }
}

/// The function that starts in this line; a type such as `fn(u8)` or a closure bound is none.
fn function_name(line: &str) -> Option<&str> {
    let words: Vec<(usize, &str)> = code::words(line).collect();
    let at = words.iter().position(|(_, word)| *word == "fn")?;
    let front = ["pub", "crate", "super", "in", "self", "const", "async", "unsafe", "extern", "default"];
    let (start, name) = *words.get(at + 1)?;
    let follows = line[words[at].0 + 2..start].trim().is_empty();
    (follows && words[..at].iter().all(|(_, word)| front.contains(word))).then_some(name)
}

/// Lines from the first to the one with the closing brace; 1 for a function without a body.
fn body_end(lines: &[&str]) -> usize {
    let mut depth = 0_usize;
    for (index, line) in lines.iter().enumerate() {
        for c in line.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 1 => return index + 1,
                '}' => depth = depth.saturating_sub(1),
                ';' if depth == 0 && !line.contains("[u8;") => return 1,
                _ => {}
            }
        }
    }
    lines.len()
}
