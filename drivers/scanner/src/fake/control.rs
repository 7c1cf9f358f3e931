//! What a test, or a person at a kiosk without a gun, tells the emulated gun: one line a connection, `ok` back.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The longest command line in bytes: the longest code, and its word.
pub(super) const LINE_MAX: u64 = 8192;
/// Both sides answer at once; so long means that one is gone.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// One command. A code may be money, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub enum Command {
    /// Scan this code: `scan CODE`.
    Scan(String),
    /// Send so many characters of the code and then nothing more of it: `tear N CODE`.
    Tear(usize, String),
    /// The port vanishes, as when the cable is pulled: `unplug`.
    Unplug,
    /// The port comes back: `plug`.
    Plug,
    /// End: `quit`.
    Quit,
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scan(_) => "Scan(**)",
            Self::Tear(..) => "Tear(**)",
            Self::Unplug => "Unplug",
            Self::Plug => "Plug",
            Self::Quit => "Quit",
        })
    }
}

/// Why a line is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are `scan CODE`, `tear N CODE`, `unplug`, `plug` and `quit`")]
pub struct NoCommand;

impl Command {
    /// Reads a line.
    ///
    /// # Errors
    /// [`NoCommand`], which says what there is.
    pub fn parse(line: &str) -> Result<Self, NoCommand> {
        let line = line.trim();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, rest) {
            ("scan", code) if !code.is_empty() => Ok(Self::Scan(code.to_owned())),
            ("tear", rest) => {
                let (count, code) = rest.split_once(' ').ok_or(NoCommand)?;
                let count = count.parse().map_err(|_| NoCommand)?;
                if count < code.len() { Ok(Self::Tear(count, code.to_owned())) } else { Err(NoCommand) }
            }
            ("unplug", "") => Ok(Self::Unplug),
            ("plug", "") => Ok(Self::Plug),
            ("quit", "") => Ok(Self::Quit),
            _ => Err(NoCommand),
        }
    }
}

/// An emulated gun's trigger.
#[derive(Clone, Debug)]
pub struct Control(PathBuf);

impl Control {
    /// The gun that listens at this socket.
    pub fn at(socket: &Path) -> Self {
        Self(socket.to_owned())
    }

    /// Sends one command and waits until it is done.
    ///
    /// # Errors
    /// Where the gun has ended or refuses.
    pub fn send(&self, line: &str) -> io::Result<()> {
        let mut stream = UnixStream::connect(&self.0)?;
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        stream.set_write_timeout(Some(ANSWER_WITHIN))?;
        stream.write_all(format!("{line}\n").as_bytes())?;
        let mut answer = String::new();
        BufReader::new(stream).take(LINE_MAX).read_line(&mut answer)?;
        match answer.trim_end() {
            "ok" => Ok(()),
            "" => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the emulated gun has ended")),
            said => Err(io::Error::other(said.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Lines, and what they are.
    use super::*;

    #[test]
    fn commands() {
        for (line, command) in [
            ("scan 281234567890123456", Command::Scan("281234567890123456".into())),
            ("scan a b\n", Command::Scan("a b".into())),
            ("tear 3 28123", Command::Tear(3, "28123".into())),
            ("unplug", Command::Unplug),
            ("plug", Command::Plug),
            ("quit", Command::Quit),
        ] {
            assert_eq!(Command::parse(line), Ok(command), "{line}");
        }
        for line in ["", "scan", "scan ", "tear 28", "tear x 28", "tear 5 28123", "unplug now", "shoot"] {
            assert_eq!(Command::parse(line), Err(NoCommand), "{line}");
        }
    }

    #[test]
    fn a_code_does_not_print() {
        assert!(!format!("{:?}", Command::parse("scan 28123")).contains("28123"));
    }
}
