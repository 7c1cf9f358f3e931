//! What a test, or a person at a kiosk without a reader, tells the emulated reader: one line a command, `ok` back.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::cut::{Cut, Leaves};
use super::wire::{Fault, Mischief, Pace};
use crate::card::{Card, CardKind, Uid, UidError};

mod made;

pub use made::{Key, Made, TEXT_MAX, Text};

/// The longest command line in bytes; the longest real one, a purse with two keys, has about 110.
pub(super) const LINE_MAX: usize = 160;
/// The emulator answers at once; so long means that it is gone.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// One command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Lay this card on the reader: `put UID [ultralight|classic|iso_dep|other]` (4 bytes: classic, else ultralight).
    Put(Uid, CardKind),
    /// Lay a card with a processor on the reader; one that was there before comes back as it left:
    /// `put UID ntag424 KEY [TAPS]`, `put UID desfire MASTER VALUE [MAC_KEY]`, `put UID classic MASTER VALUE`,
    /// `put UID epurse SERIAL MASTER TAC_MASTER VALUE`,
    /// `put UID ntag213 TEXT`, `put UID bank`.
    PutProcessor(Uid, Made),
    /// The card on the reader, or else the next one, leaves after so many answers of its processor, or obeys one more
    /// and only its answer is lost: `tear after N [obeyed]`; or the reader's cable is pulled then: `unplug after N [obeyed]`.
    TearAfter(Cut),
    /// The same, and the write of a memory's last command stops in the middle: `tear after N within SEED`.
    TearWithin(u32, u64),
    /// So many bytes from now something happens on the line to the host: `fault N lose COUNT`, `fault N garble BITS`
    /// (hexadecimal), `fault N noise COUNT`, `fault N late MILLISECONDS`, `fault N unplug`, `fault N take`; or no
    /// fault, tear, poison or silence is ordered any more: `fault none`.
    Fault(Option<Fault>),
    /// How slow the line is, in bytes a second, and the field, in microseconds a command: `pace BYTES FIELD`.
    Pace(Pace),
    /// What lies in a purse, answered as `ok VALUE`: `value UID`.
    Value(Uid),
    /// How many commands cards with a processor were sent so far, answered as `ok COUNT`: `heard`.
    Heard,
    /// How often the host looked for a card so far and there was none, answered as `ok COUNT`: `vain`.
    Vain,
    /// Hold a phone to the reader that reads the tag it finds there: `phone`.
    Phone,
    /// Take the phone away: `phone away`.
    PhoneAway,
    /// The link that the last phone opened, answered as `ok LINK`, or `ok` where it opened none: `opened`.
    Opened,
    /// Every card with a processor is made anew when it is next put, as if it had been copied before: `forget`.
    Forget,
    /// Lay another card beside the one that lies there: `beside UID [kind]`.
    Beside(Uid, CardKind),
    /// Lay two cards on the reader in one movement: `both UID KIND UID KIND`.
    Both(Card, Card),
    /// Take every card away.
    Take,
    /// Take this card away: `take UID`.
    TakeOne(Uid),
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
        "commands are: put UID [ultralight|classic|iso_dep|other|bank], put UID ntag424 KEY [TAPS], \
         put UID desfire MASTER VALUE [MAC_KEY], put UID classic MASTER VALUE, \
         put UID epurse SERIAL MASTER TAC_MASTER VALUE, put UID ntag213 TEXT, \
         beside UID [ultralight|classic|iso_dep|other], both UID KIND UID KIND, \
         value UID, phone, phone away, opened, heard, vain, forget, take [UID], tear, tear after N [obeyed], tear after N within SEED, \
         unplug after N [obeyed], fault N lose|garble|noise|late|unplug|take [HOW MUCH], fault none, pace BYTES FIELD, \
         poison, mute N, unplug, plug, quit"
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
            ["put", uid] => plain(uid, Self::Put)?,
            ["beside", uid] => plain(uid, Self::Beside)?,
            ["beside", uid, kind] => Self::Beside(Uid::from_hex(uid)?, kind_of(kind)?),
            ["both", uid, kind, other, other_kind] => Self::Both(
                Card { uid: Uid::from_hex(uid)?, kind: kind_of(kind)? },
                Card { uid: Uid::from_hex(other)?, kind: kind_of(other_kind)? },
            ),
            ["take", uid] => Self::TakeOne(Uid::from_hex(uid)?),
            ["put", uid, kind, ref how @ ..] => put(uid, kind, how)?,
            ["tear", "after", count, "within", seed] => Self::TearWithin(
                count.parse().map_err(|_| CommandError::Unknown)?,
                seed.parse().map_err(|_| CommandError::Unknown)?,
            ),
            ["tear", "after", count] => Self::TearAfter(cut(count, false, Leaves::Card)?),
            ["tear", "after", count, "obeyed"] => Self::TearAfter(cut(count, true, Leaves::Card)?),
            ["unplug", "after", count] => Self::TearAfter(cut(count, false, Leaves::Cable)?),
            ["unplug", "after", count, "obeyed"] => Self::TearAfter(cut(count, true, Leaves::Cable)?),
            ["fault", "none"] => Self::Fault(None),
            ["fault", after, ref mischief @ ..] => {
                let fault = || Some(Fault { after: after.parse().ok()?, mischief: mischief_of(mischief)? });
                Self::Fault(Some(fault().ok_or(CommandError::Unknown)?))
            }
            ["pace", bytes, field] => {
                let pace = || {
                    let bytes: u32 = bytes.parse().ok().filter(|bytes| *bytes > 0)?;
                    let field = Duration::from_micros(field.parse().ok()?);
                    Some(Pace { byte: Duration::from_secs(1) / bytes, field })
                };
                Self::Pace(pace().ok_or(CommandError::Unknown)?)
            }
            ["value", uid] => Self::Value(Uid::from_hex(uid)?),
            ["phone"] => Self::Phone,
            ["phone", "away"] => Self::PhoneAway,
            ["opened"] => Self::Opened,
            ["heard"] => Self::Heard,
            ["vain"] => Self::Vain,
            ["forget"] => Self::Forget,
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

