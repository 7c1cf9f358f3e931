//! What is sold by time: the school's list, and the order that somebody makes of it.

use serde::{Deserialize, Serialize};

use super::Bought;
use crate::till::{Currency, Dish, Line, Menu, Order, OrderError};

/// Longest session with all that may be bought in a row: a day, in which staff look at the room once.
const LONGEST_SECONDS: u64 = 86_400;
/// Longest grace: who needs more than a quarter of an hour to end buys time.
const GRACE_SECONDS_MAX: u32 = 900;

/// A room for so long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Stable name, as orders use it.
    pub id: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// How long, together with the seconds.
    #[serde(default)]
    pub minutes: u32,
    /// How long, together with the minutes.
    #[serde(default)]
    pub seconds: u32,
    /// Price of one in minor units, above 0.
    pub price: i64,
    /// Where; a unit shows those of its own room.
    pub room: String,
    /// How many one person may have in a row.
    #[serde(default = "one")]
    pub in_a_row: u32,
    /// File name under the assets' `pictures/`, where it has a picture.
    #[serde(default)]
    pub picture: String,
}

const fn one() -> u32 {
    1
}

/// What is sold by time, and by which rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfferRules {
    /// How long a room stays open after the end, to finish a line and to pay for more.
    pub grace_seconds: u32,
    /// How old an order may be when it is proved paid; later the payer has gone, and the money goes back.
    pub late_minutes: u32,
    /// In the order to show them.
    #[serde(rename = "offer")]
    pub offers: Vec<Offer>,
}

impl Default for OfferRules {
    fn default() -> Self {
        Self { grace_seconds: 120, late_minutes: 15, offers: Vec::new() }
    }
}

/// What is wrong with the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferRulesError {
    /// Too long a grace.
    #[error("grace_seconds is {GRACE_SECONDS_MAX} at most")]
    Grace,
    /// Something is missing.
    #[error("offer {0:?} needs an id, a name in both languages and a room")]
    Nameless(String),
    /// Two share a name, or one has a dish's.
    #[error("{0:?} is sold twice; give each offer an id of its own, which no dish has")]
    Twice(String),
    /// Free, or less.
    #[error("the price of {0:?} must be above 0 minor units")]
    Price(String),
    /// No time, or too much.
    #[error("{0:?} lasts no time or, with all in a row, longer than a day")]
    Length(String),
}

impl Offer {
    /// How long one is.
    pub fn length_ms(&self) -> u64 {
        u64::from(self.minutes).saturating_mul(60).saturating_add(self.seconds.into()).saturating_mul(1000)
    }
}

impl OfferRules {
    /// Refuses what cannot be sold beside a menu.
    ///
    /// # Errors
    /// [`OfferRulesError`].
    pub fn check(&self, menu: &Menu) -> Result<(), OfferRulesError> {
        if self.grace_seconds > GRACE_SECONDS_MAX {
            return Err(OfferRulesError::Grace);
        }
        let mut sold: std::collections::BTreeSet<&str> = menu.dishes.iter().map(|dish| &*dish.sku).collect();
        for offer in &self.offers {
            let id = offer.id.clone();
            if [&offer.id, &offer.zh, &offer.en, &offer.room].into_iter().any(String::is_empty) {
                return Err(OfferRulesError::Nameless(id));
            }
            if !sold.insert(&offer.id) {
                return Err(OfferRulesError::Twice(id));
            }
            if offer.price <= 0 {
                return Err(OfferRulesError::Price(id));
            }
            let all = offer.length_ms().saturating_mul(offer.in_a_row.into());
            if all == 0 || all > LONGEST_SECONDS.saturating_mul(1000) {
                return Err(OfferRulesError::Length(id));
            }
        }
        Ok(())
    }

    /// Whether an order is one of these.
    pub fn sells(&self, lines: &[Line]) -> bool {
        lines.iter().any(|line| self.offers.iter().any(|offer| offer.id == line.sku))
    }

    /// As a receipt and a price check name them.
    pub fn dishes(&self) -> Vec<Dish> {
        let dish = |offer: &Offer| Dish {
            sku: offer.id.clone(),
            zh: offer.zh.clone(),
            en: offer.en.clone(),
            price: offer.price,
            picture: offer.picture.clone(),
            ..Dish::default()
        };
        self.offers.iter().map(dish).collect()
    }

    /// The order of one kind of session, so many in a row.
    ///
    /// # Errors
    /// As of any order, and where something else is bought with it, or too many in a row.
    pub fn order(
        &self,
        till: Currency,
        lines: Vec<Line>,
        total: i64,
        currency: &str,
    ) -> Result<Order, OrderError> {
        let menu = Menu { currency: till, categories: Vec::new(), dishes: self.dishes() };
        let [line] = &lines[..] else { return Err(OrderError::SessionAlone) };
        let offer = self.offers.iter().find(|offer| offer.id == line.sku);
        let offer = offer.ok_or_else(|| OrderError::UnknownDish(line.sku.clone()))?;
        let count = line.quantity;
        if count > offer.in_a_row {
            return Err(OrderError::SessionLong(offer.in_a_row));
        }
        let bought = Bought {
            offer: offer.id.clone(),
            room: offer.room.clone(),
            count,
            in_a_row: offer.in_a_row,
            length_ms: offer.length_ms().saturating_mul(count.into()),
            grace_ms: u64::from(self.grace_seconds).saturating_mul(1000),
            late_ms: u64::from(self.late_minutes).saturating_mul(60_000),
            extends: None,
        };
        Ok(Order { session: Some(Box::new(bought)), ..Order::check(&menu, lines, total, currency)? })
    }
}
