//! The till as pure logic: no clock, no I/O, no threads, no floating point. Events go in, effects come out, and
//! everything that touches the world (ledger, channels, bus, devices) lives outside and performs the effects.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod answer;
mod attempt;
mod booking;
mod errand;
mod event;
mod fold;
mod forward;
mod label;
mod limits;
mod money;
mod offer;
mod order;
mod payment;
mod quote;
mod record;
mod refund;
mod session;
mod step;
mod stop;
mod tender;
mod timing;

pub use attempt::{
    Attempt, AttemptNumber, BadAttemptNumber, Refund, RefundNumber, RefundReason, SUBJECT_CHARS_MAX, Share,
    Split, Way,
};
pub use booking::{Account, Entry, entry};
pub use event::{Answer, Counters, Effect, Event, Refused, Rules};
pub use label::{Allergen, Category, CategoryError};
pub use money::{BadCurrency, Currency, Money, MoneyError};
pub use order::{Buyer, Dish, LINES_MAX, Line, Menu, MenuError, Order, OrderError, PaymentId, TakenOff};
pub use payment::{Notice, Phase, ReturnState, Returning, View};
pub use record::{ClosedBy, Ending, Fate, Record};
pub use session::{
    Bought, Mark, Offer as SessionOffer, OfferRules as SessionRules, OfferRulesError, Session, SessionChange,
    SessionState, Steady,
};
pub use step::Till;
pub use tender::{Agreed, AgreementNumber, BadTender, CardUid, PayCode, PurseKind, SunMessage, Tender};
pub use timing::Timing;
