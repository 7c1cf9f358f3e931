//! DESFire (EV1 and later): select, authenticate, read a value, debit, commit. Commands out, answers in.
//!
//! Commands are wrapped in ISO 7816-4: `90 INS 00 00 [Lc data] 00`, the status comes back as `91 xx`. After
//! authentication AA (EV1) or 71 (EV2) nothing between reader and card can be changed, left out or played again: see
//! [`messaging`]. Debits lie in the card's volatile memory until CommitTransaction: power that goes before it leaves the value as it
//! was. Sources: MF3ICDx21_41_81 data sheet; for the transaction MAC, MF2DL(H)x0 data sheet, 10.3.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::aes::{AesKey, Block};

mod first;
mod messaging;
mod transaction;

pub use first::{First, authenticate_first};
use messaging::Messaging;
pub use transaction::{ReaderId, Transaction};

const AUTHENTICATE_AES: u8 = 0xAA;
const MORE: u8 = 0xAF;
const SELECT_APPLICATION: u8 = 0x5A;
const GET_VALUE: u8 = 0x6C;
const DEBIT: u8 = 0xDC;
const CREDIT: u8 = 0x0C;
const COMMIT_TRANSACTION: u8 = 0xC7;
const ABORT_TRANSACTION: u8 = 0xA7;
const READ_DATA: u8 = 0xBD;
const COMMIT_READER_ID: u8 = 0xC8;
/// Part of a CMAC that travels.
const MAC_LEN: usize = 8;
/// The key that may debit, in the campus application.
const KEY_NUMBER: u8 = 0x00;
/// CommitTransaction's option that asks for the transaction MAC in its answer.
const WITH_MAC: u8 = 0x01;

/// Why a card's answer is not what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DesfireError {
    /// The card says no.
    #[error("the card refused with status {0:02X}: have the card office look at it")]
    Refused(u8),
    /// Not in the form that this command is answered in.
    #[error("the card's answer cannot be read: hold it to the reader again")]
    Unreadable,
    /// The card does not know the key, or the answer was changed on its way.
    #[error("the card cannot prove that it is the school's: have the card office look at it")]
    NotGenuine,
}

/// What the card keeps of its last transaction, and what a commit answers where it is asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TransactionMac {
    /// How many transactions the card ever committed.
    pub counter: u32,
    /// MAC over the last one, for the school's back end.
    pub mac: [u8; 8],
}

fn wrapped(instruction: u8, data: &[u8]) -> Vec<u8> {
    let mut command = vec![0x90, instruction, 0x00, 0x00];
    if !data.is_empty() {
        command.extend(u8::try_from(data.len()));
        command.extend(data);
    }
    command.push(0x00);
    command
}

fn content(answer: &[u8], wanted: u8) -> Result<&[u8], DesfireError> {
    match answer.split_last_chunk::<2>() {
        Some((content, [0x91, status])) if *status == wanted => Ok(content),
        Some((_, [0x91, status])) => Err(DesfireError::Refused(*status)),
        _ => Err(DesfireError::Unreadable),
    }
}

/// Selects an application. Whatever was not committed before is gone with it.
pub fn select(application: [u8; 3]) -> Vec<u8> {
    wrapped(SELECT_APPLICATION, &application)
}

/// Reads the answer to [`select`].
///
/// # Errors
/// [`DesfireError`]: no such application, or no DESFire card.
pub fn selected(answer: &[u8]) -> Result<(), DesfireError> {
    match content(answer, 0x00)? {
        [] => Ok(()),
        _ => Err(DesfireError::Unreadable),
    }
}

/// Begins to authenticate.
pub fn authenticate() -> Vec<u8> {
    wrapped(AUTHENTICATE_AES, &[KEY_NUMBER])
}

/// An authentication whose second half is under way.
#[derive(Debug)]
pub struct Handshake {
    key: AesKey,
    iv: Block,
    ours: Block,
    theirs: Block,
}

impl Handshake {
    /// Takes the card's challenge, the answer to [`authenticate`], and returns our own. `ours` is random.
    ///
    /// # Errors
    /// [`DesfireError`].
    pub fn answer(key: AesKey, ours: Block, answer: &[u8]) -> Result<(Self, Vec<u8>), DesfireError> {
        let sealed: Block = content(answer, MORE)?.try_into().map_err(|_size| DesfireError::Unreadable)?;
        let mut iv = [0; 16];
        let opened = key.decrypt(&mut iv, &sealed).ok_or(DesfireError::Unreadable)?;
        let theirs: Block = opened.try_into().map_err(|_size| DesfireError::Unreadable)?;
        let reply = key.encrypt(&mut iv, &[ours, turned(theirs)].concat());
        Ok((Self { key, iv, ours, theirs }, wrapped(MORE, &reply)))
    }

    /// Takes the card's proof that it knows the key.
    ///
    /// # Errors
    /// [`DesfireError`].
    pub fn finish(mut self, answer: &[u8]) -> Result<Session, DesfireError> {
        let sealed = content(answer, 0x00).map_err(|error| match error {
            // Authentication error: the key is another.
            DesfireError::Refused(0xAE) => DesfireError::NotGenuine,
            other => other,
        })?;
        let opened = self.key.decrypt(&mut self.iv, sealed).ok_or(DesfireError::Unreadable)?;
        verify_slices_are_equal(&opened, &turned(self.ours)).map_err(|_other| DesfireError::NotGenuine)?;
        Ok(Session(Messaging::Ev1 { key: session_key(&self.ours, &self.theirs), iv: [0; 16] }))
    }
}

