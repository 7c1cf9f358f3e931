//! The lines between the reader's child process and its owner: one JSON object a line on the child's stdout.
//!
//! The child's stdin carries commands for the card ([`crate::apdu::Request`]) and is its lifeline: when it closes the
//! child ends.

use std::fmt;

use crate::apdu::{Apdu, BadApdu, NoAnswer};
use crate::card::{Card, CardKind, Uid, UidError};

/// The longest line either side accepts, in bytes. The longest real one, a request of 261 bytes in hexadecimal digits
/// with a 10-byte uid, has about 580.
pub const LINE_MAX: usize = 640;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The reader is open and polling.
    Ready,
    /// Nothing new; told every second so that a hanging child is noticed.
    Alive,
    /// A card was read.
    Card(Card),
    /// The card has left. Also told once after [`Event::Ready`] where no card lies there.
    Gone,
    /// A card answered but left before it was read.
    LeftTooSoon,
    /// Two cards lie there, so that none of them was chosen.
    TwoCards,
    /// A card lies there that this reader cannot read.
    Unreadable,
    /// There is no working reader; the child keeps looking for it.
    Missing(Missing),
    /// What came of a command to the card.
    Answer {
        /// The request's number.
        seq: u32,
        /// The card's words, or why there are none.
        answer: Result<Apdu, NoAnswer>,
    },
}

/// Why the reader is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Its port does not exist, or the PC/SC service knows no such reader.
    Unplugged,
    /// Another process uses it.
    InUse,
    /// Its port may not be opened by this user.
    Forbidden,
    /// The port is there but no reader answers.
    Silent,
    /// The machine's PC/SC service does not run.
    NoService,
    /// The machine's PC/SC service does not serve this user.
    NotAllowed,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unplugged => "it is not plugged in: check its cable",
            Self::InUse => "another program uses it: stop that program",
            Self::Forbidden => "its port may not be opened: add the service's user to the group dialout",
            Self::Silent => "it does not answer: unplug it and plug it in again",
            Self::NoService => "the PC/SC service does not run: start it with `systemctl start pcscd.socket`",
            Self::NotAllowed => "the PC/SC service refuses this user: allow it by a polkit rule for pcscd",
        })
    }
}

/// Why a line is no event.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Longer than [`LINE_MAX`].
    #[error("the card reader program wrote a line of {0} bytes: install the same version of all parts")]
    TooLong(usize),
    /// Not one of our lines. The text is not repeated here: it may carry a uid.
    #[error("the card reader program wrote an unknown line: install the same version of all parts")]
    Unknown,
    /// The uid is none.
    #[error(transparent)]
    Uid(#[from] UidError),
    /// The answer is none.
    #[error(transparent)]
    Apdu(#[from] BadApdu),
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Wire {
    Ready,
    Alive,
    Card { uid: String, kind: CardKind },
    Gone,
    LeftTooSoon,
    TwoCards,
    Unreadable,
    Missing { why: Missing },
    Answer { seq: u32, apdu: String },
    NoAnswer { seq: u32, why: NoAnswer },
}

impl Event {
    /// The event as one line, without its newline.
    ///
    /// # Errors
    /// None in practice; serialising to a string is fallible by type.
    pub fn to_line(self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&match self {
            Self::Ready => Wire::Ready,
            Self::Alive => Wire::Alive,
            Self::Card(card) => Wire::Card { uid: card.uid.reveal_hex(), kind: card.kind },
            Self::Gone => Wire::Gone,
            Self::LeftTooSoon => Wire::LeftTooSoon,
            Self::TwoCards => Wire::TwoCards,
            Self::Unreadable => Wire::Unreadable,
            Self::Missing(why) => Wire::Missing { why },
            Self::Answer { seq, answer: Ok(apdu) } => Wire::Answer { seq, apdu: apdu.reveal_hex() },
            Self::Answer { seq, answer: Err(why) } => Wire::NoAnswer { seq, why },
        })
    }

    /// Reads one line, with or without its newline.
    ///
    /// # Errors
    /// [`LineError`]; never repeats the line.
    pub fn from_line(line: &[u8]) -> Result<Self, LineError> {
        if line.len() > LINE_MAX {
            return Err(LineError::TooLong(line.len()));
        }
        let wire: Wire = serde_json::from_slice(line).map_err(|_| LineError::Unknown)?;
        Ok(match wire {
            Wire::Ready => Self::Ready,
            Wire::Alive => Self::Alive,
            Wire::Card { uid, kind } => Self::Card(Card { uid: Uid::from_hex(&uid)?, kind }),
            Wire::Gone => Self::Gone,
            Wire::LeftTooSoon => Self::LeftTooSoon,
            Wire::TwoCards => Self::TwoCards,
            Wire::Unreadable => Self::Unreadable,
            Wire::Missing { why } => Self::Missing(why),
            Wire::Answer { seq, apdu } => Self::Answer { seq, answer: Ok(Apdu::from_hex(&apdu)?) },
            Wire::NoAnswer { seq, why } => Self::Answer { seq, answer: Err(why) },
        })
    }
}

#[cfg(test)]
mod tests {
    //! Lines go out and come back, and a bad line is refused without being repeated.
    use super::*;

    #[test]
    fn there_and_back() {
        let card = Card { uid: Uid::new(&[4, 0xA1, 2, 3, 4, 5, 6]).unwrap(), kind: CardKind::Ultralight };
        for (event, line) in [
            (Event::Ready, r#"{"event":"ready"}"#),
            (Event::Alive, r#"{"event":"alive"}"#),
            (Event::Card(card), r#"{"event":"card","uid":"04A10203040506","kind":"ultralight"}"#),
            (Event::Gone, r#"{"event":"gone"}"#),
            (Event::LeftTooSoon, r#"{"event":"left_too_soon"}"#),
            (Event::TwoCards, r#"{"event":"two_cards"}"#),
            (Event::Unreadable, r#"{"event":"unreadable"}"#),
            (Event::Missing(Missing::NoService), r#"{"event":"missing","why":"no_service"}"#),
            (Event::Missing(Missing::InUse), r#"{"event":"missing","why":"in_use"}"#),
            (
                Event::Answer { seq: 3, answer: Apdu::from_hex("9100").map_err(|_| NoAnswer::NotThere) },
                r#"{"event":"answer","seq":3,"apdu":"9100"}"#,
            ),
            (
                Event::Answer { seq: 4, answer: Err(NoAnswer::CardLeft) },
                r#"{"event":"no_answer","seq":4,"why":"card_left"}"#,
            ),
        ] {
            assert_eq!(event.clone().to_line().unwrap(), line);
            assert_eq!(Event::from_line(line.as_bytes()).unwrap(), event);
        }
    }

    #[test]
    fn bad_lines() {
        for line in [
            "",
            "{}",
            "ready",
            r#"{"event":"card","uid":"0102","kind":"classic"}"#,
            r#"{"event":"answer","seq":1,"apdu":""}"#,
            "\u{0}",
        ] {
            let error = Event::from_line(line.as_bytes()).unwrap_err().to_string();
            assert!(!error.contains("0102"), "{error}");
        }
        let long = format!(r#"{{"event":"ready","x":"{}"}}"#, "a".repeat(LINE_MAX));
        assert!(matches!(Event::from_line(long.as_bytes()), Err(LineError::TooLong(_))));
    }
}
