//! What is held to the counter while nobody pays: a card, whose owner wants to see what it holds, and codes, for the
//! sheet where offers are gathered. The screen says what it wants, and takes each answer once; nothing is kept longer
//! than somebody stands there, and nothing of it is ever logged.

use std::sync::Arc;
use std::time::Duration;

use api::counter::{Presented, Wanted};
use tokio::sync::{mpsc, watch};

use crate::actor::Screen;
use crate::channel::Channel;
use crate::channel::campus::Holding;
use crate::member::MemberCode;
use crate::promotion::Voucher;
use crate::run::Clock;
use crate::till::{Currency, Tender};

/// How long an answer waits to be taken: as long as it would be shown.
const KEPT: Duration = Duration::from_secs(20);
/// How long a card may be asked: it lies there, and its owner looks at the screen.
const ASKED: Duration = Duration::from_secs(6);
/// The screen says again what it wants before this is over; a screen that died wants nothing.
const WANTED_MAX_MS: u64 = 60_000;
/// The shortest code of a wallet (UnionPay's and WeChat Pay's have 18 or 19 digits, Alipay's 16 to 24).
const PAY_CODE_LEN_MIN: usize = 16;
/// Things presented at once; more is somebody playing.
const WAITING_MAX: usize = 2;

/// What may be presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Cards,
    Codes,
}

/// What was presented. It holds a payer's secrets, so it prints nothing.
pub(crate) enum Found {
    Card(Holding),
    /// Not the school's, lost, blocked, or it proves too little.
    Hidden,
    /// A member's code, a voucher, a coupon.
    Offer(String),
    /// A pay code, which is not looked at.
    PayCode,
}

/// The desk of glances.
#[derive(Clone)]
pub(crate) struct Glances {
    /// What is wanted, and until when.
    wanted: watch::Sender<(Wanted, u64)>,
    waiting: mpsc::Sender<Tender>,
    found: watch::Sender<Option<Arc<Found>>>,
    /// What kind of thing waits, and its number.
    told: watch::Sender<(u32, u64)>,
    screen: watch::Receiver<Screen>,
    clock: Clock,
}

impl Glances {
    /// Starts the desk; it ends with its last way.
    pub(crate) fn start(
        channels: Vec<Arc<dyn Channel>>,
        currency: Currency,
        screen: watch::Receiver<Screen>,
        clock: Clock,
    ) -> Self {
        let (waiting, tenders) = mpsc::channel(WAITING_MAX);
        let wanted = watch::Sender::new((Wanted::Nothing, 0));
        let (found, told) = (watch::Sender::new(None), watch::Sender::new((Presented::Nothing.to_wire(), 0)));
        let glances = Self { wanted, waiting, found, told, screen, clock };
        let desk = Desk {
            channels,
            currency,
            found: glances.found.clone(),
            told: glances.told.clone(),
            screen: glances.screen.clone(),
        };
        tokio::spawn(desk.serve(tenders));
        glances
    }

    /// What the screen wants from now on, for so long.
    pub(crate) fn want(&self, wanted: Wanted, for_ms: u64) {
        let until = (self.clock)().saturating_add(for_ms.min(WANTED_MAX_MS));
        self.wanted.send_replace((wanted, until));
        if wanted == Wanted::Nothing {
            self.forget();
        }
    }

    /// Whether this is wanted now: never while somebody pays.
    pub(super) fn wants(&self, want: Want) -> bool {
        let (wanted, until) = *self.wanted.borrow();
        let fits = match want {
            Want::Cards => matches!(wanted, Wanted::Cards | Wanted::CardsAndCodes),
            Want::Codes => wanted == Wanted::CardsAndCodes,
        };
        fits && (self.clock)() < until && self.screen.borrow().payment.is_none()
    }

    /// Something is held to the counter.
    pub(super) fn present(&self, tender: Tender) {
        if self.waiting.try_send(tender).is_err() {
            tracing::debug!("too much is presented at once");
        }
    }

