//! What a PC/SC reader's answer-to-reset says about a contactless card. Pure.
//!
//! A contactless card has no answer to reset; the reader makes one up (PC/SC 2.01, part 3, 3.1.3.2.3): `3B 8n 80 01`,
//! n historical bytes, and a check byte that makes the exclusive-or of all but the first zero. Cards that speak
//! ISO 14443-4 bring their own historical bytes; for the others those are `80 4F 0C`, the PC/SC workgroup's name
//! `A0 00 00 03 06`, one byte for the standard, two for the card, four spare.

use crate::card::CardKind;

const HEAD: [u8; 2] = [0x80, 0x01];
const WORKGROUP: [u8; 8] = [0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06];
/// ISO 14443 A, part 3.
const TYPE_A_PART_3: u8 = 0x03;

/// The card's family; none where this is no contactless card, such as one with contacts in a reader for both.
pub fn kind(atr: &[u8]) -> Option<CardKind> {
    let [0x3B, rest @ ..] = atr else { return None };
    if rest.iter().fold(0, |sum, byte| sum ^ byte) != 0 {
        return None;
    }
    let [count, rest @ ..] = rest else { return None };
    let historical = rest.strip_prefix(&HEAD)?.split_last()?.1;
    if count & 0xF0 != 0x80 || usize::from(count & 0x0F) != historical.len() {
        return None;
    }
    Some(match historical.strip_prefix(&WORKGROUP) {
        None => CardKind::IsoDep,
        Some([TYPE_A_PART_3, high, low, ..]) => named(u16::from_be_bytes([*high, *low])),
        Some(_) => CardKind::Other,
    })
}

/// The names of the workgroup's list (part 3, supplement). Readers that do not know a card put its SAK behind an FF.
fn named(name: u16) -> CardKind {
    match name {
        // MIFARE Classic 1K, 4K and Mini; MIFARE Plus 2K and 4K at security level 1, where they are Classic cards.
        0x0001 | 0x0002 | 0x0026 | 0x0036 | 0x0037 => CardKind::Classic,
        // MIFARE Ultralight (and NTAG, which readers do not tell from it), Ultralight C, Ultralight EV1.
        0x0003 | 0x003A | 0x003D => CardKind::Ultralight,
        0xFF00..=0xFFFF => CardKind::from_sak(name.to_be_bytes()[1]),
        _ => CardKind::Other,
    }
}

#[cfg(test)]
mod tests;
