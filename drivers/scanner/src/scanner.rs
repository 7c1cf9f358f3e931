//! The owner's side: finds the gun, reads it, opens it again when it comes back, and hands on codes.
//!
//! Everything happens in the owner's own thread inside [`Scanner::next`].

use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::io::Errno;

use crate::code::Code;
use crate::decoding::Manner;
use crate::device::Ports;
use crate::error::{Missing, ScannerError};
use crate::framing::Suffix;
use crate::gather::Gather;
use crate::line::Line;
use crate::source::Source;

/// Pauses before the device is looked for again: the first, doubled each time up to the last. A replugged gun is back
/// within a second, and looking costs a few system calls.
const LOOK_FIRST: Duration = Duration::from_millis(100);
const LOOK_MOST: Duration = Duration::from_secs(1);
/// What waits for the owner. Beyond this the oldest goes: a code that waited so long is about another payer.
const WAITING_MAX: usize = 16;

/// Where devices come from: the machine's ports, or an emulated gun.
pub trait Bay: Send {
    /// Opens what is there and not among those that are `held` already.
    ///
    /// # Errors
    /// Why nothing could be opened.
    fn open(&mut self, held: &[PathBuf]) -> Result<Vec<Opened>, Missing>;

    /// Takes a keyboard for ourselves.
    ///
    /// # Errors
    /// Why that is not possible.
    fn claim(&mut self, line: BorrowedFd<'_>) -> Result<(), Missing>;

    /// Which keys of a keyboard are down.
    fn keys_down(&mut self, line: BorrowedFd<'_>) -> Vec<u16>;
}

/// An open device: non-blocking, and locked where its kind allows it.
#[derive(Debug)]
pub struct Opened {
    /// Its node.
    pub place: PathBuf,
    /// The device.
    pub fd: OwnedFd,
    /// How to read it.
    pub manner: Manner,
    /// What ends its codes.
    pub suffix: Suffix,
    /// What it sends before them.
    pub prefix: Vec<u8>,
    /// A gun for sure, and claimed; else a keyboard that may be a person's.
    pub proven: bool,
}

/// A scanner. Blocking: give it a thread of its own.
pub struct Scanner {
    bay: Box<dyn Bay>,
    lines: Vec<Line>,
    gather: Gather,
    waiting: VecDeque<Result<Code, ScannerError>>,
    missing: Option<Missing>,
    look_at: Instant,
    pause: Duration,
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner")
            .field("lines", &self.lines)
            .field("missing", &self.missing)
            .finish_non_exhaustive()
    }
}

impl Scanner {
    /// The scanner at a source. Returns at once; it may turn out to be missing.
    pub fn start(source: &Source) -> Self {
        Self::over(Box::new(Ports::new(source.clone())))
    }

    /// The scanner in a bay.
    pub fn over(bay: Box<dyn Bay>) -> Self {
        Self {
            bay,
            lines: Vec::new(),
            gather: Gather::default(),
            waiting: VecDeque::new(),
            missing: None,
            look_at: Instant::now(),
            pause: LOOK_FIRST,
        }
    }

    /// True while a gun is open and its line was quiet once.
    pub fn is_ready(&self) -> bool {
        self.lines.iter().any(Line::is_ready)
    }

    /// Why there is no working scanner, where there is none.
    pub fn missing(&self) -> Option<Missing> {
        self.missing
    }

    /// Drops what waits and forgets what was just scanned: the next payer may show the same code.
    pub fn clear(&mut self) {
        self.waiting.retain(|told| matches!(told, Err(ScannerError::Missing(_))));
        self.gather.forget();
    }

