//! What an enrolment says. A setting that is not known is refused, so that a word misspelt is not a setting lost.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use toml::value::Datetime;

use super::EnrolError;

/// Of this version.
pub const SCHEMA: u32 = 1;
/// Letters of a name that a screen shows.
const NAME_MAX: usize = 64;
/// IEEE 802.11: a network's name has so many bytes.
const SSID_MAX: usize = 32;
/// Members of staff, as the till's roster has them.
const STAFF_MAX: usize = 100;

/// All of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The school's name.
    pub school: String,
    /// The room's.
    #[serde(default)]
    pub room: String,
    /// The unit's, unlike all others of the school.
    pub unit: String,
    /// The computer's serial number, where this is for it alone.
    pub serial: Option<String>,
    /// The last day on which a unit takes this, `2026-12-31`.
    pub expires: Option<Datetime>,
    /// As the time zone database names it, `Asia/Shanghai`.
    pub time_zone: Option<String>,
    /// Of the screens.
    pub language: Option<Language>,
    /// What the unit is.
    pub role: Option<Role>,
    /// How it gets into the network.
    #[serde(default)]
    pub network: Network,
    /// `http://HOST:PORT` for what leaves the school.
    pub proxy: Option<String>,
    /// The text of `timetable.toml`.
    pub timetable: Option<String>,
    /// Who may do what.
    #[serde(default)]
    pub roles: Roles,
}

/// A language of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A board.
    Panel,
    /// A till.
    Kiosk,
    /// The two in one.
    Both,
}

/// The ways into the network.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// By radio.
    pub wifi: Option<Wifi>,
    /// By cable, where the switch wants to know who is there; without it a cable just works.
    pub wired: Option<Wired>,
}

/// A wireless network: with a password, or with [`Eap`].
#[derive(Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wifi {
    /// Its name.
    pub ssid: String,
    /// Its password, 8 to 63 letters (WPA2 and WPA3).
    pub password: Option<String>,
    /// The same by certificates.
    pub eap: Option<Eap>,
}

/// Never the password.
impl fmt::Debug for Wifi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = self.password.as_ref().map(|_| "**");
        f.debug_struct("Wifi").field("password", &password).field("eap", &self.eap).finish_non_exhaustive()
    }
}

/// A wired network with 802.1X.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wired {
    /// Who is there.
    pub eap: Eap,
}

/// EAP-TLS. Certificates and keys are systemd credentials, here are their names alone.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eap {
    /// As the network's own server knows the unit.
    pub identity: String,
    /// The certificate that signed that server's.
    pub ca: String,
    /// The unit's certificate.
    pub certificate: String,
    /// The unit's private key.
    pub key: String,
}

/// PINs, hashed as `dais-kiosk staff hash` and `dais-shell hash-pin` do.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Roles {
    /// Lines of the till's roster.
    pub staff: Vec<String>,
    /// Of the service page.
    pub service_pin: Option<String>,
}

/// Only how many.
impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service = self.service_pin.is_some();
        write!(f, "Roles(staff: {}, service: {service})", self.staff.len())
    }
}

/// The schema alone, so that a later version is told as such and not as a misspelt setting.
#[derive(Deserialize)]
struct Versioned {
    schema: u32,
}

pub(super) fn parse(text: &str) -> Result<Enrolment, EnrolError> {
    if let Ok(Versioned { schema }) = toml::from_str(text)
        && schema != SCHEMA
    {
        return Err(EnrolError::Schema(schema));
    }
    let enrolment: Enrolment = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or_default();
        EnrolError::NotUnderstood { line: before.matches('\n').count() + 1 }
    })?;
    enrolment.check()?;
    Ok(enrolment)
}

