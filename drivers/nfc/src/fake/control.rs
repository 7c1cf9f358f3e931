//! What a test, or a person at a kiosk without a reader, tells the emulated reader: one line a command, `ok` back.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::cards::Processor;
use super::cards::bank::Bank;
use super::cards::classic::Classic;
use super::cards::epurse::EPurse;
use super::cards::ntag21x::{Ntag21x, Size};
use super::cards::ntag424::Ntag424;
use super::cards::purse::Purse;
use super::cut::{Cut, Leaves};
use super::wire::{Fault, Mischief, Pace};
use crate::card::{Card, CardKind, Uid, UidError};

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

/// What a card with a processor is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// An NTAG 424 DNA tag: uid, key, taps before.
    Ntag424([u8; 7], Key, u32),
    /// A DESFire purse: uid, the school's master key, transaction MAC key, value.
    Purse([u8; 7], Key, Option<Key>, i32),
    /// A bank card.
    Bank,
    /// An electronic purse by PBOC: serial number, purchase master key, TAC master key, balance.
    EPurse([u8; 10], Key, Key, u32),
    /// An NTAG213 sticker whose message is one text of at most [`TEXT_MAX`] bytes.
    Ntag213([u8; 7], Text),
    /// A MIFARE Classic purse: uid, the school's master key, value.
    Classic(Uid, Key, i32),
}

/// Longest text on an emulated sticker, in bytes.
pub const TEXT_MAX: usize = 64;

/// Words on a sticker; they may be a member's code, so they never print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text([u8; TEXT_MAX], usize);

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Text(**)")
    }
}

impl Text {
    fn new(text: &str) -> Option<Self> {
        let mut kept = [0; TEXT_MAX];
        kept.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self(kept, text.len()))
    }

    /// One text record in English (NFC Forum, RTD Text).
    fn message(self) -> Vec<u8> {
        let payload = [b"\x02en", &self.0[..self.1]].concat();
        [&[0xD1, 0x01, payload.len() as u8, b'T'], &payload[..]].concat()
    }
}

/// An AES-128 key; it never prints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key([u8; 16]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(**)")
    }
}

