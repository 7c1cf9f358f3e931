//! ACP's texts as the gateway reads and writes them, pure. Source: the ACP SDK 5.1.0 of open.unionpay.com.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};

/// Fields by name.
pub type Fields = BTreeMap<String, String>;

/// The text that is signed: every field but `signature`, empty ones dropped, sorted by name, values raw.
pub fn signed_text(fields: &Fields) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .filter(|(name, value)| name.as_str() != "signature" && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// SHA-256 as 64 lowercase hexadecimal digits: this text, and not the digest itself, is what RSA signs.
pub fn hex_digest(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The signature of signMethod 11: a digest over the text and the digest of the shared key.
pub fn keyed(text: &str, secure_key: &str) -> String {
    hex_digest(&format!("{text}&{}", hex_digest(secure_key)))
}

/// The body of an answer: `k=v&k=v` with nothing encoded, whatever the values hold.
pub fn body(fields: &Fields) -> String {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// A hexadecimal serial number in decimal, as `certId` carries it. Empty for what is not hexadecimal.
pub fn decimal(hex: &str) -> String {
    // Decimal digits, the lowest first.
    let mut digits = vec![0_u32];
    for digit in hex.trim().chars() {
        let Some(mut carry) = digit.to_digit(16) else { return String::new() };
        for place in &mut digits {
            let value = *place * 16 + carry;
            *place = value % 10;
            carry = value / 10;
        }
        while carry > 0 {
            digits.push(carry % 10);
            carry /= 10;
        }
    }
    digits.iter().rev().filter_map(|digit| char::from_digit(*digit, 10)).collect()
}

#[cfg(test)]
mod tests;
