//! Alipay's canonical texts, pure. Source: open.alipay.com, "自行实现签名" and "自行实现验签".

use std::collections::BTreeMap;

/// The request text that RSA2 signs: every parameter but `sign`, empty ones dropped, sorted by name, values raw.
pub(super) fn request_text(params: &BTreeMap<&str, String>) -> String {
    let mut text = String::new();
    for (name, value) in params.iter().filter(|(name, value)| **name != "sign" && !value.is_empty()) {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    text
}

/// `application/x-www-form-urlencoded` of the parameters, percent-encoding all but RFC 3986's unreserved bytes.
pub(super) fn form(params: &BTreeMap<&str, String>) -> String {
    let mut text = String::new();
    for (name, value) in params {
        if !text.is_empty() {
            text.push('&');
        }
        encode(name, &mut text);
        text.push('=');
        encode(value, &mut text);
    }
    text
}

fn encode(raw: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in raw.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(HEX[usize::from(byte >> 4)]));
            into.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// An answer cut into the node that is signed, as raw text, and its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signed<'a> {
    /// From `{` to its `}` exactly as received: the gateway writes `\/`, so no re-serialising may come between.
    pub(super) node: &'a str,
    /// Base64; absent where the gateway could not tell whose key to answer for.
    pub(super) sign: Option<&'a str>,
}

/// Cuts the body of an answer to `method`. The node is `<method with _ for .>_response` or `error_response`.
/// `None` where it is not such an object, or names a member twice.
pub(super) fn cut<'a>(body: &'a str, method: &str) -> Option<Signed<'a>> {
    let own = format!("{}_response", method.replace('.', "_"));
    let mut node = None;
    let mut sign = None;
    let mut rest = body.trim().strip_prefix('{')?;
    loop {
        let name = string(rest.trim_start())?;
        rest = rest.trim_start()[name.len()..].trim_start().strip_prefix(':')?.trim_start();
        let value = value(rest)?;
        let slot = match name.trim_matches('"') {
            "error_response" => &mut node,
            "sign" => &mut sign,
            other if other == own => &mut node,
            _other => &mut None,
        };
        if slot.replace(value).is_some() {
            return None;
        }
        rest = rest[value.len()..].trim_start();
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => break,
        }
    }
    if rest.trim() != "}" {
        return None;
    }
    let node = node.filter(|node| node.starts_with('{'))?;
    Some(Signed { node, sign: sign.map(|sign| sign.trim_matches('"')) })
}

/// The JSON string at the start of `text`, with its quotes.
fn string(text: &str) -> Option<&str> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if at > 0 && !escaped => return Some(&text[..=at]),
            b'"' if at == 0 => {}
            _first if at == 0 => return None,
            b'\\' if !escaped => {
                escaped = true;
                continue;
            }
            _inside => {}
        }
        escaped = false;
    }
    None
}

/// The JSON string or object at the start of `text`; braces inside strings do not count.
fn value(text: &str) -> Option<&str> {
    if text.starts_with('"') {
        return string(text);
    }
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        match text.as_bytes()[at] {
            b'"' => {
                at += string(&text[at..])?.len();
                continue;
            }
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(&text[..=at]);
                }
            }
            _other if depth == 0 => return None,
            _other => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests;
