//! Which kind of card lies on the reader, by the applications it answers to. A state machine: answers in, commands out.
//!
//! Asked in this order: the NDEF application of a tag that proves itself, the school's purse, an electronic purse, the
//! directory of bank cards. A card that knows none of them is known by its uid alone.

use super::{accepted, desfire, epurse, ppse, select_name, sun};
use crate::till::{PurseKind, SunMessage};

/// The NFC Forum's Type 4 application.
const NDEF: &[u8] = b"\xD2\x76\x00\x00\x85\x01\x01";
/// Selects file E104, where tags keep their URL.
const NDEF_FILE: [u8; 7] = [0x00, 0xA4, 0x00, 0x0C, 0x02, 0xE1, 0x04];
/// Reads as much of it as one answer holds.
const READ: [u8; 5] = [0x00, 0xB0, 0x00, 0x00, 0x00];

/// Which kinds of card somebody can make more of than their uid; the others are not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Tags that prove themselves.
    pub sun: bool,
    /// Purses.
    pub purse: bool,
    /// Purses on MIFARE Classic cards.
    pub classic: bool,
    /// Members' codes and vouchers on NFC stickers.
    pub stickers: bool,
    /// Electronic purses by PBOC, by the name of their application.
    pub epurse: Option<Vec<u8>>,
}

/// What kind of card it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// A tag that proves itself: what it said at this tap.
    Sun(SunMessage),
    /// It has a purse of this kind.
    Purse(PurseKind),
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
    Epurse,
    Directory,
}

impl Classify {
    /// Begins with the first command. `purse` is the application that the school's purse lies in.
    pub fn start(wants: Wants, purse: [u8; 3]) -> (Self, Vec<u8>) {
        let mut classify = Self { asked: Asked::Ndef, wants, purse };
        let command = if classify.wants.sun { select_name(NDEF) } else { classify.ask_for_purse() };
        (classify, command)
    }

    /// Takes the card's answer.
    pub fn take(&mut self, answer: &[u8]) -> Next {
        let content = accepted(answer);
        Next::Send(match (self.asked, content) {
            (Asked::Ndef, Some(_)) => self.ask(Asked::NdefFile, NDEF_FILE.to_vec()),
            (Asked::NdefFile, Some(_)) => self.ask(Asked::NdefContent, READ.to_vec()),
            (Asked::NdefContent, content) => match content.and_then(sun::from_ndef) {
                Some(message) => return Next::Known(Known::Sun(message)),
                None => self.ask_for_purse(),
            },
            (Asked::Ndef | Asked::NdefFile, None) => self.ask_for_purse(),
            (Asked::Purse, _) if desfire::selected(answer).is_ok() => {
                return Next::Known(Known::Purse(PurseKind::Desfire));
            }
            (Asked::Purse, _) => self.ask_for_epurse(),
            (Asked::Epurse, _) if epurse::selected(answer).is_ok() => {
                return Next::Known(Known::Purse(PurseKind::Epurse));
            }
            (Asked::Epurse, _) => self.ask(Asked::Directory, ppse::select()),
            (Asked::Directory, _) if ppse::applications(answer).is_empty() => {
                return Next::Known(Known::Plain);
            }
            (Asked::Directory, _) => return Next::Known(Known::BankCard),
        })
    }

    fn ask(&mut self, asked: Asked, command: Vec<u8>) -> Vec<u8> {
        self.asked = asked;
        command
    }

    fn ask_for_purse(&mut self) -> Vec<u8> {
        if self.wants.purse {
            self.ask(Asked::Purse, desfire::select(self.purse))
        } else {
            self.ask_for_epurse()
        }
    }

    fn ask_for_epurse(&mut self) -> Vec<u8> {
        match &self.wants.epurse {
            Some(name) => {
                let command = epurse::select(name);
                self.ask(Asked::Epurse, command)
            }
            None => self.ask(Asked::Directory, ppse::select()),
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
    use nfc::fake::cards::epurse::{APPLICATION, EPurse};
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

    const ALL: Wants = Wants { sun: true, purse: true, classic: true, stickers: true, epurse: None };

    const SUN: Wants = Wants { sun: true, purse: false, ..NONE };
    const PURSE: Wants = Wants { sun: false, purse: true, ..NONE };
    const NONE: Wants = Wants { sun: false, purse: false, classic: false, stickers: false, epurse: None };

    fn epurses() -> Wants {
        Wants { epurse: Some(APPLICATION.to_vec()), ..ALL }
    }

    #[test]
    fn cards_are_told_apart() {
        let uid = [4, 1, 2, 3, 4, 5, 6];
        let mut tag = Processor::Ntag424(Ntag424::new(uid, [0; 16], 0));
        assert!(matches!(known(&mut tag, ALL), (Known::Sun(_), 3)));
        let mut purse = Processor::Purse(Purse::new(uid, [0; 16], None, 1));
        assert_eq!(known(&mut purse, ALL), (Known::Purse(PurseKind::Desfire), 2));
        let mut epurse = Processor::EPurse(EPurse::issued([7; 10], [0; 16], [0; 16], 1));
        assert_eq!(known(&mut epurse, epurses()), (Known::Purse(PurseKind::Epurse), 3));
        assert_eq!(known(&mut Processor::Empty, epurses()), (Known::Plain, 4));
        assert_eq!(known(&mut Processor::Empty, ALL), (Known::Plain, 3));
        for wants in [ALL, SUN, PURSE, epurses(), Wants::default()] {
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
