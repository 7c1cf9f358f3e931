//! The emulated printer's plug: a TCP port, or a pseudo terminal under a name that stays.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fcntl_setfl, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// Where the emulated printer is plugged in.
#[derive(Clone, Debug)]
pub enum Plug {
    /// A TCP port; 0 is any.
    Network(SocketAddr),
    /// A serial port linked at this path.
    Serial(PathBuf),
}

/// An open plug. Dropping it pulls it.
#[derive(Debug)]
pub(super) enum Port {
    Network(TcpListener, Option<TcpStream>),
    Serial(Serial),
}

/// Bytes at a time.
const CHUNK: usize = 512;

impl Port {
    pub(super) fn open(plug: &Plug) -> io::Result<Self> {
        match plug {
            Plug::Network(address) => {
                let listener = TcpListener::bind(address)?;
                listener.set_nonblocking(true)?;
                Ok(Self::Network(listener, None))
            }
            Plug::Serial(link) => Serial::open(link).map(Self::Serial),
        }
    }

    /// The port's address on the network.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Network(listener, _) => listener.local_addr().ok(),
            Self::Serial(_) => None,
        }
    }

    /// Waits until something came, or the time is over; `room` is whether it may come.
    pub(super) fn wait(&self, room: bool, time: Timespec) -> io::Result<()> {
        let wanted = if room { PollFlags::IN } else { PollFlags::empty() };
        let fd = match self {
            Self::Network(_, Some(stream)) => stream.as_fd(),
            Self::Network(listener, None) => listener.as_fd(),
            Self::Serial(serial) => serial.line.as_fd(),
        };
        match poll(&mut [PollFd::from_borrowed_fd(fd, wanted)], Some(&time)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What came, at most `room` bytes. A new host takes the place of one that left.
    pub(super) fn read(&mut self, room: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; room.min(CHUNK)];
        let count = match self {
            Self::Network(listener, stream) => {
                if stream.is_none() {
                    match listener.accept() {
                        Ok((fresh, _)) => {
                            fresh.set_nonblocking(true)?;
                            *stream = Some(fresh);
                        }
                        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                        Err(error) => return Err(error),
                    }
                }
                let Some(host) = stream else { return Ok(Vec::new()) };
                if bytes.is_empty() {
                    return Ok(bytes);
                }
                match host.read(&mut bytes) {
                    Ok(count @ 1..) => count,
                    Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => 0,
                    // The host left.
                    Ok(0) | Err(_) => {
                        *stream = None;
                        0
                    }
                }
            }
            Self::Serial(_) if bytes.is_empty() => 0,
            Self::Serial(serial) => match rustix::io::read(&serial.line, &mut bytes) {
                Ok(count) => count,
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => 0,
                Err(error) => return Err(error.into()),
            },
        };
        bytes.truncate(count);
        Ok(bytes)
    }

    /// Sends bytes; what nobody takes is lost, as on a wire nobody listens to.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        let sent = match self {
            Self::Network(_, Some(stream)) => stream.write(bytes),
            Self::Network(_, None) => Ok(0),
            Self::Serial(serial) => rustix::io::write(&serial.line, bytes).map_err(io::Error::from),
        };
        match sent {
            Ok(count) if count == bytes.len() => {}
            Ok(count) => tracing::debug!(count, "the host did not take all"),
            Err(error) => tracing::debug!(%error, "the host is gone"),
        }
    }
}

/// A pseudo terminal whose slave is linked at a path.
#[derive(Debug)]
pub(super) struct Serial {
    line: OwnedFd,
    /// Held so that the line does not hang up between two programs that open it.
    _slave: OwnedFd,
    link: PathBuf,
}

impl Serial {
    fn open(link: &Path) -> io::Result<Self> {
        let line = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&line)?;
        unlockpt(&line)?;
        let name = ptsname(&line, Vec::new())?;
        let slave = open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let mut settings = tcgetattr(&slave)?;
        // Otherwise the terminal would echo our answers back to us until somebody sets it up.
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings)?;
        fcntl_setfl(&line, OFlags::NONBLOCK)?;
        let fresh = link.with_extension("new");
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        symlink(OsStr::from_bytes(name.as_bytes()), &fresh)?;
        fs::rename(&fresh, link)?;
        Ok(Self { line, _slave: slave, link: link.to_owned() })
    }
}

impl AsFd for Serial {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.line.as_fd()
    }
}

impl Drop for Serial {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.link) {
            tracing::debug!(%error, "the emulated printer's link was already gone");
        }
    }
}
