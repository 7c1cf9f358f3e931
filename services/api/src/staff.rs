//! `org.dais.Kiosk1.Staff`: what only staff may ask of the till, beside `org.dais.Kiosk1` on the same object. Contract
//! in words: `xml/org.dais.Kiosk1.xml`.
//!
//! Every call but [`Staff::open`] carries a grant, which a PIN opens for one caller and a few minutes.

use serde::{Deserialize, Serialize};
use zbus::{DBusError, OwnedFd, Type, proxy};

use crate::wire::wire_enum;

mod sale;

pub use sale::{DayTakings, Sale, Takings};

wire_enum! {
    /// How far money is on its way back.
    RefundState {
        /// On its way; it is asked for until the channel has done it.
        Open = 1,
        /// Back.
        Done = 2,
        /// The channel will not; give it back another way.
        Refused = 3,
    }
}

wire_enum! {
    /// Why staff must look at a payment.
    CaseKind {
        /// Paid after the end; it goes back by itself.
        PaidLate = 1,
        /// Paid twice; the second goes back by itself.
        PaidTwice = 2,
        /// Another amount than asked for; it goes back by itself.
        WrongAmount = 3,
        /// A channel refuses to send money back.
        RefundRefused = 4,
        /// A channel has not answered for a day.
        NoAnswer = 5,
        /// A channel refuses to divide a sale's money.
        DivisionRefused = 6,
        /// Parties of a division do not give back their part of a refund.
        ShareWithheld = 7,
        /// The school's back office does not honour a payment by card.
        NotHonoured = 8,
        /// A risk rule stopped a charge; closing the case lets the payment be charged once.
        Stopped = 9,
    }
}

wire_enum! {
    /// What risk rules want done.
    Verdict {
        /// Go on.
        Allow = 1,
        /// Staff must look first.
        Review = 2,
        /// No.
        Refuse = 3,
    }
}

wire_enum! {
    /// A form of the journal of double entry.
    JournalFormat {
        /// Plain text accounting, as hledger and ledger read it.
        Hledger = 1,
        /// One posting a line, for spreadsheets.
        Csv = 2,
    }
}

/// Money that goes back or went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Refund {
    /// The refund's number at the channel.
    pub number: String,
    /// The asker's name for it; empty where it goes back by itself.
    pub ask: String,
    /// In minor units.
    pub amount: i64,
    /// [`RefundState`].
    pub state: u32,
}

/// Something that staff must look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Case {
    /// By which it is closed.
    pub case: i64,
    /// Since when, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Whose payment.
    pub payment: String,
    /// The order's, refund's or split's number at the channel; of a stopped charge the payment's id.
    pub number: String,
    /// [`CaseKind`].
    pub kind: u32,
    /// In minor units, 0 where that is not known.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
}

/// A risk rule that spoke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Reason {
    /// Its name.
    pub rule: String,
    /// [`Verdict`] that it asks for.
    pub verdict: u32,
    /// What it saw, in words.
    pub seen: String,
}

/// A decision of the risk rules about a charge or a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Decision {
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The charge's or refund's number at the channel; the payment's id where it was stopped.
    pub reference: String,
    /// [`Verdict`].
    pub verdict: u32,
    /// Whether it was written down only.
    pub shadow: bool,
    /// The rules' version.
    pub rules: u32,
    /// Every rule that spoke.
    pub reasons: Vec<Reason>,
}

/// What lies on an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Balance {
    /// Such as `channel:alipay` or `sales`.
    pub account: String,
    /// ISO 4217.
    pub currency: String,
    /// In minor units: debits above zero, credits below.
    pub amount: i64,
}

/// One channel's business day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChannelDay {
    /// [`crate::kiosk::Channel`].
    pub channel: u32,
    /// How many payments.
    pub payments: u32,
    /// Their sum, in minor units.
    pub gross: i64,
    /// How many refunds.
    pub refunds: u32,
    /// Their sum.
    pub refunded: i64,
    /// What the channel keeps, as far as it is known.
    pub fees: i64,
    /// What it passed on to other parties.
    pub divided: i64,
    /// What is left.
    pub net: i64,
}

/// A closed business day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DayReport {
    /// `2026-01-31`, GMT+8.
    pub day: String,
    /// Each channel on which something happened.
    pub channels: Vec<ChannelDay>,
    /// Numbers that are carried over because nobody can say yet what became of them.
    pub carried: Vec<String>,
    /// The ledger's chain at the close, hexadecimal: it names every record before it.
    pub chain: String,
}

