//! Electronic purses by JR/T 0025.2 (PBOC 2.0, "电子钱包"): the terminal's side of a purchase, with the keys that
//! otherwise lie in a PSAM. Commands out, answers in.
//!
//! A purchase is one command: balance, counter and proof change together or not at all. If its answer is lost, the card
//! gives the proof once more (GET TRANSACTION PROVE); it is made with a key of this one purchase, from the card's
//! random number and the terminal's transaction number, so nobody else's purchase can be taken for it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde::{Deserialize, Serialize};

use super::triple_des::{Block8, TripleDesKey, mac};
use super::{accepted, select_name};

/// "Purchase by electronic purse", among the types of transactions.
const PURCHASE: u8 = 0x06;
/// A MAC of single DES.
type Mac = [u8; 4];

/// Why a card's answer is not what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EpurseError {
    /// The card says no.
    #[error("the card refused with status {0:04X}: have the card office look at it")]
    Refused(u16),
    /// Not in the form that this command is answered in.
    #[error("the card's answer cannot be read: hold it to the reader again")]
    Unreadable,
    /// The card does not know the key, or the answer was changed on its way.
    #[error("the card cannot prove that it is the school's: have the card office look at it")]
    NotGenuine,
}

/// Status: the balance is too small.
pub const TOO_LITTLE: u16 = 0x9401;
/// Status: that transaction is not the last one.
pub const NO_PROOF: u16 = 0x9406;

fn content(answer: &[u8]) -> Result<&[u8], EpurseError> {
    match (accepted(answer), answer) {
        (Some(content), _) => Ok(content),
        (None, [high, low]) => Err(EpurseError::Refused(u16::from_be_bytes([*high, *low]))),
        _ => Err(EpurseError::Unreadable),
    }
}

fn exactly<const N: usize>(answer: &[u8]) -> Result<[u8; N], EpurseError> {
    content(answer)?.try_into().map_err(|_size| EpurseError::Unreadable)
}

/// A card's serial number. It never prints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Serial([u8; 10]);

impl Serial {
    /// All of it, for the card's issuer.
    pub const fn reveal(&self) -> [u8; 10] {
        self.0
    }

    /// Its last eight bytes, for who makes the card's key.
    pub const fn for_keys(&self) -> Block8 {
        let [_, _, last @ ..] = self.0;
        last
    }
}

impl std::fmt::Debug for Serial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Serial(**)")
    }
}

/// Selects the purse's application by its name.
pub fn select(application: &[u8]) -> Vec<u8> {
    select_name(application)
}

/// Reads the answer to [`select`]: the serial number that stands in the issuer's own part (tag 9F0C: issuer, type and
/// version of the application, then 10 bytes of number).
///
/// # Errors
/// [`EpurseError`]: no such application, or no purse.
pub fn selected(answer: &[u8]) -> Result<Serial, EpurseError> {
    let file = super::ppse::issuer_part(content(answer)?).ok_or(EpurseError::Unreadable)?;
    let serial = file.get(10..20).and_then(|serial| serial.try_into().ok());
    serial.map(Serial).ok_or(EpurseError::Unreadable)
}

/// Asks what the purse holds.
pub fn get_balance() -> Vec<u8> {
    vec![0x80, 0x5C, 0x00, 0x02, 0x04]
}

/// Reads the answer to [`get_balance`], in minor units.
///
/// # Errors
/// [`EpurseError`].
pub fn balance(answer: &[u8]) -> Result<u32, EpurseError> {
    exactly(answer).map(u32::from_be_bytes)
}

/// The terminal's own number, as the issuer gave it.
pub type Terminal = [u8; 6];

/// Begins a purchase; nothing moves yet.
pub fn initialize(key_index: u8, amount: u32, terminal: &Terminal) -> Vec<u8> {
    let head = [0x80, 0x50, 0x01, 0x02, 0x0B, key_index];
    [&head[..], &amount.to_be_bytes(), terminal, &[0x0F]].concat()
}

/// What the card says to [`initialize`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// What it holds, in minor units.
    pub balance: u32,
    /// How many purchases it ever made: the number of this one.
    pub counter: u16,
    /// Its random number.
    pub random: [u8; 4],
}

