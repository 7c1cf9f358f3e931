//! The part of the page's address that nobody can guess: who has the address may read the page.

use std::fmt;
use std::fs::File;
use std::io::Read;

use anyhow::Context;

/// 128 bits: with a million tries a second, longer than the sun will shine.
const BYTES: usize = 16;

/// 32 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// Never the key itself: a log is read by more people than the page.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A new one.
    ///
    /// # Errors
    /// The kernel gives no random bytes.
    pub fn make() -> anyhow::Result<Self> {
        let mut bytes = [0; BYTES];
        File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut bytes))
            .context("the kernel gives no random bytes")?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// One that is kept elsewhere.
    ///
    /// # Errors
    /// It is not 32 hexadecimal digits.
    pub fn read(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        let good = text.len() == BYTES * 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        anyhow::ensure!(good, "the credential admin-key must be {} hexadecimal digits", BYTES * 2);
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// For the address.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether this is it; it takes as long wherever the two differ.
    pub fn is(&self, tried: &str) -> bool {
        let differ = self.0.bytes().zip(tried.bytes()).fold(0, |differ, (one, two)| differ | (one ^ two));
        self.0.len() == tried.len() && differ == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_another_and_only_itself() {
        let (one, two) = (Key::make().unwrap(), Key::make().unwrap());
        assert!(one.is(one.text()) && !one.is(two.text()) && !one.is("") && !one.is(&one.text()[1..]));
        assert_eq!(Key::read(&format!("{}\n", one.text().to_uppercase())).unwrap(), one);
        assert!(!format!("{one:?}").contains(one.text()));
        for wrong in ["", "12", "not thirty-two hexadecimal digits"] {
            assert!(Key::read(wrong).is_err(), "{wrong}");
        }
    }
}
