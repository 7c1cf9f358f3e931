//! WeChat Pay v2's signatures and XML as the platform reads and writes them, pure.
//! Source: pay.weixin.qq.com/wiki/doc/api, "签名算法".

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use md5::{Digest, Md5};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::Serialize;

/// Names and values of one message.
pub type Fields = BTreeMap<String, String>;

/// Most fields of one message; real ones have below a hundred.
const FIELDS_MAX: usize = 256;

/// How a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SignType {
    /// As v2 began, and where nothing is named.
    Md5,
    /// The stronger one.
    HmacSha256,
}

impl SignType {
    /// As `sign_type` names it.
    pub fn parse(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("MD5") => Some(Self::Md5),
            Some("HMAC-SHA256") => Some(Self::HmacSha256),
            Some(_other) => None,
        }
    }
}

/// What is signed, without the key: a refusal shows it.
pub fn text(fields: &Fields) -> String {
    let named = fields.iter().filter(|(name, value)| *name != "sign" && !value.is_empty());
    named.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The signature in capital hexadecimal digits.
pub fn sign(fields: &Fields, key: &str, how: SignType) -> String {
    let text = format!("{}&key={key}", text(fields));
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    match how {
        SignType::Md5 => hex(&Md5::digest(text.as_bytes())),
        SignType::HmacSha256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
            hex(hmac::sign(&key, text.as_bytes()).as_ref())
        }
    }
}

/// Reads a message: one flat element of any name, its fields and their texts. `None` for anything else, a document
/// type above all.
pub fn read(body: &[u8]) -> Option<Fields> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    let mut fields = Fields::new();
    let (mut depth, mut field, mut value) = (0_u32, String::new(), String::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                depth += 1;
                field = tag.name().as_ref().to_owned();
                value.clear();
                if depth > 2 || fields.len() >= FIELDS_MAX {
                    return None;
                }
            }
            Event::Empty(tag) if depth == 1 => {
                drop(fields.insert(tag.name().as_ref().to_owned(), String::new()))
            }
            Event::Text(text) if depth == 2 => value.push_str(&text.xml10_content()),
            Event::CData(text) if depth == 2 => value.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) if depth == 2 => {
                let named = quick_xml::escape::resolve_predefined_entity(&reference.xml10_content());
                match named {
                    Some(text) => value.push_str(text),
                    None => value.push(reference.resolve_char_ref().ok()??),
                }
            }
            Event::End(_) if depth == 2 => {
                depth = 1;
                if fields.insert(std::mem::take(&mut field), std::mem::take(&mut value)).is_some() {
                    return None;
                }
            }
            Event::End(_) if depth == 1 => depth = 0,
            Event::Text(text) if text.trim().is_empty() => {}
            Event::Comment(_) | Event::Decl(_) => {}
            Event::Eof => return (depth == 0 && !fields.is_empty()).then_some(fields),
            _refused => return None,
        }
    }
}

/// Writes a message, values as CDATA as the platform does.
pub fn write(fields: &Fields) -> String {
    let fields = fields.iter().map(|(name, value)| {
        // "]]>" would end the CDATA, so it goes into two.
        let value = value.replace("]]>", "]]]]><![CDATA[>");
        format!("<{name}><![CDATA[{value}]]></{name}>\n")
    });
    format!("<xml>{}</xml>", fields.collect::<String>())
}

#[cfg(test)]
mod tests;
