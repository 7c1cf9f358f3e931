//! Secure messaging of an emulated DESFire card, its own side: EV1's one chain, or EV2's counted MACs.

use super::{BAD_LENGTH, BAD_MAC, Block, CREDIT, DEBIT, DONE, cmac, odd_bytes};

/// An authenticated session's keys and place.
#[derive(Clone)]
pub(super) enum Messaging {
    /// After authentication AA.
    Ev1 { key: Block, iv: Block },
    /// After authentication 71.
    Ev2 { key: Block, transaction: [u8; 4], counter: u16 },
}

impl Messaging {
    /// The session key of EV1: first and last four bytes of both challenges.
    pub(super) fn ev1(theirs: &Block, ours: &Block) -> Self {
        let mut key = [0; 16];
        for (part, from) in [(0, &theirs[..4]), (4, &ours[..4]), (8, &theirs[12..]), (12, &ours[12..])] {
            key[part..part + 4].copy_from_slice(from);
        }
        Self::Ev1 { key, iv: [0; 16] }
    }

    /// The MAC key of EV2: a CMAC over both challenges, partly mixed.
    pub(super) fn ev2(by: &Block, theirs: &Block, ours: &Block, transaction: [u8; 4]) -> Self {
        let mut vector = vec![0x5A, 0xA5, 0x00, 0x01, 0x00, 0x80];
        vector.extend(&theirs[..2]);
        vector.extend(theirs[2..8].iter().zip(&ours[..6]).map(|(a, b)| a ^ b));
        vector.extend(&ours[6..]);
        vector.extend(&theirs[8..]);
        Self::Ev2 { key: cmac(by, [0; 16], &vector), transaction, counter: 0 }
    }

    /// Takes a command's data apart and checks its MAC. EV1 wants one where money moves, EV2 everywhere.
    pub(super) fn open<'a>(&mut self, instruction: u8, data: &'a [u8]) -> Result<&'a [u8], u8> {
        match self {
            Self::Ev1 { key, iv } => {
                let sent = match instruction {
                    DEBIT | CREDIT => data.len().checked_sub(8).ok_or(BAD_LENGTH)?,
                    _ => data.len(),
                };
                let (data, mac) = data.split_at(sent);
                *iv = cmac(key, *iv, &[&[instruction], data].concat());
                if mac.is_empty() || mac == &iv[..8] { Ok(data) } else { Err(BAD_MAC) }
            }
            Self::Ev2 { key, transaction, counter } => {
                let (data, mac) = data.split_at(data.len().checked_sub(8).ok_or(BAD_LENGTH)?);
                let message = [&[instruction], &counter.to_le_bytes()[..], transaction, data].concat();
                *counter = counter.wrapping_add(1);
                if odd_bytes(&cmac(key, [0; 16], &message)) == mac { Ok(data) } else { Err(BAD_MAC) }
            }
        }
    }

    /// The MAC that goes with an answer.
    pub(super) fn seal(&mut self, answer: &[u8]) -> [u8; 8] {
        match self {
            Self::Ev1 { key, iv } => {
                *iv = cmac(key, *iv, &[answer, &[DONE]].concat());
                std::array::from_fn(|index| iv[index])
            }
            Self::Ev2 { key, transaction, counter } => {
                let message = [&[DONE], &counter.to_le_bytes()[..], transaction, answer].concat();
                odd_bytes(&cmac(key, [0; 16], &message))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! The session of NXP's published example (AN12196).
    use super::*;

    #[test]
    fn the_published_mac_key() {
        let hex = |text: &str| -> Block { crate::Apdu::from_hex(text).unwrap().reveal().try_into().unwrap() };
        let theirs = hex("13C5DB8A5930439FC3DEF9A4C675360F");
        let ours = hex("B9E2FC789B64BF237CCCAA20EC7E6E48");
        let Messaging::Ev2 { key, .. } = Messaging::ev2(&[0; 16], &theirs, &ours, [0; 4]) else {
            unreachable!()
        };
        assert_eq!(key, hex("4C6626F5E72EA694202139295C7A7FC7"));
    }
}