/// Reads the answer to [`initialize`].
///
/// # Errors
/// [`EpurseError`].
pub fn begun(answer: &[u8]) -> Result<Begun, EpurseError> {
    // Balance, counter, overdraft limit, version and algorithm of the key, random number.
    let [b0, b1, b2, b3, c0, c1, _, _, _, _, algorithm, random @ ..] = exactly::<15>(answer)?;
    // 00 is 3DES; a card with another cipher has other keys.
    if algorithm != 0x00 {
        return Err(EpurseError::NotGenuine);
    }
    let (balance, counter) = (u32::from_be_bytes([b0, b1, b2, b3]), u16::from_be_bytes([c0, c1]));
    Ok(Begun { balance, counter, random })
}

/// One purchase, as card and terminal must both know it. What of it the terminal must not forget before it sends it is
/// [`Self::mark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Minor units.
    pub amount: u32,
    /// The card's number of it.
    pub counter: u16,
    /// The card's random number for it.
    pub random: [u8; 4],
    /// The terminal's number of it, never used twice.
    pub transaction: u32,
    /// The terminal.
    pub terminal: Terminal,
    /// Its clock: year, month, day, hour, minute, second in decimal digits.
    pub at: [u8; 7],
}

impl Purchase {
    /// What must be written down before the purchase is sent, besides its amount.
    pub fn mark(&self) -> Vec<u8> {
        let (counter, transaction) = (self.counter.to_be_bytes(), self.transaction.to_be_bytes());
        [&counter[..], &self.random, &transaction, &self.at, &self.terminal].concat()
    }

    /// Reads a mark; none where it is no purchase's.
    pub fn from_mark(mark: &[u8], amount: u32) -> Option<Self> {
        let (counter, rest) = mark.split_first_chunk()?;
        let (random, rest) = rest.split_first_chunk()?;
        let (transaction, rest) = rest.split_first_chunk()?;
        let (at, terminal) = rest.split_first_chunk()?;
        Some(Self {
            amount,
            counter: u16::from_be_bytes(*counter),
            random: *random,
            transaction: u32::from_be_bytes(*transaction),
            terminal: terminal.try_into().ok()?,
            at: *at,
        })
    }

    /// The key of this purchase and no other.
    fn session(&self, key: &TripleDesKey) -> Block8 {
        let [r0, r1, r2, r3] = self.random;
        let ([c0, c1], [_, _, t0, t1]) = (self.counter.to_be_bytes(), self.transaction.to_be_bytes());
        key.encrypt([r0, r1, r2, r3, c0, c1, t0, t1])
    }

    /// Takes the amount.
    pub fn debit(&self, key: &TripleDesKey) -> Vec<u8> {
        let Self { terminal, at, .. } = self;
        let proved = [&self.amount.to_be_bytes()[..], &[PURCHASE], terminal, at].concat();
        let mac = mac(self.session(key), &proved);
        let head = [0x80, 0x54, 0x01, 0x00, 0x0F];
        [&head[..], &self.transaction.to_be_bytes(), at, &mac, &[0x08]].concat()
    }

    /// Reads the answer to [`Self::debit`]: proof that it happened.
    ///
    /// # Errors
    /// [`EpurseError`]: nobody knows whether it happened; ask with [`prove`].
    pub fn debited(&self, key: &TripleDesKey, answer: &[u8]) -> Result<Tac, EpurseError> {
        let [t0, t1, t2, t3, proof @ ..] = exactly::<8>(answer)?;
        self.proved(key, proof, [t0, t1, t2, t3])
    }

    /// Reads the answer to [`prove`].
    ///
    /// # Errors
    /// [`EpurseError::NotGenuine`] where the last purchase was another, [`EpurseError::Refused`] where the card has no
    /// proof of it.
    pub fn happened(&self, key: &TripleDesKey, answer: &[u8]) -> Result<Tac, EpurseError> {
        let [p0, p1, p2, p3, tac @ ..] = exactly::<8>(answer)?;
        self.proved(key, [p0, p1, p2, p3], tac)
    }

    fn proved(&self, key: &TripleDesKey, proof: Mac, tac: Mac) -> Result<Tac, EpurseError> {
        let expected = mac(self.session(key), &self.amount.to_be_bytes());
        verify_slices_are_equal(&expected, &proof).map_err(|_other| EpurseError::NotGenuine)?;
        Ok(Tac(tac))
    }
}

/// What proves a purchase to the card's issuer, who alone has its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tac(pub Mac);

/// Asks for the proof of the last purchase once more, if it has this number.
pub fn prove(counter: u16) -> Vec<u8> {
    let [high, low] = counter.to_be_bytes();
    vec![0x80, 0x5A, 0x00, PURCHASE, 0x02, high, low, 0x08]
}

#[cfg(test)]
mod tests;
