//! Who a member is, and what members earn: rotating codes, tokens instead of identifiers, points, tiers, occasions.
//! Pure; what has happened is kept by `ledger::member`.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod authenticator;
mod code;
mod keys;
mod occasion;
mod points;
mod rules;
mod token;

pub use authenticator::Authenticator;
pub use code::{BadCode, CODE_DIGITS, Handle, MemberCode, MemberKey, Otp, STEP_MS, WINDOW_STEPS, totp};
pub use keys::Keys;
pub use occasion::{Birthday, Occasion, occasions};
pub use points::{Entry, EntryKind, Points, PointsError};
pub use rules::{NthOrder, Redeem, Rules, RulesError, Tier};
pub use token::{IdentityKind, KeyTooShort, Token, TokenKey, phone};
