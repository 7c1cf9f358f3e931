//! Alipay's canonical texts, pure. Source: open.alipay.com, "自行实现签名" and "自行实现验签".

use std::collections::BTreeMap;

/// Longest notify taken; the longest real one (with its coupons) is below 16 KiB.
const NOTIFY_BYTES_MAX: usize = 64 * 1024;
/// Most parameters of a notify; there are about forty.
const NOTIFY_PARAMS_MAX: usize = 128;

/// The text that RSA2 signs: every parameter but the `unsigned` ones, empty ones dropped, sorted by name, values raw.
/// Requests leave out `sign`; notifies `sign` and `sign_type`.
pub(super) fn signed_text<N: AsRef<str> + Ord>(params: &BTreeMap<N, String>, unsigned: &[&str]) -> String {
    let mut text = String::new();
    let signed =
        params.iter().filter(|(name, value)| !unsigned.contains(&name.as_ref()) && !value.is_empty());
    for (name, value) in signed {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name.as_ref());
        text.push('=');
        text.push_str(value);
    }
    text
}

/// Decodes a notify's form once. `None` where it is too long, not well-formed, not UTF-8, or names one twice: two
/// readers could then understand two things.
pub(super) fn parse_form(body: &[u8]) -> Option<BTreeMap<String, String>> {
    if body.len() > NOTIFY_BYTES_MAX {
        return None;
    }
    let mut params = BTreeMap::new();
    for pair in std::str::from_utf8(body).ok()?.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if params.insert(decode(name)?, decode(value)?).is_some() || params.len() > NOTIFY_PARAMS_MAX {
            return None;
        }
    }
    Some(params)
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                high << 4 | low
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// `application/x-www-form-urlencoded` of the parameters.
pub(super) fn form(params: &BTreeMap<&str, String>) -> String {
    crate::channel::form::encoded(params.iter().map(|(name, value)| (*name, value.as_str())))
}

/// An answer cut into the node that is signed, as raw text, and its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signed<'a> {
    /// From `{` to its `}` exactly as received: the gateway writes `\/`, so no re-serialising may come between.
    pub(super) node: &'a str,
    /// Base64; absent where the gateway could not tell whose key to answer for.
    pub(super) sign: Option<&'a str>,
    /// In certificate mode: the number of the certificate that verifies it.
    pub(super) certificate: Option<&'a str>,
}

/// Cuts the body of an answer to `method`. The node is `<method with _ for .>_response` or `error_response`.
/// `None` where it is not such an object, or names a member twice.
pub(super) fn cut<'a>(body: &'a str, method: &str) -> Option<Signed<'a>> {
    let own = format!("{}_response", method.replace('.', "_"));
    let mut node = None;
    let (mut sign, mut certificate) = (None, None);
    let mut rest = body.trim().strip_prefix('{')?;
    loop {
        let name = string(rest.trim_start())?;
        rest = rest.trim_start()[name.len()..].trim_start().strip_prefix(':')?.trim_start();
        let value = value(rest)?;
        let slot = match name.trim_matches('"') {
            "error_response" => &mut node,
            "sign" => &mut sign,
            "alipay_cert_sn" => &mut certificate,
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
    let bare = |text: &'a str| text.trim_matches('"');
    Some(Signed { node, sign: sign.map(bare), certificate: certificate.map(bare) })
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
