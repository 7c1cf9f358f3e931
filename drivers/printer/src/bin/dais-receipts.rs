//! An emulated receipt printer as a process: a TCP or serial port, a folder of pictures of what it printed, and a socket
//! to take its paper away.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use printer::Fonts;
use printer::fake::{Fake, Plug, control};

const USAGE: &str =
    "usage: dais-receipts (--listen ADDRESS | --link PATH) --control SOCKET [--width DOTS] [--fonts FOLDER] \
                     [--pictures FOLDER] [--end-with-stdin]
Prints the place to write into kiosk.toml as printer = \"...\". Write lines to SOCKET:";

struct Arguments {
    plug: Plug,
    control: PathBuf,
    width: u16,
    fonts: Option<PathBuf>,
    pictures: Option<PathBuf>,
    end_with_stdin: bool,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}\n{USAGE} {}", control::COMMANDS);
            return ExitCode::from(2);
        }
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dais-receipts: the emulated printer failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> io::Result<()> {
    let fonts = arguments.fonts.as_deref().map(Fonts::load).transpose().map_err(io::Error::other)?;
    let fake = Fake::start(&arguments.plug, arguments.width, fonts.map(Arc::new))?;
    if let Some(folder) = &arguments.pictures {
        std::fs::create_dir_all(folder)?;
        fake.keep_pictures(folder);
    }
    let place = match (&arguments.plug, fake.address()) {
        (Plug::Serial(link), _) => link.display().to_string(),
        (Plug::Network(_), Some(address)) => address.to_string(),
        (Plug::Network(address), None) => address.to_string(),
    };
    writeln!(io::stdout(), "{place}")?;
    if arguments.end_with_stdin {
        let socket = arguments.control.clone();
        std::thread::Builder::new().name("stdin".into()).spawn(move || {
            // Closed, or no longer readable: whoever started this is gone.
            while matches!(io::stdin().read(&mut [0; 64]), Ok(1..)) {}
            if let Err(error) = std::os::unix::net::UnixStream::connect(socket)
                .and_then(|mut stream| stream.write_all(b"quit\n"))
            {
                eprintln!("dais-receipts: {error}");
                std::process::exit(1);
            }
        })?;
    }
    control::serve(&fake, &arguments.control)
}

fn arguments() -> Result<Arguments, lexopt::Error> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let (mut plug, mut control, mut fonts, mut pictures) = (None, None, None, None);
    let (mut width, mut end_with_stdin) = (576, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("listen") => plug = Some(Plug::Network(parser.value()?.parse::<SocketAddr>()?)),
            Long("link") => plug = Some(Plug::Serial(parser.value()?.into())),
            Long("control") => control = Some(parser.value()?.into()),
            Long("width") => width = parser.value()?.parse()?,
            Long("fonts") => fonts = Some(parser.value()?.into()),
            Long("pictures") => pictures = Some(parser.value()?.into()),
            Long("end-with-stdin") => end_with_stdin = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Arguments {
        plug: plug.ok_or("--listen or --link is missing")?,
        control: control.ok_or("--control is missing")?,
        width,
        fonts,
        pictures,
        end_with_stdin,
    })
}