impl From<Made> for Processor {
    fn from(made: Made) -> Self {
        match made {
            Made::Ntag424(uid, Key(key), taps) => Self::Ntag424(Ntag424::new(uid, key, taps)),
            Made::Purse(uid, Key(master), mac_key, value) => {
                Self::Purse(Purse::issued(uid, master, mac_key.map(|Key(key)| key), value))
            }
            Made::Bank => Self::Bank(Bank::default()),
            Made::EPurse(serial, Key(purchase), Key(tac), balance) => {
                Self::EPurse(EPurse::issued(serial, purchase, tac, balance))
            }
            Made::Ntag213(uid, text) => Self::Ntag21x(Ntag21x::new(uid, Size::Ntag213, &text.message())),
            Made::Classic(uid, Key(master), value) => {
                Self::Classic(Box::new(Classic::issued(uid, master, value)))
            }
        }
    }
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
         value UID, phone, phone away, opened, heard, forget, take [UID], tear, tear after N [obeyed], tear after N within SEED, \
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
            ["put", uid, "bank"] => Self::PutProcessor(Uid::from_hex(uid)?, Made::Bank),
            ["put", uid, "ntag424", key] => made(uid, |uid| Some(Made::Ntag424(uid, key_of(key)?, 0)))?,
            ["put", uid, "ntag424", key, taps] => {
                made(uid, |uid| Some(Made::Ntag424(uid, key_of(key)?, taps.parse().ok()?)))?
            }
            ["put", uid, "desfire", key, value] => {
                made(uid, |uid| Some(Made::Purse(uid, key_of(key)?, None, value.parse().ok()?)))?
            }
            ["put", uid, "desfire", key, value, mac_key] => made(uid, |uid| {
                Some(Made::Purse(uid, key_of(key)?, Some(key_of(mac_key)?), value.parse().ok()?))
            })?,
            ["put", uid, "ntag213", text] => made(uid, |uid| Some(Made::Ntag213(uid, Text::new(text)?)))?,
            ["put", uid, "epurse", serial, key, tac_key, value] => {
                let uid = Uid::from_hex(uid)?;
                let made = epurse(serial, key, tac_key, value).ok_or(CommandError::Unknown)?;
                Self::PutProcessor(uid, made)
            }
            ["put", uid, "classic", key, value] => {
                let uid = Uid::from_hex(uid)?;
                let value = value.parse().map_err(|_| CommandError::Unknown)?;
                Self::PutProcessor(uid, Made::Classic(uid, key_of(key).ok_or(CommandError::Unknown)?, value))
            }
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
            ["put", uid, kind] => Self::Put(Uid::from_hex(uid)?, kind_of(kind)?),
            ["phone"] => Self::Phone,
            ["phone", "away"] => Self::PhoneAway,
            ["opened"] => Self::Opened,
            ["heard"] => Self::Heard,
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

fn plain(uid: &str, command: impl FnOnce(Uid, CardKind) -> Command) -> Result<Command, UidError> {
    let uid = Uid::from_hex(uid)?;
    let short = uid.reveal().len() == 4;
    Ok(command(uid, if short { CardKind::Classic } else { CardKind::Ultralight }))
}

fn made(uid: &str, make: impl FnOnce([u8; 7]) -> Option<Made>) -> Result<Command, CommandError> {
    let uid = Uid::from_hex(uid)?;
    let bytes = uid.reveal().try_into().map_err(|_| UidError::Length(uid.reveal().len()))?;
    Ok(Command::PutProcessor(uid, make(bytes).ok_or(CommandError::Unknown)?))
}

fn epurse(serial: &str, key: &str, tac_key: &str, value: &str) -> Option<Made> {
    let serial = crate::Apdu::from_hex(serial).ok()?.reveal().try_into().ok()?;
    Some(Made::EPurse(serial, key_of(key)?, key_of(tac_key)?, value.parse().ok()?))
}

fn key_of(digits: &str) -> Option<Key> {
    let bytes = crate::Apdu::from_hex(digits).ok()?;
    bytes.reveal().try_into().ok().map(Key)
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
            ("put 01020304 bank", Ok(Command::PutProcessor(short, Made::Bank))),
            (
                "put 04010203040506 ntag424 00000000000000000000000000000000 61",
                Ok(Command::PutProcessor(long, Made::Ntag424([4, 1, 2, 3, 4, 5, 6], Key([0; 16]), 61))),
            ),
            (
                "put 04010203040506 desfire 00000000000000000000000000000000 5000",
                Ok(Command::PutProcessor(long, Made::Purse([4, 1, 2, 3, 4, 5, 6], Key([0; 16]), None, 5000))),
            ),
            ("put 04010203040506 desfire 00 5000", Err(CommandError::Unknown)),
            (
                "put 01020304 ntag424 00000000000000000000000000000000",
                Err(CommandError::Uid(UidError::Length(4))),
            ),
            (
                "put 01020304 classic 00000000000000000000000000000000 5000",
                Ok(Command::PutProcessor(short, Made::Classic(short, Key([0; 16]), 5000))),
            ),
            (
                "put 01020304 epurse 00112233445566778899 00000000000000000000000000000000 \
                 00000000000000000000000000000000 5000",
                Ok(Command::PutProcessor(
                    short,
                    Made::EPurse(
                        [0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99],
                        Key([0; 16]),
                        Key([0; 16]),
                        5000,
                    ),
                )),
            ),
            (
                "put 04010203040506 ntag213 hello",
                Ok(Command::PutProcessor(
                    long,
                    Made::Ntag213([4, 1, 2, 3, 4, 5, 6], Text::new("hello").unwrap()),
                )),
            ),
            ("put 01020304 classic 00 5000", Err(CommandError::Unknown)),
            ("tear after 3 within 17", Ok(Command::TearWithin(3, 17))),
            (
                "tear after 3",
                Ok(Command::TearAfter(Cut { answered: 3, obeyed: false, leaves: Leaves::Card })),
            ),
            (
                "unplug after 2",
                Ok(Command::TearAfter(Cut { answered: 2, obeyed: false, leaves: Leaves::Cable })),
            ),
            ("fault 7 lose 2", Ok(Command::Fault(Some(Fault { after: 7, mischief: Mischief::Lose(2) })))),
            (
                "fault 0 garble 80",
                Ok(Command::Fault(Some(Fault { after: 0, mischief: Mischief::Garble(0x80) }))),
            ),
            ("fault none", Ok(Command::Fault(None))),
            ("fault 1 lose", Err(CommandError::Unknown)),
            ("fault x unplug", Err(CommandError::Unknown)),
            ("pace 0 1", Err(CommandError::Unknown)),
            (
                "tear after 0 obeyed",
                Ok(Command::TearAfter(Cut { answered: 0, obeyed: true, leaves: Leaves::Card })),
            ),
            ("tear after x", Err(CommandError::Unknown)),
            ("value 04010203040506", Ok(Command::Value(long))),
            ("heard", Ok(Command::Heard)),
            ("forget", Ok(Command::Forget)),
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
