//! `org.dais.Kiosk1.Attendance`: who has come, by card. Money and attendance meet only in the reader: while it counts,
//! no card is a tender. Contract in words: `xml/org.dais.Kiosk1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{Type, proxy};

use crate::kiosk::KioskError;
use crate::wire::wire_enum;

wire_enum! {
    /// What was held to the reader.
    Came {
        /// A card that has a name on this list.
        Card = 1,
        /// A card or phone that tells another number each time, so it has no name.
        Changing = 2,
        /// Two cards at once, none was read.
        TwoCards = 3,
        /// It was gone before it was read.
        LeftTooSoon = 4,
    }
}

/// The longest name of a list, in bytes: 128 bits in hexadecimal, twice.
pub const LIST_LEN_MAX: usize = 64;

/// One card that was held to the reader. It prints nothing: whoever knows the list may know the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Tapped {
    /// [`Came`].
    pub came: u32,
    /// The card's name on this list and on no other, 32 hexadecimal digits; empty where it has none.
    pub name: String,
}

impl std::fmt::Debug for Tapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tapped").field("came", &self.came).finish_non_exhaustive()
    }
}

/// The attendance as the screen of a class sees it.
#[proxy(
    interface = "org.dais.Kiosk1.Attendance",
    default_service = "org.dais.Kiosk1",
    default_path = "/org/dais/Kiosk1"
)]
pub trait Attendance {
    /// Cards are for this list from now on, for so many seconds, at most 60; 0 ends it. Whether they are now.
    fn listen(&self, list: &str, seconds: u32) -> Result<bool, KioskError>;
    /// What was held to the reader since the last call, oldest first; the till has forgotten it then.
    fn take(&self) -> Result<Vec<Tapped>, KioskError>;
    /// How many were held to it since the service started.
    #[zbus(property)]
    fn tapped(&self) -> zbus::Result<u64>;
}
