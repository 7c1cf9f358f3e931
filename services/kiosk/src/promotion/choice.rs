//! Which of the offers that a payer shows an order takes, and why not the others: a price takes all or nothing, a payer
//! wants what counts and a word about the rest.

use std::collections::BTreeSet;

use super::coupon::Presented;
use super::price::{Offer, PointsOffer, PriceError, Priced, Source, best_coupons, price};
use super::rules::Rules;
use super::voucher::Voucher;
use crate::till::Line;

/// What the payer shows, each with its place in the payer's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown<'a> {
    /// Coupons.
    pub coupons: Vec<(usize, Presented<'a>)>,
    /// Vouchers that are genuine and not used.
    pub vouchers: Vec<(usize, Voucher)>,
    /// Points, where the payer wants to spend some.
    pub points: Option<PointsOffer>,
}

/// The price, and what it was not made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The price.
    pub priced: Priced,
    /// What was not taken, by its place, and why, in words for the payer.
    pub left_out: Vec<(usize, String)>,
}

/// It counts and takes nothing off, so it is kept for another order.
const NOT_NEEDED: &str = "takes nothing more off this order; keep it for another";

/// The cheapest price by what is shown. Vouchers are taken in their order, of the coupons those that make the order
/// cheapest together, then points.
///
/// # Errors
/// [`PriceError`] where the lines have no price at all.
pub fn choose(lines: &[Line], shown: &Shown<'_>, rules: &Rules, now_ms: u64) -> Result<Choice, PriceError> {
    let mut left_out = Vec::new();
    let mut taken = Offer::default();
    price(lines, &taken, rules, now_ms)?;
    for (place, voucher) in &shown.vouchers {
        let mut with = taken.clone();
        with.vouchers.push(voucher.clone());
        match price(lines, &with, rules, now_ms) {
            Ok(_) => taken = with,
            Err(why) => left_out.push((*place, why.to_string())),
        }
    }
    let mut at_hand = Vec::new();
    for (place, coupon) in &shown.coupons {
        let with = Offer { coupons: vec![*coupon], ..taken.clone() };
        match price(lines, &with, rules, now_ms) {
            Ok(_) => at_hand.push((*place, *coupon)),
            Err(why) => left_out.push((*place, why.to_string())),
        }
    }
    let candidates: Vec<Presented<'_>> = at_hand.iter().map(|(_, coupon)| *coupon).collect();
    taken.coupons = best_coupons(lines, &candidates, &taken, rules, now_ms);
    for (place, coupon) in at_hand {
        if taken.coupons.iter().any(|one| one.coupon.id == coupon.coupon.id) {
            continue;
        }
        let mut with = taken.clone();
        with.coupons.push(coupon);
        let why = price(lines, &with, rules, now_ms).err();
        left_out.push((place, why.map_or(NOT_NEEDED.to_owned(), |why| why.to_string())));
    }
    taken.points = shown.points;
    let priced = price(lines, &taken, rules, now_ms)?;
    let used: BTreeSet<&Source> = priced.discounts.iter().map(|discount| &discount.source).collect();
    let reported: BTreeSet<usize> = left_out.iter().map(|(place, _)| *place).collect();
    let vouchers = shown.vouchers.iter().map(|(place, one)| (*place, Source::Voucher(one.serial)));
    let coupons = shown.coupons.iter().map(|(place, one)| (*place, Source::Coupon(one.coupon.id.clone())));
    let idle = vouchers.chain(coupons).filter(|(place, of)| !used.contains(of) && !reported.contains(place));
    left_out.extend(idle.map(|(place, _)| (place, NOT_NEEDED.to_owned())));
    left_out.sort();
    Ok(Choice { priced, left_out })
}

#[cfg(test)]
mod tests;
