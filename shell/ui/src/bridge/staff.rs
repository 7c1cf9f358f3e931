//! What staff ask of the till, each with the grant that their PIN opened for this connection.

use std::fmt;

use api::devices::{DeviceHealth, DevicesError, DevicesProxy, TestResult};
use api::receipts::ReceiptsProxy;
use api::staff::{Case, DayReport, Refund, Sale, StaffError, StaffProxy, Takings};
use zbus::Connection;

use super::{Tell, ToUi};
use screens::StaffTrouble;

/// How often a refund is asked where the till is silent: by its name it is one refund, however often it is asked.
const REFUND_MAX: u32 = 3;
/// Payments that are looked through: a busy day's.
const SALES_MAX: u32 = 1_000;
/// Cases that are shown; more need an office, not a kiosk.
const CASES_MAX: u32 = 50;

/// A PIN or a grant, which is nobody else's and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(**)")
    }
}

/// A question of staff.
#[derive(Clone, Debug)]
pub enum StaffAsk {
    /// Number and PIN.
    SignIn { pin: Hidden },
    /// The grant ends.
    SignOut { grant: Hidden },
    /// What was sold lately.
    Sales { grant: Hidden },
    /// Sends money back, by a name that is kept.
    Refund { grant: Hidden, payment: String, ask: String, amount: i64, currency: String },
    /// The receipt once more.
    Reprint { grant: Hidden, payment: String },
    /// What was sold from one day to another, as the books name days.
    Takings { grant: Hidden, first: String, last: String },
    /// A dish is sold out, or back.
    SellOut { grant: Hidden, sku: String, sold_out: bool },
    /// Closes a business day.
    CloseDay { grant: Hidden, day: String },
    /// What must be looked at.
    Cases { grant: Hidden },
    /// Somebody has looked.
    CloseCase { grant: Hidden, case: i64 },
    /// How the devices are; needs no grant.
    Health,
    /// Tests one.
    Test { grant: Hidden, device: u32 },
}

/// A no, and the till's own words where they say more.
#[derive(Clone, Debug, PartialEq)]
pub struct No {
    /// Why.
    pub trouble: StaffTrouble,
    /// In both languages, see [`api::words`]; empty where the trouble says it all.
    pub words: String,
}

/// What the till said.
#[derive(Clone, Debug)]
pub enum StaffSaid {
    /// The grant, who it is, and how many seconds it lasts unused.
    SignedIn(Result<(Hidden, String, u32), No>),
    /// The newest payments that were paid.
    Sales(Result<Vec<Sale>, No>),
    /// What goes back of the payment, or why nothing more does.
    Refunded { ask: String, refunds: Result<Vec<Refund>, No> },
    /// It is written down to be printed.
    Reprinted(Result<(), No>),
    /// What was sold over some days.
    Takings(Result<Takings, No>),
    /// Whether it is sold out now; the menu tells it too.
    SoldOut(Result<bool, No>),
    /// The day's report.
    DayClosed(Result<DayReport, No>),
    /// What must be looked at.
    Cases(Result<Vec<Case>, No>),
    /// It is closed.
    CaseClosed(Result<(), No>),
    /// How each device is.
    Health(Vec<DeviceHealth>),
    /// What a test found.
    Tested { device: u32, found: Result<TestResult, No> },
    /// Nothing to tell.
    Nothing,
}

impl StaffAsk {
    /// What is said where nobody can be asked.
    pub(super) fn unheard(self) -> StaffSaid {
        let no = No { trouble: StaffTrouble::Silent, words: String::new() };
        match self {
            Self::SignIn { .. } => StaffSaid::SignedIn(Err(no)),
            Self::SignOut { .. } | Self::Health => StaffSaid::Nothing,
            Self::Sales { .. } => StaffSaid::Sales(Err(no)),
            Self::Refund { ask, .. } => StaffSaid::Refunded { ask, refunds: Err(no) },
            Self::Reprint { .. } => StaffSaid::Reprinted(Err(no)),
            Self::Takings { .. } => StaffSaid::Takings(Err(no)),
            Self::SellOut { .. } => StaffSaid::SoldOut(Err(no)),
            Self::CloseDay { .. } => StaffSaid::DayClosed(Err(no)),
            Self::Cases { .. } => StaffSaid::Cases(Err(no)),
            Self::CloseCase { .. } => StaffSaid::CaseClosed(Err(no)),
            Self::Test { device, .. } => StaffSaid::Tested { device, found: Err(no) },
        }
    }
}

/// Asks and tells the answer.
pub(super) async fn ask(connection: Connection, ask: StaffAsk, tell: Tell) {
    let said = match answer(&connection, ask.clone()).await {
        Ok(said) => said,
        Err(error) => {
            tracing::warn!(%error, "the till cannot be addressed for staff");
            ask.unheard()
        }
    };
    tell(ToUi::Staff(said));
}

