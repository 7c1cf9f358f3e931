//! RSA with certificates for ACP: our requests signed, UnionPay's answers and notifies verified.

use super::canon::{self, Fields};
use super::certificate::{self, Trust};
use crate::channel::Doubt;
use crate::channel::rsa::{KeyError, SigningKey};

/// The keys: `unionpay_mch_key` and `unionpay_mch_cert` (ours, PEM), and `unionpay_root_cert` (PEM): UnionPay's root
/// and intermediate certificates one after the other, or its very certificate.
pub struct Keys {
    mch: SigningKey,
    cert_id: String,
    trust: Trust,
}

impl Keys {
    /// Reads the keys. `signer` is the name that a certificate of UnionPay's has.
    ///
    /// # Errors
    /// [`KeyError`] naming the credential.
    pub fn new(mch_key: &[u8], mch_cert: &[u8], root_cert: &[u8], signer: &str) -> Result<Self, KeyError> {
        Ok(Self {
            mch: SigningKey::from_pem("unionpay_mch_key", mch_key)?,
            cert_id: certificate::cert_id("unionpay_mch_cert", mch_cert)?,
            trust: Trust::new("unionpay_root_cert", root_cert, signer.to_owned())?,
        })
    }

    /// Adds `certId`, `signMethod` and `signature` to the fields.
    pub(super) fn sign(&self, fields: &mut Fields) -> Result<(), Doubt> {
        fields.insert("signMethod".to_owned(), "01".to_owned());
        fields.insert("certId".to_owned(), self.cert_id.clone());
        let digest = canon::hex_digest(&canon::signed_text(fields));
        // Nothing has gone out yet, but the caller treats it like a broken line: nobody can say, ask again.
        let signature = self.mch.sign(digest.as_bytes()).ok_or(Doubt::Transport)?;
        fields.insert("signature".to_owned(), signature);
        Ok(())
    }

    /// Whether the fields are UnionPay's, at `now` in seconds since 1970 UTC.
    pub(super) fn verify(&self, fields: &Fields, now: i64) -> Result<(), Doubt> {
        let field = |name: &str| fields.get(name).map(String::as_str).ok_or(Doubt::BadSignature);
        if field("signMethod")? != "01" {
            return Err(Doubt::BadSignature);
        }
        let digest = canon::hex_digest(&canon::signed_text(fields));
        self.trust.holds(field("signPubKeyCert")?, digest.as_bytes(), field("signature")?, now)
    }
}

#[cfg(test)]
mod tests;