    /// Waits for the next code until `deadline`; `None` when nothing was scanned.
    ///
    /// # Errors
    /// [`ScannerError`]: something was scanned that is no code, or the scanner went missing, each reason once. The
    /// scanner goes on; call again.
    pub fn next(&mut self, deadline: Instant) -> Result<Option<Code>, ScannerError> {
        loop {
            if let Some(told) = self.waiting.pop_front() {
                return told.map(Some);
            }
            let now = Instant::now();
            if self.looks() && now >= self.look_at {
                self.look(now);
                continue;
            }
            let idle = self.lines.iter().filter_map(Line::deadline).min();
            let look = self.looks().then_some(self.look_at);
            let until = [idle, look].into_iter().flatten().fold(deadline, Instant::min);
            self.read(until.saturating_duration_since(now), now);
            if now >= deadline && self.waiting.is_empty() {
                return Ok(None);
            }
        }
    }

    /// True where no gun is known for sure.
    fn looks(&self) -> bool {
        !self.lines.iter().any(Line::is_proven)
    }

    fn look(&mut self, now: Instant) {
        let held: Vec<PathBuf> = self.lines.iter().map(|line| line.place().clone()).collect();
        match self.bay.open(&held) {
            Ok(opened) => self.lines.extend(opened.into_iter().map(|opened| Line::new(opened, now))),
            Err(why) => self.went_missing(why),
        }
        if self.looks() {
            self.look_at = now + self.pause;
            self.pause = (self.pause * 2).min(LOOK_MOST);
        } else {
            self.came();
        }
    }

    /// A gun is there: other keyboards are people's.
    fn came(&mut self) {
        self.lines.retain(Line::is_proven);
        self.pause = LOOK_FIRST;
        self.missing = None;
    }

    fn went_missing(&mut self, why: Missing) {
        if self.missing.replace(why) != Some(why) {
            self.wait(Err(ScannerError::Missing(why)));
        }
    }

    fn wait(&mut self, told: Result<Code, ScannerError>) {
        if self.waiting.len() >= WAITING_MAX {
            self.waiting.pop_front();
        }
        self.waiting.push_back(told);
    }

    /// Waits for bytes, at most so long, and takes them. `now` is from before the wait: whoever sent nothing was quiet
    /// until then at least.
    fn read(&mut self, time: Duration, now: Instant) {
        let ready = readiness(&self.lines, time);
        let at = Instant::now();
        let (mut told, mut lost, mut proved) = (Vec::new(), None, false);
        let looked = self.looks();
        for (index, flags) in ready.iter().enumerate().rev() {
            let line = &mut self.lines[index];
            let outcome = if flags.is_empty() {
                line.idle(&mut *self.bay, now).map(|code| told.extend(code))
            } else {
                let hung_up = flags.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
                line.read(&mut *self.bay, hung_up, at, &mut told)
            };
            proved |= looked && line.is_proven();
            if let Err(why) = outcome {
                let line = self.lines.remove(index);
                lost = line.is_proven().then_some(why).or(lost);
            }
        }
        for code in told {
            match code {
                Ok(code) if !self.gather.is_new(&code, at) => {}
                code => self.wait(code.map_err(ScannerError::Unread)),
            }
        }
        if let Some(why) = lost {
            (self.look_at, self.pause) = (at + LOOK_FIRST, LOOK_FIRST);
            self.went_missing(why);
        } else if proved {
            self.came();
        }
    }
}

/// Which lines have something to say within `time`.
fn readiness(lines: &[Line], time: Duration) -> Vec<PollFlags> {
    let mut fds: Vec<PollFd<'_>> = lines.iter().map(|line| PollFd::new(line, PollFlags::IN)).collect();
    match poll(&mut fds, Some(&timespec(time))) {
        Ok(_) => {}
        Err(error) => {
            if error != Errno::INTR {
                tracing::warn!(%error, "the scanner cannot be waited for");
            }
            // Nothing is known of the lines; one that is read in vain says so.
            return vec![PollFlags::IN; lines.len()];
        }
    }
    fds.iter().map(PollFd::revents).collect()
}

fn timespec(wait: Duration) -> Timespec {
    // A wait beyond what the kernel's clock can name is as good as for ever.
    let tv_sec = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
    Timespec { tv_sec, tv_nsec: i64::from(wait.subsec_nanos()) }
}
