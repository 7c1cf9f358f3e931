//! `/etc/dais/admin.toml`. The shipped file is the default, and a test says so.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;

use crate::Parts;
use crate::key::Key;
use crate::log::Log;
use crate::office::Office;

/// What switches the page off.
const OFF: &str = "off";
/// Where state lies on a device.
const STATE: &str = "/var/lib/dais/admin";
/// What `log` is where it is systemd's.
const JOURNAL: &str = "journal";
/// The credential that keeps the page's address the same over restarts.
const CREDENTIAL: &str = "admin-key";

/// What an operator may set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `off`, or an address and a port.
    pub listen: String,
    /// `journal`, or a folder of log files.
    pub log: String,
    /// What the unit was enrolled with.
    pub state: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        Self { listen: OFF.to_owned(), log: JOURNAL.to_owned(), state: PathBuf::from(STATE) }
    }
}

impl Config {
    /// What the service works with; an error names the setting that makes no sense.
    pub fn parts(&self) -> anyhow::Result<Parts> {
        let listen = match self.listen.as_str() {
            OFF => None,
            place => Some(place.parse::<SocketAddr>().with_context(|| {
                format!(
                    "listen is {place:?}; it must be \"off\", or an address and a port as \"0.0.0.0:8471\""
                )
            })?),
        };
        let key = match daemon::credential(CREDENTIAL) {
            Ok(bytes) => Key::read(&String::from_utf8_lossy(&bytes))?,
            Err(_) => Key::make()?,
        };
        let log = match self.log.as_str() {
            JOURNAL => Log::Journal,
            folder if folder.starts_with('/') => Log::Folder(PathBuf::from(folder)),
            other => {
                anyhow::bail!("log is {other:?}; it must be \"journal\", or a folder as \"/var/log/dais\"")
            }
        };
        Ok(Parts { listen, key, machine: PathBuf::from("/"), log, office: Office::new(&self.state) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_is_the_default() {
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../../image/rootfs/etc/dais/admin.toml");
        assert_eq!(daemon::load::<Config>(shipped.as_ref()).unwrap(), Config::default());
        assert!(Config::default().parts().unwrap().listen.is_none());
    }

    #[test]
    fn the_shipped_example_is_an_enrolment() {
        let shipped = include_str!("../../../image/rootfs/etc/dais/admin.toml");
        let example = shipped.lines().filter_map(|line| line.strip_prefix("#: "));
        let text: String =
            example.filter(|line| !line.starts_with("listen")).map(|line| format!("{line}\n")).collect();
        let key = crate::enrol::SchoolKey::make().unwrap();
        let signed = crate::enrol::read(&crate::enrol::make(&key, &text).unwrap()).unwrap();
        assert!(signed.enrolment.parts().iter().all(|(_, there)| *there), "{text}");
    }

    #[test]
    fn a_port_without_an_address_is_named() {
        let wrong = Config { listen: "8471".to_owned(), ..Config::default() }.parts().unwrap_err();
        assert!(format!("{wrong:#}").contains("0.0.0.0:8471"), "{wrong:#}");
        let wrong = Config { log: "syslog".to_owned(), ..Config::default() }.parts().unwrap_err();
        assert!(format!("{wrong:#}").contains("journal"), "{wrong:#}");
    }
}
