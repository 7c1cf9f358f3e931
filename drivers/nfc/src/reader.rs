//! The owner's side: starts `dais-nfc`, restarts it when it dies or hangs, and hands on taps.
//!
//! Everything happens in the owner's own thread inside [`Reader::next`], but for one small thread per child that
//! turns its stdout into events. The child's stdin is held open and never written to: when the owner is killed the
//! kernel closes it, and the child ends. (A parent-death signal would fire when the spawning *thread* ends.)

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use crate::card::{Card, Tap, Uid};
use crate::event::{Event, LINE_MAX, LineError, Missing};

/// Events that may wait for the owner. The child is blocked beyond this, and what waited too long is stale anyway.
const WAITING_EVENTS: usize = 16;
/// A card read longer ago than this is not about what is on the screen now, and is dropped.
const TAP_FRESH: Duration = Duration::from_secs(2);
/// The child tells that it is alive every second; libnfc's own longest wait is about one second more.
const SILENT_CHILD: Duration = Duration::from_secs(5);
/// Restarts: at once, then doubling from the first of these to the second, so that a reader that makes libnfc abort
/// on every byte does not take the processor.
const RESTART_FIRST: Duration = Duration::from_millis(50);
const RESTART_MOST: Duration = Duration::from_secs(2);
/// So many deaths without a single "ready" between are told to the owner, once.
const DEATHS_TO_TELL: u32 = 5;

/// Why no card can be read at the moment. The reader keeps trying: call [`Reader::next`] again.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// The reader's program cannot be started.
    #[error("the card reader program {program} cannot be started: reinstall Dais ({source})")]
    Program {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no working reader. Told once for each time it goes missing.
    #[error("the card reader is missing: {0}")]
    Missing(Missing),
    /// The program ends again and again.
    #[error(
        "the card reader program failed {0} times in a row: unplug the reader, plug it in again, or replace it"
    )]
    KeepsFailing(u32),
}

/// What the child's thread hands over.
#[derive(Debug)]
struct Line {
    at: Instant,
    event: Result<Event, LineError>,
}

/// A card reader. Blocking: give it a thread of its own. Dropping it ends its child.
#[derive(Debug)]
pub struct Reader {
    program: PathBuf,
    connstring: String,
    running: Option<Running>,
    start_at: Instant,
    deaths: u32,
    ready: bool,
    lying: Option<Uid>,
    missing: Option<Missing>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    lines: Receiver<Line>,
    heard: Instant,
}

impl Reader {
    /// Starts `program` (the `dais-nfc` binary) on a libnfc connection string such as
    /// `pn532_uart:/dev/ttyUSB0:115200`. Returns at once; the reader may turn out to be missing later.
    ///
    /// # Errors
    /// [`ReaderError::Program`] where the program cannot be started at all.
    pub fn spawn(program: &Path, connstring: &str) -> Result<Self, ReaderError> {
        let mut reader = Self {
            program: program.to_owned(),
            connstring: connstring.to_owned(),
            running: None,
            start_at: Instant::now(),
            deaths: 0,
            ready: false,
            lying: None,
            missing: None,
        };
        reader.running = Some(reader.start()?);
        Ok(reader)
    }

    /// True while the reader is open and polling for cards.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// The child's process id while it runs, for those who watch it.
    pub fn child_id(&self) -> Option<u32> {
        self.running.as_ref().map(|running| running.child.id())
    }

