//! The real PC/SC service on a socket of its own, with a virtual reader of two slots: Debian's pcscd and its
//! vsmartcard-vpcd driver. Any number run beside each other and beside the machine's own.
//!
//! The service takes its socket as systemd hands one over (descriptor 3 and `LISTEN_FDS`), and finds the virtual reader
//! in a configuration of ours. Each slot is a TCP port, where [`super::vpcd`] lays cards.

use std::fs::{self, Permissions};
use std::io::{self, BufRead, BufReader};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Where Debian has the driver.
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// What the service says when it serves.
const READY: &str = "daemon ready";
/// What it says of a port that somebody else took between our choice and its own use.
const PORT_TAKEN: &str = "Could not initialize connection";
/// So many choices of two free ports; that even one is taken again is rare.
const CHOICES: u32 = 20;
/// Hands stdin over as systemd would, and becomes the service, so that its process id stays ours.
const HAND_OVER: &str =
    "exec 3<&0 0</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec pcscd --foreground --info --config \"$1\"";

/// A running service. Dropping it ends it.
#[derive(Debug)]
pub struct Pcscd {
    child: Child,
    socket: PathBuf,
    /// Where cards are laid: the slots' ports on this machine. None for a service without a reader.
    pub slots: Option<[u16; 2]>,
}

impl Pcscd {
    /// Starts a service whose socket lies in `dir`, with a reader of this name, or without any.
    ///
    /// # Errors
    /// Where pcscd or the driver is not installed, or does not start.
    pub fn start(dir: &Path, reader: Option<&str>) -> io::Result<Self> {
        let socket = dir.join("pcscd.comm");
        let config = dir.join("reader.conf");
        let Some(name) = reader else {
            fs::write(&config, "")?;
            let child = start(&socket, &config)?.ok_or(io::ErrorKind::AddrInUse)?;
            return Ok(Self { child, socket, slots: None });
        };
        for _ in 0..CHOICES {
            let Some(slots) = two_ports()? else { continue };
            let port = slots[0];
            fs::write(
                &config,
                format!(
                    "FRIENDLYNAME \"{name}\"\nDEVICENAME /dev/null:{port}\nLIBPATH {DRIVER}\nCHANNELID {port}\n"
                ),
            )?;
            if let Some(child) = start(&socket, &config)? {
                return Ok(Self { child, socket, slots: Some(slots) });
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }

    /// A program like `program` that meets this service and no other, made in `dir`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn client(&self, dir: &Path, program: &Path) -> io::Result<PathBuf> {
        let script = dir.join("client");
        let (socket, program) = (self.socket.display(), program.display());
        fs::write(&script, format!("#!/bin/sh\nPCSCLITE_CSOCK_NAME='{socket}' exec '{program}' \"$@\"\n"))?;
        fs::set_permissions(&script, Permissions::from_mode(0o755))?;
        Ok(script)
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            tracing::debug!(%error, "the PC/SC service had ended");
        }
    }
}

/// Two ports in a row that are free now.
fn two_ports() -> io::Result<Option<[u16; 2]>> {
    let first = TcpListener::bind(("0.0.0.0", 0))?.local_addr()?.port();
    let Some(second) = first.checked_add(1) else { return Ok(None) };
    let both = TcpListener::bind(("0.0.0.0", first)).and_then(|_| TcpListener::bind(("0.0.0.0", second)));
    Ok(both.is_ok().then_some([first, second]))
}

/// Starts the service; none where a port was taken meanwhile.
fn start(socket: &Path, config: &Path) -> io::Result<Option<Child>> {
    match fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = OwnedFd::from(UnixListener::bind(socket)?);
    let mut child = Command::new("sh")
        .args(["-c", HAND_OVER, "sh"])
        .arg(config)
        .stdin(listener)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let Some(stdout) = child.stdout.take() else { return Err(io::ErrorKind::BrokenPipe.into()) };
    match until_ready(BufReader::new(stdout)) {
        Ok(true) => Ok(Some(child)),
        other => {
            child.kill()?;
            child.wait()?;
            other.map(|_| None)
        }
    }
}

/// Reads the service's words until it serves: true where every slot is open. Later words are read and dropped, for as
/// long as it runs.
fn until_ready(mut words: BufReader<ChildStdout>) -> io::Result<bool> {
    let (mut line, mut taken) = (String::new(), false);
    while words.read_line(&mut line)? > 0 {
        taken |= line.contains(PORT_TAKEN);
        if line.contains(READY) {
            std::thread::Builder::new()
                .name("pcscd-words".into())
                .spawn(move || io::copy(&mut words, &mut io::sink()).map(drop))?;
            return Ok(!taken);
        }
        line.clear();
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "pcscd did not start: install the Debian package pcscd"))
}
