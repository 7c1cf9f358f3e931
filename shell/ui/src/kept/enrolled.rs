//! The shell's own copy of what the unit was enrolled with, so that the school's name and its lessons are there before
//! the bus is, and also where the admin service is away.

use std::io;
use std::path::PathBuf;

use api::admin::Enrolled;

use crate::service::pin::PinHash;
use crate::settings::{Language, Role, Settings};

const FILE: &str = "enrolled.toml";

/// Where it is kept.
#[derive(Clone, Debug)]
pub struct EnrolledKeeper(PathBuf);

impl EnrolledKeeper {
    /// Keeps in this folder, which must exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// What was kept; nothing where the unit is not enrolled.
    pub fn recall(&self) -> Enrolled {
        super::recall(&self.0, FILE).unwrap_or_default()
    }

    /// Keeps it, durably.
    ///
    /// # Errors
    /// When the disk refuses; what was kept before is still there then.
    pub fn keep(&self, enrolled: &Enrolled) -> io::Result<()> {
        super::keep(&self.0, FILE, enrolled)
    }
}

/// The language that an enrolment names, where it names one.
pub fn language(enrolled: &Enrolled) -> Option<Language> {
    Language::parse(&enrolled.language)
}

/// What it says a unit is.
pub fn role(enrolled: &Enrolled) -> Option<Role> {
    match enrolled.role.as_str() {
        "panel" => Some(Role::Panel),
        "kiosk" => Some(Role::Kiosk),
        "both" => Some(Role::Both),
        _ => None,
    }
}

/// Sets what the unit was enrolled with, but for what flags name.
pub fn onto(settings: &mut Settings, role_given: bool, language_given: bool) {
    let enrolled = EnrolledKeeper::new(&settings.state).recall();
    if let Some(role) = role(&enrolled).filter(|_| !role_given) {
        settings.role = role;
    }
    if let Some(language) = language(&enrolled).filter(|_| !language_given) {
        settings.language = language;
    }
    // A line that is none must not keep a panel from starting.
    if settings.service_pin.is_empty() && PinHash::parse(&enrolled.service_pin).is_ok() {
        settings.service_pin.clone_from(&enrolled.service_pin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_where_no_flag_does_and_a_damaged_copy_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = EnrolledKeeper::new(folder.path());
        assert_eq!(keeper.recall(), Enrolled::default());
        let enrolled = Enrolled {
            school: "第三中学".to_owned(),
            role: "panel".to_owned(),
            language: "en".to_owned(),
            service_pin: "260514".to_owned(),
            timetable: "[[lesson]]\n\"quoted\"\n".to_owned(),
            ..Enrolled::default()
        };
        keeper.keep(&enrolled).unwrap();
        assert_eq!(keeper.recall(), enrolled);
        let mut settings = Settings { state: folder.path().to_owned(), ..Settings::default() };
        onto(&mut settings, true, false);
        assert_eq!((settings.role, settings.language), (Role::Both, Language::En));
        onto(&mut settings, false, true);
        assert_eq!((settings.role, settings.service_pin.as_str()), (Role::Panel, ""));
        std::fs::write(folder.path().join(FILE), "school = ").unwrap();
        assert_eq!(keeper.recall(), Enrolled::default());
    }
}
