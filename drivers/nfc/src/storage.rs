//! Native commands in the words of PC/SC readers. Pure: bytes out, bytes in.
//!
//! A PC/SC reader does not pass on what a MIFARE Classic card or an NTAG is to hear. It has commands of its own for
//! them, of class FF, and answers in the card's place (PC/SC 2.01.09, part 3, 3.2.2.1; transparent exchange: 2.02,
//! 3.2.1). A native command as [`crate::native`] writes it becomes one or more of these, as [`Way`] says of the reader.
//!
//! Classic's two halves of a change, into the register and out of it, are one command to these readers. The first half
//! is kept here until the second comes: nothing is written before it, as with a chip that knows both.

use crate::card::CardKind;
use crate::quirks::Way;

const CLASS: u8 = 0xFF;
const LOAD_KEY: u8 = 0x82;
const AUTHENTICATE: u8 = 0x86;
const READ: u8 = 0xB0;
const UPDATE: u8 = 0xD6;
const VALUE: u8 = 0xD7;
const TRANSPARENT: u8 = 0xC2;
const GET_RESPONSE: u8 = 0xC0;
const KEY_SIZE: usize = 6;
/// One read of either kind of card: a block, or four pages.
const READ_SIZE: usize = 16;
const PAGES_IN_READ: u8 = 4;
/// FF D7: its operations.
const VALUE_ADD: u8 = 0x01;
const VALUE_TAKE: u8 = 0x02;
const VALUE_COPY: u8 = 0x03;
/// FF C2: begin and end of a session, and the objects in an exchange.
const SESSION_BEGIN: [u8; 2] = [0x81, 0x00];
const SESSION_END: [u8; 2] = [0x82, 0x00];
const OBJECT_SEND: u8 = 0x95;
const OBJECT_ANSWER: u8 = 0x97;
const OBJECT_OUTCOME: u8 = 0xC0;
/// To the PN53x inside, and from it.
const TO_CHIP: u8 = 0xD4;
const FROM_CHIP: u8 = 0xD5;
const IN_DATA_EXCHANGE: u8 = 0x40;
const IN_COMMUNICATE_THRU: u8 = 0x42;
/// The card that the reader has found.
const FIRST_TARGET: u8 = 0x01;
const CHIP_AUTH_FAILED: u8 = 0x14;
const CHIP_ERROR_BITS: u8 = 0x3F;
/// First status bytes by which a reader says that it does not have a command, or not so.
const NO_SUCH_COMMAND: [u8; 5] = [0x67, 0x68, 0x6B, 0x6D, 0x6E];
/// Functions (6A 81) and key places (69 86, 69 89) that it does not have.
const NO_SUCH_FUNCTION: [[u8; 2]; 3] = [[0x6A, 0x81], [0x69, 0x86], [0x69, 0x89]];
const OK: [u8; 2] = [0x90, 0x00];

/// What came of a native command.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The card did it and sent this beyond its acknowledgement.
    Done(Vec<u8>),
    /// The card does not know the key, or is not there any more.
    NotAuthenticated,
    /// The card said no, or nothing: it has to be selected anew.
    Silent,
    /// This reader cannot do that.
    Unable,
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Done(_) => "Done(**)",
            Self::NotAuthenticated => "NotAuthenticated",
            Self::Silent => "Silent",
            Self::Unable => "Unable",
        })
    }
}

/// The first half of a change to a value block.
#[derive(Clone, Copy, Debug)]
struct Half {
    command: u8,
    from: u8,
    amount: [u8; 4],
}

/// One card at one reader, for as long as it lies there.
#[derive(Debug)]
pub struct Storage {
    way: Way,
    half: Option<Half>,
}

/// Sends a command of the reader and answers what it says, status last.
pub type Transmit<'a, E> = &'a mut dyn FnMut(&[u8]) -> Result<Vec<u8>, E>;

impl Storage {
    /// A card at a reader of this way.
    pub fn new(way: Way) -> Self {
        Self { way, half: None }
    }

