//! An electronic purse by JR/T 0025.2 (PBOC 2.0, "电子钱包"): one application that pays offline, proves it to the
//! terminal by MAC2 and to its issuer by TAC, and can be asked for both once more after a torn purchase.
//!
//! A purchase is one command: balance, counter and proof change together or not at all.

use des::cipher::{BlockCipherEncrypt, KeyInit};

use super::{NOT_FOUND, OK, UNKNOWN_INSTRUCTION, selected_name};

/// The application, as it is laid on emulated cards.
pub const APPLICATION: &[u8] = b"\xA0\x00\x00\x00\x03\x86\x98\x07\x01";
/// Purchase by electronic purse.
const PURCHASE: u8 = 0x06;
/// The purchase key's index.
const KEY_INDEX: u8 = 0x01;
const TOO_LITTLE: [u8; 2] = [0x94, 0x01];
const NO_KEY: [u8; 2] = [0x94, 0x03];
const NO_PROOF: [u8; 2] = [0x94, 0x06];
const BAD_MAC: [u8; 2] = [0x93, 0x02];
const NOT_NOW: [u8; 2] = [0x69, 0x85];
const BAD_LENGTH: [u8; 2] = [0x67, 0x00];

/// The card.
#[derive(Clone)]
pub struct EPurse {
    serial: [u8; 10],
    purchase_key: [u8; 16],
    tac_key: [u8; 16],
    balance: u32,
    counter: u16,
    /// Counter, MAC2 and TAC of the last purchase.
    last: Option<(u16, [u8; 8])>,
    selected: bool,
    /// Amount, terminal and random number of a purchase that was begun.
    begun: Option<(u32, [u8; 6], [u8; 4])>,
    challenges: u8,
}

impl std::fmt::Debug for EPurse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EPurse({} purchases)", self.counter)
    }
}

impl EPurse {
    /// A purse as its issuer makes it: both keys are the masters', diversified by the serial number's last eight bytes.
    pub fn issued(serial: [u8; 10], purchase_master: [u8; 16], tac_master: [u8; 16], balance: u32) -> Self {
        Self {
            serial,
            purchase_key: diversified(&purchase_master, &serial),
            tac_key: diversified(&tac_master, &serial),
            balance,
            counter: 0,
            last: None,
            selected: false,
            begun: None,
            challenges: 0,
        }
    }

    /// What lies in it, in minor units.
    pub fn balance(&self) -> u32 {
        self.balance
    }

    /// A load at its issuer's: the balance grows, and the proof of the last purchase is overwritten by the load's own.
    pub fn load(&mut self, amount: u32) {
        self.balance = self.balance.saturating_add(amount);
        self.last = None;
    }

    /// How many purchases it ever made.
    pub fn counter(&self) -> u16 {
        self.counter
    }

    pub(super) fn power_up(&mut self) {
        (self.selected, self.begun) = (false, None);
    }

    /// Obeys one command.
    pub fn obey(&mut self, command: &[u8]) -> Vec<u8> {
        self.answer(command).unwrap_or_else(|status| {
            self.begun = None;
            status.to_vec()
        })
    }

    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, [u8; 2]> {
        if let Some(name) = selected_name(command) {
            (self.selected, self.begun) = (name == APPLICATION, None);
            return if self.selected { Ok(self.control_information()) } else { Err(NOT_FOUND) };
        }
        if !self.selected {
            return Err(NOT_FOUND);
        }
        match *command {
            [0x00, 0xB0, 0x95, 0x00, _] => Ok([&self.public_file()[..], &OK].concat()),
            [0x80, 0x5C, 0x00, 0x02, 0x04] => Ok([&self.balance.to_be_bytes()[..], &OK].concat()),
            [0x80, 0x50, 0x01, 0x02, 0x0B, ref data @ ..] => self.begin(data.get(..11).ok_or(BAD_LENGTH)?),
            [0x80, 0x54, 0x01, 0x00, 0x0F, ref data @ ..] => self.purchase(data.get(..15).ok_or(BAD_LENGTH)?),
            [0x80, 0x5A, 0x00, PURCHASE, 0x02, high, low, ..] => self.prove(u16::from_be_bytes([high, low])),
            [0x80, ..] | [0x00, ..] => Err(UNKNOWN_INSTRUCTION),
            _ => Err([0x6E, 0x00]),
        }
    }

    /// Issuer, application, serial number, dates: the file of short identifier 15 (hexadecimal).
    fn public_file(&self) -> [u8; 30] {
        let mut file = [0; 30];
        file[..8].copy_from_slice(&[0x10, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00]);
        file[8..10].copy_from_slice(&[0x11, 0x02]);
        file[10..20].copy_from_slice(&self.serial);
        file[20..28].copy_from_slice(&[0x20, 0x24, 0x09, 0x01, 0x20, 0x34, 0x08, 0x31]);
        file
    }

    /// The answer to a select: name, and the public file as the issuer's own part.
    fn control_information(&self) -> Vec<u8> {
        let file = self.public_file();
        let own = [&[0x9F, 0x0C, file.len() as u8][..], &file].concat();
        let inner = [tlv(0x84, APPLICATION), tlv(0xA5, &own)].concat();
        [tlv(0x6F, &inner), OK.to_vec()].concat()
    }

