//! A bank card as far as anybody but its terminal may look: the list of its applications (EMV Book 1, 12.2).

use super::{NOT_FOUND, OK, UNKNOWN_INSTRUCTION, selected_name};

/// The contactless directory.
const DIRECTORY: &[u8] = b"2PAY.SYS.DDF01";

/// A bank card with one application.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    /// Commands after the directory: none may ever come.
    pub beyond: u32,
}

impl Bank {
    /// Answers the directory and counts everything else.
    pub fn obey(&mut self, command: &[u8]) -> Vec<u8> {
        match selected_name(command) {
            Some(name) if name == DIRECTORY => {
                let entry = tlv(
                    0x61,
                    &[
                        tlv(0x4F, b"\xA0\x00\x00\x03\x33\x01\x01\x01"),
                        tlv(0x50, b"UnionPay Debit"),
                        tlv(0x87, &[1]),
                    ]
                    .concat(),
                );
                let list = [&[0xBF, 0x0C, entry.len() as u8], &entry[..]].concat();
                let proprietary = tlv(0xA5, &list);
                [tlv(0x6F, &[tlv(0x84, DIRECTORY), proprietary].concat()), OK.to_vec()].concat()
            }
            Some(name) if name.starts_with(b"\xA0\x00\x00\x03\x33") => {
                self.beyond += 1;
                OK.to_vec()
            }
            Some(_other) => NOT_FOUND.to_vec(),
            None => {
                self.beyond += u32::from(matches!(command, [0x80, 0xA8, ..] | [0x00, 0xB2, ..]));
                UNKNOWN_INSTRUCTION.to_vec()
            }
        }
    }
}

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    [&[tag, value.len() as u8], value].concat()
}
