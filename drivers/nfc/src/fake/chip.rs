//! The PN532 itself: commands in, replies out, and what lies in its field. Pure.
//!
//! Answers what libnfc asks (NXP UM0701-02, chapter 7). A reply's first byte is the command plus one.

mod conversation;
mod field;
mod target;

use super::cards::Processor;
use super::cut::{Cut, Leaves};
use super::frame::{self, Decoder, Heard};
use super::phone::Phone;
use crate::card::{Card, CardKind, Uid};

const DIAGNOSE: u8 = 0x00;
const FIRMWARE: u8 = 0x02;
const GENERAL_STATUS: u8 = 0x04;
const READ_REGISTER: u8 = 0x06;
const WRITE_REGISTER: u8 = 0x08;
const SET_PARAMETERS: u8 = 0x12;
const SAM_CONFIGURATION: u8 = 0x14;
const POWER_DOWN: u8 = 0x16;
const RF_CONFIGURATION: u8 = 0x32;
const EXCHANGE: u8 = 0x40;
const EXCHANGE_RAW: u8 = 0x42;
const DESELECT: u8 = 0x44;
const LIST_TARGETS: u8 = 0x4A;
const RELEASE: u8 = 0x52;
const GET_AS_TARGET: u8 = 0x86;
const INIT_AS_TARGET: u8 = 0x8C;
const SET_AS_TARGET: u8 = 0x8E;

/// IC PN532, version 1.6, all protocols: what real chips answer.
const VERSION: [u8; 4] = [0x32, 0x01, 0x06, 0x07];
const STATUS_OK: u8 = 0x00;
const STATUS_RF_TIMEOUT: u8 = 0x01;
const STATUS_AUTH_FAILED: u8 = 0x14;
const STATUS_NO_TARGET: u8 = 0x27;
/// The phone that read the tag we play has left.
const STATUS_RELEASED: u8 = 0x29;
/// The NAD bit of a status byte, never used by cards in the field; libnfc calls `abort()` on it.
const STATUS_NAD: u8 = 0x80;
/// An answer to select that says: ISO 14443-4, 256-byte frames, no optional parts but TA, TB, TC.
const ATS: [u8; 6] = [0x06, 0x75, 0x77, 0x81, 0x02, 0x80];
const FLAG_AUTO_RATS: u8 = 0x10;
const RETRY_FOR_EVER: u8 = 0xFF;

/// HLTA, by which a reader sends a card to sleep.
const HALT: [u8; 2] = [0x50, 0x00];

/// Cards with a processor whose state is kept after they were taken away; a test or a desk has a handful.
const PROCESSORS_MAX: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// Answers a select.
    Idle,
    /// Selected; answers exchanges.
    Active,
    /// Halted; sleeps until the field goes off and on.
    Halted,
}

/// An emulated chip.
#[derive(Debug)]
pub struct Chip {
    decoder: Decoder,
    /// The card that is, or was last, talked to.
    card: Option<(Card, Field)>,
    /// Another one beside it.
    beside: Option<(Card, Field)>,
    /// Every card with a processor that was ever put, oldest first.
    processors: Vec<(Uid, Processor)>,
    /// The phone that is, or was last, held to the reader, and whether it is there.
    phone: Option<(Phone, bool)>,
    cut: Option<Cut>,
    /// The card that leaves obeys its last command, and its write stops in the middle: see
    /// [`Processor::tear_next_write`].
    within: Option<u64>,
    /// Commands that cards with a processor were sent so far.
    heard: u64,
    /// Commands for which the chip spoke with a card, or looked for one.
    field_commands: u64,
    /// Selects of whatever card there is that found none.
    vain: u64,
    /// A select that waits for a card, or a tag that waits for a phone.
    waiting: Option<Vec<u8>>,
    retries: u8,
    auto_rats: bool,
    last: Vec<u8>,
    tear: bool,
    /// A conversation was cut by pulling the cable.
    pulled: bool,
    poison: bool,
    mute: u32,
}

impl Default for Chip {
    fn default() -> Self {
        Self {
            decoder: Decoder::default(),
            card: None,
            beside: None,
            processors: Vec::new(),
            phone: None,
            cut: None,
            within: None,
            heard: 0,
            field_commands: 0,
            vain: 0,
            waiting: None,
            retries: RETRY_FOR_EVER,
            auto_rats: false,
            last: Vec::new(),
            tear: false,
            pulled: false,
            poison: false,
            mute: 0,
        }
    }
}

