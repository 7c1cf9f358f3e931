//! What is typed in a first start: a place, a network's name, its password.

/// Bytes of the longest: a password (IEEE 802.11, J.4.1).
const LONGEST: usize = 63;
/// Keys that write every sign a password may have.
const LETTERS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm_.,"];
const SIGNS: [&str; 4] = ["1234567890", "!@#$%^&*()", "+=[]{}<>|\\", ";:'\"`~?/,."];
/// What stands for a letter that is not shown.
const DOT: &str = "•";

/// The text and its keys.
#[derive(Default)]
pub(super) struct Typing {
    text: String,
    pub(super) shifted: bool,
    pub(super) symbols: bool,
}

/// It may be a password.
impl std::fmt::Debug for Typing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Typing").finish_non_exhaustive()
    }
}

impl Typing {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// A key; what is too long is not taken.
    pub(super) fn press(&mut self, key: &str) {
        if self.text.len() + key.len() <= LONGEST {
            self.text.push_str(key);
        }
        self.shifted = false;
    }

    pub(super) fn rub(&mut self) {
        self.text.pop();
    }

    /// As it is shown.
    pub(super) fn shown(&self, seen: bool) -> String {
        if seen { self.text.clone() } else { DOT.repeat(self.text.chars().count()) }
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = Vec<String>> {
        let case = |key: char| if self.shifted { key.to_ascii_uppercase() } else { key };
        let rows = if self.symbols { &SIGNS } else { &LETTERS };
        rows.iter().map(move |keys| keys.chars().map(|key| case(key).to_string()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_of_a_password_has_a_key() {
        let mut keys: Vec<char> = LETTERS.iter().chain(&SIGNS).flat_map(|row| row.chars()).collect();
        keys.extend(LETTERS.iter().flat_map(|row| row.chars()).map(|key| key.to_ascii_uppercase()));
        keys.push(' ');
        for sign in (32..127_u8).map(char::from) {
            assert!(keys.contains(&sign), "{sign:?} cannot be typed");
        }
        assert!(LETTERS.iter().chain(&SIGNS).all(|row| row.chars().count() == 10));
    }

    #[test]
    fn it_ends_where_a_password_must_and_is_hidden() {
        let mut typing = Typing { shifted: true, ..Typing::default() };
        (0..100).for_each(|_| typing.press("x"));
        assert_eq!((typing.text().len(), typing.shifted), (LONGEST, false));
        typing.rub();
        assert_eq!(typing.shown(false), DOT.repeat(LONGEST - 1));
        assert!(!format!("{typing:?}").contains('x'));
    }
}
