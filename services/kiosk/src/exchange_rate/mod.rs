//! Prices in the payer's own currency. The till always charges in its own; a quote tells the payer what that is at
//! home, and binds the one who quoted it where the payer accepts it, until it expires. Pure but for the file
//! that quotes come in; exact fractions, no float.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod file;
mod quote;

pub use file::{Rates, RatesError};
pub use quote::{Binding, Quote, QuoteError, Quoted, Rate, half_even};

#[cfg(test)]
mod tests;