    /// Has the card of this kind obey one native command.
    ///
    /// # Errors
    /// Those of `transmit`; the card may have obeyed.
    pub fn exchange<E>(
        &mut self,
        kind: CardKind,
        command: &[u8],
        transmit: Transmit<'_, E>,
    ) -> Result<Outcome, E> {
        match (self.way, kind) {
            (Way::Direct, kind) => direct(kind, command, transmit),
            (Way::Storage { key_structure, key_place, values }, CardKind::Classic) => {
                self.classic(command, [key_structure, key_place], values, transmit)
            }
            (Way::Storage { .. }, _) => pages(command, transmit),
        }
    }

    fn classic<E>(
        &mut self,
        command: &[u8],
        place: [u8; 2],
        values: bool,
        transmit: Transmit<'_, E>,
    ) -> Result<Outcome, E> {
        // Whatever comes between the two halves of a change makes the card forget the first.
        let half = self.half.take();
        match *command {
            [key @ (0x60 | 0x61), block, ref rest @ ..] if rest.len() >= KEY_SIZE => {
                let load = [&[CLASS, LOAD_KEY], &place[..], &[KEY_SIZE as u8], &rest[..KEY_SIZE]].concat();
                match said(&transmit(&load)?) {
                    Said::Yes(_) => {}
                    Said::No | Said::Unknown => return Ok(Outcome::Unable),
                }
                let open = [CLASS, AUTHENTICATE, 0x00, 0x00, 0x05, 0x01, 0x00, block, key, place[1]];
                Ok(match said(&transmit(&open)?) {
                    Said::Yes(_) => Outcome::Done(Vec::new()),
                    Said::No => Outcome::NotAuthenticated,
                    Said::Unknown => Outcome::Unable,
                })
            }
            [0x30, block] => Ok(read(block, transmit)?.into()),
            [0xA0, block, ref content @ ..] if content.len() == READ_SIZE => {
                let update = [&[CLASS, UPDATE, 0x00, block, READ_SIZE as u8], content].concat();
                Ok(said(&transmit(&update)?).into())
            }
            [command @ 0xC0..=0xC2, from, a, b, c, d] if values => {
                self.half = Some(Half { command, from, amount: [a, b, c, d] });
                Ok(Outcome::Done(Vec::new()))
            }
            [0xB0, to] if values => match half.and_then(|half| change(half, to)) {
                Some(change) => Ok(said(&transmit(&change)?).into()),
                None => Ok(Outcome::Silent),
            },
            _ => Ok(Outcome::Unable),
        }
    }
}

/// Both halves as one command; none where it has no words for them: a block that was changed goes back to its place.
fn change(half: Half, to: u8) -> Option<Vec<u8>> {
    let Half { command, from, mut amount } = half;
    // These readers count from the other end.
    amount.reverse();
    let operation = match command {
        0xC2 => return Some(vec![CLASS, VALUE, 0x00, from, 0x02, VALUE_COPY, to]),
        0xC1 => VALUE_ADD,
        _ => VALUE_TAKE,
    };
    (from == to).then(|| [&[CLASS, VALUE, 0x00, to, 0x05, operation], &amount[..]].concat())
}

/// Ultralight and NTAG21x.
fn pages<E>(command: &[u8], transmit: Transmit<'_, E>) -> Result<Outcome, E> {
    match *command {
        [0x30, page] => Ok(read(page, transmit)?.into()),
        [0x3A, first, last] if first <= last => {
            let (mut page, mut content) = (first, Vec::new());
            let size = (usize::from(last - first) + 1) * READ_SIZE / usize::from(PAGES_IN_READ);
            while content.len() < size {
                match read(page, transmit)? {
                    Said::Yes(part) if part.len() == READ_SIZE => content.extend(part),
                    Said::Yes(_) | Said::No => return Ok(Outcome::Silent),
                    Said::Unknown => return Ok(Outcome::Unable),
                }
                page = page.saturating_add(PAGES_IN_READ);
            }
            content.truncate(size);
            Ok(Outcome::Done(content))
        }
        _ => through(command, transmit),
    }
}

