//! The sandbox's key files: making them, and loading those that serve.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, anyhow};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::acp;
use crate::alipay::certificates::{self, Certificates};
use crate::rsa::{self, Signer, Verifier};
use crate::terminal::frame::from_hex;

/// Every key pair, and whether it also has a certificate.
const PAIRS: [(&str, bool); 6] = [
    ("alipay_app", false),
    ("alipay_platform", false),
    ("wx_mch", true),
    ("wx_platform", true),
    ("acp_mch", true),
    ("acp_up", true),
];
/// WeChat Pay's keys for sealing and for v2 have 32 characters.
const SHARED_KEY_LEN: usize = 32;
/// A terminal's pairing key has 256 bits.
const TERMINAL_KEY_BYTES: usize = 32;

/// Writes every key into `folder`, making it where it is missing. Keys that exist are made anew.
///
/// # Errors
/// The folder or a file cannot be written.
pub fn make(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for (name, certified) in PAIRS {
        pair(folder, name, certified).with_context(|| format!("the key {name} cannot be made"))?;
    }
    certificates::make(folder).context("Alipay's certificates cannot be made")?;
    write(folder, "alipay_aes_key.txt", &base64_key()?)?;
    write(folder, "wx_apiv3_key.txt", &shared_key()?)?;
    write(folder, "wx_v2_key.txt", &shared_key()?)?;
    write(folder, "terminal_key.txt", &hex(TERMINAL_KEY_BYTES)?)?;
    write(folder, "office_key.txt", &hex(TERMINAL_KEY_BYTES)?)?;
    write(folder, "wx_pubkey_id.txt", &format!("PUB_KEY_ID_01{}", hex(14)?))
}

/// A new RSA key of 2048 bits as PKCS#8.
pub(crate) fn rsa_pkcs8() -> anyhow::Result<Vec<u8>> {
    let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_failed| anyhow!("no entropy"))?;
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&key).map_err(|_failed| anyhow!("no PKCS#8"))?;
    Ok(private.as_ref().to_vec())
}

fn pair(folder: &Path, name: &str, certified: bool) -> anyhow::Result<()> {
    let private = rsa_pkcs8()?;
    let key = KeyPair::from_pkcs8(&private).map_err(|_failed| anyhow!("no PKCS#8"))?;
    let public =
        AsDer::<PublicKeyX509Der<'_>>::as_der(key.public_key()).map_err(|_failed| anyhow!("no SPKI"))?;
    let private_pem = rsa::to_pem("PRIVATE KEY", &private);
    write(folder, &format!("{name}_priv.pem"), &private_pem)?;
    let pkcs1 = rsa::pkcs1_of(&private)?;
    write(folder, &format!("{name}_priv_pkcs1.pem"), &rsa::to_pem("RSA PRIVATE KEY", pkcs1))?;
    write(folder, &format!("{name}_pub.pem"), &rsa::to_pem("PUBLIC KEY", public.as_ref()))?;
    if certified {
        certificate(folder, name, &private_pem)?;
    }
    Ok(())
}

fn certificate(folder: &Path, name: &str, private_pem: &str) -> anyhow::Result<()> {
    let signing = rcgen::KeyPair::from_pkcs8_pem_and_sign_algo(private_pem, &rcgen::PKCS_RSA_SHA256)?;
    let mut serial = vec![0; 20];
    rand::fill(&mut serial).map_err(|_failed| anyhow!("no entropy"))?;
    // Positive and of full length: RFC 5280 wants the first, tools that print it the second.
    serial[0] = (serial[0] & 0x3F) | 0x40;
    let mut params = rcgen::CertificateParams::default();
    params.serial_number = Some(rcgen::SerialNumber::from_slice(&serial));
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, format!("Dais sandbox {name}"));
    params.distinguished_name.push(rcgen::DnType::OrganizationName, "Dais");
    params.distinguished_name.push(rcgen::DnType::CountryName, "CN");
    params.not_before = rcgen::date_time_ymd(2024, 1, 1);
    params.not_after = rcgen::date_time_ymd(2044, 1, 1);
    write(folder, &format!("{name}_cert.pem"), &params.self_signed(&signing)?.pem())?;
    let serial: String = serial.iter().map(|byte| format!("{byte:02X}")).collect();
    write(folder, &format!("{name}_serial.txt"), &serial)
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("{} cannot be written", path.display()))
}

