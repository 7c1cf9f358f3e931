//! The card reader's own process: polls the reader and tells what happened in JSON lines on stdout.
//!
//! It is a process because libnfc aborts on a bad status byte. Commands for the card come as lines on stdin. It ends
//! when its stdin closes, so no reader is left held by an orphan when its owner is killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use nfc::apdu::Request;
use nfc::ask::Ask;
use nfc::device::{self, Device, Lost};
use nfc::event::{Event, LINE_MAX, Missing};
use nfc::presence::Presence;
use nfc::tag::Tag;
use nfc::{CardKind, NoAnswer};

const USAGE: &str = "\
usage: dais-nfc --device PLACE
  --device PLACE  the reader; one of
                    pcsc              every reader of the machine's PC/SC service
                    pcsc:NAME         those of them whose name contains NAME
                    pn532_uart:/dev/ttyUSB0:115200, or another connection string of libnfc (nfc-list tells them)
  --help          this

It looks for cards and says what happens, one JSON object a line:
  {\"event\":\"ready\"}                                   the reader is found
  {\"event\":\"card\",\"uid\":\"04a1...\",\"kind\":\"iso_dep\"}   a card lies there; its uid is a person's, keep it to yourself
  {\"event\":\"gone\"}                                    it was taken away
  {\"event\":\"missing\",\"why\":\"unplugged\"}             there is no reader; it goes on looking
  also left_too_soon, two_cards, unreadable, alive (each second), answer and no_answer
It is told what to do by lines on standard input, and ends with it:
  {\"seq\":1,\"uid\":\"04a1...\",\"apdu\":\"00a4...\"}      a command for the card that lies there
  {\"show\":\"https://...\"}                              a link for phones that are held there; null ends it

example: what a reader on a USB port sees, until Ctrl-D
  dais-nfc --device pn532_uart:/dev/ttyUSB0:115200
";
/// From losing a reader to looking for it: a pulled cable's port is gone by then, which tells it from a chip that hangs.
const LOST_PAUSE: Duration = Duration::from_millis(100);
/// Between two looks for a missing reader.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// The owner restarts a child that says nothing for five of these.
const ALIVE_EVERY: Duration = Duration::from_secs(1);
/// The owner asks one thing at a time and waits; few others wait here while a poll is under way.
const WAITING_REQUESTS: usize = 4;
/// How long a link is shown between two looks for a card. A phone looks for tags some three times a second, so it finds
/// this one at its first or second look; a card is seen that much later at most.
const SHOW_FOR: Duration = Duration::from_millis(120);
/// A look selects a MIFARE Classic card anew, which closes the sector that its owner has opened. After a command to one
/// the next look waits this long: the owner may be writing down what the card said, and a disk may take its time.
const SECTOR_OPEN: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let place = match arguments() {
        Ok(Some(place)) => place,
        Ok(None) => {
            let told = std::io::stdout().write_all(USAGE.as_bytes());
            return if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Err(why) => {
            eprintln!("dais-nfc: {why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let (send, asks) = sync_channel(WAITING_REQUESTS);
    let watching = std::thread::Builder::new().name("lifeline".into()).spawn(move || read_requests(&send));
    if let Err(error) = watching {
        eprintln!("dais-nfc: no thread: {error}");
        return ExitCode::FAILURE;
    }
    let mut teller = Teller { last: Instant::now() };
    match run(&place, &mut teller, &asks) {
        Ok(never) => match never {},
        // The owner closed our stdout: it is ending, and so are we.
        Err(_) => ExitCode::SUCCESS,
    }
}

/// The reader's place; none where only help was asked for.
fn arguments() -> Result<Option<String>, lexopt::Error> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let mut place = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("device") => place = Some(parser.value()?.string()?),
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    place.map(Some).ok_or_else(|| "--device is missing".into())
}

/// Reads commands for the card. The end of the stream is the end of the owner, however it ended.
fn read_requests(send: &SyncSender<Ask>) {
    let mut stdin = BufReader::new(std::io::stdin());
    let mut line = Vec::with_capacity(LINE_MAX);
    loop {
        line.clear();
        match (&mut stdin).take(LINE_MAX as u64 + 1).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => std::process::exit(0),
            Ok(_) => {}
        }
        let Some(ask) = Ask::from_line(&line) else {
            eprintln!("dais-nfc: an unknown line was dropped: install the same version of all parts");
            continue;
        };
        match send.try_send(ask) {
            Ok(()) => {}
            // Its owner gave it up long ago, or it would not have sent so many more.
            Err(TrySendError::Full(_)) => eprintln!("dais-nfc: too many commands at once, one was dropped"),
            Err(TrySendError::Disconnected(_)) => std::process::exit(0),
        }
    }
}

enum Never {}

fn run(place: &str, teller: &mut Teller, asks: &Receiver<Ask>) -> std::io::Result<Never> {
    let (mut missing, mut tag) = (None, None);
    loop {
        let why = match device::open(place) {
            Ok(mut device) => {
                missing = None;
                teller.tell(Event::Ready)?;
                let Err(lost) = serve(device.as_mut(), teller, asks, &mut tag)?;
                eprintln!("dais-nfc: {lost}");
                drop(device);
                // Another program's doing is known; all else shows when it is looked for.
                if lost.why != Missing::InUse {
                    std::thread::sleep(LOST_PAUSE);
                    continue;
                }
                lost.why
            }
            Err(why) => why,
        };
        if missing.replace(why) == Some(why) {
            teller.alive()?;
        } else {
            teller.tell(Event::Missing(why))?;
        }
        while let Ok(ask) = asks.recv_timeout(LOOK_EVERY) {
            match ask {
                Ask::Show(link) => tag = link.as_ref().map(Tag::new),
                Ask::Exchange(Request { seq, .. }) => {
                    teller.tell(Event::Answer { seq, answer: Err(NoAnswer::ReaderLost) })?;
                }
            }
        }
    }
}

/// Polls one open reader until it is lost.
fn serve(
    device: &mut dyn Device,
    teller: &mut Teller,
    asks: &Receiver<Ask>,
    tag: &mut Option<Tag>,
) -> std::io::Result<Result<Never, Lost>> {
    let mut presence = Presence::default();
    loop {
        match device.ask(presence.poll()) {
            Ok(seen) => match presence.step(seen) {
                Some(event) => teller.tell(event)?,
                None => teller.alive()?,
            },
            Err(lost) => return Ok(Err(lost)),
        }
        if presence.urgent() {
            continue;
        }
        let mut rest = device.rest();
        if presence.empty()
            && let Some(tag) = tag
        {
            match device.offer(tag, SHOW_FOR) {
                Ok(true) => rest = Duration::ZERO,
                Ok(false) => {}
                Err(lost) => return Ok(Err(lost)),
            }
        }
        // Each command to a card that lies there puts the next look off: its answer is proof enough that it is there, and
        // a look between two commands would cost the conversation time.
        let mut look_at = Instant::now() + rest;
        while let Ok(ask) = asks.recv_timeout(look_at.saturating_duration_since(Instant::now())) {
            match ask {
                Ask::Show(link) => *tag = link.as_ref().map(Tag::new),
                Ask::Exchange(request) => {
                    if let Err(lost) = obey(device, &mut presence, request, teller)? {
                        return Ok(Err(lost));
                    }
                    if let Some(card) = presence.lying() {
                        let rest = if card.kind == CardKind::Classic { SECTOR_OPEN } else { device.rest() };
                        look_at = Instant::now() + rest;
                    }
                }
            }
        }
    }
}

/// Sends one command to the card it is meant for and tells what came of it.
fn obey(
    device: &mut dyn Device,
    presence: &mut Presence,
    request: Request,
    teller: &mut Teller,
) -> std::io::Result<Result<(), Lost>> {
    let seq = request.seq;
    let Some(card) = presence.lying().filter(|card| card.uid == request.uid) else {
        return teller.tell(Event::Answer { seq, answer: Err(NoAnswer::NotThere) }).map(Ok);
    };
    let (answer, end) = match device.exchange(card.kind, &request.apdu) {
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
