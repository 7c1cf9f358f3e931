//! Whose key signed: the certificate that every ACP answer carries, checked before its signature is.
//!
//! It must be one that is known here, or be issued by one that is; it must be valid now; and it must name UnionPay.
//! The last is what keeps a merchant out, for merchants' certificates come from the same authority.

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::OID_PKCS1_SHA256WITHRSA;
use x509_parser::parse_x509_certificate;
use x509_parser::pem::Pem;
use x509_parser::time::ASN1Time;

use crate::channel::Doubt;
use crate::channel::rsa::KeyError;

/// Most certificates in one credential: an authority has a root and two or three below it.
const CERTIFICATES_MAX: usize = 16;
/// Longest certificate read from an answer; real ones have about 2 KiB.
const PEM_BYTES_MAX: usize = 16 * 1024;

/// The certificates that are trusted as they stand, and the name that a signer must have.
pub(super) struct Trust {
    known: Vec<Vec<u8>>,
    name: String,
}

/// A merchant's serial number in decimal, as `certId` carries it.
///
/// # Errors
/// [`KeyError`].
pub(super) fn cert_id(credential: &'static str, pem: &[u8]) -> Result<String, KeyError> {
    let der = blocks(pem).into_iter().next().ok_or(KeyError::NotPem(credential))?;
    let (_, certificate) = parse_x509_certificate(&der).map_err(|_bad| KeyError::NotRsa(credential))?;
    Ok(certificate.tbs_certificate.serial.to_string())
}

/// The key inside a certificate.
fn key(certificate: &X509Certificate<'_>) -> Option<ParsedPublicKey> {
    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, certificate.public_key().raw).ok()
}

fn blocks(pem: &[u8]) -> Vec<Vec<u8>> {
    Pem::iter_from_buffer(pem)
        .map_while(Result::ok)
        .filter(|pem| pem.label == "CERTIFICATE")
        .take(CERTIFICATES_MAX)
        .map(|pem| pem.contents)
        .collect()
}

impl Trust {
    /// Reads the trusted certificates, one PEM block after the other.
    ///
    /// # Errors
    /// [`KeyError`]: none is there, or one is no RSA certificate.
    pub(super) fn new(credential: &'static str, pem: &[u8], name: String) -> Result<Self, KeyError> {
        let known = blocks(pem);
        if known.is_empty() {
            return Err(KeyError::NotPem(credential));
        }
        let fits = |der: &Vec<u8>| {
            parse_x509_certificate(der).is_ok_and(|(rest, one)| rest.is_empty() && key(&one).is_some())
        };
        if !known.iter().all(fits) {
            return Err(KeyError::NotRsa(credential));
        }
        Ok(Self { known, name })
    }

    /// Whether `signature` (base64) over `text` is UnionPay's, by the certificate `pem` and the time `now` in seconds.
    pub(super) fn holds(&self, pem: &str, text: &[u8], signature: &str, now: i64) -> Result<(), Doubt> {
        if pem.len() > PEM_BYTES_MAX {
            return Err(Doubt::Unparsable);
        }
        let refused = Doubt::BadSignature;
        let der = blocks(pem.as_bytes()).into_iter().next().ok_or(refused)?;
        let (rest, certificate) = parse_x509_certificate(&der).map_err(|_bad| refused)?;
        let signature = STANDARD.decode(signature).map_err(|_bad| refused)?;
        let trusted = rest.is_empty() && self.names(&certificate) && self.vouches(&der, &certificate, now);
        let holds = || key(&certificate).is_some_and(|key| key.verify_sig(text, &signature).is_ok());
        if trusted && holds() { Ok(()) } else { Err(refused) }
    }

    /// UnionPay's production name is the third part of `041@Z12@中国银联股份有限公司@00000000`; a shorter one counts
    /// as a whole. Source: `CertUtil` of the ACP SDK.
    fn names(&self, certificate: &X509Certificate<'_>) -> bool {
        let mut names = certificate.subject().iter_common_name();
        let (Some(name), None) = (names.next(), names.next()) else { return false };
        let Ok(name) = name.as_str() else { return false };
        let parts: Vec<&str> = name.split('@').collect();
        parts.get(2).copied().unwrap_or(name) == self.name
    }

    fn vouches(&self, der: &[u8], certificate: &X509Certificate<'_>, now: i64) -> bool {
        let Ok(now) = ASN1Time::from_timestamp(now) else { return false };
        if !certificate.validity().is_valid_at(now) {
            return false;
        }
        self.known.iter().any(|known| {
            if known.as_slice() == der {
                return true;
            }
            parse_x509_certificate(known).is_ok_and(|(_, issuer)| issues(&issuer, certificate, now))
        })
    }
}

/// Whether `issuer`, an authority, has signed `certificate`.
fn issues(issuer: &X509Certificate<'_>, certificate: &X509Certificate<'_>, now: ASN1Time) -> bool {
    let authority = issuer.basic_constraints().ok().flatten().is_some_and(|found| found.value.ca);
    let names = issuer.subject().as_raw() == certificate.issuer().as_raw();
    let algorithm = certificate.signature_algorithm.algorithm == OID_PKCS1_SHA256WITHRSA;
    let signed = || {
        key(issuer).is_some_and(|key| {
            key.verify_sig(certificate.tbs_certificate.as_ref(), &certificate.signature_value.data).is_ok()
        })
    };
    authority && names && algorithm && issuer.validity().is_valid_at(now) && signed()
}

#[cfg(test)]
mod tests;
