//! Why the till says no.

use zbus::DBusError;

/// Why a call was refused; nothing was stored or charged.
#[derive(Debug, DBusError, PartialEq)]
#[zbus(prefix = "org.dais.Kiosk1.Error")]
pub enum KioskError {
    /// Transport.
    #[zbus(error)]
    Bus(zbus::Error),
    /// The order has no lines.
    OrderEmpty(String),
    /// The lines do not add up to the total, a quantity is 0, or there are too many lines.
    WrongTotal(String),
    /// A dish is not on the menu.
    UnknownDish(String),
    /// A dish costs something else now.
    PriceChanged(String),
    /// Not the till's currency.
    WrongCurrency(String),
    /// The id is empty or too long.
    BadId(String),
    /// The id was used for another order.
    IdReused(String),
    /// Money may be moving, or another payment is on the screen.
    Busy(String),
    /// No such payment.
    UnknownPayment(String),
    /// Codes are taken only while the payment waits for one.
    NotWaiting(String),
    /// No agreement of the member's allows this charge, or none is there; pay another way. The text says why.
    AgreementRefused(String),
    /// This amount cannot be paid in so many parts here.
    InstalmentRefused(String),
    /// A coupon, voucher, member code or points do not count; the text says why.
    OfferRefused(String),
    /// A session cannot be had so: another runs in the room, no more may be bought in a row, or something else was
    /// ordered with it.
    SessionRefused(String),
    /// The rate is not valid any more, or all rates that the kiosk has; ask for new ones.
    RateExpired(String),
    /// The kiosk's file of rates is missing or damaged; pay in the till's currency.
    NoRates(String),
    /// Feedback is for what was paid.
    NotPaid(String),
    /// Feedback is 1 to 5 stars.
    BadFeedback(String),
    /// The till is locked or cannot write its ledger.
    Locked(String),
}
