//! Native commands of cards that do not speak ISO 14443-4: MIFARE Classic's sectors and value blocks, and the pages of
//! MIFARE Ultralight and NTAG21x. Pure: bytes out, bytes in.
//!
//! A command travels as an [`Apdu`] like any other. Such cards often answer with a bare acknowledgement, so their
//! answers travel behind one byte of outcome, and an answer is never empty.
//!
//! A Classic card that refuses a command falls silent until it is selected anew, so nothing but a failed
//! authentication can be told from a card that left. Sources: MF1S50YYX_V1 and NTAG213_215_216 data sheets, for the
//! form of Classic commands between host and chip PN532's UM0701-02, 7.3.8.

use crate::apdu::{Apdu, NoAnswer};

/// A block of a Classic card.
pub type Block = [u8; 16];
/// A sector's key.
pub type SectorKey = [u8; 6];

/// Outcome byte: the card did it.
pub const DONE: u8 = 0x00;
/// Outcome byte: the card does not know the key; the code is the chip's own.
pub const NOT_AUTHENTICATED: u8 = 0x14;
/// Outcome byte: the reader has no such command; nothing was sent to the card.
pub const UNABLE: u8 = 0x7F;

const AUTHENTICATE_A: u8 = 0x60;
const READ: u8 = 0x30;
const WRITE: u8 = 0xA0;
const DECREMENT: u8 = 0xC0;
const INCREMENT: u8 = 0xC1;
const RESTORE: u8 = 0xC2;
const TRANSFER: u8 = 0xB0;
const GET_VERSION: u8 = 0x60;
const FAST_READ: u8 = 0x3A;
const READ_COUNTER: u8 = 0x39;
const PASSWORD: u8 = 0x1B;
/// NTAG21x has one counter, and this is its number.
const COUNTER: u8 = 0x02;

/// Why a native command was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The sector has another key.
    #[error("the card does not know this key: have the card office look at it")]
    Key,
    /// The reader cannot do that.
    #[error("this card reader cannot do that with such a card: use another card, or a reader that can")]
    Unable,
    /// Not in the form of an answer.
    #[error("the card's answer cannot be read: hold it to the reader again")]
    Unreadable,
}

/// Wraps what came of a native command. `data` is what the card sent beyond its acknowledgement.
///
/// # Errors
/// [`NoAnswer::CardLeft`] where the card sent more than an answer may hold.
pub fn done(data: &[u8]) -> Result<Apdu, NoAnswer> {
    Apdu::new([&[DONE], data].concat()).map_err(|_too_long| NoAnswer::CardLeft)
}

/// Wraps a failed authentication.
pub fn not_authenticated() -> Apdu {
    Apdu::new(vec![NOT_AUTHENTICATED]).expect("one byte is an answer")
}

/// Wraps a command that the reader does not have.
pub fn unable() -> Apdu {
    Apdu::new(vec![UNABLE]).expect("one byte is an answer")
}

/// What the card sent, behind the outcome.
///
/// # Errors
/// [`Refused`].
pub fn content(answer: &[u8]) -> Result<&[u8], Refused> {
    match answer {
        [DONE, content @ ..] => Ok(content),
        [NOT_AUTHENTICATED] => Err(Refused::Key),
        [UNABLE] => Err(Refused::Unable),
        _ => Err(Refused::Unreadable),
    }
}

/// The answer to a command that is acknowledged and no more.
///
/// # Errors
/// [`Refused`].
pub fn acknowledged(answer: &[u8]) -> Result<(), Refused> {
    if content(answer)?.is_empty() { Ok(()) } else { Err(Refused::Unreadable) }
}

/// The answer to [`read`].
///
/// # Errors
/// [`Refused`].
pub fn block(answer: &[u8]) -> Result<Block, Refused> {
    content(answer)?.try_into().map_err(|_size| Refused::Unreadable)
}

/// Opens a Classic sector by any of its blocks, with its key A. `uid` is the card's; its last four bytes count.
pub fn authenticate(block: u8, key: &SectorKey, uid: &[u8]) -> Vec<u8> {
    let last = uid.last_chunk::<4>().copied().unwrap_or_default();
    [&[AUTHENTICATE_A, block], &key[..], &last].concat()
}

