//! Which kind of card lies on the reader, by the applications it answers to. A state machine: answers in, commands out.
//!
//! Asked in this order: the NDEF application of a tag that proves itself, the school's purse, the directory of bank
//! cards. A card that knows none of them is known by its uid alone.

use super::{accepted, desfire, ppse, select_name, sun};
use crate::till::SunMessage;

/// The NFC Forum's Type 4 application.
const NDEF: &[u8] = b"\xD2\x76\x00\x00\x85\x01\x01";
/// Selects file E104, where tags keep their URL.
const NDEF_FILE: [u8; 7] = [0x00, 0xA4, 0x00, 0x0C, 0x02, 0xE1, 0x04];
/// Reads as much of it as one answer holds.
const READ: [u8; 5] = [0x00, 0xB0, 0x00, 0x00, 0x00];

/// Which kinds of card somebody can make more of than their uid; the others are not asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Tags that prove themselves.
    pub sun: bool,
    /// Purses.
    pub purse: bool,
    /// Purses on MIFARE Classic cards.
    pub classic: bool,
}

/// What kind of card it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// A tag that proves itself: what it said at this tap.
    Sun(SunMessage),
    /// It has the school's purse.
    Purse,
    /// A bank card or a phone's wallet.
    BankCard,
    /// None of these.
    Plain,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this command and bring its answer.
    Send(Vec<u8>),
    /// That is all.
    Known(Known),
}

/// One card's questions.
#[derive(Debug)]
pub struct Classify {
    asked: Asked,
    wants: Wants,
    purse: [u8; 3],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Ndef,
    NdefFile,
    NdefContent,
    Purse,
    Directory,
}

impl Classify {
    /// Begins with the first command. `purse` is the application that the school's purse lies in.
    pub fn start(wants: Wants, purse: [u8; 3]) -> (Self, Vec<u8>) {
        let (asked, command) = if wants.sun {
            (Asked::Ndef, select_name(NDEF))
        } else if wants.purse {
            (Asked::Purse, desfire::select(purse))
        } else {
            (Asked::Directory, ppse::select())
        };
        (Self { asked, wants, purse }, command)
    }

    /// Takes the card's answer.
    pub fn take(&mut self, answer: &[u8]) -> Next {
        let content = accepted(answer);
        let (asked, next) = match (self.asked, content) {
            (Asked::Ndef, Some(_)) => (Asked::NdefFile, Next::Send(NDEF_FILE.to_vec())),
            (Asked::NdefFile, Some(_)) => (Asked::NdefContent, Next::Send(READ.to_vec())),
            (Asked::NdefContent, content) => match content.and_then(sun::from_ndef) {
                Some(message) => return Next::Known(Known::Sun(message)),
                None => self.ask_for_purse(),
            },
            (Asked::Ndef | Asked::NdefFile, None) => self.ask_for_purse(),
            (Asked::Purse, _) if desfire::selected(answer).is_ok() => return Next::Known(Known::Purse),
            (Asked::Purse, _) => (Asked::Directory, Next::Send(ppse::select())),
            (Asked::Directory, _) if ppse::applications(answer).is_empty() => {
                return Next::Known(Known::Plain);
            }
            (Asked::Directory, _) => return Next::Known(Known::BankCard),
        };
        self.asked = asked;
        next
    }

    fn ask_for_purse(&self) -> (Asked, Next) {
        if self.wants.purse {
            (Asked::Purse, Next::Send(desfire::select(self.purse)))
        } else {
            (Asked::Directory, Next::Send(ppse::select()))
        }
    }
}

#[cfg(test)]
mod tests {
    //! Every emulated card is known for what it is, by these commands and no others.
    use super::*;
    use crate::card::CAMPUS_APPLICATION;
    use nfc::fake::cards::Processor;
    use nfc::fake::cards::bank::Bank;
    use nfc::fake::cards::ntag424::Ntag424;
    use nfc::fake::cards::purse::Purse;

    fn known(card: &mut Processor, wants: Wants) -> (Known, usize) {
        card.power_up();
        let (mut classify, mut command) = Classify::start(wants, CAMPUS_APPLICATION);
        for commands in 1.. {
            match classify.take(&card.obey(&command)) {
                Next::Send(next) => command = next,
                Next::Known(known) => return (known, commands),
            }
        }
        unreachable!("a card answers a handful of commands")
    }

    const ALL: Wants = Wants { sun: true, purse: true, classic: true };

    const SUN: Wants = Wants { sun: true, purse: false, classic: false };
    const PURSE: Wants = Wants { sun: false, purse: true, classic: false };

    #[test]
    fn cards_are_told_apart() {
        let uid = [4, 1, 2, 3, 4, 5, 6];
        let mut tag = Processor::Ntag424(Ntag424::new(uid, [0; 16], 0));
        assert!(matches!(known(&mut tag, ALL), (Known::Sun(_), 3)));
        let mut purse = Processor::Purse(Purse::new(uid, [0; 16], None, 1));
        assert_eq!(known(&mut purse, ALL), (Known::Purse, 2));
        assert_eq!(known(&mut Processor::Empty, ALL), (Known::Plain, 3));
        for wants in
            [ALL, SUN, PURSE, Wants::default()]
        {
            let mut bank = Processor::Bank(Bank::default());
            assert_eq!(known(&mut bank, wants).0, Known::BankCard);
            let Processor::Bank(bank) = bank else { unreachable!("it was a bank card") };
            assert_eq!(bank.beyond, 0, "not one command beyond the directory");
        }
    }

    #[test]
    fn nobody_asks_for_what_nobody_wants() {
        let uid = [4, 1, 2, 3, 4, 5, 6];
        let mut tag = Processor::Ntag424(Ntag424::new(uid, [0; 16], 0));
        assert_eq!(known(&mut tag, PURSE), (Known::Plain, 2));
        let mut purse = Processor::Purse(Purse::new(uid, [0; 16], None, 1));
        assert_eq!(known(&mut purse, SUN), (Known::Plain, 2));
        assert_eq!(known(&mut purse, Wants::default()), (Known::Plain, 1));
    }
}
