//! The card reader's own process: polls libnfc and tells what happened in JSON lines on stdout.
//!
//! It is a process because libnfc aborts on a bad status byte. Commands for the card come as lines on stdin. It ends
//! when its stdin closes, so no reader is left held by an orphan when its owner is killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use nfc::apdu::Request;
use nfc::claim::Claim;
use nfc::event::{Event, LINE_MAX, Missing};
use nfc::libnfc::{Chip, Lost};
use nfc::presence::Presence;
use nfc::{CardKind, NoAnswer};

const USAGE: &str = "usage: dais-nfc --device CONNSTRING   (for example pn532_uart:/dev/ttyUSB0:115200)";
/// Between two polls: a tap shows within a tenth of a second, and the chip rests most of the time.
const POLL_EVERY: Duration = Duration::from_millis(100);
/// Between two looks for a missing reader.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// The owner restarts a child that says nothing for five of these.
const ALIVE_EVERY: Duration = Duration::from_secs(1);
/// The owner asks one thing at a time and waits; a second waits here while a poll is under way.
const WAITING_REQUESTS: usize = 2;

fn main() -> ExitCode {
    let connstring = match arguments() {
        Ok(connstring) => connstring,
        Err(why) => {
            eprintln!("{why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let (send, requests) = sync_channel(WAITING_REQUESTS);
    let watching = std::thread::Builder::new().name("lifeline".into()).spawn(move || read_requests(&send));
    if let Err(error) = watching {
        eprintln!("dais-nfc: no thread: {error}");
        return ExitCode::FAILURE;
    }
    let mut teller = Teller { last: Instant::now() };
    match run(&connstring, &mut teller, &requests) {
        Ok(never) => match never {},
        // The owner closed our stdout: it is ending, and so are we.
        Err(_) => ExitCode::SUCCESS,
    }
}

fn arguments() -> Result<String, lexopt::Error> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let mut connstring = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("device") => connstring = Some(parser.value()?.string()?),
            other => return Err(other.unexpected()),
        }
    }
    connstring.ok_or_else(|| "--device is missing".into())
}

/// Reads commands for the card. The end of the stream is the end of the owner, however it ended.
fn read_requests(send: &SyncSender<Request>) {
    let mut stdin = BufReader::new(std::io::stdin());
    let mut line = Vec::with_capacity(LINE_MAX);
    loop {
        line.clear();
        match (&mut stdin).take(LINE_MAX as u64 + 1).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => std::process::exit(0),
            Ok(_) => {}
        }
        let Some(request) = Request::from_line(&line) else {
            eprintln!("dais-nfc: an unknown line was dropped: install the same version of all parts");
            continue;
        };
        match send.try_send(request) {
            Ok(()) => {}
            // Its owner gave it up long ago, or it would not have sent so many more.
            Err(TrySendError::Full(_)) => eprintln!("dais-nfc: too many commands at once, one was dropped"),
            Err(TrySendError::Disconnected(_)) => std::process::exit(0),
        }
    }
}

enum Never {}

fn run(connstring: &str, teller: &mut Teller, requests: &Receiver<Request>) -> std::io::Result<Never> {
    let mut missing = None;
    loop {
        let why = match Claim::take(connstring) {
            Ok(claim) => match serve(connstring, claim, teller, requests, &mut missing)? {
                Left::Never => Missing::Silent,
                Left::Lost => {
                    // At once, so that the next claim tells a pulled cable from a chip that hangs.
                    std::thread::sleep(POLL_EVERY);
                    continue;
                }
            },
            Err(why) => why,
        };
        if missing.replace(why) == Some(why) {
            teller.alive()?;
        } else {
            teller.tell(Event::Missing(why))?;
        }
        while let Ok(request) = requests.recv_timeout(LOOK_EVERY) {
            teller.tell(Event::Answer { seq: request.seq, answer: Err(NoAnswer::ReaderLost) })?;
        }
    }
}

/// How an open reader ended.
enum Left {
    /// It did not open at all.
    Never,
    /// It worked, then did not answer any more.
    Lost,
}

/// Polls one open reader until it is lost.
fn serve(
    connstring: &str,
    _claim: Claim,
    teller: &mut Teller,
    requests: &Receiver<Request>,
    missing: &mut Option<Missing>,
) -> std::io::Result<Left> {
    let Ok(mut chip) = Chip::open(connstring) else {
        return Ok(Left::Never);
    };
    *missing = None;
    teller.tell(Event::Ready)?;
    let mut presence = Presence::default();
    loop {
        match chip.ask(presence.poll()) {
            Ok(seen) => match presence.step(seen) {
                Some(event) => teller.tell(event)?,
                None => teller.alive()?,
            },
            Err(lost) => {
                eprintln!("dais-nfc: {lost}");
                return Ok(Left::Lost);
            }
        }
        if presence.urgent() {
            continue;
        }
        // Each answered command puts the next look off: it is proof enough that the card is there, and a look between
        // two commands would cost the conversation time.
        while let Ok(request) = requests.recv_timeout(POLL_EVERY) {
            if let Err(lost) = obey(&mut chip, &mut presence, request, teller)? {
                eprintln!("dais-nfc: {lost}");
                return Ok(Left::Lost);
            }
        }
    }
}

/// Sends one command to the card it is meant for and tells what came of it.
fn obey(
    chip: &mut Chip,
    presence: &mut Presence,
    request: Request,
    teller: &mut Teller,
) -> std::io::Result<Result<(), Lost>> {
    let seq = request.seq;
    let Some(card) = presence.lying().filter(|card| card.uid == request.uid) else {
        return teller.tell(Event::Answer { seq, answer: Err(NoAnswer::NotThere) }).map(Ok);
    };
    let exchanged = match card.kind {
        CardKind::IsoDep => chip.exchange(&request.apdu),
        kind => chip.exchange_native(kind, &request.apdu),
    };
    let (answer, end) = match exchanged {
        Ok(answer) => (answer, Ok(())),
        Err(lost) => (Err(NoAnswer::ReaderLost), Err(lost)),
    };
    let left = answer == Err(NoAnswer::CardLeft);
    teller.tell(Event::Answer { seq, answer })?;
    if left && let Some(gone) = presence.lost() {
        teller.tell(gone)?;
    }
    Ok(end)
}

struct Teller {
    last: Instant,
}

impl Teller {
    fn tell(&mut self, event: Event) -> std::io::Result<()> {
        let mut line = event.to_line()?;
        line.push('\n');
        let mut out = std::io::stdout().lock();
        out.write_all(line.as_bytes())?;
        out.flush()?;
        self.last = Instant::now();
        Ok(())
    }

    fn alive(&mut self) -> std::io::Result<()> {
        if self.last.elapsed() >= ALIVE_EVERY {
            self.tell(Event::Alive)?;
        }
        Ok(())
    }
}
