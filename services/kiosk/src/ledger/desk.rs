//! What the counter and staff ask of members and offers. Each look or change stands alone: it is no record of a
//! payment, so it is a transaction of its own beside the records'.

use rusqlite::{Transaction, TransactionBehavior};
use time::Date;

use super::member::{self, MemberError};
use super::{Ledger, LedgerError, promotion};
use crate::finance::day_bounds;
use crate::member::{Birthday, Handle, IdentityKind, MemberCode, MemberKey, Token};
use crate::promotion::{Counts, Coupon, FunnelEvent, Presented, Rules, Serial, Step};
use crate::till::PaymentId;

/// What a member has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Points that can be spent now.
    pub available: i64,
    /// All of them less what the member owes, so perhaps below 0.
    pub balance: i64,
    /// The tier's name.
    pub tier: String,
}

impl Ledger {
    /// One change by itself, whole or not at all.
    fn alone<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, MemberError>,
    ) -> Result<T, MemberError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = change(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    /// The member who shows a code, which counts once.
    ///
    /// # Errors
    /// [`MemberError`].
    pub fn member_by_code(
        &mut self,
        key: &MemberKey,
        code: &MemberCode,
        now_ms: u64,
    ) -> Result<Handle, MemberError> {
        self.alone(|tx| member::by_code(tx, key, code, now_ms))
    }

    /// The member for whom a card or phone stands.
    ///
    /// # Errors
    /// [`MemberError::Unknown`] where it is nobody.
    pub fn member_by_token(&self, token: &Token) -> Result<Handle, MemberError> {
        member::by_token(&self.db, token)?.ok_or(MemberError::Unknown)
    }

    /// Makes a member.
    ///
    /// # Errors
    /// [`MemberError`].
    pub fn join(
        &mut self,
        handle: &Handle,
        birthday: Option<Birthday>,
        now_ms: u64,
    ) -> Result<(), MemberError> {
        self.alone(|tx| member::join(tx, handle, birthday, now_ms))
    }

    /// Lets a card or phone stand for a member.
    ///
    /// # Errors
    /// [`MemberError`].
    pub fn bind(
        &mut self,
        handle: &Handle,
        kind: IdentityKind,
        token: &Token,
        now_ms: u64,
    ) -> Result<(), MemberError> {
        self.alone(|tx| member::bind(tx, handle, kind, token, now_ms))
    }

    /// A member's points and tier.
    ///
    /// # Errors
    /// [`MemberError::Unknown`].
    pub fn standing(&self, handle: &Handle, now_ms: u64) -> Result<Standing, MemberError> {
        member::birthday(&self.db, handle)?;
        let points = member::points(&self.db, handle)?;
        let tier = self.offers.member.tier(member::spent(&self.db, handle, now_ms)?);
        Ok(Standing {
            available: points.available(now_ms),
            balance: points.balance(),
            tier: tier.map_or_else(String::new, |tier| tier.name.clone()),
        })
    }

    /// The points that a member's next order earns.
    ///
    /// # Errors
    /// [`MemberError`].
    pub fn would_earn(&self, handle: &Handle, net: i64, now_ms: u64) -> Result<i64, MemberError> {
        member::would_earn(&self.db, handle, net, &self.offers.member, now_ms)
    }

    /// A coupon with how often it was used and given.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn presented<'a>(
        &self,
        coupon: &'a Coupon,
        member: Option<&Token>,
    ) -> Result<Presented<'a>, LedgerError> {
        promotion::presented(&self.db, coupon, member)
    }

    /// The payment that used a voucher.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn holder(&self, serial: Serial) -> Result<Option<String>, LedgerError> {
        promotion::holder(&self.db, serial)
    }

    /// Gives a member a coupon, once for each reference.
    ///
    /// # Errors
    /// [`MemberError`].
    pub fn give_coupon(
        &mut self,
        coupon: &str,
        member: &Token,
        reference: &str,
        now_ms: u64,
    ) -> Result<(), MemberError> {
        self.alone(|tx| Ok(promotion::grant(tx, coupon, member, reference, now_ms).map(drop)?))
    }

    /// A campaign was on the screen of a kiosk, once for each showing.
    ///
    /// # Errors
    /// [`MemberError`].
    pub fn shown(
        &mut self,
        campaign: &str,
        kiosk: Token,
        showing: &PaymentId,
        now_ms: u64,
    ) -> Result<(), MemberError> {
        let reference = showing.as_str().to_owned();
        let event =
            FunnelEvent { campaign: campaign.to_owned(), subject: kiosk, step: Step::Shown, reference };
        // No coupon follows from this step, so that no rules are needed.
        let rules = Rules::default();
        self.alone(|tx| Ok(promotion::note(tx, &event, &rules, now_ms).map(drop)?))
    }

    /// How far a campaign's members came from the first to the last day.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn funnel(&self, campaign: &str, from: Date, to: Date) -> Result<[(Step, Counts); 6], LedgerError> {
        promotion::funnel(&self.db, campaign, day_bounds(from).0..day_bounds(to).1)
    }
}
