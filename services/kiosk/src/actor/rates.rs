//! What callers ask about prices in the payer's own currency.

use tokio::sync::oneshot;

use super::batch::reply_to;
use super::office::send;
use super::{Actor, Rejection};
use crate::exchange_rate::{Quote, QuoteError, Quoted, RatesError};
use crate::till::{Event, Money, Refused};

/// A question about prices in other currencies.
pub(crate) enum RatesAsk {
    /// What so many minor units are, by every quote that counts now.
    Quotes { total: i64, reply: oneshot::Sender<Result<Vec<Quoted>, Rejection>> },
    /// The payer accepts a quote, or with an empty name none.
    Accept { id: String, quote: String, reply: oneshot::Sender<Result<(), Rejection>> },
    /// What of a payment is by the quote that its payer accepted; 0 asks for all of it.
    Quoted { id: String, amount: i64, reply: oneshot::Sender<Result<Option<Quoted>, Rejection>> },
}

/// Why there is no price in another currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoRate {
    #[error("the rate has expired; ask for new ones")]
    Expired,
    #[error(transparent)]
    File(#[from] RatesError),
}

impl Actor {
    pub(super) fn answer_rates(&mut self, ask: RatesAsk) -> anyhow::Result<()> {
        match ask {
            RatesAsk::Quotes { total, reply } => send(reply, self.quotes(total)),
            RatesAsk::Accept { id, quote, reply } => match self.accept(&id, &quote)? {
                Ok(event) => self.step(event, reply_to(reply)),
                Err(rejection) => send(reply, Err(rejection)),
            },
            RatesAsk::Quoted { id, amount, reply } => {
                let said = match self.lookup(&id)? {
                    Ok(Some(view)) => Ok(view.quoted.and_then(|quoted| part(quoted, amount))),
                    Ok(None) => Err(self.unknown()),
                    Err(rejection) => Err(rejection),
                };
                send(reply, said);
            }
        }
        Ok(())
    }

    /// Every quote that counts now. Where the file has quotes and none counts any more, that is said by name: the
    /// kiosk's provisioning has stopped.
    fn quotes(&mut self, total: i64) -> Result<Vec<Quoted>, Rejection> {
        let (now, total) = ((self.clock)(), Money::new(total, self.menu.currency));
        let quotes = self.read_rates()?;
        let all: Vec<Result<Quoted, QuoteError>> =
            quotes.iter().map(|quote| quote.shown(total, now)).collect();
        let expired = !all.is_empty() && all.iter().all(|quoted| *quoted == Err(QuoteError::Expired));
        if expired { Err(NoRate::Expired.into()) } else { Ok(all.into_iter().flatten().collect()) }
    }

    fn accept(&mut self, id: &str, quote: &str) -> anyhow::Result<Result<Event, Rejection>> {
        let now = (self.clock)();
        let view = match self.lookup(id)? {
            Ok(Some(view)) => view,
            Ok(None) => return Ok(Err(self.unknown())),
            Err(rejection) => return Ok(Err(rejection)),
        };
        if !self.is_live(&view.id) {
            return Ok(Err(Refused::NotWaiting.into()));
        }
        if quote.is_empty() {
            return Ok(Ok(Event::Quote { id: view.id, quoted: None }));
        }
        let quotes = match self.read_rates() {
            Ok(quotes) => quotes,
            Err(rejection) => return Ok(Err(rejection)),
        };
        // One that is not in the file any more has been replaced by a newer one.
        let found = quotes.iter().find(|known| known.id == quote);
        let quoted = found.and_then(|quote| quote.shown(view.order.total, now).ok());
        Ok(match quoted {
            Some(quoted) => Ok(Event::Quote { id: view.id, quoted: Some(quoted) }),
            None => Err(NoRate::Expired.into()),
        })
    }

    fn read_rates(&mut self) -> Result<&[Quote], Rejection> {
        let Some(rates) = &mut self.policy.rates else { return Ok(&[]) };
        Ok(rates.quotes().map_err(NoRate::from)?)
    }
}

/// A part of what was quoted, none where it is more than all of it.
fn part(quoted: Quoted, amount: i64) -> Option<Quoted> {
    if amount == 0 {
        return Some(quoted);
    }
    let charged = Money::new(amount, quoted.charged.currency());
    Some(Quoted { shown: quoted.part(charged)?, charged, ..quoted })
}