async fn answer(connection: &Connection, ask: StaffAsk) -> zbus::Result<StaffSaid> {
    let staff = StaffProxy::new(connection).await?;
    Ok(match ask {
        StaffAsk::SignIn { pin } => {
            let opened = staff.open(&pin.0).await.map_err(refused);
            StaffSaid::SignedIn(opened.map(|(grant, who, seconds)| (Hidden(grant), who, seconds)))
        }
        StaffAsk::SignOut { grant } => {
            if staff.close(&grant.0).await.is_err() {
                tracing::debug!("a grant ends by itself");
            }
            StaffSaid::Nothing
        }
        StaffAsk::Sales { grant } => {
            StaffSaid::Sales(staff.sales(&grant.0, SALES_MAX).await.map_err(refused))
        }
        StaffAsk::Refund { grant, payment, ask, amount, currency } => {
            let mut asked = Ok(());
            for _ in 0..REFUND_MAX {
                asked = staff.refund(&grant.0, &payment, &ask, amount, &currency).await;
                if !matches!(asked, Err(StaffError::Bus(_))) {
                    break;
                }
            }
            let refunds = match asked {
                Ok(()) => staff.refunds(&grant.0, &payment).await,
                Err(error) => Err(error),
            };
            StaffSaid::Refunded { ask, refunds: refunds.map_err(refused) }
        }
        StaffAsk::Reprint { grant, payment } => {
            let receipts = ReceiptsProxy::new(connection).await?;
            StaffSaid::Reprinted(receipts.reprint(&grant.0, &payment).await.map_err(refused))
        }
        StaffAsk::Takings { grant, first, last } => {
            StaffSaid::Takings(staff.takings(&grant.0, &first, &last).await.map_err(refused))
        }
        StaffAsk::SellOut { grant, sku, sold_out } => {
            let said = staff.sell_out(&grant.0, &sku, sold_out).await;
            StaffSaid::SoldOut(said.map(|()| sold_out).map_err(refused))
        }
        StaffAsk::CloseDay { grant, day } => {
            StaffSaid::DayClosed(staff.close_day(&grant.0, &day, &[]).await.map_err(refused))
        }
        StaffAsk::Cases { grant } => {
            StaffSaid::Cases(staff.cases(&grant.0, CASES_MAX).await.map_err(refused))
        }
        StaffAsk::CloseCase { grant, case } => {
            StaffSaid::CaseClosed(staff.close_case(&grant.0, case).await.map_err(refused))
        }
        StaffAsk::Health => StaffSaid::Health(DevicesProxy::new(connection).await?.health().await?),
        StaffAsk::Test { grant, device } => {
            let found = DevicesProxy::new(connection).await?.test(&grant.0, device).await;
            StaffSaid::Tested { device, found: found.map_err(untested) }
        }
    })
}

fn refused(error: StaffError) -> No {
    use StaffTrouble as T;
    let plain = |trouble| No { trouble, words: String::new() };
    match error {
        StaffError::Bus(error) => {
            tracing::warn!(%error, "the till does not answer staff");
            plain(T::Silent)
        }
        StaffError::WrongPin(_) => plain(T::WrongPin),
        StaffError::LockedOut(words) => No { trouble: T::LockedOut, words },
        StaffError::NoGrant(_) => plain(T::SignedOut),
        StaffError::NotAllowed(_) => plain(T::NotAllowed),
        StaffError::NoStaff(_) => plain(T::NoStaff),
        StaffError::UnknownPayment(_) | StaffError::NotPaid(_) => plain(T::NotPaid),
        StaffError::TooMuch(_) => plain(T::TooMuch),
        StaffError::RefundOver(_) => plain(T::RefundOver),
        StaffError::RiskStopped(words) => No { trouble: T::RiskStopped, words },
        StaffError::Offline(_) => plain(T::Offline),
        StaffError::DayOpen(words) => No { trouble: T::DayOpen, words },
        StaffError::PrinterRefused(words) => No { trouble: T::NoPrinter, words },
        StaffError::Locked(_) => plain(T::TillLocked),
        StaffError::BadId(words)
        | StaffError::IdReused(words)
        | StaffError::NoBill(words)
        | StaffError::UnknownMember(words)
        | StaffError::MemberRefused(words)
        | StaffError::OfferRefused(words)
        | StaffError::AgreementRefused(words) => No { trouble: T::Refused, words },
    }
}

fn untested(error: DevicesError) -> No {
    use StaffTrouble as T;
    let trouble = match error {
        DevicesError::Bus(error) => {
            tracing::warn!(%error, "the till does not answer about its devices");
            T::Silent
        }
        DevicesError::NoGrant(_) => T::SignedOut,
        DevicesError::NotAllowed(_) => T::NotAllowed,
        DevicesError::NoStaff(_) => T::NoStaff,
        DevicesError::NoDevice(_) => T::NoDevice,
        DevicesError::Busy(_) => T::Paying,
        DevicesError::Locked(_) => T::TillLocked,
    };
    No { trouble, words: String::new() }
}
