//! What can be honoured later, and what cannot, by name.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rules::RefusedOffline;
use crate::member::Token;
use crate::promotion::{Serial, Voucher};
use crate::till::{PurseKind, Tender};

/// How a tender could be honoured later, once its driver has done its part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Honoured {
    /// The purse in the field signs a debit.
    Purse,
    /// The code is a voucher's; its signature must hold.
    Voucher,
    /// The tag proves who the member is, who then owes.
    Member,
}

/// Whether a tender can be taken without the network.
///
/// # Errors
/// [`RefusedOffline`], by name.
pub fn honoured(tender: &Tender) -> Result<Honoured, RefusedOffline> {
    match tender {
        Tender::Purse(PurseKind::Desfire, _) => Ok(Honoured::Purse),
        Tender::Sun(_) => Ok(Honoured::Member),
        Tender::Code(code) if Voucher::claims(code.reveal()) => Ok(Honoured::Voucher),
        Tender::Code(code) => Err(RefusedOffline::WalletCode(wallet(code.reveal()))),
        // What an electronic purse proves is between it and its issuer.
        Tender::Card(_) | Tender::Purse(PurseKind::Classic | PurseKind::Epurse, _) => {
            Err(RefusedOffline::UnsignedCard)
        }
        Tender::BankCard => Err(RefusedOffline::BankCard),
        Tender::Agreement(_) => Err(RefusedOffline::Agreement),
    }
}

/// Whose code it is by its first two digits, for the text on the screen.
fn wallet(code: &str) -> &'static str {
    match code.get(..2).and_then(|two| two.parse::<u8>().ok()) {
        Some(25..=30) => "Alipay",
        Some(10..=15) => "WeChat Pay",
        Some(62) => "UnionPay",
        _ => "this code",
    }
}

/// What stands good for an entry. Holds tokens and signatures, no identifier.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Instrument {
    /// A campus purse from which the card has debited the amount.
    Purse {
        /// The card.
        card: Token,
        /// The card's transaction counter (DESFire TMC), higher with each debit.
        counter: u32,
        /// The card's MAC over the debit (DESFire TMV), which the back end recomputes.
        mac: [u8; 8],
    },
    /// A voucher whose signature held.
    Voucher {
        /// Its number.
        serial: Serial,
        /// Its text, so that the other side can verify it too.
        text: String,
    },
    /// A member who owes.
    Member {
        /// Who.
        member: Token,
        /// What the member may owe in all, in minor units, as this kiosk knew when it took it.
        limit: i64,
        /// The tag's counter at this tap, where it has one: a copy that is used at another kiosk repeats it.
        #[serde(default)]
        tap: Option<u32>,
    },
}

/// What stands good for a payment, and by which deny list it was taken: as the payment's own record keeps it, from
/// which its entry follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pledge {
    /// What stands good.
    pub instrument: Instrument,
    /// Version of the deny list that it was held against.
    pub deny_list: u64,
}

impl Instrument {
    /// Whose counter it shows: a card's debits and a tag's taps only ever count up.
    pub(super) const fn counter(&self) -> Option<(&Token, u32)> {
        match self {
            Self::Purse { card, counter, .. } => Some((card, *counter)),
            Self::Member { member, tap: Some(tap), .. } => Some((member, *tap)),
            Self::Member { .. } | Self::Voucher { .. } => None,
        }
    }

    /// Who or what is used up by it: entries with the same one share a cap. A voucher counts once anyway.
    #[must_use]
    pub const fn holder(&self) -> Option<&Token> {
        match self {
            Self::Purse { card, .. } => Some(card),
            Self::Member { member, .. } => Some(member),
            Self::Voucher { .. } => None,
        }
    }
}

impl fmt::Debug for Instrument {
    /// A voucher's text and a card's MAC are as good as money.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Purse { card, counter, .. } => write!(f, "Purse({card:?} {counter})"),
            Self::Voucher { serial, .. } => write!(f, "Voucher({serial})"),
            Self::Member { member, .. } => write!(f, "Member({member:?})"),
        }
    }
}

#[cfg(test)]
mod tests;