fn turned(block: Block) -> Block {
    let mut turned = block;
    turned.rotate_left(1);
    turned
}

/// First and last four bytes of both challenges (data sheet, "session key").
fn session_key(ours: &Block, theirs: &Block) -> AesKey {
    let mut key = [0; 16];
    let parts = [&ours[..4], &theirs[..4], &ours[12..], &theirs[12..]];
    for (to, from) in key.chunks_exact_mut(4).zip(parts) {
        to.copy_from_slice(from);
    }
    AesKey::new(key)
}

/// An authenticated session. Each command must be answered before the next.
#[derive(Debug)]
pub struct Session(Messaging);

impl Session {
    /// Asks what a value file holds.
    pub fn get_value(&mut self, file: u8) -> Vec<u8> {
        self.command(GET_VALUE, &[file])
    }

    /// Reads the answer to [`Self::get_value`].
    ///
    /// # Errors
    /// [`DesfireError`].
    pub fn value(&mut self, answer: &[u8]) -> Result<i32, DesfireError> {
        let content = self.proved(answer)?;
        Ok(i32::from_le_bytes(content.try_into().map_err(|_size| DesfireError::Unreadable)?))
    }

    /// Asks for the transaction MAC file.
    pub fn get_transaction_mac(&mut self, file: u8) -> Vec<u8> {
        self.command(READ_DATA, &[file, 0, 0, 0, 12, 0, 0])
    }

    /// Reads the answer to [`Self::get_transaction_mac`].
    ///
    /// # Errors
    /// [`DesfireError`].
    pub fn transaction_mac(&mut self, answer: &[u8]) -> Result<TransactionMac, DesfireError> {
        transaction_mac(self.proved(answer)?)
    }

    /// Takes an amount out, once committed.
    pub fn debit(&mut self, file: u8, amount: i32) -> Vec<u8> {
        self.command(DEBIT, &[&[file], &amount.to_le_bytes()[..]].concat())
    }

    /// Puts an amount in, once committed.
    pub fn credit(&mut self, file: u8, amount: i32) -> Vec<u8> {
        self.command(CREDIT, &[&[file], &amount.to_le_bytes()[..]].concat())
    }

    /// Drops what was not committed.
    pub fn abort(&mut self) -> Vec<u8> {
        self.command(ABORT_TRANSACTION, &[])
    }

    /// Reads the answer to a debit, a credit or an abort.
    ///
    /// # Errors
    /// [`DesfireError`]; the session is over then, and with it what was not committed.
    pub fn done(&mut self, answer: &[u8]) -> Result<(), DesfireError> {
        match self.proved(answer)? {
            [] => Ok(()),
            _ => Err(DesfireError::Unreadable),
        }
    }

    /// Names the reader inside the transaction, once for each, where the transaction MAC file wants that.
    pub fn commit_reader(&mut self, reader: &ReaderId) -> Vec<u8> {
        self.command(COMMIT_READER_ID, reader.reveal())
    }

    /// Reads the answer to [`Self::commit_reader`]: who was the last reader, sealed for the back office.
    ///
    /// # Errors
    /// [`DesfireError`]; the session is over then, and with it what was not committed.
    pub fn last_reader(&mut self, answer: &[u8]) -> Result<Block, DesfireError> {
        self.proved(answer)?.try_into().map_err(|_size| DesfireError::Unreadable)
    }

    /// Makes it true. From here on only the card knows, until its answer is here.
    pub fn commit(&mut self, with_mac: bool) -> Vec<u8> {
        self.command(COMMIT_TRANSACTION, if with_mac { &[WITH_MAC] } else { &[] })
    }

    /// Reads the answer to [`Self::commit`]: proof that it happened.
    ///
    /// # Errors
    /// [`DesfireError`]: nobody knows whether it happened; look at the value in a new session.
    pub fn committed(&mut self, answer: &[u8]) -> Result<Option<TransactionMac>, DesfireError> {
        match self.proved(answer)? {
            [] => Ok(None),
            content => transaction_mac(content).map(Some),
        }
    }

    fn command(&mut self, instruction: u8, data: &[u8]) -> Vec<u8> {
        let mac = self.0.seal(instruction, data);
        wrapped(instruction, &[data, &mac].concat())
    }

    /// The answer's content, once its MAC holds.
    fn proved<'a>(&mut self, answer: &'a [u8]) -> Result<&'a [u8], DesfireError> {
        let (content, mac) =
            content(answer, 0x00)?.split_last_chunk::<MAC_LEN>().ok_or(DesfireError::Unreadable)?;
        verify_slices_are_equal(&self.0.expected(content), mac).map_err(|_other| DesfireError::NotGenuine)?;
        Ok(content)
    }
}

fn transaction_mac(content: &[u8]) -> Result<TransactionMac, DesfireError> {
    let (counter, mac) = content.split_first_chunk::<4>().ok_or(DesfireError::Unreadable)?;
    let mac = mac.try_into().map_err(|_size| DesfireError::Unreadable)?;
    Ok(TransactionMac { counter: u32::from_le_bytes(*counter), mac })
}

#[cfg(test)]
mod tests;
