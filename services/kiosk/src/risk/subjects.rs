//! Who and what takes part in a charge or a refund, by token. What is somebody's own gets one only under the school's
//! key; what is no secret gets one without it, so that a kiosk without members still counts.

use std::collections::BTreeMap;

use crate::member::{IdentityKind, Keys, Token, TokenKey};
use crate::till::{Buyer, CardUid, Tender};

/// First digits of a payer's code that count together. Two name the wallet (Alipay 25 to 30, WeChat Pay 10 to 15,
/// UnionPay 62) and say nothing about its owner.
const PREFIX_LEN: usize = 2;
/// A uid of four bytes that starts so is drawn anew at each tap (ISO/IEC 14443-3): it names no card.
const RANDOM_UID: u8 = 0x08;

/// Makes the tokens of subjects.
#[derive(Debug)]
pub struct Subjects<'a> {
    keys: Option<&'a Keys>,
    kiosk: &'a str,
    open: TokenKey,
}

impl<'a> Subjects<'a> {
    /// `keys` are the school's, where it has them; `kiosk` is the ledger's tag, which is unlike any other's.
    #[must_use]
    pub fn new(keys: Option<&'a Keys>, kiosk: &'a str) -> Self {
        Self { keys, kiosk, open: TokenKey::open(kiosk) }
    }

    /// Of what is no secret: the kiosk, a wallet's prefix, the staff's number, which the ledger holds in clear.
    fn open(&self, kind: IdentityKind, identifier: &str) -> Token {
        let key = self.keys.map_or(&self.open, |keys| &keys.tokens);
        key.token(kind, identifier.as_bytes())
    }

    /// Of what is somebody's own; none without the school's key.
    fn own(&self, kind: IdentityKind, identifier: &[u8]) -> Option<Token> {
        self.keys.map(|keys| keys.tokens.token(kind, identifier))
    }

    /// This kiosk.
    #[must_use]
    pub fn kiosk(&self) -> Token {
        self.open(IdentityKind::Kiosk, self.kiosk)
    }

    /// Of a charge: the kiosk, the member whose order it is, and what the tender tells. `card` is the card that it is,
    /// where somebody knows. A bank card tells nothing: only the terminal reads it.
    #[must_use]
    pub fn of_charge(
        &self,
        tender: &Tender,
        card: Option<&CardUid>,
        member: Option<&Buyer>,
    ) -> BTreeMap<IdentityKind, Token> {
        let mut found = BTreeMap::from([(IdentityKind::Kiosk, self.kiosk())]);
        found.extend(member.map(|member| (IdentityKind::Member, member.token)));
        let card = card.map(CardUid::reveal).filter(|uid| !matches!(uid, [RANDOM_UID, _, _, _]));
        let card = card.and_then(|uid| self.own(IdentityKind::Card, uid));
        found.extend(card.map(|token| (IdentityKind::Card, token)));
        match tender {
            Tender::Code(code) => {
                let prefix = code.reveal().get(..PREFIX_LEN).unwrap_or(code.reveal());
                found.insert(IdentityKind::CodePrefix, self.open(IdentityKind::CodePrefix, prefix));
            }
            // The channel's name of what this payer signed.
            Tender::Agreement(agreed) => {
                let payer = self.own(IdentityKind::Payer, agreed.number.reveal().as_bytes());
                found.extend(payer.map(|token| (IdentityKind::Payer, token)));
            }
            Tender::Card(_) | Tender::Sun(_) | Tender::Purse(..) | Tender::BankCard => {}
        }
        found
    }

    /// Of a refund: who gives it and where, and who took part in the charge that it is of.
    #[must_use]
    pub fn of_refund(
        &self,
        by: &str,
        mut charge: BTreeMap<IdentityKind, Token>,
    ) -> BTreeMap<IdentityKind, Token> {
        charge.insert(IdentityKind::Kiosk, self.kiosk());
        charge.insert(IdentityKind::Staff, self.open(IdentityKind::Staff, by));
        charge
    }
}

#[cfg(test)]
mod tests;
