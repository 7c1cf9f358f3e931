//! One quote: a rate as an exact fraction, a markup, a source and an expiry.
//!
//! Rounding, as it stands on the receipt: once, at the end, half to even, to the payer's minor unit (ISO 4217). The
//! rate is between major units, as sources publish it; exponents (JPY 0, KWD 3) are taken into account here.

use serde::{Deserialize, Serialize};

use crate::till::{Currency, Money};

/// Largest term of a rate: any published rate fits, and no product below leaves 128 bits.
const TERM_MAX: u64 = 1_000_000_000_000;
/// Highest markup, 20 %: more is a typing mistake.
const MARKUP_BP_MAX: u32 = 2_000;
/// Longest quote id.
const ID_LEN_MAX: usize = 64;
/// Longest life of a quote, a day: a rate of yesterday is nobody's rate.
const LIFE_MS_MAX: u64 = 86_400_000;
/// 8 decimal places, in which a rate is told: more digits than any source publishes.
const TEXT_UNIT: i128 = 100_000_000;
/// Basis points of the whole.
const WHOLE_BP: u32 = 10_000;

/// Major units of the payer's currency for one major unit of the till's: `numerator / denominator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Above 0.
    pub numerator: u64,
    /// Above 0.
    pub denominator: u64,
}

/// Whether a quote binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binding {
    /// For the payer to read; the payer's bank decides.
    Informative,
    /// Whoever quoted it owes that amount, until it expires, to a payer who accepted it.
    Accepted,
}

/// A quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// The source's number of it, 1 to 64 printable ASCII characters.
    pub id: String,
    /// Who quoted it.
    pub source: String,
    /// The till's currency.
    pub till: Currency,
    /// The payer's currency.
    pub payer: Currency,
    /// The rate, before the markup.
    pub rate: Rate,
    /// What the payer pays on top, in basis points.
    pub markup_bp: u32,
    /// When it was made, milliseconds since 1970 UTC.
    pub made_at_ms: u64,
    /// From when on it counts no more.
    pub expires_ms: u64,
    /// Whether it binds.
    pub binding: Binding,
}

/// An amount in both currencies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// What is charged, in the till's currency: always.
    pub charged: Money,
    /// What that is in the payer's currency.
    pub shown: Money,
    /// The quote's id.
    pub quote: String,
    /// Whether `shown` is what the payer's account loses.
    pub binding: Binding,
    /// From when on it counts no more.
    pub expires_ms: u64,
    /// The rate, markup included, as the payer read it.
    pub rate: String,
}

impl Quoted {
    /// What a part of the charged amount is in the payer's currency, by the same quote: all of it is exactly `shown`,
    /// so that a receipt and a refund tell the same. None for another currency, less than nothing, or more than all.
    #[must_use]
    pub fn part(&self, amount: Money) -> Option<Money> {
        let (all, part) = (self.charged.minor(), amount.minor());
        if amount.currency() != self.charged.currency() || !(0..=all).contains(&part) {
            return None;
        }
        if part == all {
            return Some(self.shown);
        }
        let minor = scale(self.shown.minor(), i128::from(part), i128::from(all))?;
        Some(Money::new(minor, self.shown.currency()))
    }
}

/// Why there is no amount in the payer's currency. The payer pays in the till's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// Its numbers make no sense.
    #[error("the quote's id, rate, markup or life is out of bounds; ask for a new one")]
    Malformed,
    /// Both currencies are the same.
    #[error("the quote is for the till's own currency")]
    SameCurrency,
    /// The amount is in another currency than the quote's.
    #[error("the amount is not in the quote's currency")]
    WrongCurrency,
    /// Made later than now.
    #[error("the quote comes from the future; check the kiosk's clock")]
    NotYet,
    /// Its time is over.
    #[error("the rate has expired; ask for a new one")]
    Expired,
    /// Less than nothing, or beyond 64 bits.
    #[error("the amount cannot be converted")]
    BadAmount,
}

