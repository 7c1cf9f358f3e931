//! What a unit keeps of its first start: how far it has come, the pinned key and the artefact, each replaced whole, so
//! that after a power cut there is the one or the other and never half of one. The key is durable first: a unit may have
//! a key without an enrolment, and never an enrolment that anybody could replace. What the system's own services did not
//! take of it yet is known by the mark that is missing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use api::admin::FirstStep;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::enrol::{self, Enrolment, KEY_BYTES};

const KEY: &str = "enrolment.key";
const ARTEFACT: &str = "enrolment.toml";
/// The artefact that was applied wholly.
const MARK: &str = "enrolment.applied";
const STEP: &str = "first-start";
/// The till's staff, as systemd hands them to the till.
const STAFF: &str = "kiosk_staff";

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
        let Some(text) = self.read(KEY)? else { return Ok(None) };
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

    /// The artefact and what it says, where the key that this unit belongs to has signed one.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn enrolment(&self) -> io::Result<Option<(String, Enrolment)>> {
        let (Some(pinned), Some(text)) = (self.pinned()?, self.read(ARTEFACT)?) else { return Ok(None) };
        let signed = enrol::read(&text).map_err(io::Error::other)?;
        Ok((signed.key == pinned.key).then_some((text, signed.enrolment)))
    }

    /// Whether this artefact was applied wholly.
    pub fn is_applied(&self, artefact: &str) -> bool {
        self.read(MARK).is_ok_and(|mark| mark.is_some_and(|mark| mark == artefact))
    }

    /// Marks it so.
    ///
    /// # Errors
    /// The disk refuses; then it is applied once more, which does no harm.
    pub fn set_applied(&self, artefact: &str) -> io::Result<()> {
        self.replace(MARK, artefact)
    }

    /// Lines of the till's roster, for its next start; none take it away.
    ///
    /// # Errors
    /// The disk refuses; the till has the lines of before then.
    pub fn keep_staff(&self, lines: &[String]) -> io::Result<()> {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.replace(STAFF, &text)
    }

    /// What of a first start comes next; the beginning where nothing is kept or what is kept is not known.
    pub fn step(&self) -> FirstStep {
        let kept = self.read(STEP).ok().flatten();
        let step =
            kept.and_then(|text| text.trim().parse().ok()).map_or(FirstStep::Unknown, FirstStep::from_wire);
        if step == FirstStep::Unknown { FirstStep::Language } else { step }
    }

    /// Keeps it.
    ///
    /// # Errors
    /// The disk refuses; the step of before is there then.
    pub fn reach(&self, step: FirstStep) -> io::Result<()> {
        self.replace(STEP, &format!("{}\n", step.to_wire()))
    }

    fn read(&self, name: &str) -> io::Result<Option<String>> {
        match fs::read_to_string(self.0.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            text => text.map(Some),
        }
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

    #[test]
    fn how_far_a_first_start_came_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::new(folder.path());
        assert_eq!(office.step(), FirstStep::Language);
        for step in FirstStep::ALL {
            office.reach(*step).unwrap();
            assert_eq!(Office::new(folder.path()).step(), *step);
        }
        for nonsense in ["", "0", "6", "wizard"] {
            fs::write(folder.path().join(STEP), nonsense).unwrap();
            assert_eq!(office.step(), FirstStep::Language, "{nonsense}");
        }
    }

    #[test]
    fn another_artefact_is_not_applied_yet() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::new(folder.path());
        assert_eq!(office.enrolment().unwrap(), None);
        assert!(!office.is_applied("one"));
        office.set_applied("one").unwrap();
        assert!(office.is_applied("one") && !office.is_applied("two"));
    }

    #[test]
    fn an_artefact_of_another_key_than_the_pinned_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::new(folder.path());
        let text = "schema = 1\nschool = \"s\"\nunit = \"u\"\n";
        let artefact = enrol::make(&enrol::SchoolKey::make().unwrap(), text).unwrap();
        let key = enrol::read(&artefact).unwrap().key;
        office.keep(&Pinned { key }, &artefact).unwrap();
        assert_eq!(office.enrolment().unwrap().unwrap().1.unit, "u");
        // Somebody put another key there, or another text.
        office.keep(&Pinned { key: [7; KEY_BYTES] }, &artefact).unwrap();
        assert_eq!(office.enrolment().unwrap(), None);
        office.keep(&Pinned { key }, &artefact.replace("school", "schoo1")).unwrap();
        assert!(office.enrolment().is_err());
    }
}
