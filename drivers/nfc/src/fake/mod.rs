//! An emulated PN532 behind a real serial port name, answered to unmodified libnfc programs.
//!
//! [`Fake`] runs it in a thread; the binary `dais-pn532` runs [`serve`] in a process. Both listen on a control socket
//! ([`control`]) for cards that come, leave, or are torn away, and for a cable that is pulled.

pub mod cards;
pub mod chip;
pub mod control;
pub mod cut;
pub mod frame;
pub mod pcscd;
pub mod phone;
mod port;
pub mod storage;
pub mod vpcd;
pub mod wire;

use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use chip::Chip;
use control::{Command, Control, LINE_MAX};
use port::Port;
use wire::{Arrival, Wire};

/// Control connections at a time; a test needs one or two.
const CLIENTS_MAX: usize = 8;

/// An emulated reader in a thread of this process. Dropping it ends the thread and takes port and socket away.
#[derive(Debug)]
pub struct Fake {
    socket: PathBuf,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Fake {
    /// Starts an emulated reader: a port at `link`, a control socket at `socket`. Both exist when this returns.
    ///
    /// # Errors
    /// Where the port or the socket cannot be made.
    pub fn start(link: &Path, socket: &Path) -> io::Result<Self> {
        let server = Server::open(link, socket, false)?;
        let thread = std::thread::Builder::new().name("pn532".into()).spawn(move || server.run())?;
        Ok(Self { socket: socket.to_owned(), thread: Some(thread) })
    }

    /// A control connection.
    ///
    /// # Errors
    /// Where the thread has ended.
    pub fn control(&self) -> io::Result<Control> {
        Control::connect(&self.socket)
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let asked = self.control().and_then(|mut control| control.send("quit"));
        if let Err(error) = asked {
            tracing::debug!(%error, "the emulated reader had ended");
        }
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(Err(error))) => tracing::warn!(%error, "the emulated reader failed"),
            Some(Err(_)) => tracing::error!("the emulated reader panicked"),
            Some(Ok(Ok(()))) | None => {}
        }
    }
}

/// Runs an emulated reader until it is told `quit`, or, with `end_with_stdin`, until stdin closes.
///
/// # Errors
/// Where the port or the socket cannot be made or fail.
pub fn serve(link: &Path, socket: &Path, end_with_stdin: bool) -> io::Result<()> {
    Server::open(link, socket, end_with_stdin)?.run()
}

struct Server {
    chip: Chip,
    wire: Wire,
    port: Option<Port>,
    link: PathBuf,
    listener: UnixListener,
    socket: PathBuf,
    clients: Vec<Client>,
    end_with_stdin: bool,
}

struct Client {
    stream: UnixStream,
    line: Vec<u8>,
}

