//! What is sold and what was ordered. An order is checked against the menu before anything is stored.

use serde::{Deserialize, Serialize};

use super::attempt::SUBJECT_CHARS_MAX;
use super::label::{self, Allergen, Category, CategoryError};
use super::money::{Currency, Money, MoneyError};
use super::session::Bought;
use crate::instalment::Instalment;
use crate::member::{Handle, Token};
use crate::promotion::{Priced, Source, portion};

/// Most lines one order may have; a tray holds fewer, and a bound keeps a bad caller from filling the ledger.
pub const LINES_MAX: usize = 64;
/// Longest payment id in bytes; ids are made by the asker, so they need a bound.
const ID_LEN_MAX: usize = 64;

/// The asker's name for one payment, made and kept by the asker before it asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PaymentId(String);

impl PaymentId {
    /// Takes 1 to 64 bytes of printable ASCII.
    pub fn new(text: &str) -> Result<Self, OrderError> {
        let fits = !text.is_empty() && text.len() <= ID_LEN_MAX && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(OrderError::BadId) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One dish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dish {
    /// Stable name within the menu, as orders use it.
    pub sku: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// Price of one in minor units, above 0.
    pub price: i64,
    /// File name under the assets' `pictures/`.
    pub picture: String,
    /// Its part of the menu, by name; empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// What somebody may not be able to eat.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allergens: Vec<Allergen>,
    /// There is none left.
    #[serde(default)]
    pub sold_out: bool,
}

/// Everything that is sold, in the order to show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// The till's one currency.
    pub currency: Currency,
    /// Its parts, in the order to show them.
    #[serde(default, rename = "category")]
    pub categories: Vec<Category>,
    /// The dishes.
    #[serde(rename = "dish")]
    pub dishes: Vec<Dish>,
}

/// What is wrong with a menu.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MenuError {
    /// Nothing to sell.
    #[error("the menu has no dishes; add at least one [[dish]]")]
    Empty,
    /// Two dishes share a name.
    #[error("the sku {0:?} is on the menu twice; give each dish its own")]
    Twice(String),
    /// Free, or less.
    #[error("the price of {0:?} must be above 0 minor units")]
    Price(String),
    /// No sku, or a name missing.
    #[error("dish {0:?} needs a sku and a name in both languages")]
    Nameless(String),
    /// It is in no part of the menu that is there.
    #[error(transparent)]
    Category(#[from] CategoryError),
}

impl Menu {
    /// Refuses what cannot be sold.
    pub fn check(&self) -> Result<(), MenuError> {
        if self.dishes.is_empty() {
            return Err(MenuError::Empty);
        }
        label::check(&self.categories, self.dishes.iter().map(|dish| (&*dish.sku, &*dish.category)))?;
        let mut seen = std::collections::BTreeSet::new();
        for dish in &self.dishes {
            if dish.sku.is_empty() || dish.zh.is_empty() || dish.en.is_empty() {
                return Err(MenuError::Nameless(dish.sku.clone()));
            }
            if !seen.insert(dish.sku.as_str()) {
                return Err(MenuError::Twice(dish.sku.clone()));
            }
            if dish.price <= 0 {
                return Err(MenuError::Price(dish.sku.clone()));
            }
        }
        Ok(())
    }

    fn dish(&self, sku: &str) -> Option<&Dish> {
        self.dishes.iter().find(|dish| dish.sku == sku)
    }
}

/// So many of one dish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The dish.
    pub sku: String,
    /// How many, at least 1.
    pub quantity: u32,
    /// What the asker believes one costs, in minor units.
    pub unit_price: i64,
}

/// A checked order: its lines are on the menu at these prices and add up to the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The lines, as asked for.
    pub lines: Vec<Line>,
    /// What is to be paid: their sum, or less with offers; 0 where offers pay all.
    pub total: Money,
    /// What the payer's wallet shows.
    pub subject: String,
    /// How offers made the total, where there were any. Refunds are computed from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priced: Option<Priced>,
    /// The member whose order it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<Buyer>,
    /// The campaign that brought the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// In how many parts the payer pays, where that was chosen; only channels that can are asked then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instalment: Option<Instalment>,
    /// The time in a room that it buys, where it is one of a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Box<Bought>>,
}