    fn begin(&mut self, data: &[u8]) -> Result<Vec<u8>, [u8; 2]> {
        let amount = u32::from_be_bytes(data[1..5].try_into().map_err(|_| BAD_LENGTH)?);
        let terminal = data[5..11].try_into().map_err(|_| BAD_LENGTH)?;
        if data[0] != KEY_INDEX {
            return Err(NO_KEY);
        }
        if amount > self.balance {
            return Err(TOO_LITTLE);
        }
        self.challenges = self.challenges.wrapping_add(1);
        let mixed = encrypt(&self.tac_key, [self.challenges; 8]);
        let random = [mixed[0], mixed[1], mixed[2], mixed[3]];
        self.begun = Some((amount, terminal, random));
        let (balance, counter) = (self.balance.to_be_bytes(), self.counter.to_be_bytes());
        // Overdraft limit (an electronic purse has none), version and algorithm of the key.
        Ok([&balance[..], &counter, &[0; 3], &[0x01, 0x00], &random, &OK].concat())
    }

    fn purchase(&mut self, data: &[u8]) -> Result<Vec<u8>, [u8; 2]> {
        let (amount, terminal, random) = self.begun.take().ok_or(NOT_NOW)?;
        let (transaction, at, mac) = (&data[..4], &data[4..11], &data[11..15]);
        let mut input = [0; 8];
        input[..4].copy_from_slice(&random);
        input[4..6].copy_from_slice(&self.counter.to_be_bytes());
        input[6..].copy_from_slice(&transaction[2..]);
        let session = encrypt(&self.purchase_key, input);
        let amount_bytes = amount.to_be_bytes();
        let purchase = [&amount_bytes[..], &[PURCHASE], &terminal].concat();
        if mac_of(&session, &[&purchase, at].concat()) != mac {
            return Err(BAD_MAC);
        }
        let own = mac_of(&session, &amount_bytes);
        let mut single = [0; 8];
        for (index, byte) in single.iter_mut().enumerate() {
            *byte = self.tac_key[index] ^ self.tac_key[index + 8];
        }
        let tac = mac_of(&single, &[&purchase, transaction, at].concat());
        // One write.
        self.balance -= amount;
        self.last = Some((self.counter, [own, tac].concat().try_into().map_err(|_| BAD_LENGTH)?));
        self.counter = self.counter.wrapping_add(1);
        Ok([&tac[..], &own, &OK].concat())
    }

    /// MAC2 and TAC of the last purchase once more.
    fn prove(&self, counter: u16) -> Result<Vec<u8>, [u8; 2]> {
        match self.last {
            Some((last, proof)) if last == counter => Ok([&proof[..], &OK].concat()),
            _ => Err(NO_PROOF),
        }
    }
}

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    [&[tag, value.len() as u8], value].concat()
}

/// The card's own key: the master's encryption of the last eight bytes of its serial number, and of their inversion.
fn diversified(master: &[u8; 16], serial: &[u8; 10]) -> [u8; 16] {
    let mut left = [0; 8];
    left.copy_from_slice(&serial[2..]);
    let (left, right) = (encrypt(master, left), encrypt(master, left.map(|byte| !byte)));
    let mut key = [0; 16];
    key[..8].copy_from_slice(&left);
    key[8..].copy_from_slice(&right);
    key
}

fn encrypt(by: &[u8; 16], block: [u8; 8]) -> [u8; 8] {
    let mut block = block.into();
    des::TdesEde2::new(&(*by).into()).encrypt_block(&mut block);
    block.into()
}

/// CBC of single DES from zeros over the padded message; its last block's first half (JR/T 0025.2, "MAC").
fn mac_of(by: &[u8; 8], message: &[u8]) -> [u8; 4] {
    let cipher = des::Des::new(&(*by).into());
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(8), 0);
    let mut last = [0; 8];
    for chunk in padded.chunks_exact(8) {
        for (byte, message) in last.iter_mut().zip(chunk) {
            *byte ^= message;
        }
        let mut block = last.into();
        cipher.encrypt_block(&mut block);
        last = block.into();
    }
    [last[0], last[1], last[2], last[3]]
}

#[cfg(test)]
mod tests {
    //! The worked example that Chinese card makers publish, and what a purse refuses.
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        crate::Apdu::from_hex(text).unwrap().reveal().to_vec()
    }

    #[test]
    fn the_published_example() {
        let key: [u8; 16] = hex("11223344556677888877665544332211").try_into().unwrap();
        let session = encrypt(&key, hex("1122334400000001").try_into().unwrap());
        assert_eq!(session.to_vec(), hex("003238ABC57659DD"));
        assert_eq!(mac_of(&session, &hex("000010000600112233445520120229135100")).to_vec(), hex("F15CAB75"));
        assert_eq!(mac_of(&session, &hex("00001000")).to_vec(), hex("56988A13"));
    }

    #[test]
    fn nothing_moves_without_the_terminals_proof() {
        let mut card = EPurse::issued([9; 10], [1; 16], [2; 16], 5000);
        assert_eq!(card.obey(&hex("805C000204")), NOT_FOUND);
        let select = [&hex("00A4040009")[..], APPLICATION].concat();
        assert!(card.obey(&select).ends_with(&OK));
        assert_eq!(card.obey(&hex("805C000204")), hex("000013889000"));
        assert_eq!(card.obey(&hex("805001020B0100001389000000000001")), TOO_LITTLE);
        assert_eq!(card.obey(&hex("805001020B0200000001000000000001")), NO_KEY);
        let purchase = hex("805401000F00000001202601011200000000000008");
        assert_eq!(card.obey(&purchase), NOT_NOW);
        let begun = card.obey(&hex("805001020B01000000640000000000010F"));
        assert_eq!((begun.len(), &begun[..6]), (17, &[0, 0, 0x13, 0x88, 0, 0][..]));
        assert_eq!(card.obey(&purchase), BAD_MAC);
        assert_eq!((card.balance(), card.counter()), (5000, 0));
        assert_eq!(card.obey(&hex("805A000602000008")), NO_PROOF);
    }
}
