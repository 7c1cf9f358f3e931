//! Class lists: one text file a class, a name a line. What is wrong with one is told without its names.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// Classes that are offered; a school panel stands in one room.
pub const CLASSES_MAX: usize = 24;
/// Names of one class.
pub const NAMES_MAX: usize = 200;
/// Letters of one name that can be read from the last row.
pub const NAME_MAX: usize = 40;
/// A file with so many such names, in any script, and room for remarks.
const FILE_MAX: u64 = 64 * 1024;
/// What a list's name ends with.
const ENDING: &str = "txt";

/// A class and those in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Roster {
    /// The file's name without its ending.
    pub class: String,
    /// Those in it, or why the list cannot be used.
    pub names: Result<Vec<String>, RosterError>,
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names.as_ref().map(Vec::len);
        f.debug_struct("Roster").field("class", &self.class).field("names", &names).finish()
    }
}

/// Why a list cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Nobody is in it.
    #[error("the list has no names: write one on each line")]
    Empty,
    /// It is not text, or of another encoding.
    #[error("the list is no UTF-8 text: save it as UTF-8")]
    NotText,
    /// Somebody's name is too long, on this line.
    #[error("line {0} is longer than {NAME_MAX} letters: write one name on each line")]
    LongName(usize),
    /// There are too many.
    #[error("the list has more than {NAMES_MAX} names")]
    TooMany,
    /// The file cannot be read at all.
    #[error("the list cannot be read")]
    Unreadable,
}

/// The names of a list. Empty lines, and those that begin with `#`, are none; so are spaces at the ends.
///
/// # Errors
/// When there are none, too many, or one is too long to be a name.
pub fn parse(bytes: &[u8]) -> Result<Vec<String>, RosterError> {
    let text = std::str::from_utf8(bytes).map_err(|_| RosterError::NotText)?;
    // Editors of other systems put a mark before the first letter.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        return Err(RosterError::NotText);
    }
    let mut names = Vec::new();
    for (line, name) in text.lines().map(str::trim).enumerate() {
        if name.is_empty() || name.starts_with('#') {
            continue;
        }
        if name.chars().count() > NAME_MAX {
            return Err(RosterError::LongName(line + 1));
        }
        if names.len() == NAMES_MAX {
            return Err(RosterError::TooMany);
        }
        names.push(name.to_owned());
    }
    if names.is_empty() { Err(RosterError::Empty) } else { Ok(names) }
}

/// Every list of a folder, by the class's name; none where there is no folder.
pub fn read(folder: &Path) -> Vec<Roster> {
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            tracing::warn!(%error, "the class lists cannot be read");
            return Vec::new();
        }
    };
    let mut rosters: Vec<Roster> = files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|path| {
            let class = path.file_stem()?.to_str()?.chars().take(NAME_MAX).collect();
            Some(Roster { class, names: load(&path) })
        })
        .collect();
    rosters.sort_by(|one, other| one.class.cmp(&other.class));
    rosters.truncate(CLASSES_MAX);
    rosters
}

fn load(path: &Path) -> Result<Vec<String>, RosterError> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(FILE_MAX + 1).read_to_end(&mut bytes));
    match read {
        Err(error) => {
            tracing::warn!(%error, "a class list cannot be read");
            Err(RosterError::Unreadable)
        }
        Ok(_) if bytes.len() as u64 > FILE_MAX => Err(RosterError::TooMany),
        Ok(_) => parse(&bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lines() {
        let text = "\u{feff}# 七年级一班\r\n王小明\r\n  李 华 \r\n\r\nAda Lovelace";
        assert_eq!(parse(text.as_bytes()).unwrap(), ["王小明", "李 华", "Ada Lovelace"]);
    }

    #[test]
    fn what_is_wrong_is_told_without_names() {
        let long = format!("Ada\n{}\n", "x".repeat(NAME_MAX + 1));
        let many = "name\n".repeat(NAMES_MAX + 1);
        for (bytes, error) in [
            (b"".as_slice(), RosterError::Empty),
            (b"# nobody\n\n", RosterError::Empty),
            (b"\xcd\xf5\xd0\xa1\xc3\xf7", RosterError::NotText),
            (b"PK\x03\x04\0\0", RosterError::NotText),
            (long.as_bytes(), RosterError::LongName(2)),
            (many.as_bytes(), RosterError::TooMany),
        ] {
            assert_eq!(parse(bytes), Err(error));
        }
        assert!(parse("name\n".repeat(NAMES_MAX).as_bytes()).is_ok());
    }

    #[test]
    fn a_folder_has_a_list_a_class() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(&folder.path().join("none")), []);
        for (name, text) in [("7B.txt", "Bo"), ("7A.txt", "Ada\nBo"), ("notes.md", "Eve"), ("8A.txt", "")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        fs::write(folder.path().join("large.txt"), vec![b'\n'; 70_000]).unwrap();
        fs::create_dir(folder.path().join("folder.txt")).unwrap();
        let found = read(folder.path());
        let told: Vec<_> =
            found.iter().map(|roster| (roster.class.as_str(), roster.names.as_ref().map(Vec::len))).collect();
        assert_eq!(
            told,
            [
                ("7A", Ok(2)),
                ("7B", Ok(1)),
                ("8A", Err(&RosterError::Empty)),
                ("folder", Err(&RosterError::Unreadable)),
                ("large", Err(&RosterError::TooMany)),
            ]
        );
        assert!(!format!("{found:?}").contains("Ada"));
    }
}