/// A member as an order keeps one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// Whose points.
    pub handle: Handle,
    /// Under what coupons and campaigns know the member.
    pub token: Token,
}

/// What offers took off an order's price, in minor units of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOff {
    /// Coupons and vouchers.
    pub discounts: Money,
    /// Points.
    pub points: Money,
}

impl TakenOff {
    /// Nothing.
    pub const fn nothing(currency: Currency) -> Self {
        Self { discounts: Money::zero(currency), points: Money::zero(currency) }
    }

    /// Both together.
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn sum(&self) -> Result<Money, MoneyError> {
        self.discounts.plus(self.points)
    }

    /// So much of `whole` as `part` is of it, rounded down. None where `whole` is 0.
    fn part(&self, part: Money, whole: Money) -> Option<Self> {
        let of = |amount: Money| -> Option<Money> {
            let minor = portion(amount.minor(), part.minor(), whole.minor())?;
            Some(Money::new(minor, amount.currency()))
        };
        Some(Self { discounts: of(self.discounts)?, points: of(self.points)? })
    }

    /// What is left of it, never below 0.
    fn less(&self, other: &Self) -> Option<Self> {
        let less = |from: Money, taken: Money| -> Option<Money> {
            let left = from.plus(taken.negated().ok()?).ok()?;
            Some(if left.minor() < 0 { Money::zero(from.currency()) } else { left })
        };
        Some(Self {
            discounts: less(self.discounts, other.discounts)?,
            points: less(self.points, other.points)?,
        })
    }
}

/// Why an order was refused; nothing was stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// No id, too long, or not printable ASCII.
    #[error("a payment id is 1 to 64 printable ASCII characters")]
    BadId,
    /// No lines.
    #[error("the order is empty; choose a dish")]
    Empty,
    /// Too many lines.
    #[error("an order has at most 64 lines; split it in two")]
    TooManyLines,
    /// A quantity is 0, or the sum is not the total.
    #[error("the lines do not add up to the total; build the order again")]
    WrongTotal,
    /// Not on the menu.
    #[error("{0:?} is not on the menu; read the menu again")]
    UnknownDish(String),
    /// None left.
    #[error("{0:?} is sold out; choose another dish")]
    SoldOut(String),
    /// Another price than the asker believes.
    #[error("{0:?} costs something else now; read the menu again")]
    PriceChanged(String),
    /// Not the till's currency.
    #[error("this till takes {0} only")]
    WrongCurrency(Currency),
    /// No plan for so many parts of this amount, or no channel that can.
    #[error("this amount cannot be paid in {0} parts here; read the plans again")]
    NoInstalments(u32),
    /// Something else beside it.
    #[error("a session is bought alone; order everything else by itself")]
    SessionAlone,
    /// Too many in a row.
    #[error("at most {0} in a row")]
    SessionLong(u32),
    /// A voucher, a coupon, a member or points with it.
    #[error("time in a room has one price: no voucher, coupon, member code or points; order it without them")]
    SessionPlain,
}

impl Order {
    /// Checks what was asked for against the menu.
    pub fn check(menu: &Menu, lines: Vec<Line>, total: i64, currency: &str) -> Result<Self, OrderError> {
        let order = Self::gross(menu, lines, currency)?;
        if order.total.minor() == total { Ok(order) } else { Err(OrderError::WrongTotal) }
    }

    /// The order that costs what offers leave of its price.
    ///
    /// # Errors
    /// [`OrderError::WrongTotal`] where the price is not this order's.
    pub fn with_price(self, priced: Priced) -> Result<Self, OrderError> {
        if priced.gross != self.total || priced.total.currency() != self.total.currency() {
            return Err(OrderError::WrongTotal);
        }
        Ok(Self { total: priced.total, priced: Some(priced), ..self })
    }

