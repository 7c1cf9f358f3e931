//! Who of the staff may do what at this kiosk, and for how long after they have typed their number.
//!
//! A member types one string of digits, as at any till: two for who they are, six or more for the PIN. A right PIN
//! opens a grant for the one program on the bus that asked, which ends by itself. The roster is the credential
//! `kiosk_staff`; `dais-kiosk staff hash` makes its lines. Wrong PINs lock the whole kiosk for longer and longer,
//! over restarts as well: a lock of one member alone would let a stranger try everyone in turn, or lock out whom they
//! like without ever standing at this kiosk; and a lock that a pulled plug opens is none.
#![deny(clippy::float_arithmetic, clippy::as_conversions)]

mod desk;
mod grants;
mod lockout;
mod roster;

use std::fmt;

use crate::till::Money;

pub use self::desk::{Staff, StaffError};
pub use self::grants::{Grant, Grants};
pub use self::lockout::Lockout;
pub use self::roster::{Roster, RosterError, hash};

/// A member's two digits: what the ledger names, and what the log may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId([u8; 2]);

impl StaffId {
    /// Reads two digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 2] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }
}

impl fmt::Display for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

impl fmt::Debug for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Sends money back, up to a cap a refund.
    Cashier {
        /// Minor units of the till's currency.
        cap: i64,
    },
    /// Everything.
    Manager,
    /// Looks at the books and changes nothing.
    Auditor,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Send so much back.
    Refund(Money),
    /// Close the day.
    CloseDay,
    /// Have members sign agreements, and end them: the member's own password is what counts.
    Agreements,
    /// Look at the books.
    ReadFinance,
    /// Settle what the books leave open.
    ChangeFinance,
    /// Make members and look after them.
    ServeMembers,
    /// Print receipts once more, and see what became of them.
    PrintReceipts,
    /// Open the cash drawer.
    OpenDrawer,
    /// Give coupons, which are money to their member.
    GiveCoupons,
    /// Have the kiosk's devices tested.
    TestDevices,
    /// Say that a dish is sold out, or back.
    SellOut,
}

/// A member who has proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who {
    /// For the ledger.
    pub id: StaffId,
    /// What they are.
    pub role: Role,
}

/// Why not. Staff see the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody has typed a PIN in this program, or this is not its token.
    #[error("type your staff number and PIN first")]
    NoGrant,
    /// Too long ago.
    #[error("too long ago; type your staff number and PIN again")]
    Expired,
    /// Not theirs to do.
    #[error("your role does not allow this; ask a manager")]
    NotAllowed,
    /// More than a cashier may.
    #[error("this is more than you may send back; ask a manager")]
    OverCap,
    /// Wrong.
    #[error("the staff number or the PIN is wrong")]
    WrongPin,
    /// Too many wrong ones.
    #[error("too many wrong PINs at this kiosk; try again in {} s", wait_ms.div_ceil(1000))]
    Locked {
        /// How long still, in milliseconds.
        wait_ms: u64,
    },
    /// A try that cannot be counted is not made.
    #[error("the count of tries cannot be written; look at the disk")]
    NotCounted,
}

impl Role {
    /// Whether the role has the right.
    ///
    /// # Errors
    /// [`Denied::NotAllowed`], [`Denied::OverCap`].
    pub fn may(self, right: Right) -> Result<(), Denied> {
        match (self, right) {
            (Self::Manager, _) | (Self::Auditor, Right::ReadFinance) => Ok(()),
            (
                Self::Cashier { .. },
                Right::ServeMembers
                | Right::Agreements
                | Right::PrintReceipts
                | Right::OpenDrawer
                | Right::TestDevices
                | Right::SellOut,
            ) => Ok(()),
            (Self::Cashier { cap }, Right::Refund(amount)) if amount.minor() <= cap => Ok(()),
            (Self::Cashier { .. }, Right::Refund(_)) => Err(Denied::OverCap),
            (Self::Cashier { .. } | Self::Auditor, _) => Err(Denied::NotAllowed),
        }
    }
}

#[cfg(test)]
mod tests;
