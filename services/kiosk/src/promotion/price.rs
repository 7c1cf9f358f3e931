//! The price of an order after everything that the payer presents.
//!
//! Discounts are taken in one fixed order, whatever order they were presented in: dishes paid by voucher, percent
//! coupons, amount coupons, money vouchers, points; within a kind by name. Each takes at most what is left of the
//! lines it is for, so the total is never below 0 and the discounts sum to the difference exactly. A discount that
//! finds nothing left is not listed, and what it came from stays unused.

use serde::{Deserialize, Serialize};

use super::allocate::{allocate, portion};
use super::coupon::{Coupon, Cut, NotApplicable, Presented};
use super::day::Day;
use super::rules::Rules;
use super::voucher::{Serial, Voucher, Worth};
use crate::till::{LINES_MAX, Line, Money};

/// Candidates of which all subsets are tried for the best price: 256 prices are computed in well under a frame.
const CANDIDATES_MAX: usize = 8;

/// Points that the payer would like to spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointsOffer {
    /// At most this many; the member's balance.
    pub points: i64,
}

/// Everything that the payer presents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer<'a> {
    /// Coupons.
    pub coupons: Vec<Presented<'a>>,
    /// Vouchers, as [`Voucher::read`] found them genuine.
    pub vouchers: Vec<Voucher>,
    /// Points, where the payer wants to spend some.
    pub points: Option<PointsOffer>,
}

/// Where a discount comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Source {
    /// A coupon, by its name.
    Coupon(String),
    /// A voucher.
    Voucher(Serial),
    /// So many points.
    Points(i64),
}

/// One discount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// Where it comes from.
    pub source: Source,
    /// How much it takes off, above 0.
    pub amount: Money,
    /// Its part of each line, in minor units; they sum to the amount.
    pub shares: Vec<i64>,
}

/// One line after its discounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedLine {
    /// How many.
    pub quantity: u32,
    /// Its price before discounts, in minor units.
    pub gross: i64,
    /// Its price after them, in minor units.
    pub net: i64,
}

/// A price. Kept with the order, because a refund is computed from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// Before discounts.
    pub gross: Money,
    /// The discounts, in the order in which they were taken.
    pub discounts: Vec<Discount>,
    /// What is to be paid, 0 or more.
    pub total: Money,
    /// The order's lines, in its order.
    pub lines: Vec<PricedLine>,
}

/// Why there is no price. The payer reads the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// The lines cannot be summed.
    #[error("the order is empty, too long or too expensive; build it again")]
    BadLines,
    /// Beyond the rules.
    #[error("an order takes at most {0} coupons and {1} vouchers; take one off")]
    TooMany(u32, u32),
    /// A coupon does not count.
    #[error(transparent)]
    Coupon(#[from] NotApplicable),
    /// Two coupons that exclude each other.
    #[error("the coupons {0:?} and {1:?} do not go together; choose one")]
    NotTogether(String, String),
    /// The same voucher twice.
    #[error("the voucher {0} was shown twice; it counts once")]
    VoucherTwice(Serial),
    /// Its time is over.
    #[error("the voucher {0} has expired")]
    VoucherExpired(Serial),
    /// A dish that is not in the order, or not often enough.
    #[error("the voucher is for {0:?}: add it to the order")]
    DishMissing(String),
    /// Another currency.
    #[error("the voucher is in {0}, this till takes another currency")]
    Currency(crate::till::Currency),
}

/// What is left of each line while discounts are taken.
struct Tally<'a> {
    rules: &'a Rules,
    lines: &'a [Line],
    gross: Vec<i64>,
    left: Vec<i64>,
    discounts: Vec<Discount>,
}

