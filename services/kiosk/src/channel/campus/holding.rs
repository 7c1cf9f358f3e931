//! What a card's owner may see of it at the kiosk: what it holds and its last payments, without a name or a number.
//!
//! The card must prove as much as for a debit, so that a copied uid, a recorded tap or a lost card shows nothing.

use super::accounts::{Accounts, CampusError, CardProof, Movements, Seen};
use super::purse::PurseParts;
use super::{Campus, Doubt};
use crate::card::sun;
use crate::till::{CardUid, Currency, Money, PurseKind, Tender};

/// What is shown: enough to find a mistake, and no diary.
const LAST: u32 = 5;

/// What a card holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The account.
    pub balance: Money,
    /// The card's own purse, as the card says.
    pub purse: Option<Money>,
    /// The newest first.
    pub last: Vec<Movements>,
}

impl Campus {
    /// What a card that lies there holds; none where it is not the school's, lost, blocked, or proves too little.
    ///
    /// # Errors
    /// [`Doubt`]: the accounts do not answer.
    pub(super) async fn look_into(
        &self,
        tender: &Tender,
        currency: Currency,
    ) -> Result<Option<Holding>, Doubt> {
        let (card, proof) = match (tender, &self.sun, &self.purse) {
            (Tender::Card(card), ..) => (card.clone(), CardProof::Uid),
            (Tender::Sun(message), Some(keys), _) => match sun::open(keys, message) {
                Ok(tap) => (tap.uid, CardProof::Tap(tap.counter)),
                Err(_no_tag_of_ours) => return Ok(None),
            },
            (Tender::Purse(kind, card), _, Some(parts)) if parts.takes(*kind) => {
                if self.is_plain(*kind, card).await? {
                    (card.clone(), CardProof::Uid)
                } else {
                    return self.look_into_purse(parts, *kind, card, currency).await;
                }
            }
            _ => return Ok(None),
        };
        self.ask(move |accounts| accounts.holding(&card, proof, currency)).await
    }

    /// The purse proves itself and says what it holds; the account that mirrors it follows.
    async fn look_into_purse(
        &self,
        parts: &PurseParts,
        kind: PurseKind,
        card: &CardUid,
        currency: Currency,
    ) -> Result<Option<Holding>, Doubt> {
        let holder = card.clone();
        let open = self.ask(move |accounts| accounts.purse_open(&holder)).await?;
        let Some(look) = self.look_at_purse(parts, kind, card, open.as_ref()).await else { return Ok(None) };
        let said = open.map(|open| open.number).zip(look.said);
        let value = Money::new(look.held.value, currency);
        let seen = Seen { kind, serial: look.serial, held: look.held, last: look.last, said };
        let holder = card.clone();
        let known = self
            .ask(move |accounts| match accounts.purse_seen(&holder, &seen, currency) {
                Ok(true) => accounts.holding(&holder, CardProof::Purse, currency),
                Ok(false) | Err(CampusError::NotEnrolled) => Ok(None),
                Err(error) => Err(error),
            })
            .await?;
        Ok(known.map(|holding| Holding { purse: Some(value), ..holding }))
    }
}

impl Accounts {
    /// What a card's account holds, where the card proves as much as it can. A tap's counter is used up by it, so that
    /// a recorded tap shows nothing either.
    ///
    /// # Errors
    /// The file.
    pub fn holding(
        &mut self,
        card: &CardUid,
        proof: CardProof,
        currency: Currency,
    ) -> Result<Option<Holding>, CampusError> {
        if !self.may_be_shown(card, proof)? {
            return Ok(None);
        }
        let balance = self.balance(card, currency)?;
        let last = self.statement(card, LAST)?;
        Ok(Some(Holding { balance, purse: None, last }))
    }
}
