//! An emulated PN532 card reader as a process: a serial port under a name, and a socket to lay cards on it.

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: dais-pn532 --link PATH --control SOCKET [--end-with-stdin]
Then use the reader as pn532_uart:PATH:115200 and write lines to SOCKET:
  put UID [ultralight|classic|iso_dep|other|bank], put UID ntag424 KEY [TAPS], put UID desfire MASTER VALUE [MAC_KEY],
  beside UID [ultralight|classic|iso_dep|other], both UID KIND UID KIND,
  value UID, phone, phone away, opened, heard, forget, take [UID], tear, tear after N [obeyed],
  unplug after N [obeyed], fault N lose|garble|noise|late|unplug|take [HOW MUCH], fault none, pace BYTES FIELD, poison, mute N, unplug, plug, quit";

struct Arguments {
    link: PathBuf,
    control: PathBuf,
    end_with_stdin: bool,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}\n{USAGE}");
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

fn arguments() -> Result<Arguments, lexopt::Error> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let (mut link, mut control, mut end_with_stdin) = (None, None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("link") => link = Some(parser.value()?.into()),
            Long("control") => control = Some(parser.value()?.into()),
            Long("end-with-stdin") => end_with_stdin = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Arguments {
        link: link.ok_or("--link is missing")?,
        control: control.ok_or("--control is missing")?,
        end_with_stdin,
    })
}
