//! An NTAG 424 DNA tag that mirrors encrypted PICC data and a CMAC into its URL (NXP AN12196, NT4H2421Gx).

use super::aes::{Block, cbc_encrypt, cmac, odd_bytes};
use super::{NOT_FOUND, OK, UNKNOWN_INSTRUCTION, selected_name};

/// The NFC Forum's Type 4 application.
const NDEF: &[u8] = b"\xD2\x76\x00\x00\x85\x01\x01";
const CAPABILITIES_FILE: u16 = 0xE103;
const NDEF_FILE: u16 = 0xE104;
/// Mapping 2.0, reads of up to 255 bytes, file E104 of 256 bytes, free to read, locked for writing.
const CAPABILITIES: [u8; 15] =
    [0x00, 0x0F, 0x20, 0x00, 0xFF, 0x00, 0xFF, 0x04, 0x06, 0xE1, 0x04, 0x01, 0x00, 0x00, 0xFF];
/// PICC data with a 7-byte uid and the read counter.
const PICC_DATA_TAG: u8 = 0xC7;
/// Random padding of PICC data; any will do, and a fixed one keeps tests repeatable.
const PADDING: [u8; 5] = [0xF1, 0x82, 0x53, 0x94, 0x27];
/// Where the school's page would be; the reader looks at the two parameters only.
const URL: &str = "card.example.edu/t?picc_data=";

/// A tag with one key for both the PICC data and the file's CMAC.
#[derive(Clone)]
pub struct Ntag424 {
    uid: [u8; 7],
    key: Block,
    counter: u32,
    application: bool,
    file: Option<u16>,
    /// What the file holds in this session: mirrored once, at its first read.
    content: Option<Vec<u8>>,
}

impl std::fmt::Debug for Ntag424 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ntag424({} taps)", self.counter)
    }
}

impl Ntag424 {
    /// A tag that was tapped `counter` times before.
    pub fn new(uid: [u8; 7], key: [u8; 16], counter: u32) -> Self {
        Self { uid, key, counter, application: false, file: None, content: None }
    }

    pub(super) fn power_up(&mut self) {
        (self.application, self.file, self.content) = (false, None, None);
    }

    /// Obeys one command.
    pub fn obey(&mut self, command: &[u8]) -> Vec<u8> {
        if let Some(name) = selected_name(command) {
            self.application = name == NDEF;
            self.file = None;
            return if self.application { OK } else { NOT_FOUND }.to_vec();
        }
        match *command {
            [0x00, 0xA4, 0x00, _, 0x02, high, low, ..] if self.application => {
                let file = u16::from_be_bytes([high, low]);
                if ![CAPABILITIES_FILE, NDEF_FILE].contains(&file) {
                    return NOT_FOUND.to_vec();
                }
                self.file = Some(file);
                OK.to_vec()
            }
            [0x00, 0xB0, high, low, length] => self.read(u16::from_be_bytes([high, low]), length),
            _ => UNKNOWN_INSTRUCTION.to_vec(),
        }
    }

    fn read(&mut self, offset: u16, length: u8) -> Vec<u8> {
        let content = match self.file {
            Some(CAPABILITIES_FILE) => CAPABILITIES.to_vec(),
            Some(_ndef) => {
                if self.content.is_none() {
                    self.counter += 1;
                    self.content = Some(ndef(&self.url()));
                }
                self.content.clone().unwrap_or_default()
            }
            // Command not allowed: no current file.
            None => return vec![0x69, 0x86],
        };
        let length = if length == 0 { 256 } else { usize::from(length) };
        let from = usize::from(offset).min(content.len());
        let to = (from + length).min(content.len());
        [&content[from..to], &OK].concat()
    }

    /// What the tag mirrors for its present counter.
    fn url(&self) -> String {
        let counter = &self.counter.to_le_bytes()[..3];
        let data = [&[PICC_DATA_TAG], &self.uid[..], counter, &PADDING].concat();
        let sealed = cbc_encrypt(&self.key, &mut [0; 16], &data);
        let vector = [&[0x3C, 0xC3, 0x00, 0x01, 0x00, 0x80], &self.uid[..], counter].concat();
        let session = cmac(&self.key, [0; 16], &vector);
        let mac = odd_bytes(&cmac(&session, [0; 16], &[]));
        format!("{URL}{}&cmac={}", hex(&sealed), hex(&mac))
    }
}

/// One URI record (`https://` is code 04), behind the file's length.
fn ndef(url: &str) -> Vec<u8> {
    let payload = url.len() as u8 + 1;
    let record = [&[0xD1, 0x01, payload, b'U', 0x04], url.as_bytes()].concat();
    [&(record.len() as u16).to_be_bytes(), &record[..]].concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    //! NXP's own published tap, and the counter.
    use super::*;

    const UID: [u8; 7] = [0x04, 0xDE, 0x5F, 0x1E, 0xAC, 0xC0, 0x40];

    fn tap(tag: &mut Ntag424) -> String {
        tag.power_up();
        assert_eq!(tag.obey(&[&b"\x00\xA4\x04\x00\x07"[..], NDEF, &[0]].concat()), OK);
        assert_eq!(tag.obey(b"\x00\xA4\x00\x0C\x02\xE1\x04"), OK);
        let length = tag.obey(b"\x00\xB0\x00\x00\x02");
        let answer = tag.obey(&[0x00, 0xB0, 0x00, 0x02, length[1]]);
        String::from_utf8_lossy(&answer[..answer.len() - 2]).into_owned()
    }

    #[test]
    fn the_mac_of_tap_61_is_the_one_in_an12196() {
        let mut tag = Ntag424::new(UID, [0; 16], 60);
        assert!(tap(&mut tag).ends_with("&cmac=94EED9EE65337086"));
        let next = tap(&mut tag);
        assert!(!next.ends_with("94EED9EE65337086"), "each tap is another one");
        assert_eq!(tag.counter, 62);
    }
}