impl Tally<'_> {
    fn left(&self, eligible: impl Fn(&Line) -> bool) -> Result<i64, PriceError> {
        sum(&self.weights(&self.left, eligible))
    }

    fn weights(&self, amounts: &[i64], eligible: impl Fn(&Line) -> bool) -> Vec<i64> {
        self.lines
            .iter()
            .zip(amounts)
            .map(|(line, amount)| if eligible(line) { *amount } else { 0 })
            .collect()
    }

    /// Takes an amount, at most all there is, off the lines in proportion to what is left of them.
    fn take(
        &mut self,
        source: Source,
        amount: i64,
        eligible: impl Fn(&Line) -> bool,
    ) -> Result<(), PriceError> {
        let weights = self.weights(&self.left, eligible);
        let amount = amount.min(sum(&weights)?);
        if amount <= 0 {
            return Ok(());
        }
        let shares = allocate(amount, &weights).ok_or(PriceError::BadLines)?;
        self.enter(source, amount, shares)
    }

    fn enter(&mut self, source: Source, amount: i64, shares: Vec<i64>) -> Result<(), PriceError> {
        for (left, share) in self.left.iter_mut().zip(&shares) {
            *left = left.checked_sub(*share).filter(|left| *left >= 0).ok_or(PriceError::BadLines)?;
        }
        self.discounts.push(Discount { source, amount: Money::new(amount, self.rules.currency), shares });
        Ok(())
    }

    /// Pays one of a dish; `paid` counts how many of each line are paid so.
    fn dish(&mut self, voucher: &Voucher, sku: &str, paid: &mut [u32]) -> Result<(), PriceError> {
        let free = |(index, line): (usize, &Line)| {
            line.sku == sku && paid.get(index).is_some_and(|paid| *paid < line.quantity)
        };
        let index = self.lines.iter().enumerate().position(free);
        let found = index.and_then(|index| Some((index, self.lines.get(index)?, paid.get_mut(index)?)));
        let (index, line, count) = found.ok_or_else(|| PriceError::DishMissing(sku.to_owned()))?;
        *count = count.saturating_add(1);
        let mut shares = vec![0; self.lines.len()];
        if let Some(share) = shares.get_mut(index) {
            *share = line.unit_price;
        }
        self.enter(Source::Voucher(voucher.serial), line.unit_price, shares)
    }

    fn coupon(&mut self, coupon: &Coupon) -> Result<(), PriceError> {
        let amount = match coupon.cut {
            Cut::Amount(amount) => amount,
            Cut::Percent { basis_points, cap } => {
                let base = self.left(|line| coupon.is_for(line))?;
                portion(base, i64::from(basis_points), 10_000).ok_or(PriceError::BadLines)?.min(cap)
            }
        };
        self.take(Source::Coupon(coupon.id.clone()), amount, |line| coupon.is_for(line))
    }

    fn points(&mut self, offer: PointsOffer) -> Result<(), PriceError> {
        let redeem = self.rules.member.redeem;
        let left = self.left(|_| true)?;
        let limit = portion(left, i64::from(redeem.share_max_bp), 10_000).ok_or(PriceError::BadLines)?;
        let by_points = offer.points.max(0).checked_div(i64::from(redeem.points)).unwrap_or(0);
        let times = by_points.min(limit.checked_div(redeem.worth).unwrap_or(0));
        let product = |unit: i64| times.checked_mul(unit).ok_or(PriceError::BadLines);
        let (spent, amount) = (product(i64::from(redeem.points))?, product(redeem.worth)?);
        self.take(Source::Points(spent), amount, |_| true)
    }
}

fn sum(amounts: &[i64]) -> Result<i64, PriceError> {
    amounts.iter().try_fold(0_i64, |sum, amount| sum.checked_add(*amount)).ok_or(PriceError::BadLines)
}

/// The price of lines that [`crate::till::Order::check`] has found on the menu.
///
/// # Errors
/// [`PriceError`]: what was presented does not count as a whole; nothing is left out silently.
pub fn price(lines: &[Line], offer: &Offer<'_>, rules: &Rules, now_ms: u64) -> Result<Priced, PriceError> {
    let gross = gross(lines)?;
    sum(&gross)?;
    let mut tally = Tally { rules, lines, left: gross.clone(), gross, discounts: Vec::new() };
    let coupons = checked_coupons(&tally, offer, now_ms)?;
    let vouchers = checked_vouchers(offer, rules, now_ms)?;
    let mut paid = vec![0; lines.len()];
    for voucher in &vouchers {
        if let Worth::Dish(sku) = &voucher.worth {
            tally.dish(voucher, sku, &mut paid)?;
        }
    }
    for coupon in coupons {
        tally.coupon(coupon)?;
    }
    for voucher in &vouchers {
        if let Worth::Money(worth) = &voucher.worth {
            tally.take(Source::Voucher(voucher.serial), worth.minor(), |_| true)?;
        }
    }
    if let Some(points) = offer.points {
        tally.points(points)?;
    }
    let priced = lines.iter().zip(tally.gross.iter().zip(&tally.left));
    let priced =
        priced.map(|(line, (gross, net))| PricedLine { quantity: line.quantity, gross: *gross, net: *net });
    Ok(Priced {
        gross: Money::new(sum(&tally.gross)?, rules.currency),
        total: Money::new(sum(&tally.left)?, rules.currency),
        lines: priced.collect(),
        discounts: tally.discounts,
    })
}

