//! `org.dais.Kiosk1.Members`: what staff do for members and with campaigns, beside `org.dais.Kiosk1` on the same object.
//! Contract in words: `xml/org.dais.Kiosk1.xml`. Every call carries a grant of [`crate::staff::StaffProxy::open`].

use serde::{Deserialize, Serialize};
use zbus::{OwnedFd, Type, proxy};

use crate::staff::StaffError;
use crate::wire::wire_enum;

wire_enum! {
    /// What stands for a member beside the code on the phone.
    Identity {
        /// A phone number, which staff type to find its member.
        Phone = 1,
    }
}

wire_enum! {
    /// A step from a poster to the next coupon.
    FunnelStep {
        /// The campaign was on the screen.
        Shown = 1,
        /// Its code was scanned.
        Scanned = 2,
        /// An order was begun.
        Ordered = 3,
        /// It was paid.
        Paid = 4,
        /// The payer told how it was.
        Feedback = 5,
        /// The next coupon was given.
        Rewarded = 6,
    }
}

/// How often a step was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StepCount {
    /// [`FunnelStep`].
    pub step: u32,
    /// How often.
    pub events: u64,
    /// By how many members.
    pub members: u64,
}

/// What a member has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Points {
    /// The member.
    pub handle: String,
    /// The tier's name.
    pub tier: String,
    /// Points that can be spent now.
    pub available: i64,
    /// All of them less those owed after refunds, so perhaps below 0.
    pub balance: i64,
}

/// What staff do for members. `member` is a handle, or a phone number that was bound.
#[proxy(
    interface = "org.dais.Kiosk1.Members",
    default_service = "org.dais.Kiosk1",
    default_path = "/org/dais/Kiosk1"
)]
pub trait Members {
    /// Makes a member: the handle, and in a sealed memfd the text that an authenticator app reads as a QR code
    /// (`otpauth://totp/...`). It is the member's secret; show it once to the member. `birthday` is `MM-DD` or empty.
    fn join(&self, grant: &str, birthday: &str) -> Result<(String, OwnedFd), StaffError>;
    /// Lets an identifier stand for a member; `kind` is [`Identity`].
    fn bind(&self, grant: &str, member: &str, kind: u32, identifier: &str) -> Result<(), StaffError>;
    /// What a member has.
    fn points(&self, grant: &str, member: &str) -> Result<Points, StaffError>;
    /// Gives a member a coupon that is only for those who were given it. `ask` is the asker's own name for it; the same
    /// again gives nothing more.
    fn give_coupon(&self, grant: &str, member: &str, coupon: &str, ask: &str) -> Result<(), StaffError>;
    /// How far a campaign's members came from the first to the last day, a row for each step.
    fn funnel(
        &self,
        grant: &str,
        campaign: &str,
        first: &str,
        last: &str,
    ) -> Result<Vec<StepCount>, StaffError>;
}
