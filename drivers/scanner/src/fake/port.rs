//! The emulated gun's serial port: a pseudo terminal under a name that stays.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, fcntl_setfl, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// A pseudo terminal whose far end is linked at a path. Dropping it hangs up and takes the link away.
#[derive(Debug)]
pub(super) struct Port {
    line: OwnedFd,
    /// Held so that the line does not hang up between two programs that open it.
    _far: OwnedFd,
    link: PathBuf,
}

impl Port {
    /// Opens a new pseudo terminal and links it at `link`, in place of an older link.
    pub(super) fn open(link: &Path) -> io::Result<Self> {
        let line = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&line)?;
        unlockpt(&line)?;
        let name = ptsname(&line, Vec::new())?;
        let far = open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let mut settings = tcgetattr(&far)?;
        // Otherwise the terminal would wait for line ends until somebody sets it up.
        settings.make_raw();
        tcsetattr(&far, OptionalActions::Now, &settings)?;
        fcntl_setfl(&line, OFlags::NONBLOCK)?;
        let fresh = link.with_extension("new");
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        symlink(OsStr::from_bytes(name.as_bytes()), &fresh)?;
        fs::rename(&fresh, link)?;
        Ok(Self { line, _far: far, link: link.to_owned() })
    }

    /// Sends bytes; what the line cannot hold is lost, as on a wire nobody listens to.
    pub(super) fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match rustix::io::write(&self.line, bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.link) {
            tracing::debug!(%error, "the emulated gun's link was already gone");
        }
    }
}
