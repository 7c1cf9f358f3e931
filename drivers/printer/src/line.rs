//! The device file: a way to a printer and back, by TCP, `/dev/usb/lp0` or a serial port. Nothing here waits but
//! [`Line::wait`] and connecting.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;
use rustix::termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};

/// Why there is no way to a printer.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Nothing is plugged in there.
    #[error("there is no printer at {0}: plug it in and switch it on")]
    Missing(PathBuf),
    /// A plain file lies there; writing receipts into it would help nobody.
    #[error("{0} is no device: remove the file, plug the printer in again")]
    NoDevice(PathBuf),
    /// It is somebody else's.
    #[error("another program uses the printer at {0}: end it")]
    Busy(PathBuf),
    /// It may not be opened.
    #[error("the printer at {0} may not be opened: reinstall Dais, its udev rule is missing")]
    Forbidden(PathBuf),
    /// The host's name leads nowhere.
    #[error("the printer {0} is not known in this network: check its address")]
    Unknown(String),
    /// It cannot be reached.
    #[error("the printer {0} cannot be reached: see that it is on and in the network ({1})")]
    Unreachable(String, io::Error),
    /// Anything else that the system said.
    #[error("the printer at {0} cannot be opened ({1})")]
    System(String, io::Error),
}

/// An open way.
#[derive(Debug)]
pub(crate) enum Line {
    Network(TcpStream),
    /// And whether it is a serial port.
    Device(File, bool),
}

impl Line {
    /// To a printer on the network.
    pub(crate) fn connect(host: &str, port: u16, within: Duration) -> Result<Self, LineError> {
        let name = format!("{host}:{port}");
        let deadline = Instant::now() + within;
        let mut last = None;
        let found = name.to_socket_addrs().map_err(|_unknown| LineError::Unknown(name.clone()))?;
        for address in found {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(stream) => {
                    let ready = stream.set_nodelay(true).and_then(|()| stream.set_nonblocking(true));
                    return match ready {
                        Ok(()) => Ok(Self::Network(stream)),
                        Err(error) => Err(LineError::System(name, error)),
                    };
                }
                Err(error) => last = Some(error),
            }
        }
        let error = last.unwrap_or_else(|| ErrorKind::TimedOut.into());
        Err(LineError::Unreachable(name, error))
    }

    /// To a device. A serial port is set to so many bits a second.
    pub(crate) fn open(path: &Path, bits: u32) -> Result<Self, LineError> {
        let flags = OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(flags.bits().cast_signed())
            .open(path)
            .map_err(|error| refused(path, error))?;
        let system = |error: Errno| LineError::System(path.display().to_string(), error.into());
        // Printers are numbered as they come: where none is, a program that writes blindly has left a plain file.
        if !file.metadata().is_ok_and(|found| found.file_type().is_char_device()) {
            return Err(LineError::NoDevice(path.to_owned()));
        }
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(LineError::Busy(path.to_owned())),
            Err(error) => return Err(system(error)),
        }
        let terminal = tcgetattr(&file);
        let serial = terminal.is_ok();
        if let Ok(mut settings) = terminal {
            settings.make_raw();
            settings.set_speed(bits).map_err(system)?;
            tcsetattr(&file, OptionalActions::Now, &settings).map_err(system)?;
            // What an earlier program left half sent must not become the beginning of our first command.
            tcflush(&file, QueueSelector::OFlush).map_err(system)?;
        }
        Ok(Self::Device(file, serial))
    }

    /// Waits until something came, or, where `sending`, until something can be sent.
    pub(crate) fn wait(&self, sending: bool, until: Instant) -> io::Result<Ready> {
        let flags = if sending { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
        let mut fds = [PollFd::from_borrowed_fd(self.as_fd(), flags)];
        let left = until.saturating_duration_since(Instant::now());
        match poll(&mut fds, Timespec::try_from(left).ok().as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(Ready::default()),
            Err(error) => return Err(error.into()),
        }
        let came = fds[0].revents();
        let over = came.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        Ok(Ready { hears: came.contains(PollFlags::IN) || over, sends: came.contains(PollFlags::OUT), over })
    }

    /// What came; none where the line ended.
    pub(crate) fn hear(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        let read = match self {
            Self::Network(stream) => stream.read(buffer),
            Self::Device(file, _) => file.read(buffer),
        };
        match read {
            // A USB printer may send empty packets; there 0 is no end, an unplugged one is an error.
            Ok(0) if matches!(self, Self::Device(_, false)) => Ok(Some(0)),
            Ok(0) => Ok(None),
            Ok(count) => Ok(Some(count)),
            Err(error) if is_nothing(&error) => Ok(Some(0)),
            Err(error) => Err(error),
        }
    }

    /// Sends what the line takes.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let wrote = match self {
            Self::Network(stream) => stream.write(bytes),
            Self::Device(file, _) => file.write(bytes),
        };
        match wrote {
            Ok(count) => Ok(count),
            Err(error) if is_nothing(&error) => Ok(0),
            Err(error) => Err(error),
        }
    }
}

/// What a line has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ready {
    pub(crate) hears: bool,
    pub(crate) sends: bool,
    /// The other end is gone; what it sent before can still be heard.
    pub(crate) over: bool,
}

impl AsFd for Line {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Network(stream) => stream.as_fd(),
            Self::Device(file, _) => file.as_fd(),
        }
    }
}

fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn refused(path: &Path, error: io::Error) -> LineError {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::NotFound => LineError::Missing(path),
        ErrorKind::PermissionDenied => LineError::Forbidden(path),
        ErrorKind::ResourceBusy => LineError::Busy(path),
        // The last is what the kernel says of a USB printer whose plug is out and whose node is about to go.
        _ if [Errno::NXIO, Errno::NODEV, Errno::IO]
            .iter()
            .any(|gone| error.raw_os_error() == Some(gone.raw_os_error())) =>
        {
            LineError::Missing(path)
        }
        _ => LineError::System(path.display().to_string(), error),
    }
}

#[cfg(test)]
mod tests {
    //! What the system's refusals mean for whoever stands there.
    use super::*;

    #[test]
    fn refusals() {
        let path = || PathBuf::from("/dev/usb/lp0");
        let why = |error: Errno| refused(&path(), error.into());
        // The last is how a USB printer is refused between its plug's end and its node's.
        for error in [Errno::NOENT, Errno::NXIO, Errno::NODEV, Errno::IO] {
            assert!(matches!(why(error), LineError::Missing(found) if found == path()), "{error}");
        }
        assert!(matches!(why(Errno::ACCESS), LineError::Forbidden(_)));
        assert!(matches!(why(Errno::BUSY), LineError::Busy(_)));
        assert!(matches!(why(Errno::MFILE), LineError::System(..)));
    }
}
