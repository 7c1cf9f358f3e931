//! Cards with a processor that can be laid on the emulated reader. Pure; each forgets its session when power goes.

pub(super) mod aes;
pub mod bank;
pub mod classic;
pub mod epurse;
pub mod ntag21x;
pub mod ntag424;
pub mod purse;

use crate::card::CardKind;
use bank::Bank;
use classic::Classic;
use epurse::EPurse;
use ntag21x::Ntag21x;
use ntag424::Ntag424;
use purse::Purse;

/// Applications that this card does not have, in ISO 7816-4's words.
pub(super) const NOT_FOUND: [u8; 2] = [0x6A, 0x82];
pub(super) const OK: [u8; 2] = [0x90, 0x00];
/// An instruction that this card does not know.
pub(super) const UNKNOWN_INSTRUCTION: [u8; 2] = [0x6D, 0x00];

/// The chip's word for a card that said nothing.
pub(super) const SILENT: u8 = 0x01;

/// A card with a processor, or with a memory behind keys.
#[derive(Clone, Debug, Default)]
pub enum Processor {
    /// Has no application at all.
    #[default]
    Empty,
    /// A tag that proves itself anew at each tap.
    Ntag424(Ntag424),
    /// A DESFire card with a purse.
    Purse(Purse),
    /// A bank card that says which applications it has.
    Bank(Bank),
    /// A card with an electronic purse by PBOC.
    EPurse(EPurse),
    /// An NTAG21x sticker.
    Ntag21x(Ntag21x),
    /// A MIFARE Classic card with a purse.
    Classic(Box<Classic>),
}

impl Processor {
    /// Power came: what the last session left is gone.
    pub fn power_up(&mut self) {
        match self {
            Self::Empty | Self::Bank(_) => {}
            Self::Ntag424(tag) => tag.power_up(),
            Self::Purse(purse) => purse.power_up(),
            Self::EPurse(purse) => purse.power_up(),
            Self::Ntag21x(tag) => tag.power_up(),
            Self::Classic(card) => card.power_up(),
        }
    }

    /// The family that its answer to a select tells.
    pub fn kind(&self) -> CardKind {
        match self {
            Self::Classic(_) => CardKind::Classic,
            Self::Ntag21x(_) => CardKind::Ultralight,
            _ => CardKind::IsoDep,
        }
    }

    /// Obeys one native command; the error is the chip's status byte.
    ///
    /// # Errors
    /// The chip's status: the card said nothing, or no.
    pub fn obey_native(&mut self, command: &[u8]) -> Result<Vec<u8>, u8> {
        match self {
            Self::Classic(card) => card.obey(command),
            Self::Ntag21x(tag) => tag.obey(command),
            _ => Err(SILENT),
        }
    }

    /// Power goes in the middle of the card's next write, where it has a memory that can be torn.
    pub fn tear_next_write(&mut self, seed: u64) {
        if let Self::Classic(card) = self {
            card.tear_next_write(seed);
        }
    }

    /// Obeys one command and answers, status last.
    pub fn obey(&mut self, command: &[u8]) -> Vec<u8> {
        match self {
            Self::Empty | Self::Classic(_) | Self::Ntag21x(_) => NOT_FOUND.to_vec(),
            Self::Ntag424(tag) => tag.obey(command),
            Self::Purse(purse) => purse.obey(command),
            Self::Bank(bank) => bank.obey(command),
            Self::EPurse(purse) => purse.obey(command),
        }
    }
}

/// The name in a SELECT by DF name (`00 A4 04 00 Lc name [00]`), none where the command is another.
pub(super) fn selected_name(command: &[u8]) -> Option<&[u8]> {
    match command {
        [0x00, 0xA4, 0x04, _, length, rest @ ..] => rest.get(..usize::from(*length)),
        _ => None,
    }
}
