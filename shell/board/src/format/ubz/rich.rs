//! Qt's rich text, of which the words are taken.

/// The words of a page of HTML: paragraphs and breaks become lines, the head and all styles are left out.
pub(super) fn words(html: &str) -> String {
    let mut said = String::new();
    let body = html.find("<body");
    let mut rest = &html[body.unwrap_or(0)..];
    // What stands before the body's own tag is none of its words.
    let mut begun = body.is_none();
    while let Some(open) = rest.find('<') {
        if begun {
            add(&rest[..open], &mut said);
        }
        let Some(close) = rest[open..].find('>') else { return said };
        let tag = rest[open + 1..open + close].to_ascii_lowercase();
        begun |= tag.starts_with("body");
        let name = tag.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or("");
        // A line begins with each paragraph but the first.
        if name == "br" || (matches!(name, "p" | "li" | "div") && !said.is_empty()) {
            said.push('\n');
        }
        rest = &rest[open + close + 1..];
    }
    if begun {
        add(rest, &mut said);
    }
    said.truncate(said.trim_end().len());
    said
}

/// Adds text between two tags: Qt breaks the file's lines only there.
fn add(text: &str, said: &mut String) {
    let text = text.trim_matches(['\n', '\r']);
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        said.push_str(&rest[..at]);
        rest = &rest[at..];
        // Names of letters are short.
        let end = rest.char_indices().take(12).find(|(_, letter)| *letter == ';').map(|(end, _)| end);
        match end.and_then(|end| Some((letter(&rest[1..end])?, end))) {
            Some((letter, end)) => {
                said.push(letter);
                rest = &rest[end + 1..];
            }
            None => {
                said.push('&');
                rest = &rest[1..];
            }
        }
    }
    said.push_str(rest);
}

fn letter(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}
