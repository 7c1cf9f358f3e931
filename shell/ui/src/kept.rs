//! What is kept over restarts. First of all the payment id, made and kept on disk before the till is asked: after a power cut the same payment is asked
//! about again, never a second one begun.

pub mod cards;
pub mod enrolled;
pub mod prefs;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

mod refund;
mod tenant;

pub use refund::{KeptRefund, RefundKeeper};
pub use tenant::TenantKeeper;

/// The one file; one kiosk has one payment on its screen.
const FILE: &str = "payment.toml";

/// A payment that the till was asked for, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// As the till knows it.
    pub id: String,
    /// Sum in minor units.
    pub total: i64,
    /// ISO 4217.
    pub currency: String,
    /// It buys time in a room, not food.
    #[serde(default)]
    pub for_time: bool,
}

/// Where it is kept.
#[derive(Clone, Debug)]
pub struct Keeper {
    folder: PathBuf,
}

impl Keeper {
    /// Keeps in this folder, which must exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Makes a new id and keeps it, durably, before it is returned.
    pub fn begin(&self, total: i64, currency: &str, for_time: bool) -> io::Result<Kept> {
        let kept = Kept { id: new_id()?, total, currency: currency.to_owned(), for_time };
        keep(&self.folder, FILE, &kept)?;
        Ok(kept)
    }

    /// What was kept before this start, if anything. A file that cannot be understood is put aside, not deleted.
    pub fn recall(&self) -> Option<Kept> {
        recall(&self.folder, FILE)
    }

    /// Forgets it: the till has told how it ended.
    pub fn forget(&self) {
        forget(&self.folder, FILE);
    }

    /// The same for refunds, beside it.
    pub fn refunds(&self) -> RefundKeeper {
        RefundKeeper::new(&self.folder)
    }
}

/// Writes it down, whole.
pub(crate) fn keep(folder: &Path, name: &str, kept: &impl Serialize) -> io::Result<()> {
    replace(folder, name, &toml::to_string(kept).map_err(io::Error::other)?)
}

fn recall<T: DeserializeOwned>(folder: &Path, name: &str) -> Option<T> {
    let path = folder.join(name);
    let text = fs::read_to_string(&path).ok()?;
    match toml::from_str(&text) {
        Ok(kept) => Some(kept),
        Err(error) => {
            tracing::warn!(%error, name, "what was kept cannot be read and is put aside");
            put_aside(&path);
            None
        }
    }
}

fn forget(folder: &Path, name: &str) {
    match fs::remove_file(folder.join(name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, name, "what was kept could not be removed");
        }
        _ => {}
    }
}

/// Puts a file in the place of another of its name: after a power cut there is the one or the other, never half of one.
pub(crate) fn replace(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let fresh = folder.join(format!("{name}.new"));
    let mut file = File::create(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&fresh, folder.join(name))?;
    File::open(folder)?.sync_all()
}

/// What cannot be understood is not deleted: somebody may want to know why.
pub(crate) fn put_aside(path: &Path) {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".unreadable");
    if let Err(error) = fs::rename(path, aside) {
        tracing::warn!(%error, "it could not be put aside");
    }
}

/// 128 random bits in hexadecimal.
pub(crate) fn new_id() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests;
