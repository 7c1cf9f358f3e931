//! The school's back office: where entries are forwarded, and its answers. Only an answer with its code is believed;
//! everything else is a doubt, and the same entry is asked about again.

use std::time::Duration;

use aws_lc_rs::rand;
use serde::Deserialize;

use super::{Accounts, CampusError};
use crate::channel::Doubt;
use crate::channel::exchange::exchange;
use crate::offline::{Answer, Head, Link, Rules, RulesError};

pub mod text;

pub use text::{Key, NotAKey, Status};
use text::{NONCE_LEN, Speaker, to_hex};

/// Longest name of a kiosk.
const KIOSK_LEN_MAX: usize = 64;

/// `[offline]` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfflineConfig {
    /// The back office's address, over TLS unless it is this machine; `/entries` and `/status` are below it.
    pub forward: String,
    /// This kiosk's name there; each has a chain of its own.
    pub kiosk: String,
    /// What may be taken while the back office is away.
    #[serde(default)]
    pub limits: Rules,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOffice {
    /// Neither https nor this machine.
    #[error("[offline] forward must begin with https://")]
    NotSecure,
    /// No name, or a strange one.
    #[error("[offline] kiosk is 1 to 64 letters, digits, points and dashes")]
    Name,
    /// The limits.
    #[error(transparent)]
    Limits(#[from] RulesError),
}

impl OfflineConfig {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`BadOffice`].
    pub fn check(&self) -> Result<(), BadOffice> {
        let local = ["http://127.0.0.1:", "http://[::1]:"].iter().any(|own| self.forward.starts_with(own));
        if !local && !self.forward.starts_with("https://") {
            return Err(BadOffice::NotSecure);
        }
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
        if self.kiosk.is_empty() || self.kiosk.len() > KIOSK_LEN_MAX || !self.kiosk.bytes().all(plain) {
            return Err(BadOffice::Name);
        }
        Ok(self.limits.check()?)
    }
}

/// How soon a silent back office is asked again, and how often one that answers is asked how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// First pause after silence; doubled each time.
    pub first: Duration,
    /// Longest pause: once a minute costs nothing and is soon enough.
    pub most: Duration,
    /// Between two questions how it is, which also tells when the deny list was current.
    pub every: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), most: Duration::from_secs(60), every: Duration::from_secs(30) }
    }
}

/// The way to the back office, for one question at a time.
#[derive(Debug)]
pub struct BackOffice {
    /// Where and as whom.
    pub config: OfflineConfig,
    /// How often.
    pub pace: Pace,
    key: Key,
    http: reqwest::Client,
    /// The deny list lies with the accounts; none while they are being asked.
    accounts: Option<Accounts>,
}

impl BackOffice {
    /// A way there. `accounts` are a connection of its own to the campus accounts.
    #[must_use]
    pub fn new(config: OfflineConfig, key: Key, http: reqwest::Client, accounts: Accounts) -> Self {
        Self { config, pace: Pace::default(), key, http, accounts: Some(accounts) }
    }

    /// Forwards an entry; the same again is answered the same.
    ///
    /// # Errors
    /// [`Doubt`]: nobody knows whether it counts; forward it again.
    pub async fn forward(&mut self, link: &Link) -> Result<(Answer, Status), Doubt> {
        let body = self.ask("entries", text::entry(&self.config.kiosk, link)).await?;
        text::read_entry(&body, link)
    }

    /// Asks how it is.
    ///
    /// # Errors
    /// [`Doubt`].
    pub async fn status(&mut self, head: Head) -> Result<Status, Doubt> {
        let body = self.ask("status", text::status(&self.config.kiosk, head)).await?;
        text::read_status(&body, head)
    }

    /// Notes which deny list is the newest, where the back office said so, and answers the version that this kiosk has
    /// and when it was last current.
    ///
    /// # Errors
    /// The accounts' file; the list then counts as old.
    pub async fn deny_list(&mut self, said: Option<Status>, now_ms: u64) -> Result<(u64, u64), CampusError> {
        let mut accounts = self.accounts.take().ok_or(CampusError::Broken)?;
        let asked = tokio::task::spawn_blocking(move || {
            let noted = said.map_or(Ok(()), |said| accounts.heard_deny_list(said.deny_list, now_ms));
            let known = noted.and_then(|()| accounts.deny_list());
            (accounts, known)
        });
        let (accounts, known) = asked.await.map_err(|_lost| CampusError::Broken)?;
        self.accounts = Some(accounts);
        known
    }

    async fn ask(&mut self, what: &str, body: String) -> Result<Vec<u8>, Doubt> {
        let mut nonce = [0_u8; NONCE_LEN];
        rand::fill(&mut nonce).map_err(|_no_entropy| Doubt::ServerError)?;
        let request = self
            .http
            .post(format!("{}/{what}", self.config.forward.trim_end_matches('/')))
            .header("content-type", "application/json")
            .header("dais-nonce", to_hex(&nonce))
            .header("dais-code", self.key.code(Speaker::Kiosk, &nonce, body.as_bytes()))
            .body(body);
        let answer = exchange(request).await?;
        let code = answer.headers.get("dais-code").and_then(|code| code.to_str().ok()).unwrap_or_default();
        if !self.key.holds(Speaker::Office, &nonce, &answer.body, code) {
            return Err(Doubt::BadSignature);
        }
        if answer.status.is_success() { Ok(answer.body) } else { Err(Doubt::Unparsable) }
    }
}
