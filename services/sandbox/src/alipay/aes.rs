//! AES as Alipay's gateway uses it for `encrypt_type=AES`: CBC, an IV of zeros, PKCS#7, base64.
//!
//! Source: opendocs.alipay.com, "接口内容加密方式". An IV of zeros is the gateway's rule, not ours.

use aws_lc_rs::cipher::{
    AES_128, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Opens a sealed text; `None` where it is not sealed with this key, or no UTF-8.
pub fn open(key: &[u8; 16], sealed: &str) -> Option<String> {
    let mut bytes = STANDARD.decode(sealed).ok()?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, key).ok()?).ok()?;
    let zeros = DecryptionContext::Iv128(FixedLength::from([0; 16]));
    let clear = key.decrypt(&mut bytes, zeros).ok()?;
    String::from_utf8(clear.to_vec()).ok()
}

/// Seals a text. Empty only if the crypto library fails, which no client opens.
pub fn seal(key: &[u8; 16], clear: &str) -> String {
    let sealed = || {
        let mut bytes = clear.as_bytes().to_vec();
        let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, key).ok()?).ok()?;
        key.less_safe_encrypt(&mut bytes, EncryptionContext::Iv128(FixedLength::from([0; 16]))).ok()?;
        Some(STANDARD.encode(bytes))
    };
    sealed().unwrap_or_default()
}
