//! Bank cards and phone wallets, by the certified terminal beside the kiosk: we never authorise, and keep of a card
//! its scheme and last four digits at most.
//!
//! The kiosk's reader recognises such a card and no more; the terminal takes it from there. The two speak Dais ECR 1
//! (`protocol.md`): length-prefixed JSON over TCP, each frame under an HMAC of the pairing key with the session's
//! nonces and a sequence number. The terminal's word over it is the proof. `sale` answers at once and the till asks
//! with `status` until the payer is done; everything is done once per number, however often it is asked.

mod day;
pub mod frame;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
pub mod message;
mod read;
pub mod session;
mod wire;

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use time::Date;
use time::macros::format_description;
use tokio::time::timeout;

pub use self::frame::{BadKey, Key};
pub use self::message::MaskedCard;

use self::day::Pages;
use self::message::{Answer, Request, SaleState};
use self::wire::Line;
use super::{Bill, Channel, ChannelKind, Doubt, NoBill, Opened, Proof, Refunded, Refusal, Revoked, Terms};
use crate::till::{Attempt, Refund, Tender};

/// How long one call may take, below [`super::exchange::ANSWER_WITHIN`] so that the caller's own limit never cuts it.
const CALL_WITHIN: Duration = Duration::from_secs(8);
/// How long the terminal waits for a card: the till takes the sale back after a minute by itself, and a card shown
/// just then should not be charged.
const WAIT_S: u32 = 55;

/// Where the terminal is, and what the acquirer's contract allows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalConfig {
    /// Its address, on loopback or the kiosk's own network.
    pub address: SocketAddr,
    /// Most that one sale may ask for, in minor units.
    #[serde(default = "amount_max")]
    pub amount_max: i64,
    /// How many days after payment money can go back.
    #[serde(default = "refund_days")]
    pub refund_days: u32,
}

/// 50,000 yuan, a usual limit of one card payment.
const fn amount_max() -> i64 {
    5_000_000
}

/// What acquirers usually grant.
const fn refund_days() -> u32 {
    30
}

/// The channel.
#[derive(Debug)]
pub struct Terminal {
    config: TerminalConfig,
    key: Key,
    within: Duration,
}

impl Terminal {
    /// A terminal with its pairing key, the credential `terminal_key`.
    pub const fn new(config: TerminalConfig, key: Key) -> Self {
        Self { config, key, within: CALL_WITHIN }
    }

    /// One question on a connection of its own.
    async fn ask(&self, request: Request) -> Result<Answer, Doubt> {
        self.in_time(async { Line::open(self.config.address, self.key.clone()).await?.ask(&request).await })
            .await
    }

    async fn in_time<T>(&self, call: impl Future<Output = Result<T, Doubt>>) -> Result<T, Doubt> {
        timeout(self.within, call).await.unwrap_or(Err(Doubt::Timeout))
    }

    /// First `cancel`, which ends a wait for a card without asking the acquirer, then `reverse` for all else.
    async fn take_back(&self, attempt: &Attempt) -> Result<Answer, Doubt> {
        let mut line = Line::open(self.config.address, self.key.clone()).await?;
        let cancelled = line.ask(&Request::Cancel { number: number(attempt) }).await?;
        match &cancelled {
            Answer::Sale(fact) if matches!(fact.state, SaleState::Closed | SaleState::Declined) => {
                Ok(cancelled)
            }
            _not_so_easy => line.ask(&Request::Reverse { number: number(attempt) }).await,
        }
    }

    async fn pages(&self, day: &str) -> Result<Pages, NoBill> {
        let mut line = Line::open(self.config.address, self.key.clone()).await.map_err(NoBill::Doubt)?;
        let mut pages = Pages::default();
        loop {
            let request = Request::Totals { day: day.to_owned(), from: pages.next() };
            match line.ask(&request).await.map_err(NoBill::Doubt)? {
                Answer::Totals(page) => {
                    if !pages.take(day, page)? {
                        return Ok(pages);
                    }
                }
                Answer::Error { .. } => return Err(NoBill::Doubt(Doubt::ServerError)),
                _of_something_else => return Err(NoBill::Doubt(Doubt::Unparsable)),
            }
        }
    }
}

fn number(attempt: &Attempt) -> String {
    attempt.number.as_str().to_owned()
}

#[async_trait]
impl Channel for Terminal {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Terminal
    }

    fn takes(&self, tender: &Tender) -> bool {
        matches!(tender, Tender::BankCard)
    }

    /// A terminal has no code to show.
    async fn open(&self, _attempt: &Attempt) -> Opened {
        Opened::Refused(Refusal::Declined)
    }

    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        if !self.takes(tender) {
            return Proof::NotPaid(Refusal::Declined);
        }
        let sale = Request::Sale {
            number: number(attempt),
            amount: attempt.amount.minor(),
            currency: attempt.amount.currency().code().to_owned(),
            subject: attempt.subject.clone(),
            wait_s: WAIT_S,
        };
        self.ask(sale).await.map_or_else(Proof::Unknown, |answer| read::sold(attempt, &answer))
    }

    async fn query(&self, attempt: &Attempt) -> Proof {
        let status = Request::Status { number: number(attempt) };
        self.ask(status).await.map_or_else(Proof::Unknown, |answer| read::proof(attempt, &answer))
    }

    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        let taken_back = self.in_time(self.take_back(attempt)).await;
        taken_back.map_or_else(Revoked::Again, |answer| read::revoked(attempt, &answer))
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let request = Request::Refund {
            number: number(attempt),
            refund_number: refund.number.as_str().to_owned(),
            amount: refund.amount.minor(),
            currency: refund.amount.currency().code().to_owned(),
        };
        self.ask(request)
            .await
            .map_or_else(Refunded::Again, |answer| read::refunded(attempt, refund, &answer))
    }

    async fn refund_query(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let request = Request::RefundStatus {
            number: number(attempt),
            refund_number: refund.number.as_str().to_owned(),
        };
        self.ask(request)
            .await
            .map_or_else(Refunded::Again, |answer| read::refunded(attempt, refund, &answer))
    }

    async fn bill(&self, day: Date) -> Result<Bill, NoBill> {
        let text =
            day.format(format_description!("[year]-[month]-[day]")).map_err(|_no_such_day| NoBill::None)?;
        let pages =
            timeout(self.within, self.pages(&text)).await.unwrap_or(Err(NoBill::Doubt(Doubt::Timeout)))?;
        pages.bill(day)
    }

    fn terms(&self) -> Terms {
        Terms {
            amount_max: self.config.amount_max,
            refund_within_ms: u64::from(self.config.refund_days).saturating_mul(86_400_000),
            // The protocol sets no limit; a person who refunds one meal twenty times is lost in any case.
            refunds_max: 20,
            refund_gap_ms: 0,
            parties_max: 0,
            instalments: false,
        }
    }
}

#[cfg(test)]
mod tests;
