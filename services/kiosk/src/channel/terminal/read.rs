//! What the terminal's answers mean to the till, pure.

use super::message::{Answer, Reason, RefundState, SaleFact, SaleState, Trouble};
use crate::channel::{Doubt, PaidProof, PendingReason, Proof, Refunded, Refusal, Revoked};
use crate::till::{Attempt, Currency, Money, Refund};

/// To `sale` and `status`.
pub(super) fn proof(attempt: &Attempt, answer: &Answer) -> Proof {
    match answer {
        Answer::Sale(fact) if fact.number == attempt.number.as_str() => match fact.state {
            SaleState::Waiting | SaleState::Working => Proof::Pending(PendingReason::PayerConfirms),
            SaleState::Approved => paid(fact).map_or(Proof::Unknown(Doubt::Unparsable), Proof::Paid),
            SaleState::Declined => Proof::NotPaid(fact.reason.map_or(Refusal::Declined, refusal)),
            SaleState::Closed => Proof::NotPaid(Refusal::Closed),
            SaleState::None => Proof::NotPaid(Refusal::NoSuchTrade),
            SaleState::InDoubt => Proof::Unknown(Doubt::ServerError),
            SaleState::Strange => Proof::Unknown(Doubt::Unparsable),
        },
        Answer::Error { .. } => Proof::Unknown(Doubt::ServerError),
        _of_something_else => Proof::Unknown(Doubt::Unparsable),
    }
}

/// To `sale` alone: there, `busy` and `refused` say that this sale was not begun.
pub(super) fn sold(attempt: &Attempt, answer: &Answer) -> Proof {
    match answer {
        Answer::Error { code: Trouble::Busy | Trouble::Refused } => Proof::NotPaid(Refusal::Declined),
        other => proof(attempt, other),
    }
}

/// An approval that lacks its amount or reference proves nothing.
fn paid(fact: &SaleFact) -> Option<PaidProof> {
    let currency = Currency::parse(fact.currency.as_deref()?).ok()?;
    let channel_ref = fact.reference.clone().filter(|reference| !reference.is_empty())?;
    let minor = fact.amount.filter(|minor| *minor > 0)?;
    Some(PaidProof { channel_ref, amount: Money::new(minor, currency) })
}

const fn refusal(reason: Reason) -> Refusal {
    match reason {
        Reason::InsufficientFunds => Refusal::InsufficientFunds,
        Reason::CardBlocked => Refusal::CardBlocked,
        Reason::TimedOut | Reason::PowerCut => Refusal::Closed,
        Reason::Declined => Refusal::Declined,
    }
}

/// To `cancel` and `reverse`.
pub(super) fn revoked(attempt: &Attempt, answer: &Answer) -> Revoked {
    match proof(attempt, answer) {
        // A sale that was never heard of could still be on its way; only `closed` and `declined` end it.
        Proof::NotPaid(Refusal::NoSuchTrade) | Proof::Pending(_) => Revoked::Again(Doubt::ServerError),
        Proof::NotPaid(_) => Revoked::Done,
        Proof::Paid(_) => Revoked::AlreadyPaid,
        Proof::Unknown(doubt) => Revoked::Again(doubt),
    }
}

/// To `refund` and `refund_status`.
pub(super) fn refunded(attempt: &Attempt, refund: &Refund, answer: &Answer) -> Refunded {
    match answer {
        Answer::Refund(fact)
            if fact.number == attempt.number.as_str() && fact.refund_number == refund.number.as_str() =>
        {
            match fact.state {
                RefundState::Done if fact.amount == Some(refund.amount.minor()) => Refunded::Done,
                RefundState::Refused => Refunded::Refused,
                RefundState::Working | RefundState::None => Refunded::Again(Doubt::ServerError),
                RefundState::Done | RefundState::Strange => Refunded::Again(Doubt::Unparsable),
            }
        }
        Answer::Error { code: Trouble::Conflict | Trouble::Refused } => Refunded::Refused,
        Answer::Error { .. } => Refunded::Again(Doubt::ServerError),
        _of_something_else => Refunded::Again(Doubt::Unparsable),
    }
}
