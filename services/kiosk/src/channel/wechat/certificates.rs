//! The platform's certificates, for merchants who do not know the platform by its bare public key: opened with the
//! APIv3 key, kept in memory while they are valid, and asked for anew when an answer names another.
//! Source: pay.weixin.qq.com/doc/v3, "下载平台证书".

use std::sync::Arc;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::watch;

use super::sealed::{ApiKey, Sealed};
use crate::channel::Doubt;
use crate::channel::rsa::VerifyingKey;

/// Pause between two questions for certificates, in seconds. The platform changes them every few years; a pause of
/// minutes keeps strangers who invent serial numbers from making us ask all day.
const ASK_EVERY_S: i64 = 300;
/// Most certificates read of one answer: the platform has one, and two while it changes them.
const CERTIFICATES_MAX: usize = 16;

/// One certificate of the platform.
#[derive(Debug)]
pub(super) struct Certificate {
    /// Hexadecimal, upper case.
    pub(super) serial: String,
    pub(super) key: VerifyingKey,
    /// Seconds since 1970 UTC.
    from: i64,
    until: i64,
}

impl Certificate {
    /// Whether it may be believed at `now`.
    pub(super) fn valid(&self, now: i64) -> bool {
        (self.from..=self.until).contains(&now)
    }
}

#[derive(Debug, Default)]
struct Held {
    list: Arc<[Certificate]>,
    asked_at: Option<i64>,
    wanted: bool,
}

/// The certificates held now.
#[derive(Debug, Default)]
pub(super) struct Certificates(watch::Sender<Held>);

impl Certificates {
    pub(super) fn list(&self) -> Arc<[Certificate]> {
        self.0.borrow().list.clone()
    }

    /// The serial number to ask answers for: that of the certificate that lives longest.
    pub(super) fn newest(&self, now: i64) -> Option<String> {
        let list = self.list();
        let valid = list.iter().filter(|certificate| certificate.valid(now));
        valid.max_by_key(|certificate| certificate.until).map(|certificate| certificate.serial.clone())
    }

    /// Somebody named a serial number that is not here.
    pub(super) fn want(&self) {
        self.0.send_modify(|held| held.wanted = true);
    }

    pub(super) fn wanted(&self) -> bool {
        self.0.borrow().wanted
    }

    /// Whether to ask now; if so, nobody else may for [`ASK_EVERY_S`].
    pub(super) fn may_ask(&self, now: i64) -> bool {
        self.0.send_if_modified(|held| {
            let early = held
                .asked_at
                .is_some_and(|then| now.saturating_sub(then).unsigned_abs() < ASK_EVERY_S.unsigned_abs());
            if !early {
                held.asked_at = Some(now);
                held.wanted = false;
            }
            !early
        })
    }

    pub(super) fn keep(&self, list: Vec<Certificate>) {
        self.0.send_modify(|held| held.list = list.into());
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "data")]
    certificates: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    serial_no: String,
    effective_time: String,
    expire_time: String,
    encrypt_certificate: Sealed,
}

/// Reads the answer of `GET /v3/certificates`: those that are valid at `now`.
///
/// # Errors
/// [`Doubt`]: not sealed with our key, or nothing valid in it.
pub(super) fn open(body: &[u8], key: &ApiKey, now: i64) -> Result<Vec<Certificate>, Doubt> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_not_it| Doubt::Unparsable)?;
    if answer.certificates.len() > CERTIFICATES_MAX {
        return Err(Doubt::Unparsable);
    }
    let mut list = Vec::new();
    for told in &answer.certificates {
        let pem = key.open(&told.encrypt_certificate).ok_or(Doubt::BadSignature)?;
        let certificate = read(told, &pem).ok_or(Doubt::Unparsable)?;
        if certificate.valid(now) {
            list.push(certificate);
        }
    }
    if list.is_empty() { Err(Doubt::BadSignature) } else { Ok(list) }
}

/// A certificate whose own serial number and dates are those told beside it; the narrower dates hold.
fn read(told: &Told, pem: &[u8]) -> Option<Certificate> {
    let (_, block) = x509_parser::pem::parse_x509_pem(pem).ok()?;
    let certificate = block.parse_x509().ok()?;
    let bytes = certificate.tbs_certificate.raw_serial();
    let bytes = bytes.strip_prefix(&[0]).unwrap_or(bytes);
    let serial: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    let seconds = |text| OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp);
    let (from, until) = (seconds(&told.effective_time)?, seconds(&told.expire_time)?);
    let dates = certificate.validity();
    (serial == told.serial_no.to_ascii_uppercase()).then_some(())?;
    Some(Certificate {
        serial,
        key: VerifyingKey::from_pem("platform certificate", pem).ok()?,
        from: from.max(dates.not_before.timestamp()),
        until: until.min(dates.not_after.timestamp()),
    })
}

#[cfg(test)]
mod tests;
