//! Answers to reset that real readers gave for real cards, and what is none.

use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

#[test]
fn real_answers() {
    for (atr, expected) in [
        ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A", Some(CardKind::Classic)),
        ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 02 00 00 00 00 69", Some(CardKind::Classic)),
        ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 03 00 00 00 00 68", Some(CardKind::Ultralight)),
        ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 3A 00 00 00 00 51", Some(CardKind::Ultralight)),
        ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 FF 88 00 00 00 00 1C", Some(CardKind::Classic)),
        // FeliCa: another standard.
        ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 11 00 3B 00 00 00 00 42", Some(CardKind::Other)),
        // DESFire, and the facts' card.
        ("3B 81 80 01 80 80", Some(CardKind::IsoDep)),
        ("3B 80 80 01 01", Some(CardKind::IsoDep)),
        ("3B 88 80 01 00 00 00 00 33 81 81 00 3A", Some(CardKind::IsoDep)),
        // Cards with contacts: a SIM and an OpenPGP card.
        ("3B 9F 95 80 1F C3 80 31 E0 73 FE 21 13 57 86 81 02 86 98 44 18 A8", None),
        ("3B DA 18 FF 81 B1 FE 75 1F 03 00 31 F5 73 C0 01 60 00 90 00 1C", None),
    ] {
        assert_eq!(kind(&bytes(atr)), expected, "{atr}");
    }
}

#[test]
fn cut_or_changed_it_is_none() {
    let whole = bytes("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A");
    for length in 0..whole.len() {
        assert_eq!(kind(&whole[..length]), None, "{length} bytes");
    }
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        assert_eq!(kind(&changed), None, "byte {at}");
    }
}
