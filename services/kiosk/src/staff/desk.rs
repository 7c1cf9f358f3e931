//! The thin edge of [`super`]: random tokens, and the count of wrong PINs in a file beside the ledger.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::rand;

use super::grants::{Grant, Grants, TokenBytes};
use super::lockout::Lockout;
use super::roster::Roster;
use super::{Denied, Right, Who};

/// Largest file that is read; a count has some forty bytes.
const FILE_BYTES_MAX: u64 = 1024;

/// The count's file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the count of wrong PINs in {} cannot be used; look at the disk", file.display())]
pub struct StaffError {
    file: PathBuf,
    #[source]
    source: io::Error,
}

/// The staff of this kiosk and their grants.
#[derive(Debug)]
pub struct Staff {
    roster: Arc<Roster>,
    lockout: Lockout,
    file: PathBuf,
    grants: Grants,
}

impl Staff {
    /// Takes the roster, and the count where one was kept. A file that holds no count locks the keypad for the
    /// longest rest: it may have been spoiled to open it.
    ///
    /// # Errors
    /// [`StaffError`].
    pub fn new(roster: Roster, file: &Path, now_ms: u64) -> Result<Self, StaffError> {
        let lockout = match read(file) {
            Ok(kept) => kept.map_or(Lockout::longest(now_ms), |kept| kept.resumed(now_ms)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Lockout::default(),
            Err(source) => return Err(StaffError { file: file.to_owned(), source }),
        };
        Ok(Self { roster: Arc::new(roster), lockout, file: file.to_owned(), grants: Grants::default() })
    }

    /// The roster, to call [`Roster::recognise`] where blocking is allowed, between [`Self::begin`] and
    /// [`Self::finish`].
    pub fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster)
    }

    /// Counts a try before its PIN is looked at.
    ///
    /// # Errors
    /// [`Denied::Locked`], [`Denied::NotCounted`].
    pub fn begin(&mut self, now_ms: u64) -> Result<(), Denied> {
        let wait_ms = self.lockout.wait_ms(now_ms);
        if wait_ms > 0 {
            return Err(Denied::Locked { wait_ms });
        }
        self.keep(self.lockout.tried(now_ms))
    }

    /// Opens a grant for who was recognised; the count begins anew then.
    ///
    /// # Errors
    /// [`Denied::WrongPin`], [`Denied::NotCounted`].
    pub fn finish(&mut self, now_ms: u64, caller: &str, who: Option<Who>) -> Result<Grant, Denied> {
        let Some(who) = who else {
            tracing::warn!(wait_ms = self.lockout.wait_ms(now_ms), "a wrong staff number or PIN was typed");
            return Err(Denied::WrongPin);
        };
        self.keep(Lockout::default())?;
        let mut token: TokenBytes = [0; 16];
        rand::fill(&mut token).map_err(|_no_entropy| Denied::NotCounted)?;
        Ok(self.grants.open(now_ms, caller, who, token))
    }

    /// All of it in one call, which blocks for as long as the hash is strong.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn open(&mut self, now_ms: u64, caller: &str, typed: &str) -> Result<Grant, Denied> {
        self.begin(now_ms)?;
        let who = self.roster.recognise(typed);
        self.finish(now_ms, caller, who)
    }

    /// Who wants this: [`Grants::check`].
    ///
    /// # Errors
    /// [`Denied`].
    pub fn check(&mut self, now_ms: u64, caller: &str, token: &str, right: Right) -> Result<Who, Denied> {
        self.grants.check(now_ms, caller, token, right)
    }

    /// Ends the caller's grant: it asked for that, or it left the bus.
    pub fn end(&mut self, caller: &str) {
        self.grants.end(caller);
    }

    /// Durable before it is believed.
    fn keep(&mut self, lockout: Lockout) -> Result<(), Denied> {
        write(&self.file, lockout).map_err(|error| {
            tracing::error!(%error, "the count of wrong PINs cannot be written");
            Denied::NotCounted
        })?;
        self.lockout = lockout;
        Ok(())
    }
}

/// `None` where the file holds no count.
fn read(file: &Path) -> io::Result<Option<Lockout>> {
    if fs::metadata(file)?.len() > FILE_BYTES_MAX {
        return Ok(None);
    }
    Ok(serde_json::from_slice(&fs::read(file)?).ok())
}

/// A new file in the old one's place, so that there is always a whole one.
fn write(file: &Path, lockout: Lockout) -> io::Result<()> {
    let next = file.with_extension("next");
    let mut out = File::create(&next)?;
    out.write_all(&serde_json::to_vec(&lockout)?)?;
    out.sync_all()?;
    fs::rename(&next, file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
