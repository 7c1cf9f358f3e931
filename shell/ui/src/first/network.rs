//! The page of networks: which are in reach, and getting into one.

use api::admin::{Link, WifiNetwork};

use super::{First, Typing};
use crate::bridge::{Hidden, Refused, SetupAsk};
use screens::FirstTrouble;

/// Networks are asked for at every so many looks: a scan takes seconds, and a list that jumps cannot be touched.
const EVERY: u32 = 4;
/// IEEE 802.11, J.4.1.
const PASSWORD_LEAST: usize = 8;

/// What is known of networks, and the one that is being joined.
#[derive(Debug, Default)]
pub(super) struct Networks {
    pub(super) cables: Vec<Link>,
    pub(super) online: bool,
    pub(super) seen: Vec<WifiNetwork>,
    pub(super) looked: bool,
    pub(super) joined: String,
    pub(super) joining: bool,
    pub(super) chosen: Option<Chosen>,
    pub(super) seen_password: bool,
    waited: u32,
}

/// The network whose name or password is typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) secured: bool,
    /// Its name is being typed.
    pub(super) naming: bool,
}

impl Networks {
    /// Whether it is time to look for networks; not while one is typed for or joined.
    pub(super) fn wants(&self) -> bool {
        self.chosen.is_none() && !self.joining && self.waited.is_multiple_of(EVERY)
    }

    pub(super) fn waited(&mut self) {
        self.waited = self.waited.wrapping_add(1);
    }

    /// The page is left.
    pub(super) fn leave(&mut self) {
        self.chosen = None;
        self.seen_password = false;
        self.waited = 0;
    }
}

impl First {
    pub(super) fn take_networks(&self, seen: Result<Vec<WifiNetwork>, Refused>) {
        let mut state = self.state.borrow_mut();
        state.networks.waited();
        state.networks.looked = true;
        match seen {
            Ok(seen) => {
                state.networks.seen = seen;
                if matches!(
                    state.trouble,
                    FirstTrouble::NoNetworkService | FirstTrouble::NoRadio | FirstTrouble::Silent
                ) {
                    state.trouble = FirstTrouble::None;
                }
            }
            Err(refused) => {
                state.networks.seen.clear();
                (state.trouble, state.detail) = (refused.trouble, refused.detail);
            }
        }
    }

    pub(super) fn take_joined(&self, outcome: Result<(), Refused>) {
        let mut state = self.state.borrow_mut();
        state.networks.joining = false;
        match outcome {
            Ok(()) => {
                let name = state.networks.chosen.take().map(|chosen| chosen.name);
                state.networks.joined = name.unwrap_or_else(|| std::mem::take(&mut state.networks.joined));
                state.networks.online = true;
                state.typing = Typing::default();
                state.trouble = FirstTrouble::None;
            }
            Err(refused) => {
                // An open one is chosen from the list again; a password is typed again.
                state.networks.chosen.take_if(|chosen| !chosen.hidden && !chosen.secured);
                (state.trouble, state.detail) = (refused.trouble, refused.detail);
            }
        }
    }

    /// One of the list was touched: an open one is joined, another wants its password.
    pub(super) fn choose_network(&self, at: usize) {
        let network = {
            let mut state = self.state.borrow_mut();
            let Some(network) = state.networks.seen.get(at).cloned() else { return };
            if state.networks.joining {
                return;
            }
            let chosen = Chosen { name: network.ssid.clone(), secured: network.secured, ..Chosen::default() };
            state.networks.chosen = Some(chosen);
            state.typing = Typing::default();
            state.trouble = FirstTrouble::None;
            network
        };
        if !network.secured {
            self.join();
        }
    }

    /// One that does not tell its name.
    pub(super) fn other_network(&self) {
        let mut state = self.state.borrow_mut();
        state.networks.chosen = Some(Chosen { hidden: true, naming: true, ..Chosen::default() });
        state.typing = Typing::default();
        state.trouble = FirstTrouble::None;
    }

    /// The name is typed, or the password; without one the network is open.
    pub(super) fn join(&self) {
        let ask = {
            let mut guard = self.state.borrow_mut();
            let state = &mut *guard;
            let Some(chosen) = &mut state.networks.chosen else { return };
            if chosen.naming {
                chosen.name = state.typing.text().to_owned();
                chosen.naming = false;
                state.typing = Typing::default();
                return;
            }
            let password = state.typing.text().to_owned();
            if !password.is_empty() && password.len() < PASSWORD_LEAST {
                state.trouble = FirstTrouble::BadPassword;
                return;
            }
            state.networks.joining = true;
            state.trouble = FirstTrouble::None;
            SetupAsk::Join { name: chosen.name.clone(), password: Hidden(password), hidden: chosen.hidden }
        };
        self.ask(ask);
    }
}
