//! The index on the disk: one file beside the board's own, written whole under another name and then renamed. It can
//! always be made anew from the board, so a torn file, one of another version or of a stranger is not mended but
//! left.
//!
//! Format, all numbers little-endian: `DAISFIND`, version (u32), model (text), count (u32); of each passage the page's
//! stamp (u64 and u32), its number (u32), when it was made (u64), whether it was read from ink (u8), what it says (text), the length of its meaning (u16,
//! 0xffff: not known) and its bytes; then a count (u32) and for each page whose ink was read its
//! stamp and the number that its ink had (u64); at the end the CRC-32C of everything before. A text is its length (u32)
//! and UTF-8.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use board::{Actor, PageId, Stamp};

use super::{Entry, Index, PASSAGES_MAX};

/// The file's name in the board's folder.
pub const FILE: &str = "search.index";
const MAGIC: &[u8; 8] = b"DAISFIND";
const VERSION: u32 = 1;
/// No file is larger: every passage in its full length with its meaning.
const BYTES_MAX: u64 = 96 << 20;
/// A meaning is at most this long; today's has 512.
const MEANING_LEN_MAX: usize = 4_096;
const UNKNOWN: u16 = u16::MAX;

/// The index as bytes.
pub fn encode(index: &Index) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    text(&mut out, &index.model);
    let entries = &index.entries[..index.entries.len().min(PASSAGES_MAX)];
    out.extend_from_slice(&length(entries.len()));
    for entry in entries {
        out.extend_from_slice(&entry.page.0.time.to_le_bytes());
        out.extend_from_slice(&entry.page.0.actor.0.to_le_bytes());
        out.extend_from_slice(&length(entry.number));
        out.extend_from_slice(&entry.made_us.to_le_bytes());
        out.push(entry.written.into());
        text(&mut out, &entry.text);
        let meaning = entry.meaning.as_deref().filter(|meaning| meaning.len() <= MEANING_LEN_MAX);
        let count = meaning.map_or(UNKNOWN, |meaning| u16::try_from(meaning.len()).unwrap_or(UNKNOWN));
        out.extend_from_slice(&count.to_le_bytes());
        out.extend(meaning.unwrap_or_default().iter().map(|step| step.cast_unsigned()));
    }
    out.extend_from_slice(&length(index.read.len()));
    for (page, sum) in &index.read {
        out.extend_from_slice(&page.0.time.to_le_bytes());
        out.extend_from_slice(&page.0.actor.0.to_le_bytes());
        out.extend_from_slice(&sum.to_le_bytes());
    }
    let sum = crc32c::crc32c(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

fn length(count: usize) -> [u8; 4] {
    u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes()
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&length(text.len()));
    out.extend_from_slice(text.as_bytes());
}

/// The index that bytes are; `None` where they are none of this version, whole. Any bytes are safe to try.
pub fn decode(bytes: &[u8]) -> Option<Index> {
    let (body, sum) = bytes.split_last_chunk::<4>()?;
    if crc32c::crc32c(body) != u32::from_le_bytes(*sum) {
        return None;
    }
    let mut from = From(body);
    if from.take(MAGIC.len())? != MAGIC || from.number()? != VERSION {
        return None;
    }
    let model = from.text()?;
    let count = usize::try_from(from.number()?).ok().filter(|count| *count <= PASSAGES_MAX)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let page = from.page()?;
        let number = usize::try_from(from.number()?).ok()?;
        let made_us = from.long()?;
        let [written] = from.chunk()?;
        let text = from.text()?;
        let meaning = match from.short()? {
            UNKNOWN => None,
            count => Some(from.take(usize::from(count))?.iter().map(|byte| byte.cast_signed()).collect()),
        };
        entries.push(Entry { page, number, made_us, text, written: written != 0, meaning });
    }
    let mut read = BTreeMap::new();
    for _ in 0..from.number()? {
        read.insert(from.page()?, from.long()?);
    }
    from.0.is_empty().then_some(Index { model, entries, read, inked: Vec::new() })
}

/// What is left to read.
struct From<'a>(&'a [u8]);

impl<'a> From<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn short(&mut self) -> Option<u16> {
        self.chunk().map(u16::from_le_bytes)
    }

    fn number(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_le_bytes)
    }

    fn long(&mut self) -> Option<u64> {
        self.chunk().map(u64::from_le_bytes)
    }

    fn page(&mut self) -> Option<PageId> {
        Some(PageId(Stamp { time: self.long()?, actor: Actor(self.number()?) }))
    }

    fn text(&mut self) -> Option<String> {
        let count = usize::try_from(self.number()?).ok()?;
        String::from_utf8(self.take(count)?.to_vec()).ok()
    }
}

/// What was kept in a folder; an empty index where nothing was, or nothing that can be used.
pub fn load(folder: &Path) -> Index {
    let read = || {
        let mut bytes = Vec::new();
        File::open(folder.join(FILE))?.take(BYTES_MAX).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>(bytes)
    };
    match read() {
        Ok(bytes) => decode(&bytes).unwrap_or_else(|| {
            tracing::warn!("the search index is torn or of another version; it is made anew");
            Index::default()
        }),
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                tracing::warn!(%error, "the search index cannot be read; it is made anew");
            }
            Index::default()
        }
    }
}

/// Keeps an index in a folder; an empty one leaves no file there.
pub fn save(folder: &Path, index: &Index) -> io::Result<()> {
    let path = folder.join(FILE);
    if index.entries.is_empty() && index.read.is_empty() {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    let fresh = folder.join(format!("{FILE}.new"));
    let mut file = File::create(&fresh)?;
    file.write_all(&encode(index))?;
    file.sync_all()?;
    fs::rename(&fresh, &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let entry = |time, text: &str, meaning| Entry {
            page: PageId(Stamp { time, actor: Actor(3) }),
            number: 7,
            made_us: 1_700_000_000_000_000,
            text: text.to_owned(),
            written: time == 6,
            meaning,
        };
        let known = Some((-127..=127).collect());
        let entries =
            vec![entry(5, "光合作用\n is here", known), entry(6, "", None), entry(0, "x", Some(Vec::new()))];
        let read = [(entries[0].page, u64::MAX), (entries[1].page, 3)].into();
        Index { model: "encoder 3".to_owned(), entries, read, inked: Vec::new() }
    }

    #[test]
    fn an_index_survives_the_disk_and_no_other_bytes_are_one() {
        let whole = encode(&index());
        assert_eq!(decode(&whole), Some(index()));
        for cut in 0..whole.len() {
            assert_eq!(decode(&whole[..cut]), None, "cut at {cut}");
        }
        for at in 0..whole.len() {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 0x10;
            assert_eq!(decode(&spoilt), None, "spoilt at {at}");
        }
        // Of another version, though whole.
        let mut other = whole[..whole.len() - 4].to_vec();
        other[8] = 2;
        let sum = crc32c::crc32c(&other).to_le_bytes();
        other.extend_from_slice(&sum);
        assert_eq!(decode(&other), None);
    }

    #[test]
    fn a_torn_file_is_left_and_an_empty_board_leaves_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()), Index::default());
        save(folder.path(), &index()).unwrap();
        assert_eq!(load(folder.path()), index());
        let whole = fs::read(folder.path().join(FILE)).unwrap();
        fs::write(folder.path().join(FILE), &whole[..whole.len() / 2]).unwrap();
        assert_eq!(load(folder.path()), Index::default());
        save(folder.path(), &index()).unwrap();
        save(folder.path(), &Index::default()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        save(folder.path(), &Index::default()).unwrap();
    }
}
