//! Bulk bytes over the bus: a memfd whose size and content can no longer change.
//!
//! The sender seals before it sends, the receiver refuses what is not sealed, so neither side can pull pages away
//! under the other. Reading copies through `pread`, so no mapping (and no `unsafe`) is needed.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, memfd_create};

/// What a receiver insists on.
const REQUIRED: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW).union(SealFlags::WRITE);

/// Why a descriptor was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SealedError {
    /// Not a memfd, or not sealed.
    #[error("the file descriptor is not a sealed memfd; seal shrink, grow and write before sending it")]
    NotSealed,
    /// Larger than the receiver takes.
    #[error("the file holds {len} bytes, more than the {most} that are taken")]
    TooLarge {
        /// Bytes it holds.
        len: u64,
        /// Bytes that are taken.
        most: u64,
    },
    /// Reading or making it failed.
    #[error("the memory file could not be used")]
    Io(#[from] io::Error),
}

/// Puts `bytes` into a new sealed memfd.
pub fn seal(bytes: &[u8]) -> Result<OwnedFd, SealedError> {
    let fd =
        memfd_create("dais", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).map_err(io::Error::from)?;
    let mut file = File::from(fd);
    file.write_all(bytes)?;
    fcntl_add_seals(&file, REQUIRED | SealFlags::SEAL).map_err(io::Error::from)?;
    Ok(file.into())
}

/// The bytes of a sealed memfd of at most `most` bytes.
pub fn read(fd: impl AsFd, most: u64) -> Result<Vec<u8>, SealedError> {
    let seals = fcntl_get_seals(&fd).map_err(|_| SealedError::NotSealed)?;
    if !seals.contains(REQUIRED) {
        return Err(SealedError::NotSealed);
    }
    let file = File::from(fd.as_fd().try_clone_to_owned()?);
    let len = file.metadata()?.len();
    if len > most {
        return Err(SealedError::TooLarge { len, most });
    }
    let mut bytes = vec![0; usize::try_from(len).map_err(|_| SealedError::TooLarge { len, most })?];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