fn read<E>(block: u8, transmit: Transmit<'_, E>) -> Result<Said, E> {
    Ok(said(&transmit(&[CLASS, READ, 0x00, block, READ_SIZE as u8])?))
}

/// A transparent exchange, in a session of its own.
fn through<E>(command: &[u8], transmit: Transmit<'_, E>) -> Result<Outcome, E> {
    let session = |edge: [u8; 2]| [CLASS, TRANSPARENT, 0x00, 0x00, 0x02, edge[0], edge[1], 0x00];
    let (Said::Yes(_), Ok(length)) = (said(&transmit(&session(SESSION_BEGIN))?), u8::try_from(command.len()))
    else {
        return Ok(Outcome::Unable);
    };
    let sent =
        [&[CLASS, TRANSPARENT, 0x00, 0x01, length.saturating_add(2), OBJECT_SEND, length], command, &[0x00]];
    let answer = transmit(&sent.concat())?;
    transmit(&session(SESSION_END))?;
    Ok(match said(&answer) {
        Said::Yes(objects) => answered(&objects).map_or(Outcome::Silent, Outcome::Done),
        Said::No => Outcome::Silent,
        Said::Unknown => Outcome::Unable,
    })
}

/// What the card answered, out of the objects of a transparent exchange; none where its outcome is an error.
fn answered(mut objects: &[u8]) -> Option<Vec<u8>> {
    let mut answer = Vec::new();
    while let [tag, length, rest @ ..] = objects {
        let (value, rest) = rest.split_at_checked(usize::from(*length))?;
        match *tag {
            OBJECT_OUTCOME if !value.ends_with(&OK) => return None,
            OBJECT_ANSWER => answer = value.to_vec(),
            _ => {}
        }
        objects = rest;
    }
    objects.is_empty().then_some(answer)
}

/// The command as it is, to the PN53x inside.
fn direct<E>(kind: CardKind, command: &[u8], transmit: Transmit<'_, E>) -> Result<Outcome, E> {
    let head = match kind {
        CardKind::Classic => &[TO_CHIP, IN_DATA_EXCHANGE, FIRST_TARGET][..],
        // The chip takes 60 for an authentication otherwise, which an NTAG knows nothing of.
        _ => &[TO_CHIP, IN_COMMUNICATE_THRU],
    };
    let code = head[1].wrapping_add(1);
    let chip = [head, command].concat();
    let Ok(length) = u8::try_from(chip.len()) else { return Ok(Outcome::Unable) };
    let mut answer = transmit(&[&[CLASS, 0x00, 0x00, 0x00, length], &chip[..]].concat())?;
    // Where the service speaks T=0 with the reader, the answer has to be fetched.
    if let [0x61, waiting] = answer[..] {
        answer = transmit(&[CLASS, GET_RESPONSE, 0x00, 0x00, waiting])?;
    }
    Ok(match said(&answer) {
        Said::Yes(reply) => match reply[..] {
            [FROM_CHIP, is, status, ref content @ ..] if is == code => match status & CHIP_ERROR_BITS {
                0 => Outcome::Done(content.to_vec()),
                CHIP_AUTH_FAILED => Outcome::NotAuthenticated,
                _ => Outcome::Silent,
            },
            _ => Outcome::Silent,
        },
        Said::No => Outcome::Silent,
        Said::Unknown => Outcome::Unable,
    })
}

/// What a reader says.
enum Said {
    Yes(Vec<u8>),
    /// The card did not.
    No,
    /// It does not know such a command.
    Unknown,
}

impl From<Said> for Outcome {
    fn from(said: Said) -> Self {
        match said {
            Said::Yes(content) => Self::Done(content),
            Said::No => Self::Silent,
            Said::Unknown => Self::Unable,
        }
    }
}

fn said(answer: &[u8]) -> Said {
    match answer.split_last_chunk::<2>() {
        Some((content, &OK)) => Said::Yes(content.to_vec()),
        Some((_, status)) if NO_SUCH_COMMAND.contains(&status[0]) || NO_SUCH_FUNCTION.contains(status) => {
            Said::Unknown
        }
        _ => Said::No,
    }
}

#[cfg(test)]
mod tests;
