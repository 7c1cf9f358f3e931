//! What the reader plays while it shows a link: an NFC Forum Type 4 tag with one URI record (Type 4 Tag Technical
//! Specification, mapping version 2.0). Pure: a phone's commands in, answers out.
//!
//! The phone selects the tag's application, reads the capability container E103, which names the file E104, and reads
//! that file's two bytes of length and its record. Nobody may write.

use crate::ask::Link;

const APPLICATION: &[u8] = &[0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01];
const CONTAINER: [u8; 2] = [0xE1, 0x03];
const RECORD: [u8; 2] = [0xE1, 0x04];
/// Longest answer to one READ BINARY: what libnfc's own example of a Type 4 tag found every reader to carry.
const READ_MAX: u16 = 0x0054;
/// Longest UPDATE BINARY; none is ever obeyed, but the specification wants at least one byte.
const WRITE_MAX: u16 = 0x0001;
/// Room of the record's file: far above the longest link.
const FILE_MAX: u16 = 0x0400;
const READ_FREELY: u8 = 0x00;
const WRITE_NEVER: u8 = 0xFF;

const OK: [u8; 2] = [0x90, 0x00];
const WRONG_LENGTH: [u8; 2] = [0x67, 0x00];
const NOT_ALLOWED: [u8; 2] = [0x69, 0x82];
const NOTHING_SELECTED: [u8; 2] = [0x69, 0x86];
const NOT_FOUND: [u8; 2] = [0x6A, 0x82];
const BEYOND_THE_END: [u8; 2] = [0x6B, 0x00];
const UNKNOWN_INSTRUCTION: [u8; 2] = [0x6D, 0x00];
const UNKNOWN_CLASS: [u8; 2] = [0x6E, 0x00];

/// A record's head: first and last of its message, short, with a well-known type of one byte (NDEF 1.0, 3.2).
const SHORT_WELL_KNOWN: u8 = 0xD1;
/// The same with a length of four bytes.
const LONG_WELL_KNOWN: u8 = 0xC1;
const TYPE_URI: u8 = b'U';
/// Beginnings of a URI that have a number (URI Record Type Definition, table 3); 0 stands for none.
const BEGINNINGS: [(u8, &str); 2] = [(0x04, "https://"), (0x03, "http://")];

/// The tag with its link, and what the phone has selected of it.
#[derive(Debug)]
pub struct Tag {
    container: Vec<u8>,
    record: Vec<u8>,
    selected: Selected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selected {
    Nothing,
    Application,
    Container,
    Record,
}

impl Tag {
    /// A tag that leads there.
    pub fn new(link: &Link) -> Self {
        let message = uri_record(link.reveal());
        // A link is far shorter than what two bytes count.
        let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
        Self {
            container: container(),
            record: [&length.to_be_bytes()[..], &message].concat(),
            selected: Selected::Nothing,
        }
    }

    /// A phone came: what the last one selected is forgotten.
    pub fn power_up(&mut self) {
        self.selected = Selected::Nothing;
    }

    /// Answers one command, status last.
    pub fn obey(&mut self, command: &[u8]) -> Vec<u8> {
        match *command {
            [0x00, 0xA4, 0x04, _, ref rest @ ..] => self.select_application(rest),
            [0x00, 0xA4, 0x00, 0x0C, ref rest @ ..] => self.select_file(rest),
            [0x00, 0xA4, ..] => NOT_FOUND.to_vec(),
            [0x00, 0xB0, high, low, expected] => self.read(u16::from_be_bytes([high, low]), expected),
            [0x00, 0xB0, ..] => WRONG_LENGTH.to_vec(),
            [0x00, 0xD6, ..] => NOT_ALLOWED.to_vec(),
            [0x00, ..] => UNKNOWN_INSTRUCTION.to_vec(),
            _ => UNKNOWN_CLASS.to_vec(),
        }
    }

    fn select_application(&mut self, rest: &[u8]) -> Vec<u8> {
        match named(rest) {
            Some(APPLICATION) => {
                self.selected = Selected::Application;
                OK.to_vec()
            }
            Some(_) => NOT_FOUND.to_vec(),
            None => WRONG_LENGTH.to_vec(),
        }
    }

    fn select_file(&mut self, rest: &[u8]) -> Vec<u8> {
        let file = match named(rest) {
            Some(name) if name == CONTAINER => Selected::Container,
            Some(name) if name == RECORD => Selected::Record,
            Some(_) => return NOT_FOUND.to_vec(),
            None => return WRONG_LENGTH.to_vec(),
        };
        if self.selected == Selected::Nothing {
            return NOT_FOUND.to_vec();
        }
        self.selected = file;
        OK.to_vec()
    }

    /// At most so many bytes from there; fewer where the file or an answer ends before.
    fn read(&self, offset: u16, expected: u8) -> Vec<u8> {
        let file = match self.selected {
            Selected::Container => &self.container,
            Selected::Record => &self.record,
            Selected::Nothing | Selected::Application => return NOTHING_SELECTED.to_vec(),
        };
        let Some(rest) = file.get(usize::from(offset)..).filter(|rest| !rest.is_empty()) else {
            return BEYOND_THE_END.to_vec();
        };
        // 0 stands for as much as there is.
        let wanted = if expected == 0 { usize::from(READ_MAX) } else { usize::from(expected) };
        let part = &rest[..rest.len().min(wanted).min(usize::from(READ_MAX))];
        [part, &OK].concat()
    }
}

/// The name behind its length; what follows may only be the byte that expects an answer.
fn named(rest: &[u8]) -> Option<&[u8]> {
    let (length, rest) = rest.split_first()?;
    let (name, after) = rest.split_at_checked(usize::from(*length))?;
    (after.len() <= 1).then_some(name)
}

fn container() -> Vec<u8> {
    let mut bytes = vec![0x20];
    bytes.extend(READ_MAX.to_be_bytes());
    bytes.extend(WRITE_MAX.to_be_bytes());
    // A control block: file, its name, its room, who may read and write.
    bytes.extend([0x04, 0x06]);
    bytes.extend(RECORD);
    bytes.extend(FILE_MAX.to_be_bytes());
    bytes.extend([READ_FREELY, WRITE_NEVER]);
    let length = u16::try_from(bytes.len() + 2).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], &bytes].concat()
}

fn uri_record(uri: &str) -> Vec<u8> {
    let (number, rest) = BEGINNINGS
        .iter()
        .find_map(|(number, beginning)| Some((*number, uri.strip_prefix(beginning)?)))
        .unwrap_or((0x00, uri));
    let length = rest.len() + 1;
    let mut record = match u8::try_from(length) {
        Ok(length) => vec![SHORT_WELL_KNOWN, 1, length],
        Err(_) => {
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            [&[LONG_WELL_KNOWN, 1][..], &length.to_be_bytes()].concat()
        }
    };
    record.extend([TYPE_URI, number]);
    record.extend(rest.as_bytes());
    record
}

#[cfg(test)]
mod tests;
