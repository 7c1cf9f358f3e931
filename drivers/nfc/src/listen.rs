//! The chip as a tag, by its own commands on its serial line (NXP UM0701-02, 7.2.9, 7.3.1, 7.3.14 to 7.3.17).
//!
//! libnfc can play a tag too, and does so for chips that are not on a serial line. On one it throws away 50 ms after
//! each wait for a phone that did not come, and sets the chip up anew before and after, some 40 ms more: a card would
//! wait for all of that. Between two calls of libnfc the line is quiet, so its owner may speak there: it begins with a
//! command and ends with one whose reply it waits for, and leaves the chip as libnfc believes it to be, its field on.

use std::fs::File;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::frame::{Decoder, Heard, Side, from_host};
use crate::tag::Tag;

const SET_PARAMETERS: u8 = 0x12;
const RF_CONFIGURATION: u8 = 0x32;
const GET_AS_TARGET: u8 = 0x86;
const INIT_AS_TARGET: u8 = 0x8C;
const SET_AS_TARGET: u8 = 0x8E;
/// Automatic RATS and ATR_RES, as libnfc sets them, and the chip answers as an ISO 14443-4 card by itself.
const PARAMETERS: u8 = 0x34;
/// Only as a card, and only where the other side makes the field.
const AS_CARD: u8 = 0x05;
const FIELD_ON: [u8; 3] = [RF_CONFIGURATION, 0x01, 0x01];
/// FeliCa's parameters, NFCID3, and the lengths of two optional parts: none of it is shown.
const NOT_SHOWN: [u8; 30] = [0; 30];
/// The error code of a status byte; other bits are flags.
const ERROR_BITS: u8 = 0x3F;

/// A chip that waits for a phone sleeps lightly: these bytes wake it, and give it the time that takes.
const WAKE: [u8; 16] = [0x55, 0x55, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// The chip acknowledges a command within 15 ms, and these commands take no longer; a loaded machine does.
const REPLY_WITHIN: Duration = Duration::from_millis(300);
/// A phone that has begun to read a tag asks again within tens of milliseconds, and has read a link in six commands.
pub const PHONE_ASKS_WITHIN: Duration = Duration::from_millis(500);
/// So long one phone may read.
pub const PHONE_READS_WITHIN: Duration = Duration::from_secs(2);
/// One read of the line.
const READ_MAX: usize = 512;

/// Why the line is not as it was before.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Nothing comes where something must.
    #[error("the chip does not answer")]
    Silent,
    /// The port is gone.
    #[error("the port is gone: {0}")]
    Port(#[from] Errno),
}

/// How a tag looks to a phone before it reads it (ISO 14443-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looks {
    /// Answer to request, as it is sent.
    pub atqa: [u8; 2],
    /// Its number; the chip puts 08 before it.
    pub number: [u8; 3],
    /// Acknowledgement of the selection.
    pub sak: u8,
}

/// Plays the tag for that long, or until a phone that came meanwhile has read it, or has left.
///
/// # Errors
/// [`Trouble`] where the line is not as libnfc left it.
pub fn play(port: &File, looks: Looks, tag: &mut Tag, slice: Duration) -> Result<(), Trouble> {
    let mut line = Line { port, decoder: Decoder::of(Side::Chip) };
    line.ask(&[SET_PARAMETERS, PARAMETERS])?;
    let init =
        [&[INIT_AS_TARGET, AS_CARD], &looks.atqa[..], &looks.number, &[looks.sak], &NOT_SHOWN].concat();
    let until = Instant::now() + slice;
    line.send(&init)?;
    if line.reply(INIT_AS_TARGET, until)?.is_some() {
        tag.power_up();
        line.talk(tag)?;
    }
    line.write(&WAKE)?;
    line.ask(&FIELD_ON).map(drop)
}

struct Line<'a> {
    port: &'a File,
    decoder: Decoder,
}

impl Line<'_> {
    /// Answers the phone until it has left, or has stayed for too long.
    fn talk(&mut self, tag: &mut Tag) -> Result<(), Trouble> {
        let until = Instant::now() + PHONE_READS_WITHIN;
        while Instant::now() < until {
            self.send(&[GET_AS_TARGET])?;
            let asked = self.reply(GET_AS_TARGET, Instant::now() + PHONE_ASKS_WITHIN)?;
            let Some((0, command)) = asked.as_deref().and_then(status) else { break };
            let answer = tag.obey(command);
            let sent = self.ask(&[&[SET_AS_TARGET], &answer[..]].concat())?;
            let Some((0, _)) = status(&sent) else { break };
        }
        Ok(())
    }

    /// Sends a command and waits for what it answers.
    fn ask(&mut self, command: &[u8]) -> Result<Vec<u8>, Trouble> {
        self.send(command)?;
        let code = command.first().copied().unwrap_or_default();
        self.reply(code, Instant::now() + REPLY_WITHIN)?.ok_or(Trouble::Silent)
    }

    fn send(&self, command: &[u8]) -> Result<(), Trouble> {
        self.write(&from_host(command))
    }

    fn write(&self, mut bytes: &[u8]) -> Result<(), Trouble> {
        while !bytes.is_empty() {
            match rustix::io::write(self.port, bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(Errno::INTR) => {}
                // So few bytes fit every buffer, unless the chip takes none any more.
                Err(Errno::AGAIN) => return Err(Trouble::Silent),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// What follows the code of the reply to this command; none where none comes in time. Acknowledgements, and replies
    /// to what was broken off, are passed over.
    fn reply(&mut self, command: u8, until: Instant) -> Result<Option<Vec<u8>>, Trouble> {
        loop {
            let mut bytes = [0; READ_MAX];
            let count = match self.wait(until)? {
                false => return Ok(None),
                true => match rustix::io::read(self.port, &mut bytes) {
                    Ok(0) => return Err(Errno::IO.into()),
                    Ok(count) => count,
                    Err(Errno::INTR | Errno::AGAIN) => continue,
                    Err(error) => return Err(error.into()),
                },
            };
            for heard in self.decoder.push(&bytes[..count]) {
                match heard {
                    Heard::Command(reply) if reply.first() == Some(&command.wrapping_add(1)) => {
                        return Ok(Some(reply[1..].to_vec()));
                    }
                    Heard::Command(_) | Heard::Ack | Heard::Nack => {}
                }
            }
        }
    }

    /// Waits for bytes; false where none come in time.
    fn wait(&self, until: Instant) -> Result<bool, Trouble> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let limit = Timespec::try_from(left).map_err(|_too_long| Errno::INVAL)?;
            let mut fds = [PollFd::new(self.port, PollFlags::IN)];
            match poll(&mut fds, Some(&limit)) {
                Ok(0) => return Ok(false),
                // A port that hung up is always ready, and has nothing to read.
                Ok(_) if fds[0].revents().contains(PollFlags::IN) => return Ok(true),
                Ok(_) => return Err(Errno::IO.into()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// A reply's error code and what follows it.
fn status(reply: &[u8]) -> Option<(u8, &[u8])> {
    reply.split_first().map(|(status, rest)| (status & ERROR_BITS, rest))
}
