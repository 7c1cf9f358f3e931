//! What the till wants done: screens told, devices heard, channels called, each call on a task of its own.

use std::convert::identity;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::{Actor, Mail};
use crate::channel::{Channel, Divided, Doubt, Opened, Proof, Refunded, Revoked};
use crate::till::{Answer, Attempt, AttemptNumber, Effect, Refund};

fn unproved(doubt: Doubt) -> Answer {
    Answer::Proof(Proof::Unknown(doubt))
}

/// A proof of payment with what stands good for it. Where that cannot be said, it is asked for again with the proof:
/// a sale without its pledge would never be forwarded.
async fn judged(channel: &dyn Channel, attempt: &Attempt, proof: Proof) -> Answer {
    let Proof::Paid(paid) = proof else { return Answer::Proof(proof) };
    match channel.pledge(attempt).await {
        Ok(Some(pledge)) => Answer::Pledged(paid, pledge),
        Ok(None) => Answer::Proof(Proof::Paid(paid)),
        Err(doubt) => unproved(doubt),
    }
}

impl Actor {
    /// Performs effects whose records are durable.
    pub(super) fn perform(&mut self, handle: &Handle, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Append(_) => {}
                Effect::Publish(payment) => {
                    let link = self.link(payment.as_ref());
                    let (waits, closing) = self.passing();
                    self.screen.send_modify(|screen| {
                        (screen.payment, screen.link) = (payment, link);
                        (screen.waits, screen.closing) = (waits, closing);
                    });
                }
                Effect::Listen(wanted) => {
                    self.listen.send_replace(wanted);
                }
                effect => self.ask_channel(handle, effect),
            }
        }
    }

    fn ask_channel(&self, handle: &Handle, effect: Effect) {
        match effect {
            Effect::Open(attempt) => {
                self.call(handle, attempt, None, Opened::Unavailable, Answer::Opened, |c, a| async move {
                    c.open(&a).await
                });
            }
            Effect::Charge(attempt, tender) => {
                self.call(handle, attempt, None, unproved, identity, |c, a| async move {
                    let proof = c.charge(&a, &tender).await;
                    judged(&*c, &a, proof).await
                });
            }
            Effect::Query(attempt) => {
                self.call(handle, attempt, None, unproved, identity, |c, a| async move {
                    let proof = c.query(&a).await;
                    judged(&*c, &a, proof).await
                });
            }
            Effect::Seen(attempt, tender) => {
                self.call(handle, attempt, None, unproved, identity, |c, a| async move {
                    c.seen(&tender).await;
                    let proof = c.query(&a).await;
                    judged(&*c, &a, proof).await
                });
            }
            Effect::Revoke(attempt) => {
                self.call(handle, attempt, None, Revoked::Again, Answer::Revoked, |c, a| async move {
                    c.revoke(&a).await
                });
            }
            Effect::Refund(attempt, refund) => self.ask_refund(handle, attempt, refund, false),
            Effect::RefundQuery(attempt, refund) => self.ask_refund(handle, attempt, refund, true),
            Effect::Split(attempt, channel_ref, split) => {
                let number = Some(split.number.clone());
                self.call(handle, attempt, number, Divided::Again, Answer::Divided, |c, a| async move {
                    c.split(&a, &channel_ref, &split).await
                });
            }
            Effect::Append(_) | Effect::Publish(_) | Effect::Listen(_) => {}
        }
    }

    fn ask_refund(&self, handle: &Handle, attempt: Attempt, refund: Refund, only_ask: bool) {
        let number = Some(refund.number.clone());
        self.call(handle, attempt, number, Refunded::Again, Answer::Refunded, move |c, a| async move {
            if only_ask { c.refund_query(&a, &refund).await } else { c.refund(&a, &refund).await }
        });
    }

    /// Calls a channel on a task of its own; whatever happens there, an answer comes back under `number` (the
    /// attempt's own where none is given), in doubt if need be.
    fn call<T, F>(
        &self,
        handle: &Handle,
        attempt: Attempt,
        number: Option<AttemptNumber>,
        doubt: fn(Doubt) -> T,
        answer: fn(T) -> Answer,
        ask: impl FnOnce(Arc<dyn Channel>, Attempt) -> F,
    ) where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (mail, number) = (self.mail.clone(), number.unwrap_or_else(|| attempt.number.clone()));
        let limit = Duration::from_millis(self.timing.call_limit_ms);
        let pause = Duration::from_millis(self.timing.retry_first_ms);
        let asked = self
            .channels
            .iter()
            .find(|channel| channel.kind() == attempt.channel)
            .map(|channel| handle.spawn(ask(channel.clone(), attempt)));
        handle.spawn(async move {
            let said = match asked {
                None => {
                    tracing::warn!("an open attempt's channel is not offered any more; configure it again");
                    tokio::time::sleep(pause).await;
                    doubt(Doubt::Transport)
                }
                Some(mut asked) => match timeout(limit, &mut asked).await {
                    Ok(Ok(said)) => said,
                    Ok(Err(error)) => {
                        tracing::error!(%error, "a channel failed");
                        doubt(Doubt::Unparsable)
                    }
                    Err(_elapsed) => {
                        asked.abort();
                        doubt(Doubt::Timeout)
                    }
                },
            };
            if mail.send(Mail::Answered(number, answer(said))).await.is_err() {
                tracing::debug!("the till has ended; the next start asks again");
            }
        });
    }
}
