//! Authentication 71, "AuthenticateEV2First" (MF2DL(H)x0 data sheet, 9.1.5): both sides prove the key, the card names
//! the transaction, and the session's key is made from both challenges.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::messaging::Messaging;
use super::{AesKey, Block, DesfireError, KEY_NUMBER, MORE, Session, content, turned, wrapped};

const AUTHENTICATE_FIRST: u8 = 0x71;
/// We tell the card nothing of what we can do.
const NO_CAPABILITIES: u8 = 0x00;
/// Start of the vector that the session's MAC key is made from.
const MAC_KEY_VECTOR: [u8; 6] = [0x5A, 0xA5, 0x00, 0x01, 0x00, 0x80];

/// Begins to authenticate.
pub fn authenticate_first() -> Vec<u8> {
    wrapped(AUTHENTICATE_FIRST, &[KEY_NUMBER, NO_CAPABILITIES])
}

/// An authentication whose second half is under way.
#[derive(Debug)]
pub struct First {
    key: AesKey,
    ours: Block,
    theirs: Block,
}

impl First {
    /// Takes the card's challenge, the answer to [`authenticate_first`], and returns our own. `ours` is random.
    ///
    /// # Errors
    /// [`DesfireError`].
    pub fn answer(key: AesKey, ours: Block, answer: &[u8]) -> Result<(Self, Vec<u8>), DesfireError> {
        let sealed: Block = content(answer, MORE)?.try_into().map_err(|_size| DesfireError::Unreadable)?;
        // Each message of this authentication begins from zeros.
        let opened = key.decrypt(&mut [0; 16], &sealed).ok_or(DesfireError::Unreadable)?;
        let theirs: Block = opened.try_into().map_err(|_size| DesfireError::Unreadable)?;
        let reply = key.encrypt(&mut [0; 16], &[ours, turned(theirs)].concat());
        Ok((Self { key, ours, theirs }, wrapped(MORE, &reply)))
    }

    /// Takes the card's proof that it knows the key.
    ///
    /// # Errors
    /// [`DesfireError`].
    pub fn finish(self, answer: &[u8]) -> Result<Session, DesfireError> {
        let sealed = content(answer, 0x00).map_err(|error| match error {
            // Authentication error: the key is another.
            DesfireError::Refused(0xAE) => DesfireError::NotGenuine,
            other => other,
        })?;
        let opened = self.key.decrypt(&mut [0; 16], sealed).ok_or(DesfireError::Unreadable)?;
        // Transaction identifier (4), our challenge turned (16), what card and reader can do (6 and 6).
        let (transaction, rest) = opened.split_first_chunk::<4>().ok_or(DesfireError::Unreadable)?;
        let (proof, _capabilities) = rest.split_first_chunk::<16>().ok_or(DesfireError::Unreadable)?;
        verify_slices_are_equal(proof, &turned(self.ours)).map_err(|_other| DesfireError::NotGenuine)?;
        let key = AesKey::new(self.key.cmac(&self.vector()));
        Ok(Session(Messaging::Ev2 { key, transaction: *transaction, counter: 0 }))
    }

    /// Our first two bytes, our next six mixed with the card's first, the card's rest, our rest.
    fn vector(&self) -> Vec<u8> {
        let (ours, theirs) = (&self.ours, &self.theirs);
        let mixed: Vec<u8> = ours[2..8].iter().zip(&theirs[..6]).map(|(our, their)| our ^ their).collect();
        [&MAC_KEY_VECTOR[..], &ours[..2], &mixed, &theirs[6..], &ours[8..]].concat()
    }
}

#[cfg(test)]
mod tests {
    //! NXP's published session (AN12196, "AuthenticateEV2First"), bit by bit.
    use super::*;
    use crate::card::aes::hex;

    fn bytes(text: &str) -> Vec<u8> {
        hex(text).expect("hex")
    }

    #[test]
    fn the_published_session_holds_and_every_changed_bit_is_noticed() {
        let ours: Block = bytes("13C5DB8A5930439FC3DEF9A4C675360F").try_into().expect("a block");
        let challenge = bytes("A04C124213C186F22399D33AC2A3021591AF");
        let proof = bytes("3FA64DB5446D1F34CD6EA311167F5E4985B89690C04A05F17FA7AB2F081206639100");
        let begin = || First::answer(AesKey::new([0; 16]), ours, &challenge).expect("a challenge");
        let (first, sent) = begin();
        assert_eq!(authenticate_first(), bytes("9071000002000000"));
        let expected = "90AF00002035C3E05A752E0144BAC0DE51C1F22C56B34408A23D8AEA266CAB947EA8E0118D00";
        assert_eq!(sent, bytes(expected));
        let Session(Messaging::Ev2 { key, transaction, counter }) = first.finish(&proof).expect("a session")
        else {
            panic!("another session");
        };
        assert_eq!(key, AesKey::from_credential(b"4C6626F5E72EA694202139295C7A7FC7").expect("key"));
        assert_eq!((transaction.to_vec(), counter), (bytes("9D00C4DF"), 0));
        // What lies behind the proof is not proved by it: the last block tells capabilities alone.
        for bit in 0..8 * 16 {
            let mut changed = proof.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(begin().0.finish(&changed).err(), Some(DesfireError::NotGenuine), "bit {bit}");
        }
    }
}