impl Quote {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`QuoteError::Malformed`], [`QuoteError::SameCurrency`].
    pub fn check(&self) -> Result<(), QuoteError> {
        let term = |term: u64| (1..=TERM_MAX).contains(&term);
        let named = !self.id.is_empty()
            && self.id.len() <= ID_LEN_MAX
            && self.id.bytes().all(|b| b.is_ascii_graphic());
        let life = self.expires_ms.checked_sub(self.made_at_ms);
        let fits = term(self.rate.numerator)
            && term(self.rate.denominator)
            && self.markup_bp <= MARKUP_BP_MAX
            && life.is_some_and(|life| life > 0 && life <= LIFE_MS_MAX);
        if !named || !fits {
            return Err(QuoteError::Malformed);
        }
        if self.till == self.payer { Err(QuoteError::SameCurrency) } else { Ok(()) }
    }

    /// What an amount of the till's currency is in the payer's, markup included.
    ///
    /// # Errors
    /// [`QuoteError`]; an expired quote says nothing, not even for information.
    pub fn shown(&self, charged: Money, now_ms: u64) -> Result<Quoted, QuoteError> {
        self.usable(now_ms)?;
        if charged.currency() != self.till {
            return Err(QuoteError::WrongCurrency);
        }
        let shown = Money::new(self.convert(charged.minor())?, self.payer);
        let (quote, binding, expires_ms) = (self.id.clone(), self.binding, self.expires_ms);
        Ok(Quoted { charged, shown, quote, binding, expires_ms, rate: self.text()? })
    }

    /// The rate with its markup as the payer reads it: `1 CNY = 0.1437 USD`, at most 8 decimal places, rounded half
    /// to even.
    ///
    /// # Errors
    /// [`QuoteError`].
    pub fn text(&self) -> Result<String, QuoteError> {
        self.check()?;
        let markup = i128::from(WHOLE_BP.saturating_add(self.markup_bp));
        let over = i128::from(self.rate.numerator).checked_mul(markup).and_then(|o| o.checked_mul(TEXT_UNIT));
        let under = i128::from(self.rate.denominator).checked_mul(i128::from(WHOLE_BP));
        let scaled = over.zip(under).and_then(|(over, under)| half_even(over, under));
        let scaled = scaled.ok_or(QuoteError::BadAmount)?;
        let whole = scaled.checked_div(TEXT_UNIT).ok_or(QuoteError::BadAmount)?;
        let rest = scaled.checked_rem(TEXT_UNIT).ok_or(QuoteError::BadAmount)?;
        let rate = format!("{whole}.{rest:08}");
        let rate = rate.trim_end_matches('0').trim_end_matches('.');
        Ok(format!("1 {} = {rate} {}", self.till, self.payer))
    }

    /// The quote as the payer accepts it: from now on it binds.
    ///
    /// # Errors
    /// [`QuoteError`].
    pub fn accept(&self, now_ms: u64) -> Result<Self, QuoteError> {
        self.usable(now_ms)?;
        Ok(Self { binding: Binding::Accepted, ..self.clone() })
    }

    /// The till's amount that a payer's amount comes from, rounded half to even to the till's minor unit: for a
    /// refund's receipt and for checking a source. Never charged by.
    ///
    /// # Errors
    /// [`QuoteError`].
    pub fn back(&self, shown: Money, now_ms: u64) -> Result<Money, QuoteError> {
        self.usable(now_ms)?;
        if shown.currency() != self.payer || shown.minor() < 0 {
            return Err(QuoteError::WrongCurrency);
        }
        let (over, under) = self.factor()?;
        let minor = scale(shown.minor(), under, over).ok_or(QuoteError::BadAmount)?;
        Ok(Money::new(minor, self.till))
    }

    fn usable(&self, now_ms: u64) -> Result<(), QuoteError> {
        self.check()?;
        if now_ms < self.made_at_ms {
            return Err(QuoteError::NotYet);
        }
        if now_ms >= self.expires_ms { Err(QuoteError::Expired) } else { Ok(()) }
    }

    fn convert(&self, minor: i64) -> Result<i64, QuoteError> {
        if minor < 0 {
            return Err(QuoteError::BadAmount);
        }
        let (over, under) = self.factor()?;
        scale(minor, over, under).ok_or(QuoteError::BadAmount)
    }

    /// Payer's minor units for one of the till's, as a fraction.
    fn factor(&self) -> Result<(i128, i128), QuoteError> {
        let ten = |currency: Currency| {
            u32::try_from(currency.exponent()).ok().and_then(|places| 10_i128.checked_pow(places))
        };
        let markup = i128::from(WHOLE_BP.saturating_add(self.markup_bp));
        let over = i128::from(self.rate.numerator)
            .checked_mul(markup)
            .and_then(|over| over.checked_mul(ten(self.payer)?));
        let under = i128::from(self.rate.denominator)
            .checked_mul(i128::from(WHOLE_BP))
            .and_then(|under| under.checked_mul(ten(self.till)?));
        over.zip(under).ok_or(QuoteError::BadAmount)
    }
}

fn scale(minor: i64, over: i128, under: i128) -> Option<i64> {
    i64::try_from(half_even(i128::from(minor).checked_mul(over)?, under)?).ok()
}

/// `over / under`, rounded to the nearest whole number and from the middle to the even one. None for a negative or
/// zero divisor, a negative dividend, or overflow.
#[must_use]
pub fn half_even(over: i128, under: i128) -> Option<i128> {
    if over < 0 || under <= 0 {
        return None;
    }
    let (whole, rest) = (over.checked_div(under)?, over.checked_rem(under)?);
    let odd = whole & 1 == 1;
    // rest * 2 against under, without leaving 128 bits.
    let up = match rest.cmp(&under.checked_sub(rest)?) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => odd,
        std::cmp::Ordering::Greater => true,
    };
    if up { whole.checked_add(1) } else { Some(whole) }
}
