//! Texts: spans, and breaks between lines.
use std::io::BufRead;

use crate::format::{
    FormatError,
    bounded::{Element, Piece, Xml},
};

/// A text and the first span in it that has looks of its own.
pub(super) struct Words {
    pub(super) said: String,
    pub(super) span: Option<Element>,
}

/// Reads to the end of a text element that was opened.
pub(super) fn read<R: BufRead>(xml: &mut Xml<R>) -> Result<Words, FormatError> {
    let mut words = Words { said: String::new(), span: None };
    let mut open = 1_u32;
    loop {
        match xml.next()? {
            Some(Piece::Open(element)) => {
                open += 1;
                if element.name == "tbreak" || element.name == "br" {
                    words.said.push('\n');
                } else if element.name == "tspan" && words.said.is_empty() {
                    words.span.get_or_insert(element);
                }
            }
            Some(Piece::Text(text)) => add(&mut words.said, &text),
            Some(Piece::Close(_)) if open == 1 => break,
            Some(Piece::Close(_)) => open -= 1,
            None => return Err(xml.damaged("it ends too early")),
        }
    }
    words.said.truncate(words.said.trim_end().len());
    Ok(words)
}

/// Adds text as SVG takes it: breaks and tabs of the file are spaces, and several spaces are one.
fn add(said: &mut String, text: &str) {
    for letter in text.chars() {
        if letter.is_whitespace() && letter != '\u{a0}' {
            if !said.is_empty() && !said.ends_with([' ', '\n']) {
                said.push(' ');
            }
        } else {
            said.push(letter);
        }
    }
}
