//! Money on its way back: undo on the day of payment, refund later, reversal of what nobody can say anything about.
//! Every step may be repeated: number and time of each transaction are fixed before it is first sent.

use super::gateway::TXN_TIME_OFF_MAX_S;
use super::wire::{self, Verdict};
use super::{Unionpay, paid, time_of};
use crate::channel::{Doubt, Refunded, Revoked};
use crate::till::{Attempt, Money, Refund};

/// Money of the payment went back before.
const GONE: &str = "45";

/// One transaction that sends money back.
struct Back<'a> {
    /// `31` undo or `04` refund.
    txn_type: &'static str,
    number: &'a str,
    amount: Money,
    /// The payment's own number at UnionPay.
    of: &'a str,
}

/// The number of an attempt's undo. Attempts and refunds end in a digit, so it is nobody else's.
fn undo_number(attempt: &Attempt) -> String {
    format!("{}V", attempt.number)
}

/// The number of the refund that takes an undo's place.
fn refund_number(attempt: &Attempt) -> String {
    format!("{}R", attempt.number)
}

impl Unionpay {
    /// Takes back what the payer's code was charged with, whatever became of it.
    pub(super) async fn take_back(&self, attempt: &Attempt) -> Revoked {
        let taken = async {
            let (verdict, said) = self.standing(attempt).await?;
            match verdict {
                Verdict::Ok => {
                    let paid = paid(&said.fields).ok_or(Doubt::Unparsable)?;
                    self.give_back_whole(attempt, &paid.channel_ref, paid.amount).await
                }
                Verdict::Refused(_) => Ok(Revoked::Done),
                Verdict::Processing | Verdict::NoSuch | Verdict::Unknown => {
                    let never = verdict == Verdict::NoSuch;
                    self.reverse(attempt, never).await
                }
            }
        };
        taken.await.unwrap_or_else(Revoked::Again)
    }

    /// Reverses a charge by its own number and time, so that it cannot become paid. `never`: the gateway has not
    /// heard of it.
    async fn reverse(&self, attempt: &Attempt, never: bool) -> Result<Revoked, Doubt> {
        let time = time_of(attempt)?;
        let own = vec![
            ("txnType", "99".to_owned()),
            ("txnSubType", "01".to_owned()),
            ("orderId", attempt.number.as_str().to_owned()),
            ("txnTime", time.clone()),
        ];
        let said = self.gateway.send("backTransReq.do", own).await?;
        if wire::verdict(said.field("respCode")) == Verdict::Ok {
            return Ok(Revoked::Done);
        }
        // What was never heard of cannot be any more once its time is too old to be taken in.
        let too_old =
            wire::seconds(&time).is_some_and(|sent| said.at.saturating_sub(sent) > TXN_TIME_OFF_MAX_S);
        if never && too_old { Ok(Revoked::Done) } else { Ok(Revoked::Again(Doubt::ServerError)) }
    }

    /// The whole payment back: undone, or refunded where the day is over.
    async fn give_back_whole(&self, attempt: &Attempt, of: &str, amount: Money) -> Result<Revoked, Doubt> {
        let (undo, refund) = (undo_number(attempt), refund_number(attempt));
        for (txn_type, number) in [("31", &undo), ("04", &refund)] {
            match self.give_back(&Back { txn_type, number, amount, of }).await? {
                Refunded::Done => return Ok(Revoked::Done),
                Refunded::Again(doubt) => return Ok(Revoked::Again(doubt)),
                // Proved that this one moves nothing; only then may the other be tried.
                Refunded::Refused | Refunded::RefusedAfterBack | Refunded::Withheld(_) => {}
            }
        }
        Ok(Revoked::Again(Doubt::ServerError))
    }

    /// Whether the whole payment went back by [`Self::take_back`].
    pub(super) async fn is_undone(&self, attempt: &Attempt) -> Result<bool, Doubt> {
        for number in [undo_number(attempt), refund_number(attempt)] {
            if let Some(time) = self.known(&number).await? {
                match self.gateway.ask(&number, &time).await?.0 {
                    Verdict::Ok => return Ok(true),
                    Verdict::Processing | Verdict::Unknown => return Err(Doubt::ServerError),
                    Verdict::NoSuch | Verdict::Refused(_) => {}
                }
            }
        }
        Ok(false)
    }

