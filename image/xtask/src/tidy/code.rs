//! Rust source with comments and the insides of literals blanked out, so that words found in it are code.
//!
//! A few dozen lines of lexer instead of a parser: the rules look for words and braces only.

/// The same text, line for line and byte for byte as long, without comments and literals.
pub(super) fn bare(text: &str) -> String {
    let mut lexer = Lexer { rest: text, out: String::with_capacity(text.len()) };
    while let Some(next) = lexer.rest.chars().next() {
        lexer.step(next);
    }
    lexer.out
}

struct Lexer<'a> {
    rest: &'a str,
    out: String,
}

impl Lexer<'_> {
    fn step(&mut self, next: char) {
        let rest = self.rest;
        let after_word = self.out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if rest.starts_with("//") {
            self.blank(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.blank(block_comment(rest));
        } else if let Some(length) = raw_string(rest).filter(|_| !after_word) {
            self.blank(length);
        } else if next == '"' {
            self.blank(quoted(rest));
        } else if let Some(length) = character(rest) {
            self.blank(length);
        } else {
            self.out.push(next);
            self.rest = &rest[next.len_utf8()..];
        }
    }

    /// Replaces so many bytes by blanks, keeping line ends.
    fn blank(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length);
        self.out.extend(gone.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        self.rest = rest;
    }
}

/// Bytes of the block comment at the start; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Bytes of the string at the start, from quote to quote.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Bytes of the raw string at the start, if one starts here: `r"..."`, `br#"..."#`.
fn raw_string(text: &str) -> Option<usize> {
    let front =
        text.strip_prefix('b').or_else(|| text.strip_prefix('c')).unwrap_or(text).strip_prefix('r')?;
    let hashes = front.len() - front.trim_start_matches('#').len();
    let inside = front[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let before = text.len() - inside.len();
    Some(inside.find(&end).map_or(text.len(), |at| before + at + end.len()))
}

/// Bytes of the character literal at the start; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let mut chars = inside.char_indices();
    match chars.next()? {
        (_, '\\') => {
            chars.next()?;
            let end = inside[2.min(inside.len())..].find('\'')?;
            Some(1 + 2 + end + 1)
        }
        (_, first) => inside[first.len_utf8()..].starts_with('\'').then(|| first.len_utf8() + 2),
    }
}

/// The words (identifiers) of a line of bare code, with where each starts.
pub(super) fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + line[at..].find(is_word)?;
        let end = line[start..].find(|c| !is_word(c)).map_or(line.len(), |length| start + length);
        at = end;
        Some((start, &line[start..end]))
    })
}

/// Whether this crate is named here: `use zbus;`, `zbus::...`, `extern crate zbus`, but not a module or variable of
/// that name.
pub(super) fn names_crate(line: &str, name: &str) -> bool {
    let after_use = line.trim_start().trim_start_matches("pub ").starts_with("use ");
    words(line).any(|(start, word)| {
        let (before, after) = (line[..start].trim_end(), line[start + word.len()..].trim_start());
        let inner = before.ends_with("::") && !before.trim_end_matches("::").trim_end().ends_with("use");
        let path = after.starts_with("::");
        let whole_use = after_use
            && before.trim_end().ends_with("use")
            && (after.starts_with(';') || after.starts_with(" as "));
        word == name && !inner && (path || whole_use)
    })
}