    /// What offers took off. None where the order has neither offers nor a member, so that such orders' records say
    /// that no table of offers need be asked; nothing taken off where there is only a member.
    pub fn taken_off(&self) -> Option<TakenOff> {
        if self.priced.is_none() && self.member.is_none() {
            return None;
        }
        let mut off = TakenOff::nothing(self.total.currency());
        for discount in self.priced.iter().flat_map(|priced| &priced.discounts) {
            let sum = if matches!(discount.source, Source::Points(_)) {
                &mut off.points
            } else {
                &mut off.discounts
            };
            *sum = sum.plus(discount.amount).ok()?;
        }
        Some(off)
    }

    /// What offers had taken off the part that goes back now, by what was refunded `before` and what of offers was
    /// given back with it. Refunds in any steps give back all of it exactly, as [`crate::promotion::by_amount`] does.
    pub(super) fn off_again(&self, before: Money, given: &TakenOff, now: Money) -> Option<TakenOff> {
        let after = before.plus(now).ok()?;
        self.taken_off()?.part(after, self.total)?.less(given)
    }

    /// Checks lines against the menu; the total is their sum.
    ///
    /// # Errors
    /// [`OrderError`].
    pub fn gross(menu: &Menu, lines: Vec<Line>, currency: &str) -> Result<Self, OrderError> {
        if currency != menu.currency.code() {
            return Err(OrderError::WrongCurrency(menu.currency));
        }
        let first = lines.first().ok_or(OrderError::Empty)?;
        if lines.len() > LINES_MAX {
            return Err(OrderError::TooManyLines);
        }
        let first_dish = menu.dish(&first.sku).ok_or_else(|| OrderError::UnknownDish(first.sku.clone()))?;
        let mut sum = Money::zero(menu.currency);
        let mut count = 0_u32;
        for line in &lines {
            let dish = menu.dish(&line.sku).ok_or_else(|| OrderError::UnknownDish(line.sku.clone()))?;
            if dish.sold_out {
                return Err(OrderError::SoldOut(line.sku.clone()));
            }
            if dish.price != line.unit_price {
                return Err(OrderError::PriceChanged(line.sku.clone()));
            }
            if line.quantity == 0 {
                return Err(OrderError::WrongTotal);
            }
            let price = Money::new(dish.price, menu.currency);
            sum = price
                .times(line.quantity)
                .and_then(|more| sum.plus(more))
                .map_err(|_too_large| OrderError::WrongTotal)?;
            count = count.checked_add(line.quantity).ok_or(OrderError::WrongTotal)?;
        }
        let subject = subject(&first_dish.zh, count);
        let (priced, member, campaign) = (None, None, None);
        Ok(Self { lines, total: sum, subject, priced, member, campaign, instalment: None, session: None })
    }

    /// The order that is paid in parts.
    #[must_use]
    pub fn in_parts(self, instalment: Instalment) -> Self {
        Self { instalment: Some(instalment), ..self }
    }

    /// Whether this is what was asked for before, without offers and in so many parts (none is at once), so that asking
    /// again is harmless.
    pub fn same_as_asked(&self, lines: &[Line], total: i64, currency: &str, parts: Option<u32>) -> bool {
        let bare = self.priced.is_none() && self.member.is_none() && self.campaign.is_none();
        let parted = self.instalment.map(|instalment| instalment.parts);
        bare && parted == parts && self.same_lines(lines, total, currency)
    }

    /// Whether lines and price are what was asked for before; offers are compared by who knows them.
    pub fn same_lines(&self, lines: &[Line], total: i64, currency: &str) -> bool {
        self.lines == lines && self.total.minor() == total && self.total.currency().code() == currency
    }
}

/// The first dish by name and how many there are; characters that Alipay forbids in a subject are dropped.
fn subject(first: &str, count: u32) -> String {
    let name: String = first
        .chars()
        .filter(|c| !"/=&\\\"".contains(*c))
        .take(SUBJECT_CHARS_MAX.saturating_sub(16))
        .collect();
    if count > 1 { format!("{name}等{count}件") } else { name }
}

#[cfg(test)]
mod tests;
