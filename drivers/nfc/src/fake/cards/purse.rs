//! A DESFire card with one application, one AES key, one value file and, where wanted, a transaction MAC file.
//!
//! The commands are wrapped in ISO 7816-4 (`90 INS 00 00 [Lc data] 00`, status `91 xx`); secure messaging is that of
//! authentication AA (EV1), where every command and answer is chained into one CMAC, or of authentication 71 (EV2),
//! where each has a CMAC of its own over a counter. What a debit or credit does lies in volatile memory until
//! CommitTransaction; power that goes before it leaves the value as it was.
//! Sources: MF3ICDx21_41_81 data sheet; for EV2 and the transaction MAC, MF2DL(H)x0 data sheet, 9.1 and 10.3.

use super::aes::{Block, cbc_decrypt, cbc_encrypt, cmac, odd_bytes};
use super::{NOT_FOUND, selected_name};

mod messaging;

use messaging::Messaging;

const AUTHENTICATE: u8 = 0xAA;
const AUTHENTICATE_FIRST: u8 = 0x71;
const MORE: u8 = 0xAF;
const SELECT: u8 = 0x5A;
const GET_VALUE: u8 = 0x6C;
const CREDIT: u8 = 0x0C;
const DEBIT: u8 = 0xDC;
const COMMIT: u8 = 0xC7;
const ABORT: u8 = 0xA7;
const READ_DATA: u8 = 0xBD;
const COMMIT_READER_ID: u8 = 0xC8;

const DONE: u8 = 0x00;
const NO_CHANGES: u8 = 0x0C;
const UNKNOWN: u8 = 0x1C;
const BAD_MAC: u8 = 0x1E;
const BAD_LENGTH: u8 = 0x7E;
const NO_APPLICATION: u8 = 0xA0;
const NOT_PERMITTED: u8 = 0x9D;
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
    /// The first half of an authentication was answered with this challenge; `first` where it is one of EV2.
    Challenged { challenge: Block, iv: Block, first: bool },
    /// Both sides know the key.
    Authenticated(Messaging),
}

