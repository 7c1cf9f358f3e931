//! Enrolments on a stick: texts in its uppermost folder whose names end in `.enrol`. What they say is for the admin
//! service to judge.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Entry, Unread, is_hidden, shown_name};

const ENDING: &str = "enrol";
/// What the admin service takes of one.
const BYTES_MAX: u64 = 128 * 1024;
/// Those that are read: a stick for all units of a school.
const FILES_MAX: usize = 200;

/// By the names of their files.
pub(super) fn find(places: &[Entry]) -> Vec<(String, Result<String, Unread>)> {
    let mut paths: Vec<PathBuf> = places.iter().flat_map(|place| below(&place.path)).collect();
    paths.sort();
    paths.truncate(FILES_MAX);
    paths.iter().map(|path| (shown_name(path), read(path))).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let wanted = |path: &PathBuf| {
        path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING)) && !is_hidden(path)
    };
    entries.filter(wanted).take(FILES_MAX).collect()
}

/// No more of it than is taken, however long it says it is.
fn read(path: &Path) -> Result<String, Unread> {
    // A file of the stick's own, before it is opened: not a pipe that nobody writes into, and no way to elsewhere.
    if !fs::symlink_metadata(path).is_ok_and(|about| about.is_file()) {
        return Err(Unread::Gone);
    }
    let file = File::open(path).map_err(|_gone| Unread::Gone)?;
    let mut bytes = Vec::new();
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|_gone| Unread::Gone)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Unread::TooLarge);
    }
    // What is no text is no enrolment; that is for the service to say.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    #[test]
    fn those_of_a_stick_are_found_and_no_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        write("b.enrol", b"two");
        write("A.ENROL", b"one");
        write(".hidden.enrol", b"no");
        write("photo.png", b"no");
        write("long.enrol", &vec![b'x'; 128 * 1024 + 1]);
        fs::create_dir(folder.path().join("folder.enrol")).unwrap();
        let stick = Entry { path: folder.path().to_owned(), name: "S".to_owned(), kind: Kind::Drive };
        let found = find(&[stick]);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["A.ENROL", "b.enrol", "folder.enrol", "long.enrol"]);
        assert_eq!((found[0].1.as_deref(), found[1].1.as_deref()), (Ok("one"), Ok("two")));
        assert_eq!((&found[2].1, &found[3].1), (&Err(Unread::Gone), &Err(Unread::TooLarge)));
    }
}
