//! One process a serial port.
//!
//! libnfc marks a port as taken in a termios bit that current kernels drop, so two programs can open the same reader
//! and spoil each other's frames. We hold an advisory lock on the port for as long as it is ours.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

use crate::event::Missing;

/// A held port. Dropping it gives the port back.
#[derive(Debug)]
pub struct Claim {
    _port: Option<File>,
}

impl Claim {
    /// Claims the port named in a libnfc connection string; a USB reader has no port and needs none, its driver
    /// claims the USB interface.
    ///
    /// # Errors
    /// Why the reader is missing.
    pub fn take(connstring: &str) -> Result<Self, Missing> {
        let Some(path) = port_of(connstring) else {
            return Ok(Self { _port: None });
        };
        let flags = OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let port = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(flags.bits().cast_signed())
            .open(&path)
            .map_err(|error| match error.kind() {
                ErrorKind::PermissionDenied => Missing::Forbidden,
                ErrorKind::ResourceBusy => Missing::InUse,
                _ => Missing::Unplugged,
            })?;
        match flock(&port, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { _port: Some(port) }),
            Err(Errno::WOULDBLOCK) => Err(Missing::InUse),
            Err(_) => Err(Missing::Unplugged),
        }
    }
}

/// The port in `driver:/dev/port[:speed]`.
fn port_of(connstring: &str) -> Option<PathBuf> {
    let port = Path::new(connstring.split(':').nth(1)?);
    port.is_absolute().then(|| port.to_owned())
}

#[cfg(test)]
mod tests {
    //! The lock holds, and tells why where it cannot.
    use super::*;

    #[test]
    fn ports() {
        for (line, port) in [
            ("pn532_uart:/dev/ttyUSB0:115200", Some("/dev/ttyUSB0")),
            ("pn532_uart:/dev/serial/by-id/a", Some("/dev/serial/by-id/a")),
            ("acr122_usb:001:004", None),
            ("pn53x_usb", None),
            ("", None),
        ] {
            assert_eq!(port_of(line), port.map(PathBuf::from), "{line}");
        }
    }

    #[test]
    fn the_second_claim_fails_until_the_first_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tty");
        let line = format!("pn532_uart:{}:115200", path.display());
        assert_eq!(Claim::take(&line).unwrap_err(), Missing::Unplugged);
        std::fs::write(&path, "").unwrap();
        let first = Claim::take(&line).unwrap();
        assert_eq!(Claim::take(&line).unwrap_err(), Missing::InUse);
        drop(first);
        Claim::take(&line).unwrap();
    }
}
