//! An emulated PN532 card reader as a process: a serial port under a name, and a socket to lay cards on it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
usage: dais-pn532 --link PATH --control SOCKET [--end-with-stdin]
  --link PATH       the emulated reader's serial port; use it as pn532_uart:PATH:115200
  --control SOCKET  where the lines below are written, each answered with ok or error
  --end-with-stdin  end when standard input ends
  --help            this

cards; UID has 8 or 14 hexadecimal digits, keys have 32
  put UID [ultralight|classic|iso_dep|other]     a card that only has a uid
  put UID bank                                   a bank card
  put UID ntag424 KEY [TAPS]                     a tag that proves itself
  put UID ntag213 TEXT                           a sticker
  put UID desfire MASTER VALUE [MAC_KEY]         a purse
  put UID classic MASTER VALUE                   a purse on MIFARE Classic
  put UID epurse SERIAL MASTER TAC_MASTER VALUE  an electronic purse
  beside UID [KIND], both UID KIND UID KIND      two cards at once
  take [UID]                                     take it, or all, away
  value UID                                      what lies in a purse
  forget                                         every card is made anew when it is next put
phones
  phone, phone away, opened                      held there, taken away, the link that it opened
mishaps
  tear, tear after N [obeyed], tear after N within SEED    the card leaves in the middle
  unplug, plug, unplug after N [obeyed]                    the reader's cable
  fault N lose|garble|noise|late|unplug|take [HOW MUCH]    N bytes from now, on the line; fault none
  mute N, poison, pace BYTES FIELD                         silence, a bad status byte, a slow line
what the reader did
  heard, vain                                    commands to cards, looks that found none
  quit

example
  dais-pn532 --link /tmp/reader --control /tmp/reader.control &
  echo put 04a1b2c3d4e5f6 | socat - UNIX-CONNECT:/tmp/reader.control
";

struct Arguments {
    link: PathBuf,
    control: PathBuf,
    end_with_stdin: bool,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            let told = std::io::stdout().write_all(USAGE.as_bytes());
            return if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Err(why) => {
            eprintln!("dais-pn532: {why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match nfc::fake::serve(&arguments.link, &arguments.control, arguments.end_with_stdin) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dais-pn532: the emulated reader failed: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What was asked; none where that was only help.
fn arguments() -> Result<Option<Arguments>, lexopt::Error> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let (mut link, mut control, mut end_with_stdin) = (None, None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("link") => link = Some(parser.value()?.into()),
            Long("control") => control = Some(parser.value()?.into()),
            Long("end-with-stdin") => end_with_stdin = true,
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(Arguments {
        link: link.ok_or("--link is missing")?,
        control: control.ok_or("--control is missing")?,
        end_with_stdin,
    }))
}
