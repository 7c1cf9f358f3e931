//! A pipe's or socket's end that somebody handed us, read and written without ever blocking a thread.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net;

use rustix::fs::{FileType, OFlags};
use tokio::net::UnixStream;
use tokio::net::unix::pipe::{Receiver, Sender};

/// See the module.
#[derive(Debug)]
pub(crate) enum Stream {
    Reader(Receiver),
    Writer(Sender),
    Socket(UnixStream),
}

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
        match kind(&fd, OFlags::WRONLY, "read")? {
            FileType::Socket => Self::socket(fd),
            _ => Ok(Self::Reader(Receiver::from_owned_fd(fd)?)),
        }
    }

    /// To write sound to.
    pub(crate) fn writer(fd: OwnedFd) -> Result<Self, NoStream> {
        match kind(&fd, OFlags::RDONLY, "written")? {
            FileType::Socket => Self::socket(fd),
            _ => Ok(Self::Writer(Sender::from_owned_fd(fd)?)),
        }
    }

    fn socket(fd: OwnedFd) -> Result<Self, NoStream> {
        let socket = net::UnixStream::from(fd);
        socket.set_nonblocking(true)?;
        Ok(Self::Socket(UnixStream::from_std(socket)?))
    }

    /// Waits for bytes; 0 where the other end is closed.
    pub(crate) async fn read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match self {
                Self::Reader(pipe) => {
                    pipe.readable().await?;
                    pipe.try_read(bytes)
                }
                Self::Socket(socket) => {
                    socket.readable().await?;
                    socket.try_read(bytes)
                }
                Self::Writer(_) => Err(io::ErrorKind::Unsupported.into()),
            };
            if !again(&read) {
                return read;
            }
        }
    }

    /// Writes them all, as fast as they are taken.
    pub(crate) async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = match self {
                Self::Writer(pipe) => {
                    pipe.writable().await?;
                    pipe.try_write(bytes)
                }
                Self::Socket(socket) => {
                    socket.writable().await?;
                    socket.try_write(bytes)
                }
                Self::Reader(_) => Err(io::ErrorKind::Unsupported.into()),
            };
            if !again(&written) {
                bytes = &bytes[written?..];
            }
        }
        Ok(())
    }
}

/// A pipe or a socket that is open in the direction that is needed.
fn kind(fd: &OwnedFd, not: OFlags, direction: &'static str) -> Result<FileType, NoStream> {
    let kind = FileType::from_raw_mode(rustix::fs::fstat(fd).map_err(io::Error::from)?.st_mode);
    if !matches!(kind, FileType::Fifo | FileType::Socket) {
        return Err(NoStream::Other);
    }
    if rustix::fs::fcntl_getfl(fd).map_err(io::Error::from)? & OFlags::RWMODE == not {
        return Err(NoStream::Direction(direction));
    }
    Ok(kind)
}

/// It was not ready after all, or a signal came in between.
fn again(outcome: &io::Result<usize>) -> bool {
    use io::ErrorKind::{Interrupted, WouldBlock};
    outcome.as_ref().is_err_and(|error| matches!(error.kind(), Interrupted | WouldBlock))
}
