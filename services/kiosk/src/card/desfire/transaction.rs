//! What a card's transaction MAC is made over, for whoever holds its key (MF2DL(H)x0 data sheet, 10.3).
//!
//! The key belongs to the school's back office. A kiosk that has it can tell its own debit from another place's of the
//! same amount, because each reader names itself inside the transaction, and the card tells the next one, sealed, who
//! the last was; but it could also make such MACs itself, so it should have the key only where nobody else takes them
//! for proof.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::{COMMIT_READER_ID, DEBIT, GET_VALUE, TransactionMac};
use crate::card::aes::{AesKey, Block, odd_bytes};

/// Start of the vectors that one transaction's keys are made from: for the MAC, and for the last reader's name.
const MAC_KEY_VECTOR: [u8; 5] = [0x5A, 0x00, 0x01, 0x00, 0x80];
const NAME_KEY_VECTOR: [u8; 5] = [0xA5, 0x00, 0x01, 0x00, 0x80];
/// Half of a reader's name says whose debit it is, half proves that the school's reader wrote it.
const HALF: usize = 8;

/// A key of one transaction.
fn session(key: &AesKey, vector: [u8; 5], counter: u32, uid: &[u8; 7]) -> AesKey {
    AesKey::new(key.cmac(&[&vector[..], &counter.to_le_bytes(), uid].concat()))
}

/// How a reader of this school names itself inside one transaction: by the debit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderId(Block);

impl ReaderId {
    /// The name for the debit with this number, by the school's key of its purses.
    pub fn of(key: &AesKey, number: &str) -> Self {
        let debit = key.cmac(&[b"debit", number.as_bytes()].concat());
        Self::proved(key, &debit[..HALF])
    }

    fn proved(key: &AesKey, debit: &[u8]) -> Self {
        let proof = key.cmac(&[b"reader", debit].concat());
        let mut name = [0; 16];
        for (byte, from) in name.iter_mut().zip(debit.iter().take(HALF).chain(&proof)) {
            *byte = *from;
        }
        Self(name)
    }

    /// Opens the name of the last transaction's reader, which the card tells while its next one is under way. `counter`
    /// is the last transaction's. None where it is no name of this school's: with another key it opens as noise.
    pub fn open(key: &AesKey, mac_key: &AesKey, uid: &[u8; 7], counter: u32, sealed: &Block) -> Option<Self> {
        let session = session(mac_key, NAME_KEY_VECTOR, counter.checked_add(1)?, uid);
        let name = session.decrypt(&mut [0; 16], sealed)?;
        let expected = Self::proved(key, name.get(..HALF)?);
        (name == expected.0).then_some(expected)
    }

    /// The bytes, for the card.
    pub const fn reveal(&self) -> &Block {
        &self.0
    }
}

/// One purse debit as the card takes it into its MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The value file.
    pub file: u8,
    /// What it held when it was read.
    pub before: i32,
    /// What was taken.
    pub amount: i32,
    /// How the reader named itself, and the last one as the card told it, sealed.
    pub readers: Option<(ReaderId, Block)>,
}

impl Transaction {
    /// Whether this is what the card's last transaction was.
    pub fn is(&self, key: &AesKey, uid: &[u8; 7], last: &TransactionMac) -> bool {
        let session = session(key, MAC_KEY_VECTOR, last.counter, uid);
        let expected = odd_bytes(&session.cmac(&self.input()));
        verify_slices_are_equal(&expected, &last.mac).is_ok()
    }

    /// Each command in whole blocks, filled up with zeros. Reading the transaction MAC file is no part of it.
    fn input(&self) -> Vec<u8> {
        let mut input = Vec::new();
        let mut note = |part: &[u8]| {
            input.extend(part);
            input.resize(input.len().next_multiple_of(16), 0);
        };
        note(&[&[GET_VALUE, self.file], &self.before.to_le_bytes()[..]].concat());
        if let Some((reader, last)) = &self.readers {
            note(&[&[COMMIT_READER_ID], &reader.0[..], last].concat());
        }
        note(&[&[DEBIT, self.file], &self.amount.to_le_bytes()[..]].concat());
        input
    }
}
