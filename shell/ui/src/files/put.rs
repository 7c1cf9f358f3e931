//! A file is put on what is plugged in: whole or not at all, and never over another one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Files of one name on one stick: more lessons than a day has.
const SAME_NAME_MAX: u32 = 99;

/// Why nothing was put there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unwritten {
    /// Nothing is plugged in.
    NoDrive,
    /// It is full, locked, broken, or was pulled out.
    Refused,
}

/// Puts a file into a folder and waits until it is there, so that the stick may be pulled out.
pub(super) fn put(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let path = free(folder, name)?;
    let fresh = folder.join(format!(".{name}.part"));
    let written = write(&fresh, bytes).and_then(|()| fs::rename(&fresh, &path));
    if let Err(error) = written {
        // What was begun is of no use; it may be gone with the stick.
        drop(fs::remove_file(&fresh));
        return Err(error);
    }
    File::open(folder)?.sync_all()?;
    Ok(path)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The name, or where there is a file of it already the same with a number.
fn free(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let numbered = |number: u32| match number {
        1 => folder.join(name),
        number => folder.join(format!("{stem}-{number}.{ending}")),
    };
    (1..=SAME_NAME_MAX)
        .map(numbered)
        .find(|path| !path.exists())
        .ok_or_else(|| io::Error::new(io::ErrorKind::AlreadyExists, "too many files of this name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_and_takes_no_others_place() {
        let folder = tempfile::tempdir().unwrap();
        let put = |text: &str| put(folder.path(), "attendance.csv", text.as_bytes()).unwrap();
        let (one, other) = (put("one"), put("other"));
        assert_eq!(fs::read_to_string(&one).unwrap(), "one");
        assert_eq!(fs::read_to_string(&other).unwrap(), "other");
        assert!(one.ends_with("attendance.csv") && other.ends_with("attendance-2.csv"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing half written is left");
    }

    #[test]
    fn what_takes_nothing_is_told_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("pulled out");
        assert!(put(&gone, "attendance.csv", b"one").is_err());
        // A folder that stands where the file is being written is as good as a full stick.
        fs::create_dir(folder.path().join(".attendance.csv.part")).unwrap();
        assert!(put(folder.path(), "attendance.csv", b"one").is_err());
        assert!(!folder.path().join("attendance.csv").exists());
    }
}
