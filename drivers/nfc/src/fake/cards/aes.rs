//! AES-128 for the emulated cards: CBC without padding, and CMAC with a start value, as NXP's cards chain it.
//!
//! Written from the definition (NIST SP 800-38B) over single blocks, so that tests of the till's own code, which uses
//! the library's CMAC, have another side to check against.

use aws_lc_rs::cipher::{AES_128, DecryptingKey, DecryptionContext, EncryptingKey, UnboundCipherKey};

/// Bytes of a block and of a key.
pub(in crate::fake) type Block = [u8; 16];

/// Constant of the field that CMAC's subkeys are made in.
const FIELD: u8 = 0x87;

fn key(key: &Block) -> UnboundCipherKey {
    UnboundCipherKey::new(&AES_128, key).expect("an AES-128 key has 16 bytes")
}

fn encrypt_block(by: &Block, block: Block) -> Block {
    let mut out = block;
    EncryptingKey::ecb(key(by))
        .and_then(|key| key.less_safe_encrypt(&mut out, aws_lc_rs::cipher::EncryptionContext::None))
        .expect("one whole block");
    out
}

fn decrypt_block(by: &Block, block: Block) -> Block {
    let mut out = block;
    DecryptingKey::ecb(key(by))
        .and_then(|key| key.decrypt(&mut out, DecryptionContext::None).map(drop))
        .expect("one whole block");
    out
}

fn xor(a: Block, b: &[u8]) -> Block {
    let mut out = a;
    for (out, b) in out.iter_mut().zip(b) {
        *out ^= b;
    }
    out
}

/// Encrypts whole blocks; `iv` becomes the last block, as cards chain it.
pub(in crate::fake) fn cbc_encrypt(by: &Block, iv: &mut Block, plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(plain.len());
    for block in plain.chunks_exact(16) {
        *iv = encrypt_block(by, xor(*iv, block));
        out.extend(*iv);
    }
    out
}

/// Decrypts whole blocks; `iv` becomes the last block that came in.
pub(in crate::fake) fn cbc_decrypt(by: &Block, iv: &mut Block, sealed: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(sealed.len());
    for chunk in sealed.chunks_exact(16) {
        let block = xor([0; 16], chunk);
        out.extend(xor(*iv, &decrypt_block(by, block)));
        *iv = block;
    }
    out
}

fn doubled(block: Block) -> Block {
    let mut out = [0; 16];
    for (index, out) in out.iter_mut().enumerate() {
        let next = block.get(index + 1).copied().unwrap_or(0);
        *out = (block[index] << 1) | (next >> 7);
    }
    if block[0] & 0x80 != 0 {
        out[15] ^= FIELD;
    }
    out
}

/// CMAC that starts from `iv` in place of zeros.
pub(in crate::fake) fn cmac(by: &Block, iv: Block, message: &[u8]) -> Block {
    let once = doubled(encrypt_block(by, [0; 16]));
    let whole = !message.is_empty() && message.len().is_multiple_of(16);
    let (mut padded, last_key) = (message.to_vec(), if whole { once } else { doubled(once) });
    if !whole {
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(16), 0);
    }
    let last = padded.len() - 16;
    let start = padded[..last].chunks_exact(16).fold(iv, |mac, block| encrypt_block(by, xor(mac, block)));
    encrypt_block(by, xor(xor(start, &padded[last..]), &last_key))
}

/// Every second byte, as NXP shortens a CMAC where 8 bytes travel (NTAG 424 DNA data sheet, 9.1.3).
pub(in crate::fake) fn odd_bytes(mac: &Block) -> [u8; 8] {
    std::array::from_fn(|index| mac[2 * index + 1])
}

#[cfg(test)]
mod tests {
    //! Published vectors of RFC 4493.
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        crate::Apdu::from_hex(text).unwrap().reveal().to_vec()
    }

    #[test]
    fn rfc_4493() {
        let key: Block = hex("2B7E151628AED2A6ABF7158809CF4F3C").try_into().unwrap();
        let message = hex("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411");
        for (length, mac) in [
            (0, "BB1D6929E95937287FA37D129B756746"),
            (16, "070A16B46B4D4144F79BDD9DD04A287C"),
            (40, "DFA66747DE9AE63030CA32611497C827"),
        ] {
            assert_eq!(cmac(&key, [0; 16], &message[..length]).to_vec(), hex(mac), "{length}");
        }
    }

    #[test]
    fn cbc_goes_there_and_back() {
        let (key, plain) = ([7; 16], [3; 48]);
        let (mut there, mut back) = ([1; 16], [1; 16]);
        let sealed = cbc_encrypt(&key, &mut there, &plain);
        assert_eq!(cbc_decrypt(&key, &mut back, &sealed), plain);
        assert_eq!(there, back);
    }
}
