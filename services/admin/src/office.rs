//! What a unit keeps of its enrolment: the pinned key and the artefact, each replaced whole, so that after a power cut
//! there is the one or the other and never half of one. The key is durable first: a unit may have a key without an
//! enrolment, and never an enrolment that anybody could replace.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::enrol::KEY_BYTES;

const KEY: &str = "enrolment.key";
const ARTEFACT: &str = "enrolment.toml";

/// The key that this unit belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// Ed25519.
    pub key: [u8; KEY_BYTES],
}

/// Where it is kept.
#[derive(Clone, Debug)]
pub struct Office(PathBuf);

impl Office {
    /// In this folder, which must exist when something is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The pinned key, where there is one. A file that is none is an error: taken for no key, anybody could enrol.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub fn pinned(&self) -> io::Result<Option<Pinned>> {
        let text = match fs::read_to_string(self.0.join(KEY)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        let key = bytes.ok_or_else(|| io::Error::other("the pinned key is damaged: reset this unit"))?;
        Ok(Some(Pinned { key }))
    }

    /// Keeps both, durably.
    ///
    /// # Errors
    /// The disk refuses; what was kept before is still there then.
    pub fn keep(&self, pinned: &Pinned, artefact: &str) -> io::Result<()> {
        self.replace(KEY, &format!("{}\n", STANDARD.encode(pinned.key)))?;
        self.replace(ARTEFACT, artefact)
    }

    fn replace(&self, name: &str, text: &str) -> io::Result<()> {
        let fresh = self.0.join(format!("{name}.new"));
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, self.0.join(name))?;
        File::open(&self.0)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_again_and_a_damaged_one_is_not_none() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::new(folder.path());
        assert_eq!(office.pinned().unwrap(), None);
        let pinned = Pinned { key: [7; KEY_BYTES] };
        office.keep(&pinned, "text").unwrap();
        assert_eq!(Office::new(folder.path()).pinned().unwrap(), Some(pinned.clone()));
        assert_eq!(fs::read_to_string(folder.path().join(ARTEFACT)).unwrap(), "text");
        for damaged in ["", "AAAA", "not base64"] {
            fs::write(folder.path().join(KEY), damaged).unwrap();
            assert!(office.pinned().is_err(), "{damaged}");
        }
        assert!(Office::new("/nowhere/at/all").keep(&pinned, "text").is_err());
    }
}
