//! The chip as a tag: a phone held to the reader reads what the host plays (UM0701-02, 7.3.14 to 7.3.18).
//!
//! The chip speaks ISO 14443-4 with the phone by itself, so the host sees commands only.

use super::{Chip, STATUS_OK, STATUS_RELEASED};
use crate::fake::phone::Phone;

/// The reply to TgInitAsTarget, and its mode: 106 kbit/s, activated as an ISO 14443-4 card; then the RATS that did it.
const ACTIVATED: [u8; 4] = [0x8D, 0x08, 0xE0, 0x80];
/// In TgInitAsTarget's first byte: only as an ISO 14443-4 card.
const ISO_14443_4_ONLY: u8 = 0x04;

impl Chip {
    /// Holds a phone to the reader, which reads the tag it finds there once; returns the bytes of a reply this
    /// completes.
    pub fn hold_phone(&mut self) -> Vec<u8> {
        self.phone = Some((Phone::default(), true));
        self.arrived()
    }

    /// Takes the phone away, as it is.
    pub fn take_phone(&mut self) {
        if let Some((_, there)) = &mut self.phone {
            *there = false;
        }
    }

    /// The link that the last phone has opened.
    pub fn opened(&self) -> Option<&str> {
        self.phone.as_ref().and_then(|(phone, _)| phone.opened())
    }

    /// The phone that is there and has not read what it wants.
    fn reading(&mut self) -> Option<&mut Phone> {
        self.phone
            .as_mut()
            .filter(|(phone, there)| *there && phone.opened().is_none())
            .map(|(phone, _)| phone)
    }

    pub(super) fn init_as_target(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        // While the chip is a tag its own field is off.
        self.wake_cards();
        let plays = command.get(1).is_some_and(|mode| mode & ISO_14443_4_ONLY != 0);
        match self.reading().filter(|_| plays) {
            Some(phone) => {
                *phone = Phone::default();
                Some(ACTIVATED.to_vec())
            }
            None => {
                self.waiting = Some(command.to_vec());
                None
            }
        }
    }

    /// The phone's next command, behind a status.
    pub(super) fn get_as_target(&mut self) -> Vec<u8> {
        let command = self.reading().and_then(|phone| phone.command());
        let status = self.status(if command.is_some() { STATUS_OK } else { STATUS_RELEASED });
        [&[status], &command.unwrap_or_default()[..]].concat()
    }

    /// The host's answer to it.
    pub(super) fn set_as_target(&mut self, answer: &[u8]) -> u8 {
        let status = match self.reading() {
            Some(phone) => {
                phone.take(answer);
                STATUS_OK
            }
            None => STATUS_RELEASED,
        };
        self.status(status)
    }
}
