//! An NFC sticker (NTAG21x, MIFARE Ultralight): its NDEF message, in as few commands as it takes. A state machine:
//! answers in, commands out.
//!
//! A sticker proves nothing: its words can be copied like a printed code, so they count for as much as one.

use nfc::native;

use super::ndef::{self, Found};

/// The page with the capability container; the message's memory begins behind it.
const CONTAINER: u8 = 3;
/// "There is an NDEF message here" (Type 2 Tag 1.1, 2.2).
const NDEF: u8 = 0xE1;
/// Bytes of a page.
const PAGE: usize = 4;
/// Pages of one fast read: what one frame of the reader holds.
const PAGES_MAX: usize = 60;
/// The longest memory that is read: an NTAG216's. Codes have some tens of bytes.
const MEMORY_MAX: usize = 888;
/// Most commands: the fullest NTAG216 takes five, and small blocks in front of its message may take a few more. A sticker
/// that is nothing but filling would take one for each page.
const COMMANDS_MAX: usize = 8;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this command and bring its answer.
    Send(Vec<u8>),
    /// That is all: the first words on it, if it has any.
    Words(Option<String>),
}

/// One sticker's questions.
#[derive(Debug, Default)]
pub struct Sticker {
    memory: Vec<u8>,
    /// Bytes that the command under way must bring; none before the first answer.
    asked: Option<usize>,
    /// Commands that were answered.
    answered: usize,
}

impl Sticker {
    /// Begins with the first command, which a short message does not go beyond.
    pub fn start() -> (Self, Vec<u8>) {
        (Self::default(), native::read(CONTAINER))
    }

    /// Takes the sticker's answer.
    pub fn take(&mut self, answer: &[u8]) -> Next {
        self.answered += 1;
        let Ok(content) = native::content(answer) else { return Next::Words(None) };
        match (self.asked, content) {
            (None, [NDEF, _version, _size, _access, memory @ ..]) => self.memory.extend(memory),
            (Some(asked), memory) if memory.len() == asked => self.memory.extend(memory),
            _ => return Next::Words(None),
        }
        match ndef::in_memory(&self.memory) {
            Found::Message(message) => Next::Words(ndef::words(message)),
            Found::Longer(length) if length <= MEMORY_MAX && self.answered < COMMANDS_MAX => {
                self.read_on(length)
            }
            Found::Longer(_) | Found::Nothing => Next::Words(None),
        }
    }

    /// Reads to where the message ends, or as far as one command goes.
    fn read_on(&mut self, length: usize) -> Next {
        let have = self.memory.len() / PAGE;
        let pages = length.div_ceil(PAGE).saturating_sub(have).clamp(1, PAGES_MAX);
        self.asked = Some(pages * PAGE);
        let page = |index: usize| u8::try_from(usize::from(CONTAINER) + 1 + index);
        match (page(have), page(have + pages - 1)) {
            (Ok(first), Ok(last)) => Next::Send(native::fast_read(first, last)),
            _ => Next::Words(None),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Stickers of each size against the emulated ones, and answers that never end.
    use super::*;
    use nfc::fake::cards::ntag21x::{Ntag21x, Size};

    const UID: [u8; 7] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66];

    fn text(words: &str) -> Vec<u8> {
        let payload = [b"\x02en", words.as_bytes()].concat();
        let length = u32::try_from(payload.len()).expect("a length").to_be_bytes();
        [&[0xC1, 0x01], &length[..], b"T", &payload].concat()
    }

    fn read(tag: &mut Ntag21x) -> (Option<String>, usize) {
        tag.power_up();
        let (mut sticker, mut command) = Sticker::start();
        for commands in 1.. {
            let answer =
                tag.obey(&command).map_or(vec![0x01], |answer| [&[native::DONE], &answer[..]].concat());
            match sticker.take(&answer) {
                Next::Send(next) => command = next,
                Next::Words(words) => return (words, commands),
            }
        }
        unreachable!("a sticker answers a handful of commands")
    }

    #[test]
    fn messages_of_every_length_are_read_in_as_few_commands_as_it_takes() {
        for (size, length, commands) in [
            (Size::Ntag213, 0, 2),
            (Size::Ntag213, 30, 2),
            (Size::Ntag215, 200, 2),
            (Size::Ntag215, 300, 3),
            (Size::Ntag216, 800, 5),
        ] {
            let words = "a".repeat(length);
            let mut tag = Ntag21x::new(UID, size, &text(&words));
            assert_eq!(read(&mut tag), (Some(words), commands), "{size:?} {length}");
        }
        let mut short = Ntag21x::new(UID, Size::Ntag215, b"\xD1\x01\x04T\x02enx");
        assert_eq!(read(&mut short), (Some("x".to_owned()), 1));
        let mut empty = Ntag21x::new(UID, Size::Ntag213, b"");
        assert_eq!(read(&mut empty), (None, 1));
        let mut closed = Ntag21x::new(UID, Size::Ntag213, &text("secret")).with_password([1; 4], [2; 2], 7);
        assert_eq!(read(&mut closed), (None, 2));
        // An Ultralight that was never written.
        let (mut sticker, _command) = Sticker::start();
        assert_eq!(sticker.take(&[&[native::DONE], &[0; 16][..]].concat()), Next::Words(None));
    }

    #[test]
    fn a_sticker_that_never_ends_is_left() {
        let (mut sticker, _command) = Sticker::start();
        // A message of 800 bytes that is all filling.
        let mut answer =
            [&[native::DONE, 0xE1, 0x10, 0x6D, 0x00, 0x03, 0xFF, 0x03, 0x20], &[0; 8][..]].concat();
        for commands in 1.. {
            match sticker.take(&answer) {
                Next::Send(command) => {
                    let pages = usize::from(command[2] - command[1]) + 1;
                    answer = [&[native::DONE], &vec![0; pages * PAGE][..]].concat();
                }
                Next::Words(words) => return assert_eq!((words, commands), (None, 5)),
            }
        }
    }

    #[test]
    fn a_sticker_of_nothing_but_filling_is_left() {
        // Found by fuzzing: another page might hold the message, and another.
        let (mut sticker, _command) = Sticker::start();
        let mut answer =
            [&[native::DONE, 0xE1, 0x10, 0x6D, 0, 0x01, 0x03, 0xA0, 0x0C, 0x34], &[0; 7][..]].concat();
        for commands in 1.. {
            match sticker.take(&answer) {
                Next::Send(command) => {
                    assert_eq!(command[1], command[2], "a page at a time");
                    answer = vec![native::DONE, 0, 0, 0, 0];
                }
                Next::Words(words) => return assert_eq!((words, commands), (None, COMMANDS_MAX)),
            }
        }
    }

    #[test]
    fn less_than_was_asked_for_is_nothing() {
        let (mut sticker, _command) = Sticker::start();
        let first = [&[native::DONE, 0xE1, 0x10, 0x6D, 0x00, 0x03, 0x40], &[0; 10][..]].concat();
        assert!(matches!(sticker.take(&first), Next::Send(_)));
        assert_eq!(sticker.take(&[native::DONE, 0, 0, 0, 0]), Next::Words(None));
    }
}
