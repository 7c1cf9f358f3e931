//! The pages written on last, and small files that a person writes.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use board::{PageId, Said};

/// The largest file that a person writes by hand: a year of lessons, ten times over.
const SMALL_MAX: u64 = 256 * 1024;

/// A page with something on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recent {
    /// The page.
    pub id: PageId,
    /// Of the page among all, counted from 0.
    pub number: usize,
    /// When the newest of it came there, in microseconds since 1970.
    pub made_us: u64,
}

/// The pages with ink, texts or notes, the newest first, so many at most.
pub fn pages(said: &Said, most: usize) -> Vec<Recent> {
    let ink = said.inked.iter().map(|ink| Recent { id: ink.page, number: ink.number, made_us: ink.made_us });
    let words = said.passages.iter().map(|passage| Recent {
        id: passage.page,
        number: passage.number,
        made_us: passage.made_us,
    });
    let mut newest: BTreeMap<usize, Recent> = BTreeMap::new();
    for page in ink.chain(words) {
        let known = newest.entry(page.number).or_insert(page);
        known.made_us = known.made_us.max(page.made_us);
    }
    let mut pages: Vec<Recent> = newest.into_values().collect();
    pages.sort_by_key(|page| (std::cmp::Reverse(page.made_us), page.number));
    pages.truncate(most);
    pages
}

/// The text of a small file.
///
/// # Errors
/// When it cannot be read, is larger, or no text.
pub fn read_small(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(SMALL_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > SMALL_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 256 kB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use board::{Actor, Inked, Passage, Stamp};

    use super::*;

    #[test]
    fn the_newest_come_first_and_each_once() {
        let page = |time: u64| PageId(Stamp { time, actor: Actor(1) });
        let ink = |number: usize, made_us| Inked { page: page(number as u64), number, made_us, sum: 0 };
        let words = |number: usize, made_us| Passage {
            page: page(number as u64),
            number,
            made_us,
            text: "x".to_owned(),
        };
        let said = Said {
            inked: vec![ink(0, 50), ink(1, 10), ink(4, 50)],
            passages: vec![words(1, 70), words(1, 60), words(2, 20)],
            printed: Vec::new(),
        };
        let told: Vec<_> = pages(&said, 3).iter().map(|page| (page.number, page.made_us)).collect();
        assert_eq!(told, [(1, 70), (0, 50), (4, 50)]);
        assert_eq!(pages(&Said::default(), 3), []);
    }

    #[test]
    fn only_small_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert!(read_small(&path).is_err());
        std::fs::write(&path, "x".repeat(SMALL_MAX as usize)).unwrap();
        assert_eq!(read_small(&path).unwrap().len() as u64, SMALL_MAX);
        std::fs::write(&path, "x".repeat(SMALL_MAX as usize + 1)).unwrap();
        assert_eq!(read_small(&path).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        std::fs::write(&path, b"\xff").unwrap();
        assert!(read_small(&path).is_err());
    }
}
