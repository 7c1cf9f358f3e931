//! What the staff's interface shows: nouns to wire shapes.

use api::staff::{self as wire, StaffError};

use super::super::channel as channel_to_wire;
use crate::finance::DayClose;
use crate::ledger::Case;
use crate::reconcile::Difference;
use crate::till::{ReturnState, Returning};

pub(super) fn refund(returning: &Returning) -> wire::Refund {
    let state = match returning.state {
        ReturnState::Open => wire::RefundState::Open,
        ReturnState::Done => wire::RefundState::Done,
        ReturnState::Refused => wire::RefundState::Refused,
    };
    wire::Refund {
        number: returning.number.to_string(),
        ask: returning.ask.as_ref().map_or(String::new(), |ask| ask.as_str().to_owned()),
        amount: returning.amount.minor(),
        state: state.to_wire(),
    }
}

pub(super) fn case(case: Case) -> wire::Case {
    wire::Case {
        case: case.seq,
        at_ms: case.at_ms,
        payment: case.payment,
        number: case.number,
        kind: case.kind.number(),
        amount: case.amount.minor(),
        currency: case.amount.currency().to_string(),
    }
}

pub(super) fn report(close: &DayClose) -> Result<wire::DayReport, StaffError> {
    let mut channels = Vec::with_capacity(close.channels.len());
    for row in &close.channels {
        channels.push(wire::ChannelDay {
            channel: channel_to_wire(row.channel).to_wire(),
            payments: row.payments,
            gross: row.gross,
            refunds: row.refunds,
            refunded: row.refunded,
            fees: row.fees,
            divided: row.divided,
            net: row.net().map_err(|error| StaffError::Locked(error.to_string()))?.minor(),
        });
    }
    Ok(wire::DayReport {
        day: close.day.to_string(),
        channels,
        carried: close.carried.clone(),
        chain: close.head.1.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

pub(super) fn difference(difference: &Difference) -> wire::Difference {
    wire::Difference {
        class: difference.class.code(),
        number: difference.number.clone(),
        refund: difference.refund.clone().unwrap_or_default(),
        ours: difference.ours.map_or(0, |money| money.minor()),
        theirs: difference.theirs.map_or(0, |money| money.minor()),
        repair: difference.what_to_do.code(),
    }
}
