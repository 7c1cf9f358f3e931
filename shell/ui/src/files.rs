//! Files that can be put on the board: what lies in the inbox and on what is plugged in. One thread reads disks, so
//! that neither ink nor screens wait for a slow stick. Only what lies below the configured folders is ever named.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::Builder;

use board::PersonId;
use display::FileBeside;

mod enrolments;
mod put;

pub use put::Unwritten;

/// Wishes that may wait: a folder's pictures, and what people touch meanwhile.
const QUEUE_MAX: usize = 80;
/// The most that is shown of a folder: more is looked for on a computer.
const ENTRIES_MAX: usize = 400;
/// The largest file that is read, in bytes: what a board takes of a video.
const FILE_MAX: u64 = 1 << 30;
/// The largest picture that is shown small: beyond it the sign of a picture will do.
const GLANCE_MAX: u64 = 48 << 20;
/// Files beside a `.xopp` that it may name, and their bytes together.
const BESIDE_MAX: usize = 64;
const BESIDE_BYTES_MAX: u64 = 256 << 20;

/// What a file is, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Kind {
    /// More files.
    Folder,
    /// Something plugged in.
    Drive,
    /// A board of this or another program.
    Board,
    /// Pages.
    Pdf,
    /// A picture.
    Picture,
    /// A video.
    Film,
}

/// Something to choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Where it lies.
    pub path: PathBuf,
    /// As people see it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// What is wanted of the thread.
pub enum Wish {
    /// What lies in a folder; `None`: the places to look in.
    Look(Option<PathBuf>),
    /// A picture, small: so many pixels wide and high at most.
    Glance(PathBuf, u32),
    /// All of a file, to be opened for a person.
    Fetch(PersonId, PathBuf),
    /// Enrolments on what is plugged in.
    Enrolments,
    /// A file of this name is to be put on what is plugged in.
    Put(String, Vec<u8>),
}

/// What the thread answers.
pub enum Answer {
    /// What lies there, folders first; how many other files there are that a board cannot show.
    Folder(Option<PathBuf>, Vec<Entry>, usize),
    /// A picture's width, height and RGBA pixels.
    Glance(PathBuf, u32, u32, Vec<u8>),
    /// A file with what lies beside it, or why it cannot be read.
    Fetched(PersonId, String, Result<(Vec<u8>, Vec<FileBeside>), Unread>),
    /// Enrolments by their files' names.
    Enrolments(Vec<(String, Result<String, Unread>)>),
    /// On what a file was put.
    Put(Result<String, Unwritten>),
}

/// Why a file cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unread {
    /// The stick was pulled out, or the file deleted.
    Gone,
    /// More than a board takes.
    TooLarge,
}

/// The end that wishes go into.
#[derive(Clone)]
pub struct Files(SyncSender<Wish>);

impl Files {
    /// Starts the thread; it ends with the last of these. `tell` is called on it.
    ///
    /// # Errors
    /// When the system refuses a new thread.
    pub fn start(roots: Vec<PathBuf>, tell: impl Fn(Answer) + Send + 'static) -> io::Result<Self> {
        let (to, wishes) = sync_channel(QUEUE_MAX);
        Builder::new().name("files".into()).spawn(move || run(&Roots(roots), &wishes, tell))?;
        Ok(Self(to))
    }

    /// Asks without waiting; false where too much is asked already.
    pub fn ask(&self, wish: Wish) -> bool {
        match self.0.try_send(wish) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        }
    }

    /// Asks for something that may as well stay unanswered: it is left where there is no room.
    pub fn ask_later(&self, wish: Wish) {
        if !self.ask(wish) {
            tracing::debug!("a picture is not shown small");
        }
    }
}

fn run(roots: &Roots, wishes: &Receiver<Wish>, tell: impl Fn(Answer)) {
    for wish in wishes {
        match wish {
            Wish::Look(None) => tell(Answer::Folder(None, roots.places(), 0)),
            Wish::Look(Some(path)) => {
                let (entries, others) = roots.holds(&path).map(|path| look(&path)).unwrap_or_default();
                tell(Answer::Folder(Some(path), entries, others));
            }
            Wish::Glance(path, side) => {
                if let Some((width, height, rgba)) = roots.holds(&path).and_then(|path| glance(&path, side)) {
                    tell(Answer::Glance(path, width, height, rgba));
                }
            }
            Wish::Put(name, bytes) => tell(Answer::Put(roots.put(&name, &bytes))),
            Wish::Fetch(person, path) => {
                let name = shown_name(&path);
                let read = roots.holds(&path).ok_or(Unread::Gone).and_then(|path| fetch(&path));
                tell(Answer::Fetched(person, name, read));
            }
            Wish::Enrolments => tell(Answer::Enrolments(enrolments::find(&roots.places()))),
        }
    }
}

/// The configured folders.
struct Roots(Vec<PathBuf>);

