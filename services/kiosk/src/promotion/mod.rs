//! What an order costs after coupons, vouchers and points, and what a refund gives back of them. Pure: the same
//! arguments give the same price on every machine; what was used up is kept by `ledger::promotion`.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod allocate;
mod choice;
mod coupon;
mod day;
mod funnel;
mod price;
mod refund;
mod rules;
mod voucher;
#[cfg(any(fuzzing, test))]
pub(crate) use self::voucher::fuzz;

pub use allocate::{allocate, portion};
pub use choice::{Choice, Shown, choose};
pub use coupon::{Coupon, Cut, NotApplicable, Presented};
pub use day::{BadDay, Day, minute_of_day};
pub use funnel::{Counts, FunnelEvent, REFERENCE_LEN_MAX, STEPS, Step, reward};
pub use price::{Discount, Offer, PointsOffer, PriceError, Priced, Source, best_coupons, price};
pub use refund::{GivenBack, RefundError, Returned, by_amount, by_lines};
pub use rules::{Campaign, Issuer, Rules, RulesError};
pub use voucher::{Serial, Voucher, VoucherError, Worth};
