//! The terminal's side of Dais ECR 1 frames: length, sequence number, HMAC-SHA256, JSON. Written from
//! `services/kiosk/src/channel/terminal/protocol.md` alone, so that each side checks the other.

use aws_lc_rs::hmac;

/// Shortest and longest rest of a frame.
const REST: std::ops::RangeInclusive<usize> = 37..=32_768;

/// One session's keys, halves and letters.
#[derive(Debug)]
pub struct Seal {
    key: hmac::Key,
    /// The kiosk's nonce, then the terminal's once the greeting is over.
    pub session: [u8; 32],
}

impl Seal {
    /// A session that has not been greeted yet.
    pub fn new(key: &[u8]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key), session: [0; 32] }
    }

    fn text(&self, speaker: u8, number: u32, json: &[u8]) -> Vec<u8> {
        [b"dais-ecr-1", [speaker].as_slice(), &self.session, &number.to_be_bytes(), json].concat()
    }

    /// A whole frame of the terminal's. `forged` codes it with a key that nobody holds.
    pub fn frame(&self, number: u32, json: &[u8], forged: bool) -> Vec<u8> {
        let stranger = hmac::Key::new(hmac::HMAC_SHA256, &[0x5A; 32]);
        let key = if forged { &stranger } else { &self.key };
        let code = hmac::sign(key, &self.text(b'T', number, json));
        let rest = [number.to_be_bytes().as_slice(), code.as_ref(), json].concat();
        let length = u32::try_from(rest.len()).unwrap_or(u32::MAX);
        [length.to_be_bytes().as_slice(), &rest].concat()
    }

    /// The kiosk's JSON, where the code holds and the number is the next.
    pub fn open<'a>(&self, number: u32, rest: &'a [u8]) -> Option<&'a [u8]> {
        let (told, rest) = rest.split_first_chunk::<4>()?;
        let (code, json) = rest.split_first_chunk::<32>()?;
        let told = u32::from_be_bytes(*told);
        hmac::verify(&self.key, &self.text(b'K', told, json), code).ok()?;
        (told == number).then_some(json)
    }

    /// The same with the kiosk's nonce out of the greeting itself, which is then the session's first half.
    pub fn greeted(&mut self, rest: &[u8]) -> Option<()> {
        let greeting: serde_json::Value = serde_json::from_slice(rest.get(36..)?).ok()?;
        let nonce = from_hex(greeting["nonce"].as_str()?)?;
        self.session[..16].copy_from_slice(nonce.get(..16).filter(|_| nonce.len() == 16)?);
        self.open(0, rest)?;
        (greeting["type"] == "hello" && greeting["version"] == 1).then_some(())
    }
}

/// How many bytes follow the length field, if a frame can be that long.
pub fn length(field: [u8; 4]) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(field)).ok().filter(|rest| REST.contains(rest))
}

/// The bytes of hexadecimal digits.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests;
