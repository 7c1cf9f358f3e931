//! Who has come, by card. While a class is counted the reader is its own: no tap becomes a tender. What leaves this file
//! is a name of the card on one list, never its number.

use std::collections::VecDeque;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use api::attendance::{Came, LIST_LEN_MAX, Tapped};
use aws_lc_rs::{hmac, rand};
use nfc::{Card, Uid};
use tokio::sync::watch;

use crate::run::Clock;

/// The screen says again that it counts before this is over; a screen that died counts nobody.
const LISTEN_MAX_MS: u64 = 60_000;
/// For so long after it has ended no card is a tender: it may have been on its way to be counted.
const GUARD_MS: u64 = 2_000;
/// Taps that wait to be taken: a class that walks past the reader while its screen is busy for a minute.
const WAITING_MAX: usize = 64;
/// Bytes of the unit's key, and of a card's name on a list.
const KEY_LEN: usize = 32;
const NAME_LEN: usize = 16;
/// The key's file, beside the ledger.
const KEY_FILE: &str = "attendance.key";
/// Keeps these names apart from whatever else may be made with the key.
const DOMAIN: &[u8] = b"dais attendance 1\0";

/// A list that is no name.
#[derive(Debug, thiserror::Error)]
#[error("a list's name has 1 to 64 printable ASCII characters")]
pub(crate) struct BadList;

/// Who counts, and until when.
#[derive(Default)]
struct Listening {
    list: String,
    until: u64,
    guarded_until: u64,
}

/// What was held to the reader.
#[derive(Default)]
struct Taps {
    count: u64,
    waiting: VecDeque<Tapped>,
}

/// The desk where a class is counted.
#[derive(Clone)]
pub(crate) struct Attendance {
    listening: Arc<watch::Sender<Listening>>,
    taps: Arc<watch::Sender<Taps>>,
    told: watch::Sender<u64>,
    key: Arc<hmac::Key>,
    pays: Pays,
    clock: Clock,
}

/// Whether somebody pays now.
type Pays = Arc<dyn Fn() -> bool + Send + Sync>;

impl Attendance {
    /// The desk, with the key that lies beside the ledger.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub(crate) fn open(
        ledger: &Path,
        pays: impl Fn() -> bool + Send + Sync + 'static,
        clock: Clock,
    ) -> io::Result<Self> {
        let key = match key(&ledger.with_file_name(KEY_FILE)) {
            Ok(key) => key,
            Err(error) => {
                tracing::warn!(%error, "cards that are joined to names today will not be known after a restart");
                fresh_key()?
            }
        };
        Ok(Self {
            listening: Arc::new(watch::Sender::new(Listening::default())),
            taps: Arc::new(watch::Sender::new(Taps::default())),
            told: watch::Sender::new(0),
            key: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &key)),
            pays: Arc::new(pays),
            clock,
        })
    }

    /// Cards are for this list from now on, for so long. Whether they are: not while somebody pays, unless that began
    /// when they already were.
    pub(crate) fn listen(&self, list: &str, for_ms: u64) -> Result<bool, BadList> {
        if list.is_empty() || list.len() > LIST_LEN_MAX || !list.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadList);
        }
        let now = (self.clock)();
        let counts = for_ms > 0 && (self.counts() || !(self.pays)());
        self.listening.send_modify(|listening| {
            if counts {
                let until = now.saturating_add(for_ms.min(LISTEN_MAX_MS));
                let guarded_until = until.saturating_add(GUARD_MS);
                *listening = Listening { list: list.to_owned(), until, guarded_until };
            } else {
                // Where nobody counted nothing is guarded, or somebody who pays would wait for their card.
                listening.until = listening.until.min(now);
                listening.guarded_until = listening.guarded_until.min(now.saturating_add(GUARD_MS));
            }
        });
        if !counts {
            drop(self.take());
        }
        Ok(counts)
    }

    /// Whether a card is counted now.
    pub(super) fn counts(&self) -> bool {
        (self.clock)() < self.listening.borrow().until
    }

    /// Whether no card is a tender now.
    pub(super) fn guards(&self) -> bool {
        (self.clock)() < self.listening.borrow().guarded_until
    }

    /// A card was held to the reader.
    pub(super) fn card(&self, card: Card) {
        if card.uid.is_random() {
            return self.tapped(Came::Changing, String::new());
        }
        let name = self.name(card.uid);
        self.tapped(Came::Card, name);
    }

    /// Something else was.
    pub(super) fn hint(&self, came: Came) {
        self.tapped(came, String::new());
    }

    fn tapped(&self, came: Came, name: String) {
        if !self.counts() {
            return;
        }
        self.taps.send_if_modified(|taps| {
            if taps.waiting.len() == WAITING_MAX {
                tracing::warn!("nobody takes who has come, the oldest card is forgotten");
                taps.waiting.pop_front();
            }
            taps.waiting.push_back(Tapped { came: came.to_wire(), name });
            taps.count = taps.count.saturating_add(1);
            true
        });
        self.told.send_replace(self.taps.borrow().count);
    }

    /// What the card is called on this list.
    fn name(&self, uid: Uid) -> String {
        let listening = self.listening.borrow();
        let mut context = hmac::Context::with_key(&self.key);
        context.update(DOMAIN);
        // The list ends with a byte that none has in it, so that no two lists and cards give the same bytes.
        context.update(listening.list.as_bytes());
        context.update(b"\0");
        context.update(uid.reveal());
        let tag = context.sign();
        tag.as_ref().iter().take(NAME_LEN).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What was held to the reader, once.
    pub(crate) fn take(&self) -> Vec<Tapped> {
        let mut taken = VecDeque::new();
        self.taps.send_if_modified(|taps| {
            taken = std::mem::take(&mut taps.waiting);
            false
        });
        taken.into()
    }

    /// How many were.
    pub(crate) fn told(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }
}

/// The unit's key; made and kept where there is none yet.
fn key(path: &Path) -> io::Result<[u8; KEY_LEN]> {
    match fs::read(path) {
        Ok(bytes) => {
            if let Ok(key) = <[u8; KEY_LEN]>::try_from(bytes) {
                return Ok(key);
            }
            // Cut short by a power cut: nothing was ever made with it.
            tracing::warn!("the key for attendance is no key and is made anew");
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let key = fresh_key()?;
    let fresh = path.with_extension("key.new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(&key)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()?;
    Ok(key)
}

fn fresh_key() -> io::Result<[u8; KEY_LEN]> {
    let mut key = [0; KEY_LEN];
    rand::fill(&mut key).map_err(|_unspecified| io::Error::other("the system has no random numbers"))?;
    Ok(key)
}

#[cfg(test)]
mod tests;
