//! A pipe's or socket's end that somebody handed us, read and written without ever blocking a thread.

use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{FileType, OFlags};
use tokio::io::unix::AsyncFd;

/// See the module.
#[derive(Debug)]
pub(crate) struct Stream(AsyncFd<OwnedFd>);

/// What a descriptor is not.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoStream {
    /// A file would never wait, and a terminal or device is no sound.
    #[error("the descriptor is neither a pipe nor a socket; hand over an end of one")]
    Other,
    /// The other way round.
    #[error("the descriptor cannot be {0}; hand over the other end")]
    Direction(&'static str),
    /// The system.
    #[error("the descriptor cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl Stream {
    /// To read sound from.
    pub(crate) fn reader(fd: OwnedFd) -> Result<Self, NoStream> {
        Self::open(fd, OFlags::WRONLY, "read")
    }

    /// To write sound to.
    pub(crate) fn writer(fd: OwnedFd) -> Result<Self, NoStream> {
        Self::open(fd, OFlags::RDONLY, "written")
    }

    fn open(fd: OwnedFd, not: OFlags, direction: &'static str) -> Result<Self, NoStream> {
        let kind = FileType::from_raw_mode(rustix::fs::fstat(&fd).map_err(io::Error::from)?.st_mode);
        if !matches!(kind, FileType::Fifo | FileType::Socket) {
            return Err(NoStream::Other);
        }
        let flags = rustix::fs::fcntl_getfl(&fd).map_err(io::Error::from)?;
        if flags & OFlags::RWMODE == not {
            return Err(NoStream::Direction(direction));
        }
        rustix::fs::fcntl_setfl(&fd, flags | OFlags::NONBLOCK).map_err(io::Error::from)?;
        Ok(Self(AsyncFd::new(fd)?))
    }

    /// Waits for bytes; 0 where the other end is closed.
    pub(crate) async fn read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut ready = self.0.readable().await?;
            match ready.try_io(|fd| Ok(rustix::io::read(fd, &mut *bytes)?)) {
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(read) => return read,
                Err(_would_block) => {}
            }
        }
    }

    /// Writes them all, as fast as they are taken.
    pub(crate) async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let mut ready = self.0.writable().await?;
            match ready.try_io(|fd| Ok(rustix::io::write(fd, bytes)?)) {
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(written) => bytes = &bytes[written?..],
                Err(_would_block) => {}
            }
        }
        Ok(())
    }
}
