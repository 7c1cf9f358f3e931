//! The shelf: pictures, documents and videos that the board shows, each a file named by the hash of its bytes, beside
//! the journal. A file is on the disk before an op names it, so a power cut leaves no empty frame on the board.

mod desk;

pub(crate) use desk::{Desk, Done, Found, Job};

use board::MediaId;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The largest file, in bytes: ten minutes of video from a phone.
const LARGEST: u64 = 1 << 30;

/// Why a file cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShelfError {
    #[error("the disk takes no more files: delete something and try again")]
    Full(#[source] io::Error),
    #[error("the disk refuses: check it and try again")]
    Disk(#[source] io::Error),
    #[error("the file of a picture is gone from the disk; insert the picture again")]
    Gone,
    #[error(
        "the file of a picture no longer is what was inserted; check the disk and insert the picture again"
    )]
    Spoilt,
    #[error("this file is larger than a board takes (1 GB); use a shorter video or a smaller picture")]
    TooLarge,
}

/// A folder of files.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The shelf of a board's folder; it is made when the first file comes.
    pub(crate) fn new(board: &Path) -> Self {
        Self { folder: board.join("media") }
    }

    /// Where the files lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, id: MediaId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// Keeps a file. Returns when it would outlive a power cut; one that is there already costs nothing.
    pub(crate) fn keep(&self, id: MediaId, bytes: &[u8]) -> Result<(), ShelfError> {
        if bytes.len() as u64 > LARGEST {
            return Err(ShelfError::TooLarge);
        }
        let path = self.path(id);
        if path.metadata().is_ok_and(|known| known.len() == bytes.len() as u64) {
            return Ok(());
        }
        self.write(&path, bytes).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ShelfError::Full(error),
            _ => ShelfError::Disk(error),
        })
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        // Under another name until it is whole: what bears its hash as its name is that file.
        let part = path.with_extension("part");
        let mut file = File::create(&part)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        if let Err(error) = written.and_then(|()| std::fs::rename(&part, path)) {
            // Of a full disk the half file is no use to anybody.
            if std::fs::remove_file(&part).is_err() {
                tracing::warn!("half a media file is left on the disk");
            }
            return Err(error);
        }
        File::open(&self.folder)?.sync_all()
    }

    /// The whole file, which is what was kept.
    pub(crate) fn read(&self, id: MediaId) -> Result<Vec<u8>, ShelfError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => ShelfError::Gone,
            _ => ShelfError::Disk(error),
        };
        let file = File::open(self.path(id)).map_err(failed)?;
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
        if MediaId::of(&bytes) == id { Ok(bytes) } else { Err(ShelfError::Spoilt) }
    }
}

#[cfg(test)]
mod tests;