/// A card of a plain kind, or one with a processor.
fn put(uid: &str, kind: &str, how: &[&str]) -> Result<Command, CommandError> {
    let uid = Uid::from_hex(uid)?;
    if let Some(made) = Made::parse(uid, kind, how) {
        return Ok(Command::PutProcessor(uid, made?));
    }
    match how {
        [] => Ok(Command::Put(uid, kind_of(kind)?)),
        _ => Err(CommandError::Unknown),
    }
}

fn plain(uid: &str, command: impl FnOnce(Uid, CardKind) -> Command) -> Result<Command, UidError> {
    let uid = Uid::from_hex(uid)?;
    let short = uid.reveal().len() == 4;
    Ok(command(uid, if short { CardKind::Classic } else { CardKind::Ultralight }))
}

fn cut(count: &str, obeyed: bool, leaves: Leaves) -> Result<Cut, CommandError> {
    Ok(Cut { answered: count.parse().map_err(|_| CommandError::Unknown)?, obeyed, leaves })
}

fn mischief_of(words: &[&str]) -> Option<Mischief> {
    Some(match *words {
        ["lose", count] => Mischief::Lose(count.parse().ok()?),
        ["garble", bits] => Mischief::Garble(u8::from_str_radix(bits, 16).ok()?),
        ["noise", count] => Mischief::Noise(count.parse().ok()?),
        ["late", ms] => Mischief::Late(Duration::from_millis(ms.parse().ok()?)),
        ["unplug"] => Mischief::Unplug,
        ["take"] => Mischief::Take,
        _ => return None,
    })
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
        self.ask(line).map(drop)
    }

    /// Sends one command line and answers what follows its `ok`.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub fn ask(&mut self, line: &str) -> io::Result<String> {
        self.lines.get_mut().write_all(format!("{line}\n").as_bytes())?;
        let mut answer = String::new();
        self.lines.read_line(&mut answer)?;
        match answer.trim_end() {
            "ok" => Ok(String::new()),
            answer if answer.starts_with("ok ") => Ok(answer.replacen("ok ", "", 1)),
            "" => Err(io::ErrorKind::UnexpectedEof.into()),
            other => Err(io::Error::new(io::ErrorKind::InvalidInput, other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
