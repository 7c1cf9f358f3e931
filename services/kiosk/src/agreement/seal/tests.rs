//! What is sealed comes back, and only for its agreement, unchanged, under its key.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;

use super::{Seal, SealError};
use crate::till::AgreementNumber;

fn number(text: &str) -> AgreementNumber {
    AgreementNumber::new(text).unwrap()
}

/// Python's `cryptography`: AESGCM(bytes(range(32))).encrypt(bytes(12), b"20265325000012345678", b"dais-agreement-1\0a1").
const FOREIGN: &str = "3c8c87e8801fb18838989905291ea2ade775616bb931d27adc4b29a71c6f5794ce6bf973";

#[test]
fn what_another_program_sealed_is_opened() {
    let seal = Seal::new(&(0..32).collect::<Vec<u8>>()).unwrap();
    let bytes: Vec<u8> = (0..FOREIGN.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&FOREIGN[at..at + 2], 16).unwrap())
        .collect();
    let sealed = [vec![0; 12], bytes].concat();
    assert_eq!(seal.open("a1", &sealed).unwrap(), number("20265325000012345678"));
}

#[test]
fn a_number_opens_only_for_its_agreement_under_its_key_and_prints_nowhere() {
    let seal = Seal::new(&[7; 32]).unwrap();
    let sealed = seal.seal("a", &number("2026532500001234")).unwrap();
    assert_eq!(seal.open("a", &sealed), Ok(number("2026532500001234")));
    assert_ne!(seal.seal("a", &number("2026532500001234")).unwrap(), sealed, "a nonce of its own each time");
    assert_eq!(seal.open("b", &sealed), Err(SealError::Broken));
    assert_eq!(Seal::new(&[8; 32]).unwrap().open("a", &sealed), Err(SealError::Broken));
    assert_eq!(
        Seal::new("07".repeat(32).as_bytes()).unwrap().open("a", &sealed),
        Ok(number("2026532500001234"))
    );
    assert!(!sealed.windows(16).any(|part| part == b"2026532500001234"));
    assert_eq!(format!("{seal:?}"), "Seal(**)");
    for key in [&[][..], &[1; 31], &[b'x'; 64], &[b'0'; 63]] {
        assert_eq!(Seal::new(key).unwrap_err(), SealError::BadKey);
    }
}

proptest! {
    #[test]
    fn a_changed_byte_is_found(at in any::<prop::sample::Index>(), bit in 0_u8..8, short in 0_usize..40) {
        let seal = Seal::new(&[7; 32]).unwrap();
        let mut sealed = seal.seal("a", &number("2026532500001234")).unwrap();
        prop_assert_eq!(seal.open("a", &sealed[..short]), Err(SealError::Broken));
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert_eq!(seal.open("a", &sealed), Err(SealError::Broken));
    }
}
