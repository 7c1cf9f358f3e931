//! One board in the place of another: the new one's journal is written beside the old one, then takes its name, and
//! all that the old one kept is deleted. Whatever instant the power fails at, a start finds one of the two, whole.

use super::FILE;
use board::{Journal, JournalError, Op};
use std::fs::File;
use std::io;
use std::path::Path;

/// The new board's journal while it is written.
const FRESH: &str = "board.journal.new";
/// Lies in the folder from before the new journal takes the old one's name until all of the old board is deleted.
const MARK: &str = "board.ends";

/// Puts a board of these ops in the place of the one in the folder; its journal is open and holds them.
pub(crate) fn replace(folder: &Path, ops: &[Op]) -> Result<Journal<File>, JournalError> {
    let failed = |source| JournalError::Open { path: folder.to_owned(), source };
    remove(&folder.join(FRESH)).map_err(failed)?;
    let (mut journal, _) = Journal::open_each(&folder.join(FRESH), |_| {})?;
    for op in ops {
        journal.append(op)?;
    }
    journal.flush()?;
    File::create(folder.join(MARK)).and_then(|mark| mark.sync_all()).map_err(failed)?;
    sync(folder).map_err(failed)?;
    std::fs::rename(folder.join(FRESH), folder.join(FILE)).map_err(failed)?;
    sync(folder).map_err(failed)?;
    // From here on the new board is the one that a start finds; the rest can be done then as well.
    if let Err(error) = sweep(folder) {
        tracing::warn!(%error, "what the ended class kept is deleted at the next start");
    }
    Ok(journal)
}

/// Ends what a power cut has interrupted. To be called before a folder's journal is opened.
pub(crate) fn settle(folder: &Path) -> io::Result<()> {
    let fresh = folder.join(FRESH);
    if folder.join(MARK).try_exists()? && !fresh.try_exists()? {
        return sweep(folder);
    }
    // The new journal has not taken the old one's name: the old board is the one.
    remove(&folder.join(MARK))?;
    remove(&fresh)
}

/// Deletes all but the journal, and last the mark.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == FILE || name == MARK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            remove(&entry.path())?;
        }
    }
    sync(folder)?;
    remove(&folder.join(MARK))?;
    sync(folder)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests;