fn gross(lines: &[Line]) -> Result<Vec<i64>, PriceError> {
    if lines.is_empty() || lines.len() > LINES_MAX {
        return Err(PriceError::BadLines);
    }
    let cost = |line: &Line| line.unit_price.checked_mul(i64::from(line.quantity)).filter(|cost| *cost > 0);
    lines.iter().map(|line| cost(line).ok_or(PriceError::BadLines)).collect()
}

/// The coupons in the order in which they are taken.
fn checked_coupons<'a>(
    tally: &Tally<'_>,
    offer: &Offer<'a>,
    now_ms: u64,
) -> Result<Vec<&'a Coupon>, PriceError> {
    let rules = tally.rules;
    let mut coupons: Vec<&Coupon> = Vec::new();
    for presented in &offer.coupons {
        let coupon = presented.coupon;
        let base = sum(&tally.weights(&tally.gross, |line| coupon.is_for(line)))?;
        coupon.counts(Day::of(now_ms), base)?;
        coupon.is_left(presented.used_by_member, presented.used_by_all, presented.granted)?;
        if let Some(other) = coupons.iter().find(|other| !other.goes_with(coupon)) {
            return Err(PriceError::NotTogether(other.id.clone(), coupon.id.clone()));
        }
        coupons.push(coupon);
    }
    let fits = |count: usize, most: u32| u32::try_from(count).is_ok_and(|count| count <= most);
    if !fits(coupons.len(), rules.coupons_max) || !fits(offer.vouchers.len(), rules.vouchers_max) {
        return Err(PriceError::TooMany(rules.coupons_max, rules.vouchers_max));
    }
    coupons.sort_by_key(|coupon| (matches!(coupon.cut, Cut::Amount(_)), coupon.id.as_str()));
    Ok(coupons)
}

/// The vouchers by serial.
fn checked_vouchers(offer: &Offer<'_>, rules: &Rules, now_ms: u64) -> Result<Vec<Voucher>, PriceError> {
    let mut vouchers = offer.vouchers.clone();
    vouchers.sort_by_key(|voucher| voucher.serial);
    for pair in vouchers.windows(2) {
        if let [a, b] = pair
            && a.serial == b.serial
        {
            return Err(PriceError::VoucherTwice(a.serial));
        }
    }
    for voucher in &vouchers {
        if voucher.expired(now_ms) {
            return Err(PriceError::VoucherExpired(voucher.serial));
        }
        if let Worth::Money(worth) = &voucher.worth
            && worth.currency() != rules.currency
        {
            return Err(PriceError::Currency(worth.currency()));
        }
    }
    Ok(vouchers)
}

/// The coupons among those at hand that make the order cheapest, together with what else is presented; of equal
/// prices the one with fewer coupons, then the first in order. Coupons that do not count are passed over.
#[must_use]
pub fn best_coupons<'a>(
    lines: &[Line],
    at_hand: &[Presented<'a>],
    rest: &Offer<'a>,
    rules: &Rules,
    now_ms: u64,
) -> Vec<Presented<'a>> {
    let with = |coupons: Vec<Presented<'a>>| {
        price(lines, &Offer { coupons, ..rest.clone() }, rules, now_ms)
            .ok()
            .map(|priced| priced.total.minor())
    };
    let mut useful: Vec<(i64, Presented<'a>)> =
        at_hand.iter().filter_map(|one| Some((with(vec![*one])?, *one))).collect();
    useful.sort_by(|(a, one), (b, other)| a.cmp(b).then(one.coupon.id.cmp(&other.coupon.id)));
    useful.truncate(CANDIDATES_MAX);
    let subsets = 1_u32.checked_shl(u32::try_from(useful.len()).unwrap_or(0)).unwrap_or(1);
    let subset = |bits: u32| -> Vec<Presented<'a>> {
        let chosen = (0_u32..).zip(&useful).filter(|(index, _)| (bits >> *index) & 1 == 1);
        chosen.map(|(_, (_, one))| *one).collect()
    };
    let best = (0..subsets).filter_map(|bits| Some((with(subset(bits))?, bits.count_ones(), bits))).min();
    best.map(|(_, _, bits)| subset(bits)).unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests;
