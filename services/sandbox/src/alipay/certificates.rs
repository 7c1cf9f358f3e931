//! Alipay's certificate mode: who certifies whom, and the numbers that name certificates in requests and answers.

use std::path::Path;

use anyhow::{Context, anyhow};
use aws_lc_rs::rand;
use md5::{Digest, Md5};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use x509_parser::pem::Pem;
use x509_parser::x509::X509Name;

use crate::keys::{self, write};

/// The OIDs of RSA signatures all start so; only such roots are named in a request.
const RSA: &str = "1.2.840.113549.1.1.";

/// The numbers by which requests and answers name certificates.
#[derive(Debug)]
pub struct Certificates {
    /// The application's.
    pub app: String,
    /// The roots', joined with `_`.
    pub root: String,
    /// Alipay's own.
    pub platform: String,
}

/// Writes `alipay_root_cert.pem` (a bundle with one root that is not RSA, as Alipay's has), `alipay_app_cert.pem`
/// and `alipay_platform_cert.pem` (followed by the authority between). The keys of both exist already.
///
/// # Errors
/// A key cannot be read or made, or a file cannot be written.
pub fn make(folder: &Path) -> anyhow::Result<()> {
    let (root_key, between_key) = (rsa()?, rsa()?);
    let root = authority("Dais Sandbox Root Authority R1")?;
    let other = authority("Dais Sandbox Root Authority E1")?.self_signed(&KeyPair::generate()?)?;
    let second = authority("Dais Sandbox Root Authority R2")?.self_signed(&root_key)?;
    // A blank line stands between Alipay's roots, and some SDKs cut there.
    let bundle = [root.self_signed(&root_key)?.pem(), other.pem(), second.pem()].join("\n");
    write(folder, "alipay_root_cert.pem", &bundle)?;

    let between = authority("Dais Sandbox Class 1 R1")?;
    let between_cert = between.signed_by(&between_key, &Issuer::from_params(&root, &root_key))?;
    let issuer = Issuer::from_params(&between, &between_key);
    for (name, subject) in
        [("alipay_app", "2088000000000001-2021000000000001"), ("alipay_platform", "Dais Sandbox Alipay")]
    {
        let private = std::fs::read_to_string(folder.join(format!("{name}_priv.pem")))?;
        let key = KeyPair::from_pkcs8_pem_and_sign_algo(&private, &rcgen::PKCS_RSA_SHA256)?;
        let leaf = named(subject)?.signed_by(&key, &issuer)?;
        write(folder, &format!("{name}_cert.pem"), &format!("{}{}", leaf.pem(), between_cert.pem()))?;
    }
    Ok(())
}

fn rsa() -> anyhow::Result<KeyPair> {
    let private = crate::rsa::to_pem("PRIVATE KEY", &keys::rsa_pkcs8()?);
    Ok(KeyPair::from_pkcs8_pem_and_sign_algo(&private, &rcgen::PKCS_RSA_SHA256)?)
}

/// A certificate's parameters, named in the order in which Alipay's are: country first.
fn named(name: &str) -> anyhow::Result<CertificateParams> {
    let mut serial = vec![0; 16];
    rand::fill(&mut serial).map_err(|_failed| anyhow!("no entropy"))?;
    serial[0] = (serial[0] & 0x3F) | 0x40;
    let mut params = CertificateParams::default();
    params.serial_number = Some(rcgen::SerialNumber::from_slice(&serial));
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "CN");
    params.distinguished_name.push(DnType::OrganizationName, "Dais");
    params.distinguished_name.push(DnType::OrganizationalUnitName, "Sandbox Certification Authority");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = rcgen::date_time_ymd(2024, 1, 1);
    params.not_after = rcgen::date_time_ymd(2044, 1, 1);
    Ok(params)
}

fn authority(name: &str) -> anyhow::Result<CertificateParams> {
    let mut params = named(name)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::CrlSign];
    Ok(params)
}

impl Certificates {
    /// Reads the numbers of what [`make`] wrote. `None` in a folder that has no certificates of Alipay.
    ///
    /// # Errors
    /// A file is no certificate; the text names it.
    pub fn load(folder: &Path) -> anyhow::Result<Option<Self>> {
        let numbers = |name: &str| -> anyhow::Result<Option<Vec<String>>> {
            match std::fs::read(folder.join(name)) {
                Ok(text) => numbers(&text).with_context(|| name.to_owned()).map(Some),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error).with_context(|| format!("{name} cannot be read")),
            }
        };
        let found = (
            numbers("alipay_app_cert.pem")?,
            numbers("alipay_root_cert.pem")?,
            numbers("alipay_platform_cert.pem")?,
        );
        let (Some(app), Some(root), Some(platform)) = found else { return Ok(None) };
        let first = |numbers: Vec<String>| numbers.into_iter().next().context("no RSA certificate");
        Ok(Some(Self { app: first(app)?, root: root.join("_"), platform: first(platform)? }))
    }
}

/// The numbers of the certificates in a PEM text that have an RSA signature: MD5 of issuer and decimal serial number.
fn numbers(text: &[u8]) -> anyhow::Result<Vec<String>> {
    let mut numbers = Vec::new();
    for block in Pem::iter_from_buffer(text) {
        let block = block.context("no PEM")?;
        let certificate = block.parse_x509().context("no certificate")?;
        if certificate.signature_algorithm.algorithm.to_id_string().starts_with(RSA) {
            let told = format!("{}{}", issuer(certificate.issuer())?, certificate.serial);
            let digest = Md5::digest(told.as_bytes());
            numbers.push(digest.iter().map(|byte| format!("{byte:02x}")).collect());
        }
    }
    Ok(numbers)
}

/// `CN=..,OU=..,O=..,C=..`: the last attribute first.
fn issuer(name: &X509Name<'_>) -> anyhow::Result<String> {
    let mut parts = Vec::new();
    for attribute in name.iter_attributes() {
        let short = match attribute.attr_type().to_id_string().as_str() {
            "2.5.4.3" => "CN",
            "2.5.4.6" => "C",
            "2.5.4.10" => "O",
            "2.5.4.11" => "OU",
            other => anyhow::bail!("an issuer has the attribute {other}"),
        };
        parts.push(format!("{short}={}", attribute.as_str().context("an issuer is no text")?));
    }
    parts.reverse();
    Ok(parts.join(","))
}