wire_enum! {
    /// How orders, ledger and a channel's bill differ.
    DifferenceClass {
        /// We have it, the channel has not.
        MissingThere = 1,
        /// The channel has it, we have not.
        MissingHere = 2,
        /// Another amount.
        Amount = 3,
        /// Another outcome.
        State = 4,
        /// Twice on the bill.
        Duplicate = 5,
        /// It belongs to the day before or after.
        OtherDay = 6,
        /// Another fee than agreed.
        Fee = 7,
        /// Orders and ledger differ.
        Ledger = 8,
        /// We have a refund, the channel has not.
        RefundMissing = 9,
        /// The channel has a refund, we have not.
        RefundExtra = 10,
    }
}

/// What a channel is expected to pay out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Settlement {
    /// When, `2026-01-31`.
    pub day: String,
    /// [`crate::kiosk::Channel`].
    pub channel: u32,
    /// ISO 4217.
    pub currency: String,
    /// In minor units; below zero where more went back than came in.
    pub amount: i64,
}

/// What a channel keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Fee {
    /// [`crate::kiosk::Channel`].
    pub channel: u32,
    /// ISO 4217.
    pub currency: String,
    /// By its bills, in minor units.
    pub booked: i64,
    /// By its contract; 0 where none is written down.
    pub expected: i64,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Difference {
    /// [`DifferenceClass`].
    pub class: u32,
    /// The attempt's number.
    pub number: String,
    /// The refund's number; empty where it is about a payment.
    pub refund: String,
    /// With us, in minor units; 0 where we have nothing.
    pub ours: i64,
    /// At the channel; 0 where it has nothing.
    pub theirs: i64,
    /// What is done about it, in words: `ask-channel`, `ask-refund`, `on 2026-02-01`, `staff: ...`.
    pub repair: String,
}

wire_enum! {
    /// Where an agreement is in its life.
    AgreementState {
        /// The member is at the channel's page and has not signed yet.
        Asked = 1,
        /// Signed: it may be charged within its caps.
        Active = 2,
        /// Stopped for a while.
        Suspended = 3,
        /// Ended for good.
        Revoked = 4,
        /// Nobody signed in time, or its time is over.
        Expired = 5,
    }
}

/// An agreement by which a member is charged without a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Agreement {
    /// Our name of it.
    pub agreement: String,
    /// [`crate::kiosk::Channel`].
    pub channel: u32,
    /// [`AgreementState`].
    pub state: u32,
    /// Most of one charge, in minor units.
    pub per_transaction: i64,
    /// Most of one day.
    pub per_day: i64,
    /// Most of one month.
    pub per_month: i64,
    /// Charged today, charges under way among it.
    pub today: i64,
    /// Charged this month.
    pub this_month: i64,
    /// Until when it may be charged, milliseconds since 1970 UTC.
    pub expires_ms: u64,
}

/// Why staff were refused; nothing was done.
#[derive(Debug, DBusError, PartialEq)]
#[zbus(prefix = "org.dais.Kiosk1.Error")]
pub enum StaffError {
    /// Transport.
    #[zbus(error)]
    Bus(zbus::Error),
    /// No such PIN.
    WrongPin(String),
    /// Too many wrong PINs; the text says how long to wait.
    LockedOut(String),
    /// The grant is not this caller's, or its time is over: open it again.
    NoGrant(String),
    /// This member of staff may not do that.
    NotAllowed(String),
    /// This kiosk has no staff; its credential is missing.
    NoStaff(String),
    /// A name is empty or too long, or a date is none.
    BadId(String),
    /// The name was used for another refund.
    IdReused(String),
    /// No such payment or case.
    UnknownPayment(String),
    /// Only a paid payment has money to send back.
    NotPaid(String),
    /// More than is left to send back, or nothing.
    TooMuch(String),
    /// The channel takes no further refund of this payment.
    RefundOver(String),
    /// A risk rule stops this refund; the text names it and says whether a manager may send it back.
    RiskStopped(String),
    /// The payment waits for the school's back office; it can be refunded once that has answered.
    Offline(String),
    /// The day cannot be closed (yet); the text says what is in the way.
    DayOpen(String),
    /// The channel has no bill for that day (yet).
    NoBill(String),
    /// Nobody is a member by this.
    UnknownMember(String),
    /// A member cannot be served so; the text says why.
    MemberRefused(String),
    /// There is no such coupon or campaign, or not for this.
    OfferRefused(String),
    /// There is no such member or agreement, it cannot become so, or none is offered; the text says which.
    AgreementRefused(String),
    /// There is no receipt printer or drawer, or it does not print; the text says what to do.
    PrinterRefused(String),
    /// The till is locked or cannot write its ledger.
    Locked(String),
}

