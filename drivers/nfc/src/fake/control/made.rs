//! Cards with a processor, as a line of the control socket orders them.

use super::CommandError;
use crate::card::{Uid, UidError};
use crate::fake::cards::Processor;
use crate::fake::cards::bank::Bank;
use crate::fake::cards::classic::Classic;
use crate::fake::cards::epurse::EPurse;
use crate::fake::cards::ntag21x::{Ntag21x, Size};
use crate::fake::cards::ntag424::Ntag424;
use crate::fake::cards::purse::Purse;

/// What a card with a processor is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// An NTAG 424 DNA tag: uid, key, taps before.
    Ntag424([u8; 7], Key, u32),
    /// A DESFire purse: uid, the school's master key, transaction MAC key, value.
    Purse([u8; 7], Key, Option<Key>, i32),
    /// A bank card.
    Bank,
    /// An electronic purse by PBOC: serial number, purchase master key, TAC master key, balance.
    EPurse([u8; 10], Key, Key, u32),
    /// An NTAG213 sticker whose message is one text of at most [`TEXT_MAX`] bytes.
    Ntag213([u8; 7], Text),
    /// A MIFARE Classic purse: uid, the school's master key, value.
    Classic(Uid, Key, i32),
}

/// Longest text on an emulated sticker, in bytes.
pub const TEXT_MAX: usize = 64;

/// Words on a sticker; they may be a member's code, so they never print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text([u8; TEXT_MAX], usize);

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Text(**)")
    }
}

impl Text {
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut kept = [0; TEXT_MAX];
        kept.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self(kept, text.len()))
    }

    /// One text record in English (NFC Forum, RTD Text).
    fn message(self) -> Vec<u8> {
        let payload = [b"\x02en", &self.0[..self.1]].concat();
        [&[0xD1, 0x01, payload.len() as u8, b'T'], &payload[..]].concat()
    }
}

/// An AES-128 key; it never prints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key(pub(super) [u8; 16]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(**)")
    }
}

impl From<Made> for Processor {
    fn from(made: Made) -> Self {
        match made {
            Made::Ntag424(uid, Key(key), taps) => Self::Ntag424(Ntag424::new(uid, key, taps)),
            Made::Purse(uid, Key(master), mac_key, value) => {
                Self::Purse(Purse::issued(uid, master, mac_key.map(|Key(key)| key), value))
            }
            Made::Bank => Self::Bank(Bank::default()),
            Made::EPurse(serial, Key(purchase), Key(tac), balance) => {
                Self::EPurse(EPurse::issued(serial, purchase, tac, balance))
            }
            Made::Ntag213(uid, text) => Self::Ntag21x(Ntag21x::new(uid, Size::Ntag213, &text.message())),
            Made::Classic(uid, Key(master), value) => {
                Self::Classic(Box::new(Classic::issued(uid, master, value)))
            }
        }
    }
}

impl Made {
    /// Reads what follows `put UID`; none where that names no card with a processor.
    pub(super) fn parse(uid: Uid, kind: &str, how: &[&str]) -> Option<Result<Self, CommandError>> {
        let seven = || uid.reveal().try_into().map_err(|_| UidError::Length(uid.reveal().len()));
        let made = match (kind, how) {
            ("bank", []) => Some(Self::Bank),
            ("classic", [key, value]) => {
                key_of(key).zip(value.parse().ok()).map(|(key, value)| Self::Classic(uid, key, value))
            }
            ("epurse", [serial, key, tac_key, value]) => epurse(serial, key, tac_key, value),
            ("ntag424" | "desfire" | "ntag213", how) => match seven() {
                Ok(uid) => long(uid, kind, how),
                Err(error) => return Some(Err(error.into())),
            },
            _ => return None,
        };
        Some(made.ok_or(CommandError::Unknown))
    }
}

/// A card whose uid has seven bytes.
fn long(uid: [u8; 7], kind: &str, how: &[&str]) -> Option<Made> {
    Some(match (kind, how) {
        ("ntag424", [key]) => Made::Ntag424(uid, key_of(key)?, 0),
        ("ntag424", [key, taps]) => Made::Ntag424(uid, key_of(key)?, taps.parse().ok()?),
        ("desfire", [key, value]) => Made::Purse(uid, key_of(key)?, None, value.parse().ok()?),
        ("desfire", [key, value, mac_key]) => {
            Made::Purse(uid, key_of(key)?, Some(key_of(mac_key)?), value.parse().ok()?)
        }
        ("ntag213", [text]) => Made::Ntag213(uid, Text::new(text)?),
        _ => return None,
    })
}

fn epurse(serial: &str, key: &str, tac_key: &str, value: &str) -> Option<Made> {
    let serial = crate::Apdu::from_hex(serial).ok()?.reveal().try_into().ok()?;
    Some(Made::EPurse(serial, key_of(key)?, key_of(tac_key)?, value.parse().ok()?))
}

fn key_of(digits: &str) -> Option<Key> {
    let bytes = crate::Apdu::from_hex(digits).ok()?;
    bytes.reveal().try_into().ok().map(Key)
}
