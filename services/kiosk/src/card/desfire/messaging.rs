//! Secure messaging of an authenticated session: EV1's one chain of CMACs, or EV2's counted ones.

use super::{CREDIT, DEBIT, MAC_LEN};
use crate::card::aes::{AesKey, Block, odd_bytes};

/// Where a session stands. Each command must be answered before the next.
#[derive(Debug)]
pub(super) enum Messaging {
    /// After authentication AA: every command and answer goes through one chain; its first 8 bytes travel with debits,
    /// with credits and with every answer.
    Ev1 {
        /// The session key.
        key: AesKey,
        /// The chain.
        iv: Block,
    },
    /// After authentication 71: each command and answer has a CMAC of its own, over a counter and the transaction's
    /// identifier, shortened to every second byte.
    Ev2 {
        /// The session's MAC key.
        key: AesKey,
        /// The transaction identifier.
        transaction: [u8; 4],
        /// Counts commands.
        counter: u16,
    },
}

impl Messaging {
    /// What a command's data goes out with.
    pub(super) fn seal(&mut self, instruction: u8, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Ev1 { key, iv } => {
                *iv = key.cmac_from(iv, &[&[instruction], data].concat());
                let travels = matches!(instruction, DEBIT | CREDIT);
                if travels { iv[..MAC_LEN].to_vec() } else { Vec::new() }
            }
            Self::Ev2 { key, transaction, counter } => {
                let mac = counted(key, instruction, *counter, transaction, data);
                *counter = counter.wrapping_add(1);
                mac.to_vec()
            }
        }
    }

    /// The MAC that an answer must have.
    pub(super) fn expected(&mut self, content: &[u8]) -> [u8; MAC_LEN] {
        match self {
            Self::Ev1 { key, iv } => {
                *iv = key.cmac_from(iv, &[content, &[0x00]].concat());
                iv.first_chunk().copied().unwrap_or_default()
            }
            Self::Ev2 { key, transaction, counter } => counted(key, 0x00, *counter, transaction, content),
        }
    }
}

fn counted(key: &AesKey, code: u8, counter: u16, transaction: &[u8; 4], data: &[u8]) -> [u8; MAC_LEN] {
    odd_bytes(&key.cmac(&[&[code], &counter.to_le_bytes()[..], transaction, data].concat()))
}