    /// Waits for the next tap until `deadline`; `None` when nothing happened. A card that lies on the reader is told
    /// once, also across a restart of the child.
    ///
    /// # Errors
    /// [`ReaderError`], each condition once; the reader goes on trying, so call again.
    pub fn next(&mut self, deadline: Instant) -> Result<Option<Tap>, ReaderError> {
        let began = Instant::now();
        loop {
            let now = Instant::now();
            let Some(running) = &mut self.running else {
                if self.start_at > deadline {
                    std::thread::park_timeout(deadline.saturating_duration_since(now));
                    return Ok(None);
                }
                std::thread::park_timeout(self.start_at.saturating_duration_since(now));
                if Instant::now() >= self.start_at {
                    self.running = Some(self.start()?);
                }
                continue;
            };
            let silent_at = running.heard.max(began) + SILENT_CHILD;
            let until = deadline.min(silent_at);
            match running.lines.recv_timeout(until.saturating_duration_since(now)) {
                Ok(line) => {
                    running.heard = now;
                    if let Some(tap) = self.take(line)? {
                        return Ok(Some(tap));
                    }
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() >= silent_at => {
                    tracing::warn!("card reader program hangs, restarting it");
                    self.bury()?;
                }
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => {
                    tracing::warn!("card reader program ended, restarting it");
                    self.bury()?;
                }
            }
        }
    }

    fn take(&mut self, line: Line) -> Result<Option<Tap>, ReaderError> {
        let event = match line.event {
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(%error, "line from the card reader program dropped");
                return Ok(None);
            }
        };
        match event {
            Event::Ready => {
                self.ready = true;
                self.deaths = 0;
                self.missing = None;
                Ok(None)
            }
            Event::Alive => Ok(None),
            Event::Missing(why) => self.went_missing(why),
            Event::Card(card) => Ok(self.came(card, line.at)),
            Event::LeftTooSoon => Ok((line.at.elapsed() < TAP_FRESH).then_some(Tap::LeftTooSoon)),
            Event::Gone => Ok(self.lying.take().map(|_| Tap::Gone)),
        }
    }

    fn went_missing(&mut self, why: Missing) -> Result<Option<Tap>, ReaderError> {
        self.ready = false;
        if self.missing.replace(why) == Some(why) {
            return Ok(None);
        }
        Err(ReaderError::Missing(why))
    }

    fn came(&mut self, card: Card, at: Instant) -> Option<Tap> {
        let told = self.lying.replace(card.uid) == Some(card.uid);
        if told {
            return None;
        }
        if at.elapsed() >= TAP_FRESH {
            tracing::info!("a card read while nobody was listening was dropped");
            return None;
        }
        Some(Tap::Card(card))
    }

    fn start(&self) -> Result<Running, ReaderError> {
        let failed = |source| ReaderError::Program { program: self.program.clone(), source };
        let mut child = Command::new(&self.program)
            .arg("--device")
            .arg(&self.connstring)
            // At higher levels libnfc prints every byte of the exchange, uids included.
            .env("LIBNFC_LOG_LEVEL", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let (send, lines) = mpsc::sync_channel(WAITING_EVENTS);
        if let Some(stdout) = child.stdout.take() {
            std::thread::Builder::new()
                .name("nfc-lines".into())
                .spawn(move || read_lines(stdout, &send))
                .map_err(failed)?;
        }
        Ok(Running { child, lines, heard: Instant::now() })
    }

    /// Ends and reaps the child, and plans the next start.
    fn bury(&mut self) -> Result<(), ReaderError> {
        self.running = None;
        self.ready = false;
        let wait = match self.deaths {
            0 => Duration::ZERO,
            n => (RESTART_FIRST * 2u32.saturating_pow(n - 1)).min(RESTART_MOST),
        };
        self.start_at = Instant::now() + wait;
        self.deaths = self.deaths.saturating_add(1);
        if self.deaths == DEATHS_TO_TELL {
            return Err(ReaderError::KeepsFailing(self.deaths));
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill() {
            tracing::debug!(%error, "card reader program had ended");
        }
        if let Err(error) = self.child.wait() {
            tracing::warn!(%error, "card reader program was not reaped");
        }
    }
}

/// Runs until the child closes its stdout or the owner is gone.
fn read_lines(stdout: ChildStdout, send: &SyncSender<Line>) {
    let mut stdout = BufReader::new(stdout);
    let mut line = Vec::with_capacity(LINE_MAX);
    loop {
        line.clear();
        let mut bounded = (&mut stdout).take(LINE_MAX as u64 + 1);
        match bounded.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let event = Event::from_line(&line);
        let at = Instant::now();
        if send.send(Line { at, event }).is_err() {
            return;
        }
    }
}
