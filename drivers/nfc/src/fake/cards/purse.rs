//! A DESFire card with one application, one AES key, one value file and, where wanted, a transaction MAC file.
//!
//! The commands are wrapped in ISO 7816-4 (`90 INS 00 00 [Lc data] 00`, status `91 xx`); secure messaging is that of
//! authentication AA (EV1): every command and answer is chained into one CMAC. What a debit or credit does lies in
//! volatile memory until CommitTransaction; power that goes before it leaves the value as it was.
//! Sources: MF3ICDx21_41_81 data sheet; for the transaction MAC, MF2DL(H)x0 data sheet, 10.3.2.

use super::aes::{Block, cbc_decrypt, cbc_encrypt, cmac, odd_bytes};
use super::{NOT_FOUND, selected_name};

const AUTHENTICATE: u8 = 0xAA;
const MORE: u8 = 0xAF;
const SELECT: u8 = 0x5A;
const GET_VALUE: u8 = 0x6C;
const CREDIT: u8 = 0x0C;
const DEBIT: u8 = 0xDC;
const COMMIT: u8 = 0xC7;
const ABORT: u8 = 0xA7;
const READ_DATA: u8 = 0xBD;

const DONE: u8 = 0x00;
const NO_CHANGES: u8 = 0x0C;
const UNKNOWN: u8 = 0x1C;
const BAD_MAC: u8 = 0x1E;
const BAD_LENGTH: u8 = 0x7E;
const NO_APPLICATION: u8 = 0xA0;
const NOT_AUTHENTICATED: u8 = 0xAE;
const BEYOND_LIMIT: u8 = 0xBE;
const NO_FILE: u8 = 0xF0;

/// The purse's value file.
pub const VALUE_FILE: u8 = 0x01;
/// The transaction MAC file.
pub const MAC_FILE: u8 = 0x0F;
/// The system identifier that keys are diversified with.
const SYSTEM: &[u8] = b"Dais purse";
/// The campus application, as it is laid on emulated cards.
pub const APPLICATION: [u8; 3] = [0x44, 0x41, 0x49];

#[derive(Clone)]
enum Session {
    /// Power came, or an application was selected.
    Open,
    /// The first half of an authentication was answered with this challenge.
    Challenged { challenge: Block, iv: Block },
    /// Both sides know the key.
    Authenticated { key: Block, iv: Block },
}

/// The card.
#[derive(Clone)]
pub struct Purse {
    uid: [u8; 7],
    key: Block,
    mac_key: Option<Block>,
    value: i32,
    /// Transaction MAC counter and value of the last commit.
    transactions: u32,
    last_mac: [u8; 8],
    selected: bool,
    session: Session,
    /// The value that a commit would make true, and its commands as the transaction MAC wants them.
    pending: Option<(i32, Vec<u8>)>,
    challenges: u8,
}

impl std::fmt::Debug for Purse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Purse({} in it)", self.value)
    }
}

impl Purse {
    /// A purse whose own, already diversified key is `key`. With a `mac_key` it has a transaction MAC file.
    pub fn new(uid: [u8; 7], key: [u8; 16], mac_key: Option<[u8; 16]>, value: i32) -> Self {
        Self {
            uid,
            key,
            mac_key,
            value,
            transactions: 0,
            last_mac: [0; 8],
            selected: false,
            session: Session::Open,
            pending: None,
            challenges: 0,
        }
    }

    /// A purse as the card office makes it: its key is the school's master key, diversified for this card (NXP AN10922:
    /// CMAC over 01, uid, application, system identifier).
    pub fn issued(uid: [u8; 7], master: [u8; 16], mac_key: Option<[u8; 16]>, value: i32) -> Self {
        let input = [&[0x01], &uid[..], &APPLICATION, SYSTEM].concat();
        Self::new(uid, cmac(&master, [0; 16], &input), mac_key, value)
    }

    /// What lies in the purse, as its holder would be told.
    pub fn value(&self) -> i32 {
        self.value
    }

    /// Power came: session and uncommitted changes are gone.
    pub fn power_up(&mut self) {
        (self.selected, self.session, self.pending) = (false, Session::Open, None);
    }

    /// Obeys one command.
    pub fn obey(&mut self, command: &[u8]) -> Vec<u8> {
        if selected_name(command).is_some() {
            return NOT_FOUND.to_vec();
        }
        let (instruction, data) = match *command {
            [0x90, instruction, 0x00, 0x00, 0x00] => (instruction, &[][..]),
            [0x90, instruction, 0x00, 0x00, length, ref rest @ ..]
                if rest.len() == usize::from(length) + 1 =>
            {
                (instruction, &rest[..usize::from(length)])
            }
            _ => return vec![0x91, BAD_LENGTH],
        };
        let answered = match instruction {
            SELECT => self.select(data),
            _ if !self.selected => Err(NO_APPLICATION),
            AUTHENTICATE => self.challenge(data),
            MORE => self.authenticate(data),
            _ => self.transact(instruction, data),
        };
        match answered {
            Ok(answer) => answer,
            Err(status) => {
                // Any error ends the session, and with it whatever was not committed.
                (self.session, self.pending) = (Session::Open, None);
                vec![0x91, status]
            }
        }
    }

