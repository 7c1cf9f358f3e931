//! Agreements on the staff's interface: wire shapes to nouns and back, and the channel's link for the member to sign at.

use api::staff::{self as wire, StaffError};

use super::channel as channel_to_wire;
use super::staff::StaffDesk;
use crate::actor::{AgreementAsk, StaffAsk};
use crate::agreement::{Agreement, AgreementState, Caps, History};
use crate::channel::Signing;

/// The agreement is written down before the channel is asked for the link.
pub(super) async fn sign(
    desk: &StaffDesk,
    by: String,
    member: String,
    channel: u32,
    caps: Caps,
) -> Result<(String, String), StaffError> {
    let refused = |why: &str| StaffError::AgreementRefused(why.to_owned());
    let of = desk.channels.iter().find(|of| channel_to_wire(of.kind()).to_wire() == channel);
    let of =
        of.filter(|of| of.signs()).ok_or_else(|| refused("nobody signs agreements of that channel here"))?;
    let channel = of.kind();
    let ask = |reply| StaffAsk::Agreement(AgreementAsk::Sign { member, channel, caps, by, reply });
    let agreement = desk.ask(ask).await?;
    match of.sign(&agreement).await {
        Signing::Link(link) => Ok((agreement.id, link)),
        Signing::NotOffered => Err(refused("nobody signs agreements of that channel here")),
        Signing::Unavailable(_) => Err(refused("the channel gives no link now; try again")),
    }
}

pub(super) fn shown((agreement, history): &(Agreement, History)) -> wire::Agreement {
    wire::Agreement {
        agreement: agreement.id.clone(),
        channel: channel_to_wire(agreement.channel).to_wire(),
        state: state(agreement.state).to_wire(),
        per_transaction: agreement.caps.per_transaction,
        per_day: agreement.caps.per_day,
        per_month: agreement.caps.per_month,
        today: history.today,
        this_month: history.this_month,
        expires_ms: agreement.expires_ms,
    }
}

fn state(state: AgreementState) -> wire::AgreementState {
    match state {
        AgreementState::Asked => wire::AgreementState::Asked,
        AgreementState::Active => wire::AgreementState::Active,
        AgreementState::Suspended => wire::AgreementState::Suspended,
        AgreementState::Revoked => wire::AgreementState::Revoked,
        AgreementState::Expired => wire::AgreementState::Expired,
    }
}