fn hex(bytes: usize) -> anyhow::Result<String> {
    let mut random = vec![0; bytes];
    rand::fill(&mut random).map_err(|_failed| anyhow!("no entropy"))?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn shared_key() -> anyhow::Result<String> {
    hex(SHARED_KEY_LEN / 2)
}

/// 128 bits in base64, as Alipay's console shows its AES key.
fn base64_key() -> anyhow::Result<String> {
    let mut random = [0; 16];
    rand::fill(&mut random).map_err(|_failed| anyhow!("no entropy"))?;
    Ok(STANDARD.encode(random))
}

/// What the served channels need.
#[derive(Debug)]
pub struct Keys {
    /// Verifies the merchant towards Alipay.
    pub alipay_app: Verifier,
    /// Alipay's own.
    pub alipay_platform: Signer,
    /// The numbers of Alipay's certificates, in a folder that has them.
    pub alipay_certificates: Option<Certificates>,
    /// Seals `biz_content` where a merchant wants that, in a folder that has it.
    pub alipay_aes: Option<[u8; 16]>,
    /// Verifies the merchant towards WeChat Pay.
    pub wx_mch: Verifier,
    /// The serial number that the merchant names.
    pub wx_mch_serial: String,
    /// WeChat Pay's own.
    pub wx_platform: Signer,
    /// The serial number of WeChat Pay's certificate.
    pub wx_platform_serial: String,
    /// WeChat Pay's certificate, PEM.
    pub wx_platform_cert: String,
    /// The name of WeChat Pay's bare public key.
    pub wx_pubkey_id: String,
    /// Seals WeChat Pay's notifies.
    pub wx_apiv3: Vec<u8>,
    /// The terminal's pairing key.
    pub terminal: Vec<u8>,
    /// The key that the back office shares with kiosks, in a folder that has it.
    pub office: Option<Vec<u8>>,
    /// Verifies the merchant towards UnionPay.
    pub acp_mch: Verifier,
    /// The serial number of the merchant's certificate in decimal, as `certId` names it.
    pub acp_mch_cert_id: String,
    /// UnionPay's own.
    pub acp_up: Signer,
    /// UnionPay's certificate, PEM.
    pub acp_up_cert: String,
    /// Signs WeChat Pay v2's messages.
    pub wx_v2: String,
    /// Another channel's, for signatures that must not verify.
    pub stranger: Signer,
}

impl Keys {
    /// Loads what [`make`] wrote.
    ///
    /// # Errors
    /// A file is missing or is no key; the text names it.
    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        let text = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map(|text| text.trim().to_owned()).with_context(|| {
                format!("{} cannot be read; `dais-sandbox make-keys DIR` makes it", path.display())
            })
        };
        let signer = |name: &str| Signer::from_pem(&text(name)?).with_context(|| name.to_owned());
        let verifier = |name: &str| Verifier::from_pem(&text(name)?).with_context(|| name.to_owned());
        let wx_apiv3 = text("wx_apiv3_key.txt")?.into_bytes();
        anyhow::ensure!(wx_apiv3.len() == SHARED_KEY_LEN, "wx_apiv3_key.txt must hold 32 characters");
        let terminal = from_hex(&text("terminal_key.txt")?).filter(|key| key.len() == TERMINAL_KEY_BYTES);
        let terminal = terminal.context("terminal_key.txt must hold 64 hexadecimal digits")?;
        Ok(Self {
            terminal,
            office: text("office_key.txt").ok().and_then(|key| from_hex(&key)).filter(|key| !key.is_empty()),
            alipay_app: verifier("alipay_app_pub.pem")?,
            alipay_platform: signer("alipay_platform_priv.pem")?,
            alipay_certificates: Certificates::load(folder)?,
            alipay_aes: text("alipay_aes_key.txt")
                .ok()
                .and_then(|key| STANDARD.decode(key).ok()?.try_into().ok()),
            wx_mch: verifier("wx_mch_pub.pem")?,
            wx_mch_serial: text("wx_mch_serial.txt")?,
            wx_platform: signer("wx_platform_priv.pem")?,
            wx_platform_serial: text("wx_platform_serial.txt")?,
            wx_platform_cert: text("wx_platform_cert.pem")?,
            wx_pubkey_id: text("wx_pubkey_id.txt")?,
            wx_apiv3,
            acp_mch: verifier("acp_mch_pub.pem")?,
            acp_mch_cert_id: acp::canon::decimal(&text("acp_mch_serial.txt")?),
            acp_up: signer("acp_up_priv.pem")?,
            acp_up_cert: text("acp_up_cert.pem")?,
            wx_v2: text("wx_v2_key.txt")?,
            stranger: signer("acp_up_priv.pem")?,
        })
    }
}