    /// The answer, once.
    pub(crate) fn take(&self) -> Option<Arc<Found>> {
        let found = self.found.send_replace(None);
        let nothing = Presented::Nothing.to_wire();
        self.told.send_if_modified(|told| std::mem::replace(&mut told.0, nothing) != nothing);
        found
    }

    fn forget(&self) {
        drop(self.take());
    }

    /// What kind of thing waits to be taken, and its number.
    pub(crate) fn told(&self) -> watch::Receiver<(u32, u64)> {
        self.told.subscribe()
    }
}

/// Who looks at what is presented.
struct Desk {
    channels: Vec<Arc<dyn Channel>>,
    currency: Currency,
    found: watch::Sender<Option<Arc<Found>>>,
    told: watch::Sender<(u32, u64)>,
    screen: watch::Receiver<Screen>,
}

impl Desk {
    /// One thing after the other; the next replaces what was not taken, and a payment what was not either.
    async fn serve(mut self, mut tenders: mpsc::Receiver<Tender>) {
        let mut until = None;
        loop {
            let over = async {
                match until {
                    Some(until) => tokio::time::sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                tender = tenders.recv() => {
                    let Some(tender) = tender else { return };
                    self.tell(None, Presented::Looking);
                    let (found, presented) = self.look(&tender).await;
                    // Somebody began to pay meanwhile: that card is for the till.
                    if self.screen.borrow().payment.is_some() {
                        self.tell(None, Presented::Nothing);
                        continue;
                    }
                    self.tell(Some(found), presented);
                    until = Some(tokio::time::Instant::now() + KEPT);
                }
                changed = self.screen.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    if self.screen.borrow_and_update().payment.is_some() {
                        self.tell(None, Presented::Nothing);
                        until = None;
                    }
                }
                () = over => {
                    self.tell(None, Presented::Nothing);
                    until = None;
                }
            }
        }
    }

    fn tell(&self, found: Option<Found>, presented: Presented) {
        self.found.send_replace(found.map(Arc::new));
        let kind = presented.to_wire();
        self.told.send_if_modified(|told| {
            let news = told.0 != kind || presented != Presented::Nothing;
            *told = (kind, told.1.saturating_add(u64::from(news)));
            news
        });
    }

    async fn look(&self, tender: &Tender) -> (Found, Presented) {
        if let Tender::Code(code) = tender {
            let text = code.reveal();
            return match pays(text) {
                true => (Found::PayCode, Presented::PayCode),
                false => (Found::Offer(text.to_owned()), Presented::Offer),
            };
        }
        let asked = async {
            for channel in self.channels.iter().filter(|channel| channel.takes(tender)) {
                if let Some(holding) = channel.holding(tender, self.currency).await {
                    return Some(holding);
                }
            }
            None
        };
        match tokio::time::timeout(ASKED, asked).await.ok().flatten() {
            Some(holding) => (Found::Card(holding), Presented::Card),
            None => (Found::Hidden, Presented::Hidden),
        }
    }
}

/// Whether a code is one that a wallet shows to be charged, by its form: many digits, or an address. Everything else may
/// be a coupon's name, and the till says whether it is when it is asked for a price.
fn pays(text: &str) -> bool {
    let digits = text.len() >= PAY_CODE_LEN_MIN && text.bytes().all(|byte| byte.is_ascii_digit());
    !MemberCode::claims(text) && !Voucher::claims(text) && (digits || text.contains("://"))
}

#[cfg(test)]
mod tests {
    //! Codes told apart by form.
    use super::pays;

    #[test]
    fn a_wallets_code_is_no_offer() {
        for code in
            ["281234567890123456", "134567890123456701", "6220001234567890123", "https://qr.alipay.com/bax0"]
        {
            assert!(pays(code), "{code}");
        }
        for offer in ["DM1.7K3M9QWERTYZ.12345678", "WELCOME5", "2026", "LUNCH-10"] {
            assert!(!pays(offer), "{offer}");
        }
    }
}
