//! The card reader's own process: polls libnfc and tells what happened in JSON lines on stdout.
//!
//! It is a process because libnfc aborts on a bad status byte. It ends when its stdin closes, so no reader is left
//! held by an orphan when its owner is killed.

use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use nfc::claim::Claim;
use nfc::event::{Event, Missing};
use nfc::libnfc::Chip;
use nfc::presence::Presence;

const USAGE: &str = "usage: dais-nfc --device CONNSTRING   (for example pn532_uart:/dev/ttyUSB0:115200)";
/// Between two polls: a tap shows within a tenth of a second, and the chip rests most of the time.
const POLL_EVERY: Duration = Duration::from_millis(100);
/// Between two looks for a missing reader.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// The owner restarts a child that says nothing for five of these.
const ALIVE_EVERY: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let connstring = match arguments() {
        Ok(connstring) => connstring,
        Err(why) => {
            eprintln!("{why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let watching = std::thread::Builder::new().name("lifeline".into()).spawn(end_with_stdin);
    if let Err(error) = watching {
        eprintln!("dais-nfc: no thread: {error}");
        return ExitCode::FAILURE;
    }
    let mut teller = Teller { last: Instant::now() };
    match run(&connstring, &mut teller) {
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

/// Our owner never writes here; the end of the stream is the end of the owner, however it ended.
fn end_with_stdin() {
    let mut byte = [0];
    while matches!(std::io::stdin().read(&mut byte), Ok(1..)) {}
    std::process::exit(0);
}

enum Never {}

fn run(connstring: &str, teller: &mut Teller) -> std::io::Result<Never> {
    let mut missing = None;
    loop {
        let why = match Claim::take(connstring) {
            Ok(claim) => match serve(connstring, claim, teller, &mut missing)? {
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
        std::thread::sleep(LOOK_EVERY);
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
        if !presence.urgent() {
            std::thread::sleep(POLL_EVERY);
        }
    }
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