    fn select(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        (self.session, self.pending) = (Session::Open, None);
        self.selected = data == APPLICATION;
        if self.selected { Ok(vec![0x91, DONE]) } else { Err(NO_APPLICATION) }
    }

    fn challenge(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        if data != [0x00] {
            return Err(NOT_AUTHENTICATED);
        }
        self.challenges = self.challenges.wrapping_add(1);
        let challenge = cmac(&self.key, [self.challenges; 16], &self.uid);
        let mut iv = [0; 16];
        let sealed = cbc_encrypt(&self.key, &mut iv, &challenge);
        (self.session, self.pending) = (Session::Challenged { challenge, iv }, None);
        Ok([&sealed[..], &[0x91, MORE]].concat())
    }

    fn authenticate(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        let Session::Challenged { challenge, mut iv } = self.session else { return Err(UNKNOWN) };
        if data.len() != 32 {
            return Err(BAD_LENGTH);
        }
        let opened = cbc_decrypt(&self.key, &mut iv, data);
        let (theirs, ours) = opened.split_at(16);
        let turned = [&challenge[1..], &challenge[..1]].concat();
        if ours != turned {
            return Err(NOT_AUTHENTICATED);
        }
        let answer = cbc_encrypt(&self.key, &mut iv, &[&theirs[1..], &theirs[..1]].concat());
        let mut key = [0; 16];
        for (part, from) in
            [(0, &theirs[..4]), (4, &challenge[..4]), (8, &theirs[12..]), (12, &challenge[12..])]
        {
            key[part..part + 4].copy_from_slice(from);
        }
        self.session = Session::Authenticated { key, iv: [0; 16] };
        Ok([&answer[..], &[0x91, DONE]].concat())
    }

    /// A command under secure messaging: its CMAC is chained, and checked where the file wants it to be sent.
    fn transact(&mut self, instruction: u8, data: &[u8]) -> Result<Vec<u8>, u8> {
        let Session::Authenticated { key, iv } = self.session else { return Err(NOT_AUTHENTICATED) };
        let sent = match instruction {
            DEBIT | CREDIT => data.len().checked_sub(8).ok_or(BAD_LENGTH)?,
            _ => data.len(),
        };
        let (data, mac) = data.split_at(sent);
        let iv = cmac(&key, iv, &[&[instruction], data].concat());
        if !mac.is_empty() && mac != &iv[..8] {
            return Err(BAD_MAC);
        }
        let answer = match instruction {
            GET_VALUE if data == [VALUE_FILE] => self.value.to_le_bytes().to_vec(),
            DEBIT | CREDIT => self.change(instruction, data)?,
            COMMIT => self.commit(data)?,
            ABORT => {
                self.pending = None;
                Vec::new()
            }
            READ_DATA if data == [MAC_FILE, 0, 0, 0, 12, 0, 0] && self.mac_key.is_some() => {
                [&self.transactions.to_le_bytes()[..], &self.last_mac].concat()
            }
            GET_VALUE | READ_DATA => return Err(NO_FILE),
            _ => return Err(UNKNOWN),
        };
        let iv = cmac(&key, iv, &[&answer[..], &[DONE]].concat());
        self.session = Session::Authenticated { key, iv };
        Ok([&answer[..], &iv[..8], &[0x91, DONE]].concat())
    }

    fn change(&mut self, instruction: u8, data: &[u8]) -> Result<Vec<u8>, u8> {
        let [VALUE_FILE, amount @ ..] = data else { return Err(NO_FILE) };
        let amount = i32::from_le_bytes(amount.try_into().map_err(|_| BAD_LENGTH)?);
        let (from, mut commands) = self.pending.clone().unwrap_or((self.value, Vec::new()));
        let to = match instruction {
            _ if amount < 0 => None,
            DEBIT => from.checked_sub(amount).filter(|left| *left >= 0),
            _ => from.checked_add(amount),
        };
        commands.extend([&[instruction], data, &[0; 10]].concat());
        self.pending = Some((to.ok_or(BEYOND_LIMIT)?, commands));
        Ok(Vec::new())
    }

    fn commit(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        let Some((value, commands)) = self.pending.take() else { return Err(NO_CHANGES) };
        // One write: value, counter and MAC change together or not at all.
        self.value = value;
        let Some(mac_key) = self.mac_key else { return Ok(Vec::new()) };
        self.transactions += 1;
        let counter = self.transactions.to_le_bytes();
        let vector = [&[0x5A, 0x00, 0x01, 0x00, 0x80], &counter[..], &self.uid].concat();
        let session = cmac(&mac_key, [0; 16], &vector);
        self.last_mac = odd_bytes(&cmac(&session, [0; 16], &commands));
        Ok(if data == [0x01] { [&counter[..], &self.last_mac].concat() } else { Vec::new() })
    }
}