/// Reads 16 bytes: one Classic block, or four pages of an Ultralight or NTAG.
pub fn read(block: u8) -> Vec<u8> {
    vec![READ, block]
}

/// Writes a Classic block.
pub fn write(block: u8, content: &Block) -> Vec<u8> {
    [&[WRITE, block], &content[..]].concat()
}

/// Reads a value block into the card's register, less an amount. Nothing is written before [`transfer`].
pub fn decrement(block: u8, amount: u32) -> Vec<u8> {
    [&[DECREMENT, block], &amount.to_le_bytes()[..]].concat()
}

/// The same, more by an amount.
pub fn increment(block: u8, amount: u32) -> Vec<u8> {
    [&[INCREMENT, block], &amount.to_le_bytes()[..]].concat()
}

/// Reads a value block into the card's register.
pub fn restore(block: u8) -> Vec<u8> {
    vec![RESTORE, block, 0, 0, 0, 0]
}

/// Writes the register into a block of the sector that is open.
pub fn transfer(block: u8) -> Vec<u8> {
    vec![TRANSFER, block]
}

/// Asks an NTAG21x what it is.
pub fn get_version() -> Vec<u8> {
    vec![GET_VERSION]
}

/// Reads whole pages of four bytes, the last one included. An NTAG answers at most what fits one frame of the reader.
pub fn fast_read(first: u8, last: u8) -> Vec<u8> {
    vec![FAST_READ, first, last]
}

/// Asks how often the tag was ever read.
pub fn read_counter() -> Vec<u8> {
    vec![READ_COUNTER, COUNTER]
}

/// Shows the tag its password; its answer is two bytes by which it shows that it is the one that was asked for.
pub fn password(password: [u8; 4]) -> Vec<u8> {
    [&[PASSWORD], &password[..]].concat()
}

#[cfg(test)]
mod tests {
    //! Commands as the data sheets write them, and answers that are none.
    use super::*;

    #[test]
    fn commands() {
        let uid = [4, 1, 2, 3, 4, 5, 6];
        for (command, bytes) in [
            (authenticate(7, &[0xFF; 6], &uid), "6007FFFFFFFFFFFF03040506"),
            (authenticate(7, &[0xFF; 6], &[1, 2, 3, 4]), "6007FFFFFFFFFFFF01020304"),
            (read(4), "3004"),
            (write(4, &[0x11; 16]), "A00411111111111111111111111111111111"),
            (decrement(4, 0x0102), "C00402010000"),
            (increment(4, 1), "C10401000000"),
            (restore(5), "C20500000000"),
            (transfer(5), "B005"),
            (get_version(), "60"),
            (fast_read(4, 15), "3A040F"),
            (read_counter(), "3902"),
            (password([1, 2, 3, 4]), "1B01020304"),
        ] {
            assert_eq!(Apdu::new(command).unwrap().reveal_hex(), bytes);
        }
    }

    #[test]
    fn answers() {
        assert_eq!(content(done(&[7]).unwrap().reveal()), Ok(&[7][..]));
        assert_eq!(acknowledged(done(&[]).unwrap().reveal()), Ok(()));
        assert_eq!(acknowledged(not_authenticated().reveal()), Err(Refused::Key));
        assert_eq!(acknowledged(unable().reveal()), Err(Refused::Unable));
        assert_eq!(block(done(&[3; 16]).unwrap().reveal()), Ok([3; 16]));
        for (answer, why) in [
            (&[][..], Refused::Unreadable),
            (&[0x01], Refused::Unreadable),
            (&[DONE, 1], Refused::Unreadable),
            (&[NOT_AUTHENTICATED, 0], Refused::Unreadable),
        ] {
            assert_eq!(acknowledged(answer), Err(why), "{answer:02X?}");
            assert_eq!(block(answer), Err(why), "{answer:02X?}");
        }
        assert_eq!(done(&[0; 300]), Err(NoAnswer::CardLeft));
    }
}
