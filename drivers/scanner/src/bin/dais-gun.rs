//! An emulated scanner gun as a process: a serial port under a name, and a socket that pulls its trigger.

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: dais-gun --link PATH --control SOCKET [--end-with-stdin]
Then use PATH as the scanner and write lines to SOCKET, one a connection:
  scan CODE, tear N CODE, unplug, plug, quit";

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
    match scanner::fake::serve(&arguments.link, &arguments.control, arguments.end_with_stdin) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dais-gun: the emulated gun failed: {error}");
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