    pub(super) async fn send_back(&self, attempt: &Attempt, refund: &Refund) -> Result<Refunded, Doubt> {
        if self.is_undone(attempt).await? {
            return Ok(Refunded::Done);
        }
        let (verdict, said) = self.standing(attempt).await?;
        match verdict {
            Verdict::Ok => {}
            Verdict::Refused(_) => return Ok(Refunded::Refused),
            _not_proof => return Err(Doubt::ServerError),
        }
        let of = paid(&said.fields).ok_or(Doubt::Unparsable)?.channel_ref;
        let number = refund.number.as_str();
        self.give_back(&Back { txn_type: "04", number, amount: refund.amount, of: &of }).await
    }

    pub(super) async fn refund_standing(&self, refund: &Refund) -> Result<Refunded, Doubt> {
        let number = refund.number.as_str();
        // Without a time nothing was ever sent: there is nothing to ask about, and still nothing is refused.
        let time = self.known(number).await?.ok_or(Doubt::ServerError)?;
        Ok(match self.gateway.ask(number, &time).await?.0 {
            Verdict::Ok => Refunded::Done,
            Verdict::Refused(_) => Refunded::Refused,
            Verdict::Processing | Verdict::Unknown | Verdict::NoSuch => Refunded::Again(Doubt::ServerError),
        })
    }

    async fn known(&self, number: &str) -> Result<Option<String>, Doubt> {
        self.times.known(number).await.map_err(|error| {
            tracing::warn!(%error, "the time of a transaction cannot be read");
            Doubt::Transport
        })
    }

    async fn fix(&self, number: &str) -> Result<String, Doubt> {
        let time = wire::of_seconds((self.gateway.clock)()).ok_or(Doubt::Transport)?;
        self.times.write(number, &time).await.map_err(|error| {
            tracing::warn!(%error, "the time of a transaction cannot be written, so nothing is sent");
            Doubt::Transport
        })?;
        // Old files only take room: what cannot be removed now is tried again with the next.
        if let Err(error) = self.times.prune((self.gateway.clock)()).await {
            tracing::warn!(%error, "old times of transactions cannot be removed");
        }
        Ok(time)
    }

    /// The time to send a transaction under, or what became of it already.
    async fn time_for(&self, number: &str) -> Result<Result<String, Refunded>, Doubt> {
        let Some(time) = self.known(number).await? else { return self.fix(number).await.map(Ok) };
        let (verdict, said) = self.gateway.ask(number, &time).await?;
        match verdict {
            Verdict::Ok => Ok(Err(Refunded::Done)),
            Verdict::Refused(_) => Ok(Err(Refunded::Refused)),
            Verdict::Processing | Verdict::Unknown => Err(Doubt::ServerError),
            // It never arrived, and under that time it never can: only then may it have another.
            Verdict::NoSuch => {
                let sent = wire::seconds(&time).ok_or(Doubt::Unparsable)?;
                if said.at.saturating_sub(sent) > TXN_TIME_OFF_MAX_S {
                    self.fix(number).await.map(Ok)
                } else {
                    Ok(Ok(time))
                }
            }
        }
    }

    async fn give_back(&self, back: &Back<'_>) -> Result<Refunded, Doubt> {
        let time = match self.time_for(back.number).await? {
            Ok(time) => time,
            Err(done) => return Ok(done),
        };
        let own = vec![
            ("txnType", back.txn_type.to_owned()),
            ("txnSubType", "00".to_owned()),
            ("orderId", back.number.to_owned()),
            ("txnTime", time.clone()),
            ("txnAmt", back.amount.minor().to_string()),
            ("origQryId", back.of.to_owned()),
            ("backUrl", self.back_url()),
        ];
        let said = self.gateway.send("backTransReq.do", own).await?;
        match wire::verdict(said.field("respCode")) {
            // "Taken in" is not yet "done".
            Verdict::Ok => match self.gateway.ask(back.number, &time).await?.0 {
                Verdict::Ok => Ok(Refunded::Done),
                Verdict::Refused(_) => Ok(Refunded::Refused),
                Verdict::Processing | Verdict::Unknown | Verdict::NoSuch => Err(Doubt::ServerError),
            },
            Verdict::Refused(_) => Ok(Refunded::Refused),
            // Another undo or refund of the payment was quicker, so this one moves nothing.
            Verdict::Unknown if said.field("respCode") == GONE => Ok(Refunded::Refused),
            Verdict::Processing | Verdict::Unknown | Verdict::NoSuch => Err(Doubt::ServerError),
        }
    }
}