/// What staff may ask.
#[proxy(
    interface = "org.dais.Kiosk1.Staff",
    default_service = "org.dais.Kiosk1",
    default_path = "/org/dais/Kiosk1"
)]
pub trait Staff {
    /// Opens a grant with a PIN, for this caller alone: the grant, the staff's id, and how many seconds it lasts
    /// unused.
    fn open(&self, pin: &str) -> Result<(String, String, u32), StaffError>;
    /// Ends a grant.
    fn close(&self, grant: &str) -> Result<(), StaffError>;
    /// Sends money of a paid payment back. `ask` is the asker's own name for it; the same again is one refund.
    fn refund(&self, grant: &str, id: &str, ask: &str, amount: i64, currency: &str)
    -> Result<(), StaffError>;
    /// What went back of a payment, or goes.
    fn refunds(&self, grant: &str, id: &str) -> Result<Vec<Refund>, StaffError>;
    /// The paid among the newest payments, newest first; at most 1000 are looked at.
    fn sales(&self, grant: &str, limit: u32) -> Result<Vec<Sale>, StaffError>;
    /// What must be looked at, oldest first, at most 500.
    fn cases(&self, grant: &str, limit: u32) -> Result<Vec<Case>, StaffError>;
    /// Somebody has looked. A payment that a risk rule stopped may be charged once then.
    fn close_case(&self, grant: &str, case: i64) -> Result<(), StaffError>;
    /// What was sold from one day to another, as `2026-01-31`, both included and at most 31 days.
    fn takings(&self, grant: &str, first: &str, last: &str) -> Result<Takings, StaffError>;
    /// A dish is sold out from now on, or back; kept over restarts. Orders that have begun go on.
    fn sell_out(&self, grant: &str, sku: &str, sold_out: bool) -> Result<(), StaffError>;
    /// Why risk rules let pass or stopped what was asked: the newest decisions, oldest first, at most 200, by a
    /// payment's id, or by the number of an attempt or a refund.
    fn decisions(&self, grant: &str, reference: &str) -> Result<Vec<Decision>, StaffError>;
    /// What lies on every account; the sum of a currency is zero.
    fn trial_balance(&self, grant: &str) -> Result<Vec<Balance>, StaffError>;
    /// Closes a business day (`2026-01-31`, GMT+8), once, and answers its report. `carry` names each attempt and
    /// refund that is still in doubt; the error lists them.
    fn close_day(&self, grant: &str, day: &str, carry: &[&str]) -> Result<DayReport, StaffError>;
    /// Holds orders and ledger against a channel's own bill of a day; the same again changes nothing.
    fn reconcile(&self, grant: &str, day: &str, channel: u32) -> Result<Vec<Difference>, StaffError>;
    /// What the channels are expected to pay out for the days from the first to the last, in order of time.
    fn settlements(&self, grant: &str, first: &str, last: &str) -> Result<Vec<Settlement>, StaffError>;
    /// What the channels kept of those days, beside what their contracts let one expect.
    fn fees(&self, grant: &str, first: &str, last: &str) -> Result<Vec<Fee>, StaffError>;
    /// Begins an agreement for a member (by the member's handle) at a channel, and answers our name of it and a link to
    /// show as a QR code, at which the member signs. Caps in minor units; 0 is the school's own, above which none is.
    fn sign_agreement(
        &self,
        grant: &str,
        member: &str,
        channel: u32,
        per_transaction: i64,
        per_day: i64,
        per_month: i64,
    ) -> Result<(String, String), StaffError>;
    /// A member's agreements, the ended ones too. What waits for a signature is asked about by this.
    fn agreements(&self, grant: &str, member: &str) -> Result<Vec<Agreement>, StaffError>;
    /// Stops an agreement for a while.
    fn suspend_agreement(&self, grant: &str, agreement: &str) -> Result<(), StaffError>;
    /// Lets it go on.
    fn resume_agreement(&self, grant: &str, agreement: &str) -> Result<(), StaffError>;
    /// Ends it at once and for good; the channel is told until it has acknowledged that.
    fn end_agreement(&self, grant: &str, agreement: &str) -> Result<(), StaffError>;
    /// The journal of double entry from the first to the last day, as text in a sealed memfd.
    fn journal(&self, grant: &str, format: u32, first: &str, last: &str) -> Result<OwnedFd, StaffError>;
}