/// What a commit would make true.
#[derive(Clone, Default)]
struct Pending {
    value: Option<i32>,
    /// The transaction as its MAC wants it.
    input: Vec<u8>,
    reader: Option<Block>,
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
    pending: Pending,
    /// The reader of the last transaction, where the transaction MAC file wants each reader to name itself.
    reader: Option<Block>,
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
            pending: Pending::default(),
            reader: None,
            challenges: 0,
        }
    }

    /// A purse as the card office makes it: its key is the school's master key, diversified for this card (NXP AN10922:
    /// CMAC over 01, uid, application, system identifier).
    pub fn issued(uid: [u8; 7], master: [u8; 16], mac_key: Option<[u8; 16]>, value: i32) -> Self {
        let input = [&[0x01], &uid[..], &APPLICATION, SYSTEM].concat();
        Self::new(uid, cmac(&master, [0; 16], &input), mac_key, value)
    }

    /// The same purse, whose transaction MAC file takes no transaction without its reader's own number.
    pub fn with_reader_id(self) -> Self {
        Self { reader: Some([0; 16]), ..self }
    }

    /// What lies in the purse, as its holder would be told.
    pub fn value(&self) -> i32 {
        self.value
    }

    /// Power came: session and uncommitted changes are gone.
    pub fn power_up(&mut self) {
        (self.selected, self.session, self.pending) = (false, Session::Open, Pending::default());
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
            AUTHENTICATE if data == [0x00] => Ok(self.challenge(false)),
            AUTHENTICATE_FIRST if data == [0x00, 0x00] => Ok(self.challenge(true)),
            AUTHENTICATE | AUTHENTICATE_FIRST => Err(NOT_AUTHENTICATED),
            MORE => self.authenticate(data),
            _ => self.transact(instruction, data),
        };
        match answered {
            Ok(answer) => answer,
            Err(status) => {
                // Any error ends the session, and with it whatever was not committed.
                (self.session, self.pending) = (Session::Open, Pending::default());
                vec![0x91, status]
            }
        }
    }

    fn select(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        (self.session, self.pending) = (Session::Open, Pending::default());
        self.selected = data == APPLICATION;
        if self.selected { Ok(vec![0x91, DONE]) } else { Err(NO_APPLICATION) }
    }

    fn challenge(&mut self, first: bool) -> Vec<u8> {
        self.challenges = self.challenges.wrapping_add(1);
        let challenge = cmac(&self.key, [self.challenges; 16], &self.uid);
        let mut iv = [0; 16];
        let sealed = cbc_encrypt(&self.key, &mut iv, &challenge);
        if first {
            // EV2 begins each message from zeros.
            iv = [0; 16];
        }
        (self.session, self.pending) = (Session::Challenged { challenge, iv, first }, Pending::default());
        [&sealed[..], &[0x91, MORE]].concat()
    }

    fn authenticate(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        let Session::Challenged { challenge, mut iv, first } = self.session else { return Err(UNKNOWN) };
        let sealed: &[u8; 32] = data.try_into().map_err(|_| BAD_LENGTH)?;
        let opened = cbc_decrypt(&self.key, &mut iv, sealed);
        let (theirs, ours) = opened.split_at(16);
        let turned = [&challenge[1..], &challenge[..1]].concat();
        if ours != turned {
            return Err(NOT_AUTHENTICATED);
        }
        let theirs: Block = theirs.try_into().map_err(|_| BAD_LENGTH)?;
        let proof = [&theirs[1..], &theirs[..1]].concat();
        let (messaging, answer) = if first {
            let transaction = [self.challenges, 0xC4, 0xDF, 0x9D];
            // Transaction identifier, proof, then what card and reader can do: nothing special.
            let proof = [&transaction[..], &proof, &[0; 12]].concat();
            (
                Messaging::ev2(&self.key, &theirs, &challenge, transaction),
                cbc_encrypt(&self.key, &mut [0; 16], &proof),
            )
        } else {
            (Messaging::ev1(&theirs, &challenge), cbc_encrypt(&self.key, &mut iv, &proof))
        };
        self.session = Session::Authenticated(messaging);
        Ok([&answer[..], &[0x91, DONE]].concat())
    }

    /// A command under secure messaging: its CMAC is checked where it must be sent.
    fn transact(&mut self, instruction: u8, data: &[u8]) -> Result<Vec<u8>, u8> {
        let Session::Authenticated(mut messaging) = self.session.clone() else {
            return Err(NOT_AUTHENTICATED);
        };
        let data = messaging.open(instruction, data)?;
        let answer = match instruction {
            GET_VALUE if data == [VALUE_FILE] => {
                let value = self.value.to_le_bytes().to_vec();
                self.note(&[&[GET_VALUE, VALUE_FILE], &value[..]].concat());
                value
            }
            DEBIT | CREDIT => self.change(instruction, data)?,
            COMMIT_READER_ID => self.commit_reader(data)?,
            COMMIT => self.commit(data)?,
            ABORT => {
                self.pending = Pending::default();
                Vec::new()
            }
            READ_DATA if data == [MAC_FILE, 0, 0, 0, 12, 0, 0] && self.mac_key.is_some() => {
                [&self.transactions.to_le_bytes()[..], &self.last_mac].concat()
            }
            GET_VALUE | READ_DATA => return Err(NO_FILE),
            _ => return Err(UNKNOWN),
        };
        let mac = messaging.seal(&answer);
        self.session = Session::Authenticated(messaging);
        Ok([&answer[..], &mac, &[0x91, DONE]].concat())
    }

    /// What the transaction MAC will be made over, in whole blocks.
    fn note(&mut self, part: &[u8]) {
        let input = &mut self.pending.input;
        input.extend(part);
        input.resize(input.len().next_multiple_of(16), 0);
    }

    /// The counter of the transaction under way, and its key for a purpose.
    fn transaction_key(&self, purpose: u8) -> Option<(u32, Block)> {
        let counter = self.transactions + 1;
        let vector = [&[purpose, 0x00, 0x01, 0x00, 0x80], &counter.to_le_bytes()[..], &self.uid].concat();
        Some((counter, cmac(&self.mac_key?, [0; 16], &vector)))
    }

    /// The reader names itself and is told, sealed, who was the last one.
    fn commit_reader(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        let reader: Block = data.try_into().map_err(|_| BAD_LENGTH)?;
        let (Some(last), Some((_, key)), None) =
            (self.reader, self.transaction_key(0xA5), self.pending.reader)
        else {
            return Err(NOT_PERMITTED);
        };
        let sealed = cbc_encrypt(&key, &mut [0; 16], &last);
        self.note(&[&[COMMIT_READER_ID], &reader[..], &sealed].concat());
        self.pending.reader = Some(reader);
        Ok(sealed)
    }

    fn change(&mut self, instruction: u8, data: &[u8]) -> Result<Vec<u8>, u8> {
        let [VALUE_FILE, amount @ ..] = data else { return Err(NO_FILE) };
        let amount = i32::from_le_bytes(amount.try_into().map_err(|_| BAD_LENGTH)?);
        let from = self.pending.value.unwrap_or(self.value);
        let to = match instruction {
            _ if amount < 0 => None,
            DEBIT => from.checked_sub(amount).filter(|left| *left >= 0),
            _ => from.checked_add(amount),
        };
        self.pending.value = Some(to.ok_or(BEYOND_LIMIT)?);
        self.note(&[&[instruction], data].concat());
        Ok(Vec::new())
    }

    fn commit(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        let Pending { value, input, reader } = std::mem::take(&mut self.pending);
        let value = value.ok_or(NO_CHANGES)?;
        if self.reader.is_some() && reader.is_none() {
            return Err(NOT_PERMITTED);
        }
        let key = self.transaction_key(0x5A);
        // One write: value, counter, MAC and reader change together or not at all.
        self.value = value;
        self.reader = reader.or(self.reader);
        let Some((counter, key)) = key else { return Ok(Vec::new()) };
        self.transactions = counter;
        self.last_mac = odd_bytes(&cmac(&key, [0; 16], &input));
        Ok(if data == [0x01] { [&counter.to_le_bytes()[..], &self.last_mac].concat() } else { Vec::new() })
    }
}
