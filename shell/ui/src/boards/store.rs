//! The boards of a unit on its disk: each a folder with its journal, its media, a few words about it and a small picture.
//! Which one is open outlives a power cut, and so does each of them, whatever instant it comes at.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::kept::{keep, new_id, put_aside, replace};

/// The first board's folder in that of the state; the others lie in folders of their own below [`BOARDS`].
pub const FIRST: &str = "board";
const BOARDS: &str = "boards";
/// The name of the board that is open.
const OPEN: &str = "open";
const ABOUT: &str = "about.toml";
const PREVIEW: &str = "preview.png";
/// What a board's folder is called while its deletion can be undone.
const GONE: &str = ".gone-";
/// Boards of one unit; more than a school year has lessons in a room would be looked for on a computer.
pub const BOARDS_MAX: usize = 500;
/// Letters of a name.
pub const NAME_MAX: usize = 40;
/// The largest small picture that is read.
const PREVIEW_BYTES_MAX: u64 = 8 << 20;

/// What is kept about a board beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct About {
    name: String,
    /// Milliseconds since 1970.
    made_ms: u64,
    opened_ms: u64,
}

/// A board.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    /// The folder's name.
    pub id: String,
    /// What people call it; empty: it has only its dates.
    pub name: String,
    /// When it was made and when it was opened last, milliseconds since 1970; 0 where nobody knows.
    pub made_ms: u64,
    /// See above.
    pub opened_ms: u64,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The boards below a folder.
#[derive(Clone, Debug)]
pub struct Store {
    state: PathBuf,
}

impl Store {
    /// The boards of this folder, which must exist. What was being deleted is deleted.
    pub fn new(state: impl Into<PathBuf>) -> Self {
        let store = Self { state: state.into() };
        store.forget_gone();
        store
    }

    /// Where a board lies.
    pub fn folder(&self, id: &str) -> PathBuf {
        if id == FIRST { self.state.join(FIRST) } else { self.boards().join(id) }
    }

    fn boards(&self) -> PathBuf {
        self.state.join(BOARDS)
    }

    /// The board that was open last, and is still there; else the first one.
    pub fn open(&self) -> String {
        let id = fs::read_to_string(self.boards().join(OPEN)).unwrap_or_default();
        let id = id.trim();
        if is_id(id) && self.folder(id).is_dir() { id.to_owned() } else { FIRST.to_owned() }
    }

    /// All boards, those that were opened last first, and of them at most [`BOARDS_MAX`].
    pub fn list(&self) -> Vec<Known> {
        let below = fs::read_dir(self.boards()).into_iter().flatten().flatten();
        let ids = below
            .filter(|entry| entry.path().is_dir())
            .filter_map(|entry| entry.file_name().into_string().ok());
        let first = self.state.join(FIRST).is_dir().then(|| FIRST.to_owned());
        let mut known: Vec<Known> =
            ids.filter(|id| is_id(id)).chain(first).map(|id| self.known(id)).collect();
        known.sort_by(|one, other| other.opened_ms.cmp(&one.opened_ms).then_with(|| other.id.cmp(&one.id)));
        known.truncate(BOARDS_MAX);
        known
    }

    fn known(&self, id: String) -> Known {
        let About { name, made_ms, opened_ms } = self.about(&id);
        Known { id, name, made_ms, opened_ms }
    }

    /// A board without words about it is one without a name: it was made before there were several, or ended its class.
    fn about(&self, id: &str) -> About {
        let path = self.folder(id).join(ABOUT);
        let Ok(text) = fs::read_to_string(&path) else { return About::default() };
        toml::from_str(&text).unwrap_or_else(|error: toml::de::Error| {
            tracing::warn!(line = ?error.span(), "what is known about a board cannot be read and is put aside");
            put_aside(&path);
            About::default()
        })
    }

    fn tell(&self, id: &str, change: impl FnOnce(&mut About)) -> io::Result<()> {
        let folder = self.folder(id);
        fs::create_dir_all(&folder)?;
        let mut about = self.about(id);
        change(&mut about);
        keep(&folder, ABOUT, &about)
    }

    /// Makes a board; nobody has opened it yet.
    ///
    /// # Errors
    /// When the disk refuses, or there are too many.
    pub fn make(&self, name: &str, now_ms: u64) -> io::Result<String> {
        if self.list().len() >= BOARDS_MAX {
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, "too many boards: delete some"));
        }
        let id = new_id()?;
        self.tell(&id, |about| {
            *about = About { name: short(name), made_ms: now_ms, opened_ms: now_ms };
        })?;
        File::open(self.boards())?.sync_all()?;
        Ok(id)
    }

    /// This board is open from now on, also after a restart.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn opened(&self, id: &str, now_ms: u64) -> io::Result<()> {
        fs::create_dir_all(self.boards())?;
        replace(&self.boards(), OPEN, id)?;
        self.tell(id, |about| about.opened_ms = now_ms)
    }

    /// Another name.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn rename(&self, id: &str, name: &str) -> io::Result<()> {
        self.tell(id, |about| about.name = short(name))
    }

    /// A board is put where it can be had back from until the next one is, or the next start.
    ///
    /// # Errors
    /// When it is open, or the disk refuses.
    pub fn put_away(&self, id: &str) -> io::Result<()> {
        if id == self.open() || !is_id(id) {
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, "this board is open"));
        }
        self.forget_gone();
        fs::create_dir_all(self.boards())?;
        fs::rename(self.folder(id), self.gone(id))?;
        File::open(self.boards())?.sync_all()
    }

    /// The board that was put away is back.
    ///
    /// # Errors
    /// When it is gone for good, or the disk refuses.
    pub fn take_back(&self, id: &str) -> io::Result<()> {
        fs::rename(self.gone(id), self.folder(id))?;
        File::open(self.boards())?.sync_all()
    }

    fn gone(&self, id: &str) -> PathBuf {
        self.boards().join(format!("{GONE}{id}"))
    }

    /// What was put away is gone for good.
    pub fn forget_gone(&self) {
        for entry in fs::read_dir(self.boards()).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(GONE)
                && let Err(error) = fs::remove_dir_all(entry.path())
            {
                tracing::warn!(%error, "a deleted board is still on the disk; it is deleted at the next start");
            }
        }
    }

    /// A board's small picture, as it was seen last.
    pub fn preview(&self, id: &str) -> Option<Vec<u8>> {
        let path = self.folder(id).join(PREVIEW);
        let small = fs::metadata(&path).is_ok_and(|file| file.len() <= PREVIEW_BYTES_MAX);
        small.then(|| fs::read(path).ok()).flatten()
    }

    /// Keeps a small picture. One that is lost in a power cut is drawn anew when its board is seen.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep_preview(&self, id: &str, png: &[u8]) -> io::Result<()> {
        let (path, fresh) = (self.folder(id).join(PREVIEW), self.folder(id).join("preview.new"));
        fs::write(&fresh, png)?;
        fs::rename(fresh, path)
    }
}

/// Whether a name is one of a board's folder, and leads nowhere else.
fn is_id(id: &str) -> bool {
    id == FIRST || id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn short(name: &str) -> String {
    name.trim().chars().filter(|letter| !letter.is_control()).take(NAME_MAX).collect()
}

/// The folder that a start opens.
pub fn start_folder(state: &Path) -> PathBuf {
    let store = Store::new(state);
    store.folder(&store.open())
}

#[cfg(test)]
mod tests;
