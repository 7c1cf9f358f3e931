//! Alipay's texts as its gateway reads and writes them, pure.

use std::collections::BTreeMap;

use encoding_rs::Encoding;

/// Decodes `application/x-www-form-urlencoded` into bytes. `None` where it is not well-formed.
pub fn pairs(text: &str) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((unescaped(name)?, unescaped(value)?))
        })
        .collect()
}

/// The pairs as text; a later one of the same name wins. `None` where a byte is not in the encoding.
pub fn decoded(
    pairs: &[(Vec<u8>, Vec<u8>)],
    encoding: &'static Encoding,
) -> Option<BTreeMap<String, String>> {
    let decode = |bytes: &[u8]| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
    };
    pairs.iter().map(|(name, value)| Some((decode(name)?, decode(value)?))).collect()
}

fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (hex(rest.next()?)?, hex(rest.next()?)?);
                high << 4 | low
            }
            other => other,
        });
    }
    Some(bytes)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Encodes a form as Alipay's notifies are.
pub fn form(params: &BTreeMap<String, String>) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                    char::from(byte).to_string()
                }
                b' ' => "+".to_owned(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> =
        params.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// The text that is signed: parameters without `unsigned` ones and empty ones, sorted, values raw.
pub fn signed_text(params: &BTreeMap<String, String>, unsigned: &[&str]) -> String {
    let pairs: Vec<String> = params
        .iter()
        .filter(|(name, value)| !unsigned.contains(&name.as_str()) && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// Yuan with at most two decimals, as fen. `None` for anything else, exponents and signs included.
pub fn fen(yuan: &str) -> Option<i64> {
    let (whole, part) = yuan.split_once('.').unwrap_or((yuan, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    if yuan.ends_with('.') {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

/// Fen as yuan with two decimals.
pub fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.abs() / 100, fen.abs() % 100)
}

/// The body of an answer: the node first, then in certificate mode the number of the certificate that verifies it,
/// then its signature.
pub fn body(method: &str, node: &str, certificate: Option<&str>, sign: Option<&str>) -> String {
    let name = match method {
        "" => "error_response".to_owned(),
        method => format!("{}_response", method.replace('.', "_")),
    };
    let certificate =
        certificate.map(|number| format!(",\"alipay_cert_sn\":\"{number}\"")).unwrap_or_default();
    let sign = sign.map(|sign| format!(",\"sign\":\"{sign}\"")).unwrap_or_default();
    format!("{{\"{name}\":{node}{certificate}{sign}}}")
}

#[cfg(test)]
mod tests;
