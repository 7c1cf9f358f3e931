//! One life of the child process: its start, its lines in and out, its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::SyncSender;
use std::time::Instant;

use crate::ask::Ask;
use crate::event::{Event, LINE_MAX, LineError};

/// What the reader's owner hears, from a child or from another thread of its own.
#[derive(Debug)]
pub(super) enum Heard {
    /// A line of the child with this number.
    Line { child: u32, at: Instant, event: Result<Event, LineError> },
    /// The child with this number has closed its stdout.
    Ended { child: u32 },
    /// Another thread wants the owner to look up from its wait.
    Wake,
}

/// A running child. Dropping it ends and reaps it.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    /// Counts the children of one reader, so that a dead one's last lines are told from the living one's.
    pub(super) number: u32,
    /// When it last said anything.
    pub(super) heard: Instant,
}

impl Running {
    pub(super) fn start(
        program: &Path,
        place: &str,
        number: u32,
        send: SyncSender<Heard>,
    ) -> std::io::Result<Self> {
        let mut child = Command::new(program)
            .arg("--device")
            .arg(place)
            // At higher levels libnfc prints every byte of the exchange, uids included.
            .env("LIBNFC_LOG_LEVEL", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let running = Self { child, stdin, number, heard: Instant::now() };
        if let Some(stdout) = stdout {
            std::thread::Builder::new()
                .name("nfc-lines".into())
                .spawn(move || read_lines(stdout, number, &send))?;
        }
        Ok(running)
    }

    /// The child's process id.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes one line. A child reads at once, and one line is far below what a pipe holds.
    pub(super) fn ask(&mut self, ask: &Ask) -> std::io::Result<()> {
        let Some(stdin) = &mut self.stdin else { return Err(std::io::ErrorKind::BrokenPipe.into()) };
        let mut line = ask.to_line()?;
        line.push('\n');
        stdin.write_all(line.as_bytes())
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
fn read_lines(stdout: ChildStdout, child: u32, send: &SyncSender<Heard>) {
    let mut stdout = BufReader::new(stdout);
    let mut line = Vec::with_capacity(LINE_MAX);
    loop {
        line.clear();
        let mut bounded = (&mut stdout).take(LINE_MAX as u64 + 1);
        let heard = match bounded.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => Heard::Ended { child },
            Ok(_) => Heard::Line { child, at: Instant::now(), event: Event::from_line(&line) },
        };
        let ended = matches!(heard, Heard::Ended { .. });
        if send.send(heard).is_err() || ended {
            return;
        }
    }
}
