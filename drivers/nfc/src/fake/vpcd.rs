//! A card in a slot of the virtual reader [`super::pcscd`] brings.
//!
//! The card connects to its slot's port. Both sides send two bytes of length, most significant first, and a message.
//! The slot's messages of one byte are 0 power off, 1 power on, 2 reset, 4 tell your answer to reset; all others are
//! commands, and only those and 4 are answered (vsmartcard, "Virtual Smart Card", protocol of vpcd).

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Instant;

use super::cards::Processor;
use super::cut::{Cut, Leaves};
use super::storage::{Make, Words};
use crate::card::{Card, CardKind};

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const TELL_ATR: u8 = 4;
/// The class of commands that a reader obeys by itself, in the card's place.
const READERS_OWN: u8 = 0xFF;
const NOT_SUPPORTED: [u8; 2] = [0x6A, 0x81];
/// A SIM card's, which has contacts only.
const SIM: [u8; 22] = [
    0x3B, 0x9F, 0x95, 0x80, 0x1F, 0xC3, 0x80, 0x31, 0xE0, 0x73, 0xFE, 0x21, 0x13, 0x57, 0x86, 0x81, 0x02,
    0x86, 0x98, 0x44, 0x18, 0xA8,
];

/// How a card is laid there.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// It leaves in the middle of its conversation.
    pub cut: Option<Cut>,
    /// The write of its last command stops in the middle: see [`Processor::tear_next_write`].
    pub within: Option<u64>,
    /// What kind of reader the slot belongs to.
    pub make: Make,
}

/// A card that lies in a slot. Dropping it takes it out.
#[derive(Debug)]
pub struct Inserted {
    stream: TcpStream,
    powered: Arc<OnceLock<Instant>>,
    cut: Arc<OnceLock<Instant>>,
    thread: Option<JoinHandle<Processor>>,
}

impl Inserted {
    /// Lays a card into the slot on this port.
    ///
    /// # Errors
    /// Where no slot listens there.
    pub fn lay(port: u16, card: Card, processor: Processor, how: How) -> io::Result<Self> {
        let uid = Some(card.uid.reveal().to_vec());
        Self::start(port, Lying::new(atr(card.kind), uid, processor, how))
    }

    /// Lays a card with contacts into it, which has no number to tell.
    ///
    /// # Errors
    /// As [`Self::lay`].
    pub fn lay_sim(port: u16) -> io::Result<Self> {
        Self::start(port, Lying::new(SIM.to_vec(), None, Processor::Empty, How::default()))
    }

    fn start(port: u16, mut lying: Lying) -> io::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        let mut line = stream.try_clone()?;
        let (powered, cut) = (lying.first_powered.clone(), lying.cut.clone());
        let thread = std::thread::Builder::new().name("vpcd-card".into()).spawn(move || {
            if let Err(error) = lying.serve(&mut line) {
                tracing::debug!(%error, "the card was taken out of the slot");
            }
            drop(line.shutdown(Shutdown::Both));
            lying.processor
        })?;
        Ok(Self { stream, powered, cut, thread: Some(thread) })
    }

    /// When the slot first gave the card power, which is when the service has found it.
    pub fn powered_at(&self) -> Option<Instant> {
        self.powered.get().copied()
    }

    /// When its conversation was cut. Where the reader itself is to leave then ([`Leaves::Cable`]) the command waits for
    /// that and has no answer before.
    pub fn cut_at(&self) -> Option<Instant> {
        self.cut.get().copied()
    }

    /// Takes the card out, as it is by now; none where its thread failed.
    pub fn take(mut self) -> Option<Processor> {
        self.end()
    }

    fn end(&mut self) -> Option<Processor> {
        // It may have left by itself.
        drop(self.stream.shutdown(Shutdown::Both));
        self.thread.take()?.join().ok()
    }
}

impl Drop for Inserted {
    fn drop(&mut self) {
        self.end();
    }
}

struct Lying {
    atr: Vec<u8>,
    /// Its number; none where it has none to tell.
    uid: Option<Vec<u8>>,
    processor: Processor,
    how: How,
    words: Words,
    powered: bool,
    first_powered: Arc<OnceLock<Instant>>,
    cut: Arc<OnceLock<Instant>>,
}

impl Lying {
    fn new(atr: Vec<u8>, uid: Option<Vec<u8>>, processor: Processor, how: How) -> Self {
        let words = Words::of(how.make);
        let (first_powered, cut) = (Arc::default(), Arc::default());
        Self { atr, uid, processor, how, words, powered: false, first_powered, cut }
    }

    fn serve(&mut self, line: &mut TcpStream) -> io::Result<()> {
        loop {
            let mut length = [0; 2];
            line.read_exact(&mut length)?;
            let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
            line.read_exact(&mut message)?;
            let answer = match message[..] {
                [POWER_OFF] => {
                    self.powered = false;
                    continue;
                }
                [POWER_ON | RESET] => {
                    self.powered = true;
                    self.first_powered.get_or_init(Instant::now);
                    self.processor.power_up();
                    self.words.power_up();
                    continue;
                }
                [TELL_ATR] => self.atr.clone(),
                // A card that was swapped in unseen has no power yet: the slot hears nothing of it.
                _ if !self.powered => Vec::new(),
                _ => match self.obey(&message) {
                    Some(answer) => answer,
                    None => {
                        self.cut.get_or_init(Instant::now);
                        return match self.how.cut {
                            // The card lies where it lay: the slot itself hangs up.
                            Some(Cut { leaves: Leaves::Cable, .. }) => {
                                io::copy(line, &mut io::sink()).map(drop)
                            }
                            _ => Ok(()),
                        };
                    }
                },
            };
            let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
            line.write_all(&[&length.to_be_bytes(), &answer[..]].concat())?;
        }
    }

    /// What the slot answers; none where the card leaves before.
    fn obey(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        let Self { processor, how, words, uid, .. } = self;
        match (command.first(), uid) {
            (Some(&READERS_OWN), Some(uid)) => words.obey(command, uid, &mut |native| {
                leaving(processor, how, |processor| processor.obey_native(native))
            }),
            (Some(&READERS_OWN), None) => Some(NOT_SUPPORTED.to_vec()),
            _ => leaving(processor, how, |processor| processor.obey(command)),
        }
    }
}

/// Has the card do something; none where it leaves before its answer.
fn leaving<T>(processor: &mut Processor, how: &mut How, does: impl FnOnce(&mut Processor) -> T) -> Option<T> {
    match &mut how.cut {
        Some(Cut { answered: 0, obeyed, .. }) => {
            if let Some(seed) = how.within {
                processor.tear_next_write(seed);
            }
            if *obeyed {
                does(processor);
            }
            return None;
        }
        Some(cut) => cut.answered -= 1,
        None => {}
    }
    Some(does(processor))
}

/// What a reader makes of this kind of card (PC/SC part 3).
fn atr(kind: CardKind) -> Vec<u8> {
    let named = |name: u16| {
        let [high, low] = name.to_be_bytes();
        vec![0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, 0x03, high, low, 0x00, 0x00, 0x00, 0x00]
    };
    let historical = match kind {
        CardKind::IsoDep => vec![0x80],
        CardKind::Classic => named(0x0001),
        CardKind::Ultralight => named(0x0003),
        CardKind::Other => named(0x0030),
    };
    let count = u8::try_from(historical.len()).unwrap_or(0x0F);
    let mut atr = [&[0x80 | count, 0x80, 0x01], &historical[..]].concat();
    atr.push(atr.iter().fold(0, |sum, byte| sum ^ byte));
    atr.insert(0, 0x3B);
    atr
}
