//! One session of Dais ECR 1 from the kiosk's side, pure: who may speak next, and under which number.

use super::frame::{FrameError, Key, Nonce, SessionId, Side, from_hex, to_hex};
use super::message::{Answer, Request, VERSION};

/// A session. Questions and answers take turns; the numbers of each side count from 0, the greeting's.
#[derive(Debug)]
pub struct Session {
    key: Key,
    id: SessionId,
    next: u32,
    greeted: bool,
}

impl Session {
    /// Begins a session under a fresh random nonce; the frame is the first to send.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn begin(key: Key, nonce: &Nonce) -> Result<(Self, Vec<u8>), FrameError> {
        let mut id = [0; 32];
        id[..nonce.len()].copy_from_slice(nonce);
        let hello = Request::Hello { version: VERSION, nonce: to_hex(nonce) }.to_json()?;
        let frame = key.seal(Side::Kiosk, &id, 0, &hello)?;
        Ok((Self { key, id, next: 0, greeted: false }, frame))
    }

    /// Takes the terminal's greeting, which proves that it holds the key and answers this very hello.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn greeted(&mut self, rest: &[u8]) -> Result<(), FrameError> {
        let json = self.key.unseal(Side::Terminal, &self.id, 0, rest)?;
        let Answer::Welcome { version: VERSION, nonce } = Answer::from_json(json)? else {
            return Err(FrameError::Content);
        };
        let nonce =
            from_hex(&nonce).and_then(|bytes| Nonce::try_from(bytes).ok()).ok_or(FrameError::Content)?;
        self.id[nonce.len()..].copy_from_slice(&nonce);
        self.greeted = true;
        Ok(())
    }

    /// The frame of the next question.
    ///
    /// # Errors
    /// [`FrameError`]; [`FrameError::Sequence`] before the greeting.
    pub fn ask(&mut self, request: &Request) -> Result<Vec<u8>, FrameError> {
        if !self.greeted {
            return Err(FrameError::Sequence);
        }
        self.next = self.next.checked_add(1).ok_or(FrameError::Sequence)?;
        self.key.seal(Side::Kiosk, &self.id, self.next, &request.to_json()?)
    }

    /// The answer to the last question. It has the question's number, so that neither an older nor a repeated one
    /// is taken.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn hear(&mut self, rest: &[u8]) -> Result<Answer, FrameError> {
        if self.next == 0 {
            return Err(FrameError::Sequence);
        }
        Answer::from_json(self.key.unseal(Side::Terminal, &self.id, self.next, rest)?)
    }
}

#[cfg(test)]
mod tests;