impl Server {
    fn open(link: &Path, socket: &Path, end_with_stdin: bool) -> io::Result<Self> {
        match fs::remove_file(socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(socket)?;
        listener.set_nonblocking(true)?;
        Ok(Self {
            chip: Chip::default(),
            wire: Wire::default(),
            port: Some(Port::open(link)?),
            link: link.to_owned(),
            listener,
            socket: socket.to_owned(),
            clients: Vec::new(),
            end_with_stdin,
        })
    }

    fn run(mut self) -> io::Result<()> {
        loop {
            let ready = self.wait()?;
            if ready.stdin && matches!(io::stdin().read(&mut [0; 64]), Ok(0) | Err(_)) {
                return Ok(());
            }
            if let (true, Some(port)) = (ready.port, &self.port) {
                let bytes = port.read()?;
                self.hear_host(&bytes);
            }
            self.deliver()?;
            for index in (0..self.clients.len()).rev() {
                if ready.clients.get(index) == Some(&true) && self.hear(index)? {
                    return Ok(());
                }
            }
            if ready.listener {
                self.accept()?;
            }
        }
    }

    fn hear_host(&mut self, bytes: &[u8]) {
        let before = self.chip.field_commands();
        let answer = self.chip.receive(bytes);
        let field = self.chip.field_commands() > before;
        let now = Instant::now();
        self.wire.heard(now, bytes.len(), field);
        match self.chip.was_pulled() {
            true => self.pull(),
            false => self.wire.send(now, &answer),
        }
    }

    /// Hands the host what has arrived by now.
    fn deliver(&mut self) -> io::Result<()> {
        let now = Instant::now();
        let mut bytes = Vec::new();
        while let Some(arrival) = self.wire.take(now) {
            match arrival {
                Arrival::Byte(byte) => bytes.push(byte),
                Arrival::Take => self.chip.take(),
                Arrival::Unplug => {
                    self.write(&bytes)?;
                    self.pull();
                    return Ok(());
                }
            }
        }
        self.write(&bytes)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.port.as_ref().map_or(Ok(()), |port| port.write(bytes))
    }

    fn pull(&mut self) {
        self.port = None;
        self.wire.clear();
        self.chip.power_cycle();
    }

    fn accept(&mut self) -> io::Result<()> {
        match self.listener.accept() {
            Ok((stream, _)) if self.clients.len() < CLIENTS_MAX => {
                stream.set_nonblocking(true)?;
                self.clients.push(Client { stream, line: Vec::new() });
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Reads from a client and obeys; true on `quit`.
    fn hear(&mut self, index: usize) -> io::Result<bool> {
        let mut bytes = [0; 256];
        let count = match self.clients[index].stream.read(&mut bytes) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            Err(_) => 0,
        };
        if count == 0 {
            self.clients.swap_remove(index);
            return Ok(false);
        }
        for byte in &bytes[..count] {
            if *byte != b'\n' {
                if self.clients[index].line.len() < LINE_MAX {
                    self.clients[index].line.push(*byte);
                }
                continue;
            }
            let line = std::mem::take(&mut self.clients[index].line);
            let command = Command::parse(&String::from_utf8_lossy(&line));
            let answer = match &command {
                Ok(Command::Value(uid)) => match self.chip.value(*uid) {
                    Some(value) => format!("ok {value}\n"),
                    None => "error: no purse with this uid was ever put\n".to_owned(),
                },
                Ok(Command::Opened) => match self.chip.opened() {
                    Some(link) => format!("ok {link}\n"),
                    None => "ok\n".to_owned(),
                },
                Ok(Command::Heard) => format!("ok {}\n", self.chip.heard()),
                Ok(Command::Vain) => format!("ok {}\n", self.chip.vain()),
                Ok(command) => self.obey(*command).map(|()| "ok\n".to_owned())?,
                Err(error) => format!("error: {error}\n"),
            };
            if let Err(error) = self.clients[index].stream.write_all(answer.as_bytes()) {
                tracing::debug!(%error, "a control client left before its answer");
            }
            if command == Ok(Command::Quit) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn obey(&mut self, command: Command) -> io::Result<()> {
        match command {
            Command::Put(uid, kind) => {
                let late_reply = self.chip.put(uid, kind);
                self.send(&late_reply)?;
            }
            Command::PutProcessor(uid, make) => {
                let late_reply = self.chip.put_processor(uid, make);
                self.send(&late_reply)?;
            }
            Command::Beside(uid, kind) => {
                let late_reply = self.chip.put_beside(uid, kind);
                self.send(&late_reply)?;
            }
            Command::Both(one, other) => {
                let late_reply = self.chip.put_both(one, other);
                self.send(&late_reply)?;
            }
            Command::TakeOne(uid) => self.chip.take_one(uid),
            Command::TearAfter(cut) => self.chip.tear_after(cut),
            Command::TearWithin(answered, seed) => self.chip.tear_within(answered, seed),
            Command::Phone => {
                let late_reply = self.chip.hold_phone();
                self.send(&late_reply)?;
            }
            Command::PhoneAway => self.chip.take_phone(),
            Command::Value(_) | Command::Heard | Command::Vain | Command::Opened => {}
            Command::Forget => self.chip.forget(),
            Command::Take => self.chip.take(),
            Command::Tear => self.chip.tear(),
            Command::Poison => self.chip.poison(),
            Command::Mute(commands) => self.chip.mute(commands),
            Command::Unplug => self.pull(),
            Command::Fault(fault) => {
                self.wire.set_fault(fault);
                if fault.is_none() {
                    self.chip.calm();
                }
            }
            Command::Pace(pace) => self.wire.set_pace(pace),
            Command::Plug if self.port.is_none() => self.port = Some(Port::open(&self.link)?),
            Command::Plug | Command::Quit => {}
        }
        Ok(())
    }

    /// A reply that something which came has completed.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.wire.send(Instant::now(), bytes);
        self.deliver()
    }

    fn wait(&self) -> io::Result<Ready> {
        let stdin = io::stdin();
        let mut fds = vec![PollFd::new(&self.listener, PollFlags::IN)];
        fds.extend(self.clients.iter().map(|client| PollFd::new(&client.stream, PollFlags::IN)));
        let port_at = fds.len();
        fds.extend(self.port.as_ref().map(|port| PollFd::from_borrowed_fd(port.as_fd(), PollFlags::IN)));
        let stdin_at = fds.len();
        if self.end_with_stdin {
            fds.push(PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN));
        }
        loop {
            let limit =
                self.wire.due().map(|at| Timespec::try_from(at.saturating_duration_since(Instant::now())));
            match poll(&mut fds, limit.transpose().unwrap_or_default().as_ref()) {
                Ok(_) => break,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        Ok(Ready {
            listener: ready[0],
            clients: ready[1..port_at].to_vec(),
            port: ready[port_at..stdin_at].contains(&true),
            stdin: ready[stdin_at..].contains(&true),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.socket) {
            tracing::debug!(%error, "the control socket was already gone");
        }
    }
}

struct Ready {
    listener: bool,
    clients: Vec<bool>,
    port: bool,
    stdin: bool,
}
