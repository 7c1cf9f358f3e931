//! A printer as its owner sees it: opens by itself, asks, prints, tells what became of it.

use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use crate::escpos::Mark;
use crate::job::Job;
use crate::line::{Line, LineError, Ready};
use crate::place::Place;
use crate::printing::{Limits, Next, Outcome, Printing, Proof, Why};
use crate::queue::{Queue, QueueError};
use crate::status::Status;

/// Longest wait at once, so that the owner can stop it.
const LOOK: Duration = Duration::from_millis(200);
/// Pause where a line says that something came and nothing did, as USB printers do that send empty packets.
const EMPTY: Duration = Duration::from_millis(5);
/// Most bytes left from before that are looked through when a line is opened; more is noise, not answers.
const STALE_MAX: usize = 4096;

/// Why a printer cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum PrinterError {
    /// There is no way to it.
    #[error(transparent)]
    Line(#[from] LineError),
    /// CUPS says no.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// It does not say how it is.
    #[error(transparent)]
    Printing(#[from] Why),
}

/// A printer. Blocking: give it a thread of its own.
#[derive(Debug)]
pub struct Printer {
    place: Place,
    limits: Limits,
    proof: Proof,
    /// Kept open for devices; a printer on the network serves one host at a time, so others get their turn.
    line: Option<Line>,
    status: Option<Status>,
    late: Vec<Mark>,
    noise: u64,
}

impl Printer {
    /// A printer at a place; it is opened when it is first needed.
    pub fn new(place: Place, limits: Limits) -> Self {
        let proof = Proof::default();
        Self { place, limits, proof, line: None, status: None, late: Vec::new(), noise: 0 }
    }

    /// The same, which proves what it printed in this way.
    pub fn proving_by(self, proof: Proof) -> Self {
        Self { proof, ..self }
    }

    /// Whether its answers can prove what is on paper.
    pub fn proves(&self) -> bool {
        !matches!(self.place, Place::Queue(_))
    }

    /// What it last said of itself; none where it was never heard, or is gone.
    pub fn status(&self) -> Option<Status> {
        self.status
    }

    /// Marks of earlier jobs that were heard since this was last called: proofs that came late.
    pub fn take_late(&mut self) -> Vec<Mark> {
        std::mem::take(&mut self.late)
    }

    /// Asks how it is.
    ///
    /// # Errors
    /// [`PrinterError`].
    pub fn ask(&mut self) -> Result<Status, PrinterError> {
        if let Place::Queue(name) = &self.place {
            let status = Queue::named(name).status();
            self.status = status.as_ref().ok().copied();
            return Ok(status?);
        }
        if let Err(error) = self.open() {
            self.status = None;
            return Err(error.into());
        }
        match self.converse(Printing::asking(self.limits, Instant::now()), &mut |_| true) {
            Outcome::Printed => Ok(self.status.unwrap_or_default()),
            Outcome::NotBegun(why) | Outcome::Unproved(why) => Err(why.into()),
        }
    }

    /// Sends a job and waits for its proof. `goes_on` is called some times a second with what the printer says of
    /// itself; where it answers false the job is given up.
    pub fn print(&mut self, job: &Job, goes_on: &mut dyn FnMut(Status) -> bool) -> Outcome {
        if let Place::Queue(name) = &self.place {
            let handed = Queue::named(name).hand(&job.bytes(Proof::Mark));
            return match handed {
                Ok(()) => Outcome::Unproved(Why::NoProof),
                Err(error) => {
                    tracing::warn!(%error, "printer");
                    self.status = None;
                    Outcome::NotBegun(Why::Lost)
                }
            };
        }
        if let Err(error) = self.open() {
            tracing::debug!(%error, "printer");
            self.status = None;
            return Outcome::NotBegun(Why::Lost);
        }
        let (bytes, now) = (job.bytes(self.proof), Instant::now());
        let printing = match self.proof {
            Proof::Mark => Printing::new(bytes, job.mark(), self.limits, now),
            Proof::Status => Printing::by_status(bytes, self.limits, now),
        };
        self.converse(printing, goes_on)
    }

    fn open(&mut self) -> Result<(), LineError> {
        if self.line.is_some() {
            return Ok(());
        }
        let mut line = match &self.place {
            Place::Network(host, port) => Line::connect(host, *port, self.limits.connect)?,
            Place::Device(path, bits) => Line::open(path, *bits)?,
            Place::Queue(_) => return Ok(()),
        };
        self.late.extend(stale(&mut line));
        self.line = Some(line);
        Ok(())
    }

    fn converse(&mut self, mut printing: Printing, goes_on: &mut dyn FnMut(Status) -> bool) -> Outcome {
        let Some(mut line) = self.line.take() else { return Outcome::NotBegun(Why::Lost) };
        let outcome = loop {
            match step(&mut line, &mut printing) {
                Ok(Some(outcome)) => break outcome,
                Ok(None) => {}
                Err(error) => {
                    tracing::debug!(%error, "printer");
                    printing.stop(Why::Lost);
                }
            }
            if !goes_on(printing.status()) {
                printing.stop(Why::Stopped);
            }
        };
        self.late.extend(printing.late());
        self.noise = printing.noise();
        self.status = match outcome {
            Outcome::NotBegun(Why::Lost | Why::Silent) | Outcome::Unproved(Why::Lost | Why::Silent) => None,
            _ => Some(printing.status()),
        };
        // What does not answer is opened anew: the next job must not begin in the middle of this one's replies.
        if self.status.is_some() && matches!(line, Line::Device(..)) {
            self.line = Some(line);
        }
        outcome
    }
}

/// One wait of a conversation.
fn step(line: &mut Line, printing: &mut Printing) -> io::Result<Option<Outcome>> {
    let now = Instant::now();
    printing.tick(now);
    let ready = match printing.next() {
        Next::Done(outcome) => return Ok(Some(outcome)),
        Next::Hear(until) => line.wait(false, until.min(now + LOOK))?,
        Next::Send(bytes, until) => {
            let ready = line.wait(true, until.min(now + LOOK))?;
            let count = if ready.sends && !ready.over { line.send(bytes) } else { Ok(0) };
            // What it said before it broke is heard first: it may be the proof.
            if let (Err(error), false) = (&count, ready.hears) {
                return Err(io::Error::new(error.kind(), error.to_string()));
            }
            printing.sent(count.unwrap_or(0), Instant::now());
            ready
        }
    };
    hear(line, printing, ready)?;
    Ok(None)
}

fn hear(line: &mut Line, printing: &mut Printing, ready: Ready) -> io::Result<()> {
    if !ready.hears {
        return Ok(());
    }
    let mut buffer = [0; 512];
    match line.hear(&mut buffer)? {
        None => printing.stop(Why::Lost),
        Some(0) if ready.over => printing.stop(Why::Lost),
        Some(0) => std::thread::park_timeout(EMPTY),
        Some(count) => printing.heard(&buffer[..count], Instant::now()),
    }
    Ok(())
}

/// Marks among what lay in a line before it was opened.
fn stale(line: &mut Line) -> Vec<Mark> {
    let mut printing = crate::reply::Replies::default();
    let (mut marks, mut looked) = (Vec::new(), 0);
    let mut buffer = [0; 512];
    while let Ok(Some(count @ 1..)) = line.hear(&mut buffer) {
        marks.extend(printing.take(&buffer[..count]).into_iter().filter_map(|reply| match reply {
            crate::reply::Reply::Printed(mark) => Some(mark),
            _ => None,
        }));
        looked += count;
        if looked >= STALE_MAX {
            break;
        }
    }
    marks
}

/// What the self-test found.
#[derive(Debug)]
pub struct Report {
    /// Where it was looked for.
    pub place: Place,
    /// What it said of itself.
    pub status: Result<Status, PrinterError>,
    /// Bytes that belonged to no answer: noise on the cable, or a printer that speaks something else.
    pub noise: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match &self.status {
            Ok(status) => match status.trouble() {
                None => write!(f, "ready, paper {:?}", status.paper)?,
                Some(trouble) => write!(f, "{trouble}")?,
            },
            Err(error) => write!(f, "{error}")?,
        }
        if self.noise > 0 {
            write!(f, "; {} bytes of noise: check the cable and the speed of the port", self.noise)?;
        }
        Ok(())
    }
}

/// The self-test: opens a printer, asks it everything, and tells what it said.
pub fn check(place: &Place, limits: Limits) -> Report {
    let mut printer = Printer::new(place.clone(), limits);
    let status = printer.ask();
    Report { place: place.clone(), status, noise: printer.noise }
}