impl Enrolment {
    /// Which parts it has, by their settings' names.
    pub fn parts(&self) -> [(&'static str, bool); 11] {
        [
            ("serial", self.serial.is_some()),
            ("expires", self.expires.is_some()),
            ("time zone", self.time_zone.is_some()),
            ("language", self.language.is_some()),
            ("role", self.role.is_some()),
            ("wifi", self.network.wifi.is_some()),
            ("wired 802.1X", self.network.wired.is_some()),
            ("proxy", self.proxy.is_some()),
            ("timetable", self.timetable.is_some()),
            ("staff", !self.roles.staff.is_empty()),
            ("service PIN", self.roles.service_pin.is_some()),
        ]
    }

    fn check(&self) -> Result<(), EnrolError> {
        name("school", &self.school)?;
        name("unit", &self.unit)?;
        if !self.room.is_empty() {
            name("room", &self.room)?;
        }
        if let Some(serial) = &self.serial {
            name("serial", serial)?;
        }
        let day = self.expires.is_none_or(|day| day.date.is_some() && day.time.is_none());
        want(day, "expires", "a day, as 2026-12-31 without quotation marks")?;
        let zone = self.time_zone.as_deref().is_none_or(is_zone);
        want(zone, "time_zone", "a name of the time zone database, as Asia/Shanghai")?;
        let proxy = self.proxy.as_deref().is_none_or(is_proxy);
        want(proxy, "proxy", "http://HOST:PORT or https://HOST:PORT, without a name or password")?;
        if let Some(wifi) = &self.network.wifi {
            wifi.check()?;
        }
        if let Some(wired) = &self.network.wired {
            wired.eap.check("network.wired.eap")?;
        }
        let lines = &self.roles.staff;
        want(lines.len() <= STAFF_MAX, "roles.staff", "at most 100 lines")?;
        let made = lines.iter().all(|line| is_staff(line));
        want(made, "roles.staff", "lines that `dais-kiosk staff hash` makes, never a PIN")?;
        let mut numbers: Vec<&str> = lines.iter().filter_map(|line| line.get(..2)).collect();
        numbers.sort_unstable();
        let apart = numbers.windows(2).all(|pair| pair[0] != pair[1]);
        want(apart, "roles.staff", "each staff number once")?;
        let pin = self.roles.service_pin.as_deref().is_none_or(|line| is_hash(&words(line)));
        want(pin, "roles.service_pin", "a line that `dais-shell hash-pin` makes, never a PIN")?;
        let timetable = self.timetable.as_deref().is_none_or(|text| text.parse::<toml::Table>().is_ok());
        want(timetable, "timetable", "the text of a timetable.toml")
    }
}

impl Wifi {
    fn check(&self) -> Result<(), EnrolError> {
        want(is_ssid(&self.ssid), "network.wifi.ssid", "1 to 32 bytes")?;
        let both = self.password.is_some() && self.eap.is_some();
        want(!both, "network.wifi", "a password or eap, not the two")?;
        let good = self.password.as_deref().is_none_or(is_password);
        want(good, "network.wifi.password", "8 to 63 letters, digits and signs of ASCII")?;
        self.eap.as_ref().map_or(Ok(()), |eap| eap.check("network.wifi.eap"))
    }
}

pub(crate) fn is_ssid(text: &str) -> bool {
    (1..=SSID_MAX).contains(&text.len())
}

/// WPA2's passphrase (IEEE 802.11, J.4.1).
pub(crate) fn is_password(text: &str) -> bool {
    (8..=63).contains(&text.len()) && text.bytes().all(|byte| (32..127).contains(&byte))
}

impl Eap {
    fn check(&self, setting: &'static str) -> Result<(), EnrolError> {
        name(setting, &self.identity)?;
        let names = [&self.ca, &self.certificate, &self.key];
        let good = names.iter().all(|name| is_credential(name));
        want(good, setting, "names of systemd credentials: letters, digits, dot, dash and underscore")
    }
}

fn words(line: &str) -> Vec<&str> {
    if line.contains(['\n', '#']) { Vec::new() } else { line.split_whitespace().collect() }
}

/// A line as the till's roster has them; how strong its hash must be is for the till to say.
fn is_staff(line: &str) -> bool {
    let words = words(line);
    let (id, rest) = match words[..] {
        [id, "cashier", cap, ref rest @ ..] if cap.parse::<i64>().is_ok_and(|cap| cap >= 0) => (id, rest),
        [id, "manager" | "auditor", ref rest @ ..] => (id, rest),
        _ => return false,
    };
    id.len() == 2 && id.bytes().all(|byte| byte.is_ascii_digit()) && is_hash(rest)
}

/// `pbkdf2-sha256 ITERATIONS SALT HASH`.
fn is_hash(words: &[&str]) -> bool {
    let base64 = |text: &str| STANDARD.decode(text).is_ok_and(|bytes| !bytes.is_empty());
    matches!(words, ["pbkdf2-sha256", iterations, salt, hash]
        if iterations.parse::<u32>().is_ok_and(|count| count > 0) && base64(salt) && base64(hash))
}

fn name(setting: &'static str, text: &str) -> Result<(), EnrolError> {
    let fits = !text.trim().is_empty() && text.chars().count() <= NAME_MAX;
    want(fits && !text.chars().any(char::is_control), setting, "1 to 64 letters on one line")
}

fn want(good: bool, setting: &'static str, why: &'static str) -> Result<(), EnrolError> {
    if good { Ok(()) } else { Err(EnrolError::Setting { setting, why }) }
}

/// A name that cannot leave the folder of the time zones.
pub(crate) fn is_zone(text: &str) -> bool {
    let part = |part: &str| {
        let first = part.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        first && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    text.len() <= NAME_MAX && text.split('/').count() <= 3 && text.split('/').all(part)
}

fn is_credential(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !text.is_empty() && text.len() <= NAME_MAX && !text.starts_with('.') && text.bytes().all(good)
}

fn is_proxy(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let Some((host, port)) = rest.and_then(|rest| rest.trim_end_matches('/').rsplit_once(':')) else {
        return false;
    };
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte);
    !host.is_empty() && host.bytes().all(good) && port.parse::<u16>().is_ok_and(|port| port > 0)
}
