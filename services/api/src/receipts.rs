//! `org.dais.Kiosk1.Receipts`: the receipt printer and the cash drawer, beside `org.dais.Kiosk1` on the same object.
//! Contract in words: `xml/org.dais.Kiosk1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{Type, proxy};

use crate::staff::StaffError;
use crate::wire::wire_enum;

wire_enum! {
    /// How the receipt printer is.
    PrinterState {
        /// It prints.
        Ready = 1,
        /// It prints, and its paper is near its end.
        PaperLow = 2,
        /// No paper.
        NoPaper = 3,
        /// Its cover is open.
        CoverOpen = 4,
        /// It says that something is wrong: its cutter, its heat, or itself.
        Fault = 5,
        /// It is not there or does not answer; it is tried again by itself.
        Away = 6,
        /// This kiosk has none.
        Absent = 7,
    }
}

wire_enum! {
    /// How the cash drawer is.
    DrawerState {
        /// Open.
        Open = 1,
        /// Closed.
        Closed = 2,
        /// This kiosk has none.
        Absent = 3,
    }
}

wire_enum! {
    /// What became of a receipt.
    ReceiptState {
        /// It is to be printed.
        Waiting = 1,
        /// It is being printed.
        Printing = 2,
        /// It is on paper, by the printer's own proof.
        Printed = 3,
        /// It may be on paper, whole or in part: staff look, and print a copy if it is not.
        Unproved = 4,
        /// The printer was away for so long that the payer is gone; staff may print it.
        Late = 5,
        /// It was handed to CUPS, which proves nothing.
        Handed = 6,
    }
}

/// A receipt and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Receipt {
    /// Whose payment.
    pub payment: String,
    /// [`ReceiptState`].
    pub state: u32,
    /// Whether its last printing was, or is to be, marked as a copy.
    pub copy: bool,
    /// Since when, milliseconds since 1970 UTC.
    pub changed_ms: i64,
}

/// The receipt printer as its callers see it.
#[proxy(
    interface = "org.dais.Kiosk1.Receipts",
    default_service = "org.dais.Kiosk1",
    default_path = "/org/dais/Kiosk1"
)]
pub trait Receipts {
    /// Prints the receipt of a paid payment once more, marked as a copy where it was printed before. It is written down
    /// when this returns; [`Self::list`] tells what became of it. Needs a grant of [`crate::staff::StaffProxy::open`].
    fn reprint(&self, grant: &str, id: &str) -> Result<(), StaffError>;
    /// Prints the receipt of a paid payment for its payer, who names it by its id: once, however often it is asked. It is
    /// written down when this returns. Needs no grant.
    fn print(&self, id: &str) -> Result<(), StaffError>;
    /// Opens the cash drawer. Needs a grant.
    fn open_drawer(&self, grant: &str) -> Result<(), StaffError>;
    /// The newest receipts, newest first, at most 100. Needs a grant.
    fn list(&self, grant: &str, limit: u32) -> Result<Vec<Receipt>, StaffError>;
    /// [`PrinterState`].
    #[zbus(property)]
    fn printer(&self) -> zbus::Result<u32>;
    /// Receipts are printed for those who ask with [`Self::print`], and not by themselves.
    #[zbus(property(emits_changed_signal = "const"))]
    fn asks(&self) -> zbus::Result<bool>;
    /// [`DrawerState`]; 0 while the printer does not say.
    #[zbus(property)]
    fn drawer(&self) -> zbus::Result<u32>;
    /// How many receipts wait to be printed, and how many staff must look at.
    #[zbus(property)]
    fn open(&self) -> zbus::Result<(u32, u32)>;
}