impl Roots {
    /// Folders to begin in: those configured, and of those that hold what is plugged in each thing that is.
    fn places(&self) -> Vec<Entry> {
        let mut places = Vec::new();
        for root in &self.0 {
            let below = drives(root);
            if is_mounts(root) {
                places.extend(below);
            } else if root.is_dir() {
                places.push(Entry { path: root.clone(), name: shown_name(root), kind: Kind::Folder });
            }
        }
        places.truncate(ENTRIES_MAX);
        places
    }

    /// Puts a file on the first thing that is plugged in.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<String, Unwritten> {
        let drive = self.places().into_iter().find(|place| place.kind == Kind::Drive);
        let drive = drive.ok_or(Unwritten::NoDrive)?;
        put::put(&drive.path, name, bytes).map(|_path| drive.name).map_err(|error| {
            tracing::warn!(%error, "a file could not be put on what is plugged in");
            Unwritten::Refused
        })
    }

    /// The path without detours, if it leads below one of the folders.
    fn holds(&self, path: &Path) -> Option<PathBuf> {
        let path = path.canonicalize().ok()?;
        let inside = |root: &PathBuf| root.canonicalize().is_ok_and(|root| path.starts_with(root));
        self.0.iter().any(inside).then_some(path)
    }
}

/// Whether a folder is where systems show what is plugged in.
fn is_mounts(root: &Path) -> bool {
    root.starts_with("/media") || root.starts_with("/run/media")
}

/// What is plugged in below a folder: directly, or one deeper below somebody's name.
fn drives(root: &Path) -> Vec<Entry> {
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(path).into_iter().flatten().flatten().take(ENTRIES_MAX);
        entries.map(|entry| entry.path()).filter(|path| path.is_dir() && !is_hidden(path)).collect()
    };
    let mut found = Vec::new();
    for path in folders(root) {
        let deeper = folders(&path);
        let is_somebody =
            fs::read_dir(&path).into_iter().flatten().flatten().all(|entry| entry.path().is_dir());
        let drives =
            if root.ends_with("media") && is_somebody && !deeper.is_empty() { deeper } else { vec![path] };
        found.extend(drives.into_iter().map(|path| Entry {
            name: shown_name(&path),
            path,
            kind: Kind::Drive,
        }));
    }
    found
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

fn shown_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What a file is, by how its name ends; `None`: nothing that a board shows.
fn kind(path: &Path) -> Option<Kind> {
    let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
    match ending.as_str() {
        "png" | "jpg" | "jpeg" | "webp" => Some(Kind::Picture),
        "pdf" => Some(Kind::Pdf),
        "mp4" | "m4v" | "mov" | "webm" | "mkv" | "avi" | "mpg" | "mpeg" => Some(Kind::Film),
        "xopp" | "svg" | "iwb" | "inkml" | "excalidraw" | "ubz" => Some(Kind::Board),
        _ => None,
    }
}

fn look(folder: &Path) -> (Vec<Entry>, usize) {
    let mut entries = Vec::new();
    let mut others = 0;
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if is_hidden(&path) {
            continue;
        }
        let kind = if path.is_dir() { Some(Kind::Folder) } else { kind(&path) };
        match kind {
            Some(kind) if entries.len() < ENTRIES_MAX => {
                entries.push(Entry { name: shown_name(&path), path, kind });
            }
            _ => others += 1,
        }
    }
    let lower = |entry: &Entry| entry.name.to_lowercase();
    entries.sort_by_cached_key(|entry| (entry.kind != Kind::Folder, lower(entry)));
    (entries, others)
}

fn glance(path: &Path, side: u32) -> Option<(u32, u32, Vec<u8>)> {
    if fs::metadata(path).ok()?.len() > GLANCE_MAX {
        return None;
    }
    let mut reader = image::ImageReader::open(path).ok()?.with_guessed_format().ok()?;
    reader.limits(image::Limits::default());
    let small = reader.decode().ok()?.thumbnail(side, side).to_rgba8();
    Some((small.width(), small.height(), small.into_raw()))
}

fn fetch(path: &Path) -> Result<(Vec<u8>, Vec<FileBeside>), Unread> {
    let length = fs::metadata(path).map_err(|_| Unread::Gone)?.len();
    if length > FILE_MAX {
        return Err(Unread::TooLarge);
    }
    let bytes = fs::read(path).map_err(|_| Unread::Gone)?;
    let names_others = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xopp"));
    Ok((bytes, if names_others { beside(path) } else { Vec::new() }))
}

/// Pictures and pages in the same folder, as long as they are few and small.
fn beside(path: &Path) -> Vec<FileBeside> {
    let Some(folder) = path.parent() else { return Vec::new() };
    let mut left = BESIDE_BYTES_MAX;
    let mut found = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let wanted = matches!(kind(&path), Some(Kind::Picture | Kind::Pdf));
        let length = fs::metadata(&path).map_or(u64::MAX, |about| about.len());
        if !wanted || found.len() >= BESIDE_MAX || length > left {
            continue;
        }
        if let Ok(bytes) = fs::read(&path) {
            left -= length.min(left);
            found.push(FileBeside { name: shown_name(&path), bytes });
        }
    }
    found
}

#[cfg(test)]
mod tests;
