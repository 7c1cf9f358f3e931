//! One key a card from the school's master key (NXP AN10922, "Symmetric key diversifications", AES-128).

use super::aes::AesKey;

/// Marks the input of an AES-128 diversification.
const AES_128_INPUT: u8 = 0x01;
/// What tells our keys from another system's with the same master key. With a 7-byte uid and an application number it
/// makes the input longer than one block, as the note wants it.
const SYSTEM: &[u8] = b"Dais purse";

/// The key of the card with this uid for this application.
pub fn card_key(master: &AesKey, uid: &[u8; 7], application: &[u8; 3]) -> AesKey {
    diversified(master, &[&uid[..], application, SYSTEM].concat())
}

/// The note's own form: CMAC over `01` and 16 to 31 bytes; its padding to two blocks is CMAC's own.
fn diversified(master: &AesKey, input: &[u8]) -> AesKey {
    AesKey::new(master.cmac(&[&[AES_128_INPUT], input].concat()))
}

#[cfg(test)]
mod tests {
    //! The note's published example.
    use super::*;
    use crate::card::aes::hex;

    #[test]
    fn the_example_of_the_note() {
        let master = AesKey::from_credential(b"00112233445566778899AABBCCDDEEFF").expect("key");
        let input = hex("04782E21801D803042F54E585020416275").expect("hex");
        let key = AesKey::from_credential(b"A8DD63A3B89D54B37CA802473FDA9175").expect("key");
        assert_eq!(diversified(&master, &input), key);
    }
}
