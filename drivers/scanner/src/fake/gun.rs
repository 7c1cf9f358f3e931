//! An emulated gun on a serial port, and the socket that pulls its trigger.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use super::control::{ANSWER_WITHIN, Command, Control, LINE_MAX};
use super::port::Port;

/// What it sends after each code, as guns do that come out of their box.
const SUFFIX: &[u8] = b"\r\n";

/// An emulated gun in a thread of this process. Dropping it ends the thread and takes port and socket away.
#[derive(Debug)]
pub struct Gun {
    control: Control,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Gun {
    /// Starts a gun: a port at `link`, its trigger at `socket`. Both exist when this returns.
    ///
    /// # Errors
    /// Where the port or the socket cannot be made.
    pub fn start(link: &Path, socket: &Path) -> io::Result<Self> {
        let server = Server::open(link, socket)?;
        let thread = std::thread::Builder::new().name("gun".into()).spawn(move || server.run())?;
        Ok(Self { control: Control::at(socket), thread: Some(thread) })
    }

    /// Its trigger.
    pub fn control(&self) -> &Control {
        &self.control
    }
}

impl Drop for Gun {
    fn drop(&mut self) {
        if let Err(error) = self.control.send("quit") {
            tracing::debug!(%error, "the emulated gun had ended");
        }
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(Err(error))) => tracing::warn!(%error, "the emulated gun failed"),
            Some(Err(_)) => tracing::error!("the emulated gun panicked"),
            Some(Ok(Ok(()))) | None => {}
        }
    }
}

/// Runs a gun until it is told `quit`, or, with `end_with_stdin`, until stdin closes.
///
/// # Errors
/// Where the port or the socket cannot be made or fail.
pub fn serve(link: &Path, socket: &Path, end_with_stdin: bool) -> io::Result<()> {
    let server = Server::open(link, socket)?;
    if end_with_stdin {
        let control = Control::at(socket);
        std::thread::Builder::new().name("stdin".into()).spawn(move || {
            let closed = io::copy(&mut io::stdin(), &mut io::sink());
            tracing::debug!(?closed, "stdin closed");
            if let Err(error) = control.send("quit") {
                tracing::debug!(%error, "the emulated gun had ended");
            }
        })?;
    }
    server.run()
}

struct Server {
    port: Option<Port>,
    link: PathBuf,
    listener: UnixListener,
    socket: PathBuf,
}

impl Server {
    fn open(link: &Path, socket: &Path) -> io::Result<Self> {
        match fs::remove_file(socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(socket)?;
        Ok(Self { port: Some(Port::open(link)?), link: link.to_owned(), listener, socket: socket.to_owned() })
    }

    fn run(mut self) -> io::Result<()> {
        loop {
            let (stream, _) = self.listener.accept()?;
            match self.hear(&stream) {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => tracing::debug!(%error, "a command was lost"),
            }
        }
    }

    /// One connection, one command; answers true when it was the last.
    fn hear(&mut self, mut stream: &UnixStream) -> io::Result<bool> {
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        let mut line = String::new();
        BufReader::new(stream).take(LINE_MAX).read_line(&mut line)?;
        let command = Command::parse(&line);
        let last = command == Ok(Command::Quit);
        let answer = match command {
            Ok(command) => match self.obey(command) {
                Ok(()) => "ok\n".to_owned(),
                Err(error) => format!("error: {error}\n"),
            },
            Err(error) => format!("error: {error}\n"),
        };
        stream.write_all(answer.as_bytes())?;
        Ok(last)
    }

    fn obey(&mut self, command: Command) -> io::Result<()> {
        match command {
            Command::Scan(code) => self.write(&[code.as_bytes(), SUFFIX].concat())?,
            Command::Tear(count, code) => self.write(&code.as_bytes()[..count])?,
            Command::Unplug => self.port = None,
            Command::Plug if self.port.is_none() => self.port = Some(Port::open(&self.link)?),
            Command::Plug | Command::Quit => {}
        }
        Ok(())
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        match &self.port {
            Some(port) => port.write(bytes),
            None => Ok(()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.socket) {
            tracing::debug!(%error, "the control socket was already gone");
        }
    }
}
