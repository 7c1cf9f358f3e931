//! `org.dais.Kiosk1.Sessions`: rooms that are sold by time, beside `org.dais.Kiosk1` on the same object. Contract in
//! words: `xml/org.dais.Kiosk1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{OwnedVariant, Type, Variant, proxy};

use crate::kiosk::KioskError;
use crate::wire::wire_enum;

wire_enum! {
    /// How far a session is.
    SessionState {
        /// Paid time.
        Running = 1,
        /// The paid time is over; the room stays open for a moment more.
        Grace = 2,
    }
}

/// What is sold by time. It is ordered as a dish is: one line of it alone, so many in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SessionOffer {
    /// Stable name, as orders use it.
    pub id: String,
    /// 中文 name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// How long one is, in milliseconds.
    pub length_ms: u64,
    /// Price of one in minor units of the till's currency.
    pub price: i64,
    /// Where.
    pub room: String,
    /// How many one person may have in a row.
    pub in_a_row: u32,
    /// File name under the assets' `pictures/`; empty where it has none.
    pub picture: String,
}

/// A session that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Session {
    /// Where; at most one session a room.
    pub room: String,
    /// The offer's name.
    pub offer: String,
    /// The payment that began it: another session has another.
    pub first: String,
    /// [`SessionState`].
    pub state: u32,
    /// Until the paid time, or the grace, is over, in milliseconds from when this was told. 0 in the grace while more
    /// is being paid for.
    pub left_ms: u64,
    /// How long the grace is, in milliseconds.
    pub grace_ms: u64,
    /// How many more may be bought in a row.
    pub more: u32,
}

/// The sessions as their callers see them.
#[proxy(
    interface = "org.dais.Kiosk1.Sessions",
    default_service = "org.dais.Kiosk1",
    default_path = "/org/dais/Kiosk1"
)]
pub trait Sessions {
    /// What is sold by time, in the order to show it, and the currency of its prices.
    fn offers(&self) -> Result<(String, Vec<SessionOffer>), KioskError>;
    /// The payment that began the session of a room, or with an empty name of any; empty where nobody has one. Other than an
    /// empty [`Self::current`], which a till that cannot read its ledger shows too, this is certain.
    fn whose(&self, room: &str) -> Result<String, KioskError>;
    /// The sessions that run.
    #[zbus(property)]
    fn current(&self) -> zbus::Result<Vec<Session>>;
}
