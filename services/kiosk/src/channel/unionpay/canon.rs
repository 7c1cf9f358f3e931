//! ACP's canonical texts, pure. Source: the ACP SDK 5.1.0 of open.unionpay.com.
//!
//! What is signed is the lowercase hexadecimal text of a SHA-256, and an answer comes un-encoded: `k=v&k=v` with
//! whatever stands in the values, a certificate's line feeds and base64 included.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};

/// Most fields of a message; the longest real one has about forty.
const FIELDS_MAX: usize = 128;

/// Fields by name.
pub(super) type Fields = BTreeMap<String, String>;

/// The text whose digest is signed: every field but `signature`, sorted by name, values raw.
pub(super) fn signed_text(fields: &Fields) -> String {
    let mut text = String::new();
    for (name, value) in fields.iter().filter(|(name, _)| name.as_str() != "signature") {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    text
}

/// SHA-256 as 64 lowercase hexadecimal digits.
pub(super) fn hex_digest(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `application/x-www-form-urlencoded` of the fields.
pub(super) fn form(fields: &Fields) -> String {
    crate::channel::form::encoded(fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
}

/// Cuts an answer. `&` ends a value except inside `{...}` or `[...]`, as UnionPay's own SDK reads it; the first `=`
/// ends a name. `None` for a field named twice, one without `=`, or too many.
pub(super) fn answer(body: &str) -> Option<Fields> {
    let mut fields = Fields::new();
    let mut rest = body.trim();
    while !rest.is_empty() {
        let (name, value) = rest.split_once('=')?;
        let end = value_end(value);
        let more = value[end..].strip_prefix('&').unwrap_or_default();
        let twice = fields.insert(name.to_owned(), value[..end].to_owned()).is_some();
        if twice || name.is_empty() || name.contains('&') || fields.len() > FIELDS_MAX {
            return None;
        }
        rest = more;
    }
    Some(fields)
}

/// Where the value at the start of `text` ends.
fn value_end(text: &str) -> usize {
    let close = match text.as_bytes().first() {
        Some(b'{') => Some('}'),
        Some(b'[') => Some(']'),
        _plain => None,
    };
    let from = close.and_then(|close| text.find(close)).unwrap_or(0);
    text[from..].find('&').map_or(text.len(), |at| from + at)
}

/// Reads a notify's form. `None` where it is not UTF-8, not well-formed, or names a field twice.
pub(super) fn parse_form(body: &[u8]) -> Option<Fields> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let mut fields = Fields::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        let twice = fields.insert(decode(name)?, decode(value)?).is_some();
        if twice || fields.len() > FIELDS_MAX {
            return None;
        }
    }
    Some(fields)
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => (digit(rest.next()?)? << 4) | digit(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests;
