//! What a test, or a person at a kiosk without a reader, tells the emulated reader: one line a command, `ok` back.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::card::{CardKind, Uid, UidError};

/// The longest command line in bytes; the longest real one has about 40.
pub(super) const LINE_MAX: usize = 128;
/// The emulator answers at once; so long means that it is gone.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// One command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Lay this card on the reader: `put UID [ultralight|classic|iso_dep|other]` (4 bytes: classic, else ultralight).
    Put(Uid, CardKind),
    /// Take the card away.
    Take,
    /// The card on the reader, or else the next one, leaves in the middle of its exchange.
    Tear,
    /// The next status byte makes libnfc abort.
    Poison,
    /// The next so many commands get no answer: `mute N`.
    Mute(u32),
    /// The port vanishes, as when the cable is pulled.
    Unplug,
    /// The port comes back.
    Plug,
    /// End.
    Quit,
}

/// Why a line is no command.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// Not a word we know.
    #[error(
        "commands are: put UID [ultralight|classic|iso_dep|other], take, tear, poison, mute N, unplug, plug, quit"
    )]
    Unknown,
    /// The uid is none.
    #[error(transparent)]
    Uid(#[from] UidError),
}

impl Command {
    /// Reads one line.
    ///
    /// # Errors
    /// [`CommandError`], whose text is sent back after `error: `.
    pub fn parse(line: &str) -> Result<Self, CommandError> {
        let words: Vec<&str> = line.split_whitespace().collect();
        Ok(match *words {
            ["put", uid] => {
                let uid = Uid::from_hex(uid)?;
                let short = uid.reveal().len() == 4;
                Self::Put(uid, if short { CardKind::Classic } else { CardKind::Ultralight })
            }
            ["put", uid, kind] => Self::Put(Uid::from_hex(uid)?, kind_of(kind)?),
            ["take"] => Self::Take,
            ["tear"] => Self::Tear,
            ["poison"] => Self::Poison,
            ["mute", count] => Self::Mute(count.parse().map_err(|_| CommandError::Unknown)?),
            ["unplug"] => Self::Unplug,
            ["plug"] => Self::Plug,
            ["quit"] => Self::Quit,
            _ => return Err(CommandError::Unknown),
        })
    }
}

fn kind_of(word: &str) -> Result<CardKind, CommandError> {
    Ok(match word {
        "ultralight" => CardKind::Ultralight,
        "classic" => CardKind::Classic,
        "iso_dep" => CardKind::IsoDep,
        "other" => CardKind::Other,
        _ => return Err(CommandError::Unknown),
    })
}

/// A connection to a running emulator.
#[derive(Debug)]
pub struct Control {
    lines: BufReader<UnixStream>,
}

impl Control {
    /// Connects to the emulator's socket.
    ///
    /// # Errors
    /// Where nobody listens there.
    pub fn connect(socket: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        Ok(Self { lines: BufReader::new(stream) })
    }

    /// Sends one command line and waits for its `ok`.
    ///
    /// # Errors
    /// Where the emulator refuses the line (its words are the error's text) or is gone.
    pub fn send(&mut self, line: &str) -> io::Result<()> {
        self.lines.get_mut().write_all(format!("{line}\n").as_bytes())?;
        let mut answer = String::new();
        self.lines.read_line(&mut answer)?;
        match answer.trim_end() {
            "ok" => Ok(()),
            "" => Err(io::ErrorKind::UnexpectedEof.into()),
            other => Err(io::Error::new(io::ErrorKind::InvalidInput, other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Lines and what they mean.
    use super::*;

    #[test]
    fn lines() {
        let short = Uid::new(&[1, 2, 3, 4]).unwrap();
        let long = Uid::new(&[4, 1, 2, 3, 4, 5, 6]).unwrap();
        for (line, command) in [
            ("put 01020304", Ok(Command::Put(short, CardKind::Classic))),
            ("  put  04010203040506 ", Ok(Command::Put(long, CardKind::Ultralight))),
            ("put 04010203040506 iso_dep", Ok(Command::Put(long, CardKind::IsoDep))),
            ("put 0401", Err(CommandError::Uid(UidError::Length(2)))),
            ("put xy", Err(CommandError::Uid(UidError::NotHex))),
            ("put 01020304 gold", Err(CommandError::Unknown)),
            ("mute 3", Ok(Command::Mute(3))),
            ("mute -1", Err(CommandError::Unknown)),
            ("take", Ok(Command::Take)),
            ("tear", Ok(Command::Tear)),
            ("unplug", Ok(Command::Unplug)),
            ("plug", Ok(Command::Plug)),
            ("quit", Ok(Command::Quit)),
            ("", Err(CommandError::Unknown)),
        ] {
            assert_eq!(Command::parse(line), command, "{line}");
        }
    }
}
