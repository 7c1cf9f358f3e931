//! RSA2 for Alipay: our requests signed, its answers verified over their raw text.

use std::collections::BTreeMap;

use super::canon;
use crate::channel::Doubt;
use crate::channel::rsa::{KeyError, SigningKey, VerifyingKey};

/// The two keys as PEM: `alipay_app_key` (ours) and `alipay_platform_pub` (Alipay's).
pub struct Keys {
    app: SigningKey,
    platform: VerifyingKey,
}

impl Keys {
    /// Reads both keys.
    ///
    /// # Errors
    /// [`KeyError`] naming the credential.
    pub fn new(app_key: &[u8], platform_pub: &[u8]) -> Result<Self, KeyError> {
        Ok(Self {
            app: SigningKey::from_pem("alipay_app_key", app_key)?,
            platform: VerifyingKey::from_pem("alipay_platform_pub", platform_pub)?,
        })
    }

    /// Adds `sign` to the parameters.
    pub(super) fn sign(&self, params: &mut BTreeMap<&str, String>) -> Result<(), Doubt> {
        let text = canon::request_text(params);
        // Nothing has gone out yet, but the caller treats it like a broken line: nobody can say, ask again.
        let sign = self.app.sign(text.as_bytes()).ok_or(Doubt::Transport)?;
        params.insert("sign", sign);
        Ok(())
    }

    /// The node of an answer, once its signature holds.
    pub(super) fn verified<'a>(&self, body: &'a [u8], method: &str) -> Result<&'a str, Doubt> {
        let body = std::str::from_utf8(body).map_err(|_not_text| Doubt::Unparsable)?;
        let signed = canon::cut(body, method).ok_or(Doubt::Unparsable)?;
        // The gateway may write `\/` for `/` in the signature's base64 too.
        let sign = signed.sign.ok_or(Doubt::BadSignature)?.replace("\\/", "/");
        if self.platform.verifies(signed.node.as_bytes(), &sign) {
            Ok(signed.node)
        } else {
            Err(Doubt::BadSignature)
        }
    }
}
