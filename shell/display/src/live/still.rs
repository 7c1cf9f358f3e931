//! The newest picture of a source, kept beside the file that says what it is: what the page shows where nothing comes,
//! and all that an export or a look back has of it.

use board::{Content, Document, MediaId, MediaKind};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The largest that is read: a picture of 4K as JPEG is a few megabytes.
const LARGEST: u64 = 64 << 20;

fn path(folder: &Path, file: MediaId) -> PathBuf {
    folder.join(format!("{file}.still"))
}

/// Keeps a picture as JPEG, in the place of the one before. Not where the board no longer has the source: the class
/// may have ended meanwhile, and what it had is deleted.
pub(super) fn keep(folder: &Path, file: MediaId, jpeg: &[u8]) -> io::Result<()> {
    let is_there = || folder.join(file.to_string()).is_file();
    if !is_there() {
        return Ok(());
    }
    let (whole, part) = (path(folder, file), folder.join(format!("{file}.still-part")));
    let mut to = File::create(&part)?;
    to.write_all(jpeg)?;
    to.sync_all()?;
    std::fs::rename(&part, &whole)?;
    if is_there() { Ok(()) } else { std::fs::remove_file(&whole) }
}

/// The picture, if one was kept.
pub(crate) fn read(folder: &Path, file: MediaId) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path(folder, file)).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}

/// Puts the pictures that were kept in the place of what was live.
pub(crate) fn develop(folder: &Path, document: &mut Document) {
    let mut developed: BTreeMap<MediaId, Option<MediaId>> = BTreeMap::new();
    for thing in document.sheets.iter_mut().flat_map(|sheet| &mut sheet.things) {
        let Content::Media(media) = &mut thing.content else { continue };
        if media.kind != MediaKind::Live {
            continue;
        }
        let picture = *developed.entry(media.file).or_insert_with(|| {
            let bytes = read(folder, media.file)?;
            let picture = MediaId::of(&bytes);
            document.media.insert(picture, bytes.into());
            Some(picture)
        });
        if let Some(picture) = picture {
            (media.file, media.kind) = (picture, MediaKind::Picture);
        }
    }
}
