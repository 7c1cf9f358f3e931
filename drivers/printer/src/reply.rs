//! Bytes from a printer -> answers. What kind an answer is, its first byte's fixed bits tell:
//!
//! | first byte | what | bytes |
//! |---|---|---|
//! | `0xx1xx10` | answer to `DLE EOT` | 1 |
//! | `0xx1xx00` | told by itself (`GS a`) | 4, the others `0xx0xxxx` |
//! | `0x37` | a block, ended by NUL; with `0x22` a mark (`GS ( H`) | 7 for a mark |
//! | `0x11` `0x13` | a serial line's pauses | 1 |
//! | `0xx0xxxx` | answer to `GS r`, where one is waited for | 1 |
//!
//! Whatever fits none of these is dropped, byte by byte, so that after noise the next whole answer is understood.

use crate::escpos::Mark;

/// Begins a block.
const BLOCK: u8 = 0x37;
/// Second byte of a mark's block.
const MARK: u8 = 0x22;
/// Longest block that is waited for: models and serial numbers take up to 80 bytes; noise must not swallow more.
const BLOCK_MAX: usize = 96;

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To `DLE EOT n`; which n was asked is known by who asked.
    Answer(u8),
    /// Told by itself.
    Told([u8; 4]),
    /// Everything before this mark is on paper.
    Printed(Mark),
    /// How the paper is, told in its turn.
    Paper(u8),
}

/// Takes bytes, gives answers.
#[derive(Clone, Debug, Default)]
pub struct Replies {
    /// Begun and not yet whole.
    waiting: Vec<u8>,
    /// Bytes that belonged to nothing.
    dropped: u64,
    /// Answers to `GS r` are waited for. What a printer tells by itself must be off then: where its first byte is lost,
    /// the others look the same.
    papers: bool,
}

impl Replies {
    /// Answers of a printer that is asked by `GS r` and tells nothing by itself.
    pub fn with_papers() -> Self {
        Self { papers: true, ..Self::default() }
    }

    /// Takes bytes in.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let mut replies = Vec::new();
        for byte in bytes {
            self.waiting.push(*byte);
            self.settle(&mut replies);
        }
        replies
    }

    /// How many bytes belonged to nothing so far: noise on the line.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    fn settle(&mut self, replies: &mut Vec<Reply>) {
        while !self.waiting.is_empty() {
            match read(&self.waiting, self.papers) {
                Read::More => return,
                Read::Whole(count, reply) => {
                    self.waiting.drain(..count);
                    replies.extend(reply);
                }
                Read::Noise => {
                    self.waiting.remove(0);
                    self.dropped += 1;
                }
            }
        }
    }
}

enum Read {
    /// Begun well.
    More,
    /// So many bytes, and what they say, if anything to us.
    Whole(usize, Option<Reply>),
    /// The first byte belongs to nothing.
    Noise,
}

fn read(bytes: &[u8], papers: bool) -> Read {
    match bytes {
        [first, ..] if papers && first & 0x90 == 0 => Read::Whole(1, Some(Reply::Paper(*first))),
        [0x11 | 0x13, ..] => Read::Whole(1, None),
        [first, ..] if first & 0x93 == 0x12 => Read::Whole(1, Some(Reply::Answer(*first))),
        [first, rest @ ..] if first & 0x93 == 0x10 => match rest.iter().position(|byte| byte & 0x90 != 0) {
            Some(at) if at < 3 => Read::Noise,
            _ => match bytes {
                [a, b, c, d, ..] => Read::Whole(4, Some(Reply::Told([*a, *b, *c, *d]))),
                _ => Read::More,
            },
        },
        [BLOCK] => Read::More,
        [BLOCK, MARK, rest @ ..] => mark(rest),
        [BLOCK, rest @ ..] => match rest.iter().position(|byte| *byte == 0) {
            Some(end) => Read::Whole(end + 2, None),
            None if rest.iter().any(|byte| byte & 0x80 != 0) || rest.len() >= BLOCK_MAX => Read::Noise,
            None => Read::More,
        },
        _ => Read::Noise,
    }
}

/// What follows a mark's two bytes.
fn mark(rest: &[u8]) -> Read {
    let known = rest.len().min(4);
    if !rest[..known].iter().all(|byte| (b' '..=b'~').contains(byte)) {
        return Read::Noise;
    }
    match rest {
        [a, b, c, d, 0, ..] => Read::Whole(7, Mark::new([*a, *b, *c, *d]).map(Reply::Printed)),
        [_, _, _, _, _, ..] => Read::Noise,
        _ => Read::More,
    }
}

#[cfg(test)]
mod tests;
