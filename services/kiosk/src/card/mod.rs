//! What cards say: protocols over APDUs, bytes in and out. Nothing here knows a reader, a clock or an account.
//!
//! | module | what |
//! |---|---|
//! | [`aes`] | AES-128 as NXP's cards chain it: CBC without padding, CMAC from a start value |
//! | [`classic`] | MIFARE Classic: value blocks and records, and what a torn debit left of them |
//! | [`classify`] | which kind of card lies there, by the applications it answers |
//! | [`ndef`] | messages on tags: records, URIs, texts |
//! | [`sticker`] | NTAG21x: its message in as few commands as it takes |
//! | [`sun`] | NTAG 424 DNA: the URL of a tap -> uid and counter, or not ours |
//! | [`desfire`] | DESFire: authentication, value file, commit |
//! | [`epurse`] | electronic purses by PBOC: purchase, and its proof once more |
//! | [`triple_des`] | their cipher |
//! | [`an10922`] | one key a card from the school's master key |
//! | [`ppse`] | bank cards and phones: the list of applications, and not one byte more |

pub mod aes;
pub mod an10922;
pub mod classic;
pub mod classify;
pub mod desfire;
pub mod epurse;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
pub mod ndef;
pub mod ppse;
pub mod sticker;
pub mod sun;
pub mod triple_des;

/// The campus application on DESFire cards ("DAI"); the card office makes it with one value file.
pub const CAMPUS_APPLICATION: [u8; 3] = [0x44, 0x41, 0x49];

/// A SELECT by DF name, as ISO 7816-4 writes it.
fn select_name(name: &[u8]) -> Vec<u8> {
    let mut command = vec![0x00, 0xA4, 0x04, 0x00];
    command.extend(u8::try_from(name.len()));
    command.extend(name);
    command.push(0x00);
    command
}

/// The answer's content, where its status says that all went well (ISO 7816-4: 90 00).
fn accepted(answer: &[u8]) -> Option<&[u8]> {
    answer.strip_suffix(&[0x90, 0x00])
}
