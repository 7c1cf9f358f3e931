//! Alipay's certificate mode: the numbers that name certificates, and whom to believe by a chain to the roots.
//!
//! Source: opendocs.alipay.com, "公钥证书模式" and the SDKs' `getCertSN`: MD5 of the issuer as `CN=..,OU=..,O=..,C=..`
//! and the decimal serial number; the roots' number joins those of all roots with an RSA signature by `_`.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
};
use md5::{Digest, Md5};
use x509_parser::certificate::X509Certificate;
use x509_parser::pem::Pem;
use x509_parser::time::ASN1Time;
use x509_parser::x509::X509Name;

use crate::channel::rsa::{KeyError, VerifyingKey};

/// Longest chain from a certificate to its root; Alipay's has three links.
const LINKS_MAX: usize = 4;
/// Most certificates in one file; Alipay's roots are four.
const CERTIFICATES_MAX: usize = 32;
/// All RSA signature algorithms start so (RFC 8017, appendix C).
const RSA: &str = "1.2.840.113549.1.1.";

/// Why certificates cannot be used. Staff see the text when the service starts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// A key beside them is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Not one certificate in PEM.
    #[error(
        "{0} holds no certificates in PEM: store the file that Alipay's console gives, with its BEGIN and END lines"
    )]
    NotCertificates(&'static str),
    /// The application's certificate is for another key.
    #[error("alipay_app_cert is not for alipay_app_key: download the certificate that was made for this key")]
    OtherKey,
    /// No chain of valid signatures leads to a root.
    #[error(
        "{0} is expired, or no chain of signatures leads from it to alipay_root_cert: download both again"
    )]
    Untrusted(&'static str),
}

/// What certificate mode sends and believes.
pub(super) struct Certificates {
    /// `app_cert_sn`.
    pub(super) app: String,
    /// `alipay_root_cert_sn`.
    pub(super) root: String,
    /// Alipay's keys by the number of their certificate.
    platform: BTreeMap<String, VerifyingKey>,
}

impl Certificates {
    /// Reads three PEM files. Each of Alipay's own certificates must lead to a root by signatures, all valid at
    /// `now_s` (seconds since 1970 UTC); authorities between may stand in the same file.
    ///
    /// # Errors
    /// [`CertificateError`]. The application's key in the first certificate is given for the caller to compare.
    pub(super) fn read(
        app: &[u8],
        root: &[u8],
        platform: &[u8],
        now_s: i64,
    ) -> Result<(Self, VerifyingKey), CertificateError> {
        let (app_pem, root_pem, platform_pem) = (
            pems("alipay_app_cert", app)?,
            pems("alipay_root_cert", root)?,
            pems("alipay_platform_cert", platform)?,
        );
        let app = parsed("alipay_app_cert", &app_pem)?;
        let roots = parsed("alipay_root_cert", &root_pem)?;
        let platforms = parsed("alipay_platform_cert", &platform_pem)?;

        let first = app.first().ok_or(CertificateError::NotCertificates("alipay_app_cert"))?;
        let own = VerifyingKey::from_spki("alipay_app_cert", first.public_key().raw)?;
        let name = "alipay_root_cert";
        let numbers: Option<Vec<String>> = roots.iter().filter(|root| is_rsa(root)).map(number).collect();
        let root = numbers.filter(|numbers| !numbers.is_empty());
        let root = root.ok_or(CertificateError::NotCertificates(name))?.join("_");

        let name = "alipay_platform_cert";
        let mut platform = BTreeMap::new();
        for leaf in platforms.iter().filter(|certificate| !certificate.is_ca()) {
            if !trusted(leaf, &platforms, &roots, now_s) {
                return Err(CertificateError::Untrusted(name));
            }
            let number = number(leaf).ok_or(CertificateError::NotCertificates(name))?;
            platform.insert(number, VerifyingKey::from_spki(name, leaf.public_key().raw)?);
        }
        if platform.is_empty() {
            return Err(CertificateError::NotCertificates(name));
        }
        let app = number(first).ok_or(CertificateError::NotCertificates("alipay_app_cert"))?;
        Ok((Self { app, root, platform }, own))
    }

