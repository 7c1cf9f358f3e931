//! RSA2 for Alipay: our requests signed, its answers and notifies verified over their raw text.

use std::collections::BTreeMap;

use super::canon;
use super::certificate::{CertificateError, Certificates};
use crate::channel::Doubt;
use crate::channel::rsa::{KeyError, SigningKey, VerifyingKey};

/// What is signed to see whether a certificate is for our key.
const PROBE: &[u8] = b"whose key";

/// Our key, and whom to believe: Alipay's bare key, or its certificates.
pub struct Keys {
    app: SigningKey,
    trust: Trust,
}

enum Trust {
    Key(VerifyingKey),
    Certificates(Certificates),
}

/// The three certificate files of certificate mode, PEM.
#[derive(Clone, Copy, Debug)]
pub struct CertificateFiles<'a> {
    /// `alipay_app_cert`: ours.
    pub app: &'a [u8],
    /// `alipay_root_cert`: the roots.
    pub root: &'a [u8],
    /// `alipay_platform_cert`: Alipay's, and the authorities between; more than one while Alipay changes its own.
    pub platform: &'a [u8],
}

impl Keys {
    /// Key mode, of PEM texts: `alipay_app_key` (ours) and `alipay_platform_pub` (Alipay's).
    ///
    /// # Errors
    /// [`KeyError`] naming the credential.
    pub fn new(app_key: &[u8], platform_pub: &[u8]) -> Result<Self, KeyError> {
        Ok(Self {
            app: SigningKey::from_pem("alipay_app_key", app_key)?,
            trust: Trust::Key(VerifyingKey::from_pem("alipay_platform_pub", platform_pub)?),
        })
    }

    /// Certificate mode: `alipay_app_key` and three certificate files, valid at `now_s` (seconds since 1970 UTC).
    ///
    /// # Errors
    /// [`CertificateError`] naming the credential.
    pub fn certified(
        app_key: &[u8],
        files: CertificateFiles<'_>,
        now_s: i64,
    ) -> Result<Self, CertificateError> {
        let app = SigningKey::from_pem("alipay_app_key", app_key)?;
        let (certificates, own) = Certificates::read(files.app, files.root, files.platform, now_s)?;
        if !app.sign(PROBE).is_some_and(|signature| own.verifies(PROBE, &signature)) {
            return Err(CertificateError::OtherKey);
        }
        Ok(Self { app, trust: Trust::Certificates(certificates) })
    }

    /// Adds what certificate mode sends, and `sign`.
    pub(super) fn sign(&self, params: &mut BTreeMap<&str, String>) -> Result<(), Doubt> {
        if let Trust::Certificates(certificates) = &self.trust {
            params.insert("app_cert_sn", certificates.app.clone());
            params.insert("alipay_root_cert_sn", certificates.root.clone());
        }
        let text = canon::signed_text(params, &["sign"]);
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
        let holds = match &self.trust {
            Trust::Key(key) => key.verifies(signed.node.as_bytes(), &sign),
            // In this mode an answer names its certificate; one that names none proves nothing.
            Trust::Certificates(known) => signed
                .certificate
                .is_some_and(|number| known.verifies(signed.node.as_bytes(), &sign, Some(number))),
        };
        if holds { Ok(signed.node) } else { Err(Doubt::BadSignature) }
    }

    /// Whether a notify's text carries Alipay's signature.
    pub(super) fn verifies_notify(&self, text: &str, sign: &str, certificate: Option<&str>) -> bool {
        match &self.trust {
            Trust::Key(key) => key.verifies(text.as_bytes(), sign),
            Trust::Certificates(known) => known.verifies(text.as_bytes(), sign, certificate),
        }
    }
}
