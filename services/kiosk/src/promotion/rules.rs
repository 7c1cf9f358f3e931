//! `/etc/dais/promotion.toml`: coupons, campaigns, who may issue vouchers, and what members earn.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::coupon::{Coupon, Cut};
use crate::member;
use crate::till::Currency;

/// A price is computed for every order, so what it looks at is bounded.
const COUPONS_MAX: usize = 256;
/// As above.
const CAMPAIGNS_MAX: usize = 256;
/// A school has a handful; old keys stay until their last voucher has expired.
const ISSUERS_MAX: usize = 32;
/// Most coupons or vouchers that one order may be allowed; all subsets of the coupons are tried for the best price.
const AT_ONCE_MAX: u32 = 8;
/// Longest name; names go into vouchers, whose code must stay readable for a camera.
pub(super) const NAME_LEN_MAX: usize = 32;
/// Longest issuer id, for the same reason.
pub(super) const ISSUER_LEN_MAX: usize = 16;

/// Who signs vouchers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The key's name, as vouchers carry it: 1 to 16 printable ASCII characters.
    pub id: String,
    /// Ed25519 public key, 32 bytes in base64url without padding.
    pub public_key: String,
}

/// One campaign of the loop from a poster to the next coupon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Its name.
    pub id: String,
    /// The coupon that a member gets for feedback on a paid order.
    pub next_coupon: Option<String>,
}

/// The file's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// The currency of every amount in the file; the menu's.
    pub currency: Currency,
    /// For whom vouchers must be meant: this merchant's name, 1 to 32 printable ASCII characters.
    pub audience: String,
    /// Most coupons in one order.
    pub coupons_max: u32,
    /// Most vouchers in one order.
    pub vouchers_max: u32,
    /// Who signs vouchers.
    #[serde(rename = "issuer")]
    pub issuers: Vec<Issuer>,
    /// The coupons.
    #[serde(rename = "coupon")]
    pub coupons: Vec<Coupon>,
    /// The campaigns.
    #[serde(rename = "campaign")]
    pub campaigns: Vec<Campaign>,
    /// What members earn.
    pub member: member::Rules,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            currency: Currency::CNY,
            audience: "dais".to_owned(),
            coupons_max: 2,
            vouchers_max: 4,
            issuers: Vec::new(),
            coupons: Vec::new(),
            campaigns: Vec::new(),
            member: member::Rules::default(),
        }
    }
}

/// What is wrong with the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// A name nobody can use.
    #[error("{0:?} is no name: use 1 to 32 printable ASCII characters (16 for an issuer)")]
    Name(String),
    /// Two of a kind share a name.
    #[error("the name {0:?} is used twice")]
    Twice(String),
    /// Too much of something.
    #[error(
        "there are too many coupons, campaigns or issuers (256, 256, 32), or more than 8 at once are allowed"
    )]
    TooMany,
    /// No Ed25519 key.
    #[error("public_key of the issuer {0:?} is not 32 bytes in base64url without padding")]
    Key(String),
    /// A coupon that takes off nothing or more than all.
    #[error("the coupon {0:?} needs 1 to 10000 basis_points with a cap above 0, or an amount above 0")]
    Cut(String),
    /// A coupon whose other numbers make no sense.
    #[error("the coupon {0:?} has a negative minimum_spend, a limit of 0, or ends before it begins")]
    Limits(String),
    /// A campaign gives a coupon that there is not, or one that everybody has.
    #[error("next_coupon of the campaign {0:?} must be a coupon with by_grant = true")]
    NextCoupon(String),
    /// The members' part.
    #[error("[member]: {0}")]
    Member(#[from] member::RulesError),
}

/// Whether a text can be a name of so many bytes at most.
pub(super) fn is_name(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.len() <= longest && text.bytes().all(|b| b.is_ascii_graphic())
}

impl Rules {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`RulesError`].
    pub fn check(&self) -> Result<(), RulesError> {
        if self.coupons.len() > COUPONS_MAX
            || self.campaigns.len() > CAMPAIGNS_MAX
            || self.issuers.len() > ISSUERS_MAX
            || self.coupons_max > AT_ONCE_MAX
            || self.vouchers_max > AT_ONCE_MAX
        {
            return Err(RulesError::TooMany);
        }
        if !is_name(&self.audience, NAME_LEN_MAX) {
            return Err(RulesError::Name(self.audience.clone()));
        }
        unique(self.issuers.iter().map(|issuer| issuer.id.as_str()), ISSUER_LEN_MAX)?;
        unique(self.coupons.iter().map(|coupon| coupon.id.as_str()), NAME_LEN_MAX)?;
        unique(self.campaigns.iter().map(|campaign| campaign.id.as_str()), NAME_LEN_MAX)?;
        for issuer in &self.issuers {
            issuer.key().ok_or_else(|| RulesError::Key(issuer.id.clone()))?;
        }
        self.coupons.iter().try_for_each(check_coupon)?;
        for campaign in &self.campaigns {
            let granted = |id: &String| self.coupon(id).is_some_and(|coupon| coupon.by_grant);
            if campaign.next_coupon.as_ref().is_some_and(|id| !granted(id)) {
                return Err(RulesError::NextCoupon(campaign.id.clone()));
            }
        }
        Ok(self.member.check()?)
    }

    /// A coupon by its name.
    #[must_use]
    pub fn coupon(&self, id: &str) -> Option<&Coupon> {
        self.coupons.iter().find(|coupon| coupon.id == id)
    }

    /// A campaign by its name.
    #[must_use]
    pub fn campaign(&self, id: &str) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.id == id)
    }
}

impl Issuer {
    /// The public key's bytes.
    pub(super) fn key(&self) -> Option<[u8; 32]> {
        URL_SAFE_NO_PAD.decode(&self.public_key).ok()?.try_into().ok()
    }
}

fn check_coupon(coupon: &Coupon) -> Result<(), RulesError> {
    let cuts = match coupon.cut {
        Cut::Percent { basis_points, cap } => (1..=10_000).contains(&basis_points) && cap > 0,
        Cut::Amount(amount) => amount > 0,
    };
    if !cuts {
        return Err(RulesError::Cut(coupon.id.clone()));
    }
    let never = coupon.per_member == Some(0) || coupon.total == Some(0) || coupon.first_day > coupon.last_day;
    if never || coupon.minimum_spend < 0 {
        return Err(RulesError::Limits(coupon.id.clone()));
    }
    Ok(())
}

fn unique<'a>(names: impl Iterator<Item = &'a str>, longest: usize) -> Result<(), RulesError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !is_name(name, longest) {
            return Err(RulesError::Name(name.to_owned()));
        }
        if !seen.insert(name) {
            return Err(RulesError::Twice(name.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