impl Chip {
    /// Takes bytes from the line and returns the bytes to answer.
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for heard in self.decoder.push(bytes) {
            match heard {
                Heard::Ack => self.waiting = None,
                Heard::Nack => out.extend(&self.last),
                Heard::Command(_) if self.mute > 0 => self.mute -= 1,
                Heard::Command(command) => {
                    out.extend(frame::ACK);
                    self.waiting = None;
                    let reply = self.execute(&command);
                    out.extend(self.remember(reply));
                }
            }
        }
        out
    }

    /// How many commands were so far such that the chip spoke with a card, or looked for one.
    pub fn field_commands(&self) -> u64 {
        self.field_commands
    }

    /// How often the host looked for a card so far and there was none.
    pub fn vain(&self) -> u64 {
        self.vain
    }

    /// How many commands cards with a processor were sent so far.
    pub fn heard(&self) -> u64 {
        self.heard
    }

    /// What lies in the purse with this uid.
    pub fn value(&mut self, uid: Uid) -> Option<i32> {
        match self.processor(uid) {
            Some(Processor::Purse(purse)) => Some(purse.value()),
            Some(Processor::Classic(card)) => card.value(),
            Some(Processor::EPurse(purse)) => i32::try_from(purse.balance()).ok(),
            _ => None,
        }
    }

    /// The card on the reader, or else the next one, leaves in the middle of its conversation.
    pub fn tear_after(&mut self, cut: Cut) {
        (self.cut, self.within) = (Some(cut), None);
    }

    /// The same, and the memory's last write stops in the middle.
    pub fn tear_within(&mut self, answered: u32, seed: u64) {
        let cut = Cut { answered, obeyed: true, leaves: Leaves::Card };
        (self.cut, self.within) = (Some(cut), Some(seed));
    }

    /// The card on the reader, or else the next one, is pulled away in the middle of its exchange.
    pub fn tear(&mut self) {
        self.tear = true;
    }

    /// The next status byte is one libnfc aborts on.
    pub fn poison(&mut self) {
        self.poison = true;
    }

    /// The next `commands` get no answer at all.
    pub fn mute(&mut self, commands: u32) {
        self.mute = commands;
    }

    /// Nothing that was ordered for later happens any more.
    pub fn calm(&mut self) {
        (self.tear, self.poison, self.mute) = (false, false, 0);
        (self.cut, self.within) = (None, None);
    }

    /// Whether the cable was pulled since this was last asked.
    pub fn was_pulled(&mut self) -> bool {
        std::mem::take(&mut self.pulled)
    }

    /// The power went: what the host had set is forgotten, the card stays where it is.
    pub fn power_cycle(&mut self) {
        self.wake_cards();
        let processors = std::mem::take(&mut self.processors);
        *self = Self {
            card: self.card,
            beside: self.beside,
            processors,
            phone: self.phone.take(),
            ..Self::default()
        };
    }

    fn remember(&mut self, reply: Option<Vec<u8>>) -> Vec<u8> {
        let Some(data) = reply else { return Vec::new() };
        self.last = match data.is_empty() {
            true => frame::ERROR.to_vec(),
            false => frame::from_chip(&data),
        };
        self.last.clone()
    }

    /// The reply's data; none while a select waits, empty for the error frame.
    fn execute(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        let (code, rest) = command.split_first()?;
        let field = matches!(*code, LIST_TARGETS | DESELECT | EXCHANGE | EXCHANGE_RAW);
        self.field_commands += u64::from(field);
        let mut reply = vec![code.wrapping_add(1)];
        match *code {
            DIAGNOSE => reply.extend(rest),
            FIRMWARE => reply.extend(VERSION),
            // No error, field on, no target, SAM normal.
            GENERAL_STATUS => reply.extend([0x00, 0x01, 0x00, 0x80]),
            READ_REGISTER => reply.extend(rest.chunks_exact(2).map(|_| 0x00)),
            SET_PARAMETERS => self.auto_rats = rest.first().is_some_and(|flags| flags & FLAG_AUTO_RATS != 0),
            WRITE_REGISTER | SAM_CONFIGURATION => {}
            RF_CONFIGURATION => self.configure_field(rest),
            LIST_TARGETS => return self.list(rest, command, reply),
            POWER_DOWN => {
                reply.push(STATUS_OK);
                self.wake_cards();
            }
            DESELECT | RELEASE => reply.push(self.deselect()),
            EXCHANGE => reply.extend(self.exchange(rest.get(1..).unwrap_or_default(), true)),
            EXCHANGE_RAW => reply.extend(self.exchange(rest, false)),
            INIT_AS_TARGET => return self.init_as_target(command),
            GET_AS_TARGET => reply.extend(self.get_as_target()),
            SET_AS_TARGET => reply.push(self.set_as_target(rest)),
            _ => return Some(Vec::new()),
        }
        Some(reply)
    }

    fn configure_field(&mut self, rest: &[u8]) {
        match *rest {
            // RF field: bit 0 is on.
            [0x01, switch, ..] if switch & 1 == 0 => self.wake_cards(),
            // MaxRetries: ATR, PSL, passive activation.
            [0x05, _, _, retries, ..] => self.retries = retries,
            _ => {}
        }
    }

    fn deselect(&mut self) -> u8 {
        match &mut self.card {
            Some((_, field)) if *field == Field::Active => {
                *field = Field::Halted;
                self.status(STATUS_OK)
            }
            _ => self.status(STATUS_NO_TARGET),
        }
    }

    /// InListPassiveTarget: `MaxTg BrTy [uid]`. Only type A cards live here.
    fn list(&mut self, rest: &[u8], command: &[u8], mut reply: Vec<u8>) -> Option<Vec<u8>> {
        let type_a = matches!(rest, [_, 0x00, ..]);
        let wanted = rest.get(2..).unwrap_or_default();
        let answers = |(card, field): &(Card, Field)| {
            let known = wanted.is_empty() || without_cascade_tags(wanted) == card.uid.reveal();
            type_a && known && *field != Field::Halted
        };
        if !self.card.as_ref().is_some_and(answers) && self.beside.as_ref().is_some_and(answers) {
            std::mem::swap(&mut self.card, &mut self.beside);
        }
        let Some((card, field)) = self.card.filter(answers) else {
            if self.retries == RETRY_FOR_EVER && type_a {
                self.waiting = Some(command.to_vec());
                return None;
            }
            self.vain += u64::from(type_a && wanted.is_empty());
            reply.push(0x00);
            return Some(reply);
        };
        if self.tear && field == Field::Active {
            self.pull_away();
            reply.push(0x00);
            return Some(reply);
        }
        let (atqa, sak) = looks_of(card);
        let uid = card.uid.reveal();
        reply.extend([0x01, 0x01, atqa[0], atqa[1], sak, uid.len() as u8]);
        reply.extend(uid);
        if card.kind == CardKind::IsoDep && self.auto_rats {
            reply.extend(ATS);
        }
        if self.tear {
            self.pull_away();
        } else {
            self.card = Some((card, Field::Active));
            if let Some(processor) = self.processor(card.uid) {
                processor.power_up();
            }
        }
        Some(reply)
    }

    fn pull_away(&mut self) {
        self.card = None;
        self.tear = false;
    }

    /// Status and answer to bytes sent to the card; `blocks` where the chip itself keeps ISO 14443-4's protocol.
    fn exchange(&mut self, sent: &[u8], blocks: bool) -> Vec<u8> {
        if self.tear && self.card.is_some() {
            self.pull_away();
        }
        let Some((card, Field::Active)) = self.card else {
            return vec![self.status(STATUS_RF_TIMEOUT)];
        };
        if self.processor(card.uid).is_some_and(|processor| processor.kind() != CardKind::IsoDep)
            && sent != HALT
        {
            return self.exchange_native(card.uid, sent);
        }
        let answer = match (card.kind, sent) {
            // HLTA: a card that obeys says nothing.
            (_, [0x50, ..]) if !blocks => {
                self.card = Some((card, Field::Halted));
                return vec![self.status(STATUS_RF_TIMEOUT)];
            }
            (CardKind::IsoDep, [0xB2]) if !blocks => vec![0xA3],
            (CardKind::IsoDep, [_, _, ..]) => match self.obey(card.uid, sent) {
                Some(answer) => answer,
                None => return vec![self.status(STATUS_RF_TIMEOUT)],
            },
            (CardKind::Ultralight, [0x30, ..]) => vec![0x00; 16],
            (CardKind::Classic, [0x60 | 0x61, ..]) => return vec![self.status(STATUS_AUTH_FAILED)],
            _ => return vec![self.status(STATUS_RF_TIMEOUT)],
        };
        let mut reply = vec![self.status(STATUS_OK)];
        reply.extend(answer);
        reply
    }

    /// What the card's processor answers; none where it leaves before its answer arrives.
    fn obey(&mut self, uid: Uid, sent: &[u8]) -> Option<Vec<u8>> {
        self.leaving(|processor| processor.obey(sent), uid)
    }

    fn status(&mut self, status: u8) -> u8 {
        if std::mem::take(&mut self.poison) {
            return status | STATUS_NAD;
        }
        status
    }
}

/// A longer uid is sent in parts, each but the last behind a cascade tag 88.
fn without_cascade_tags(wanted: &[u8]) -> Vec<u8> {
    match *wanted {
        [0x88, a, b, c, 0x88, d, e, f, ref rest @ ..] => [&[a, b, c, d, e, f], rest].concat(),
        [0x88, ref rest @ ..] => rest.to_vec(),
        ref plain => plain.to_vec(),
    }
}

/// ATQA and SAK that belong together (NXP AN10833): the ATQA's high bits count the uid's parts.
fn looks_of(card: Card) -> ([u8; 2], u8) {
    let long = card.uid.reveal().len() > 4;
    match card.kind {
        CardKind::Ultralight => ([0x00, 0x44], 0x00),
        CardKind::Classic => ([0x00, if long { 0x44 } else { 0x04 }], 0x08),
        CardKind::IsoDep => ([0x03, if long { 0x44 } else { 0x04 }], 0x20),
        CardKind::Other => ([0x00, 0x04], 0x04),
    }
}

#[cfg(test)]
mod tests;
