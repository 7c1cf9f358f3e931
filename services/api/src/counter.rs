//! `org.dais.Kiosk1.Counter`: what is held to the counter while nobody pays, for the screen before its owner alone.
//! Contract in words: `xml/org.dais.Kiosk1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{Type, proxy};

use crate::kiosk::KioskError;
use crate::wire::wire_enum;

wire_enum! {
    /// What the screen wants to know while nobody pays.
    Wanted {
        /// Nothing.
        Nothing = 1,
        /// What a card holds.
        Cards = 2,
        /// The same, and codes of members, vouchers and coupons.
        CardsAndCodes = 3,
    }
}

wire_enum! {
    /// What waits to be taken.
    Presented {
        /// Nothing.
        Nothing = 1,
        /// A card lies there and is being asked.
        Looking = 2,
        /// What a card holds.
        Card = 3,
        /// A card of which nothing is shown: not the school's, lost, blocked, or it proves too little.
        Hidden = 4,
        /// A member's code, a voucher or a coupon.
        Offer = 5,
        /// A pay code: it is not looked at, since nothing is being paid.
        PayCode = 6,
    }
}

wire_enum! {
    /// What moved on an account.
    Movement {
        /// The office put money on it.
        TopUp = 1,
        /// A payment.
        Charge = 2,
        /// A payment that was taken back, or money that was sent back.
        Back = 3,
        /// Something else.
        Other = 4,
    }
}

/// What was presented. What does not belong to its kind is empty, or 0.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Taken {
    /// [`Presented`].
    pub kind: u32,
    /// The words of an offer.
    pub text: String,
    /// ISO 4217.
    pub currency: String,
    /// What the account holds, in minor units.
    pub balance: i64,
    /// Whether the card has a purse of its own.
    pub has_purse: bool,
    /// What that holds, as the card says.
    pub purse: i64,
    /// When (milliseconds since 1970 UTC), [`Movement`], how much (more than 0 where it came in), newest first.
    pub last: Vec<(i64, u32, i64)>,
}

/// The counter as the screen sees it.
#[proxy(
    interface = "org.dais.Kiosk1.Counter",
    default_service = "org.dais.Kiosk1",
    default_path = "/org/dais/Kiosk1"
)]
pub trait Counter {
    /// What is wanted from now on, for so many seconds, at most 60: [`Wanted`].
    fn want(&self, wanted: u32, seconds: u32) -> Result<(), KioskError>;
    /// What was presented, once; the till has forgotten it then.
    fn take(&self) -> Result<Taken, KioskError>;
    /// [`Presented`], and a number that is another for each.
    #[zbus(property)]
    fn presented(&self) -> zbus::Result<(u32, u64)>;
}