    /// Whether `signature` is Alipay's over `text`, by the certificate that `named` names; any of Alipay's where
    /// nothing names one, as in notifies.
    pub(super) fn verifies(&self, text: &[u8], signature: &str, named: Option<&str>) -> bool {
        match named {
            Some(number) => self.platform.get(number).is_some_and(|key| key.verifies(text, signature)),
            None => self.platform.values().any(|key| key.verifies(text, signature)),
        }
    }
}

fn pems(name: &'static str, text: &[u8]) -> Result<Vec<Pem>, CertificateError> {
    let blocks: Result<Vec<Pem>, _> = Pem::iter_from_buffer(text).take(CERTIFICATES_MAX).collect();
    blocks.ok().filter(|blocks| !blocks.is_empty()).ok_or(CertificateError::NotCertificates(name))
}

fn parsed<'a>(name: &'static str, blocks: &'a [Pem]) -> Result<Vec<X509Certificate<'a>>, CertificateError> {
    let parse = |block: &'a Pem| block.parse_x509().map_err(|_bad| CertificateError::NotCertificates(name));
    blocks.iter().map(parse).collect()
}

fn is_rsa(certificate: &X509Certificate<'_>) -> bool {
    certificate.signature_algorithm.algorithm.to_id_string().starts_with(RSA)
}

/// The number that names a certificate. `None` where its issuer has attributes that the rule does not name.
fn number(certificate: &X509Certificate<'_>) -> Option<String> {
    let told = format!("{}{}", issuer(certificate.issuer())?, certificate.serial);
    Some(Md5::digest(told.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// `CN=..,OU=..,O=..,C=..`: the last attribute of the encoded name first.
fn issuer(name: &X509Name<'_>) -> Option<String> {
    let short = |id: &str| match id {
        "2.5.4.3" => Some("CN"),
        "2.5.4.6" => Some("C"),
        "2.5.4.7" => Some("L"),
        "2.5.4.8" => Some("ST"),
        "2.5.4.10" => Some("O"),
        "2.5.4.11" => Some("OU"),
        _other => None,
    };
    let part = |attribute: &x509_parser::x509::AttributeTypeAndValue<'_>| {
        Some(format!("{}={}", short(&attribute.attr_type().to_id_string())?, attribute.as_str().ok()?))
    };
    let mut parts: Vec<String> = name.iter_attributes().map(part).collect::<Option<_>>()?;
    parts.reverse();
    Some(parts.join(","))
}

/// Whether signatures lead from the certificate to a root, over authorities in the same file.
fn trusted(
    leaf: &X509Certificate<'_>,
    between: &[X509Certificate<'_>],
    roots: &[X509Certificate<'_>],
    now_s: i64,
) -> bool {
    let Ok(now) = ASN1Time::from_timestamp(now_s) else { return false };
    let issued = |child: &X509Certificate<'_>, parent: &X509Certificate<'_>| {
        parent.is_ca()
            && parent.validity().is_valid_at(now)
            && parent.subject().as_raw() == child.issuer().as_raw()
            && signed(child, parent)
    };
    let mut child = leaf;
    for _link in 0..LINKS_MAX {
        if !child.validity().is_valid_at(now) {
            return false;
        }
        if roots.iter().any(|root| issued(child, root)) {
            return true;
        }
        match between.iter().find(|parent| issued(child, parent)) {
            Some(parent) => child = parent,
            None => return false,
        }
    }
    false
}

/// Whether the child carries the parent's signature. SHA-1 and curves are not taken: Alipay's RSA chain has neither.
fn signed(child: &X509Certificate<'_>, parent: &X509Certificate<'_>) -> bool {
    let algorithm = match child.signature_algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.11" => &RSA_PKCS1_2048_8192_SHA256,
        "1.2.840.113549.1.1.12" => &RSA_PKCS1_2048_8192_SHA384,
        "1.2.840.113549.1.1.13" => &RSA_PKCS1_2048_8192_SHA512,
        _other => return false,
    };
    UnparsedPublicKey::new(algorithm, parent.public_key().raw)
        .verify(child.tbs_certificate.as_ref(), &child.signature_value.data)
        .is_ok()
}

#[cfg(test)]
mod tests;
