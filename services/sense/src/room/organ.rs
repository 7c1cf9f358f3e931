//! One device: who holds it, and whether it is open.

use std::collections::BTreeSet;

use super::Client;

/// Whether it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Surely closed.
    Closed,
    /// Open, or being opened.
    Open,
    /// Told to close, and not known to have closed.
    Closing,
}

/// A device.
#[derive(Clone, Debug)]
pub struct Organ {
    there: bool,
    holders: BTreeSet<Client>,
    state: State,
}

impl Organ {
    pub(super) fn new(there: bool) -> Self {
        Self { there, holders: BTreeSet::new(), state: State::Closed }
    }

    /// Whether the configuration has it.
    pub fn is_there(&self) -> bool {
        self.there
    }

    /// Who holds it.
    pub fn holders(&self) -> impl Iterator<Item = &Client> {
        self.holders.iter()
    }

    /// Whether it is open.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether it is to be opened now. One that closes is opened when it has closed.
    pub(super) fn hold(&mut self, client: Client) -> bool {
        self.holders.insert(client);
        self.open()
    }

    /// Whether it is to be closed now.
    pub(super) fn let_go(&mut self, client: &Client) -> bool {
        self.holders.remove(client);
        let closes = self.holders.is_empty() && self.state == State::Open;
        if closes {
            self.state = State::Closing;
        }
        closes
    }

    /// It has closed; whether it is to be opened again. One that closed by itself is not: it would close again, so
    /// somebody has to ask.
    pub(super) fn closed(&mut self) -> bool {
        let asked = self.state == State::Closing;
        self.state = State::Closed;
        if !asked {
            self.holders.clear();
        }
        self.open()
    }

    fn open(&mut self) -> bool {
        let opens = self.state == State::Closed && !self.holders.is_empty();
        if opens {
            self.state = State::Open;
        }
        opens
    }
}
