//! `org.dais.Kiosk1`: the till. Contract in words: `xml/org.dais.Kiosk1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{OwnedFd, OwnedVariant, Type, Variant, proxy};

use crate::wire::wire_enum;

mod error;
mod label;
mod offline;
mod quote;

pub use error::KioskError;
pub use label::{Allergen, Category, Label};
pub use offline::{Offline, OfflineState};
pub use quote::{Binding, Quote};

/// Most lines one order may have; a tray holds fewer, and a bound keeps a bad caller from filling the ledger.
pub const ORDER_LINES_MAX: usize = 64;
/// Longest payment id in bytes; ids are made by the asker, so they need a bound.
pub const PAYMENT_ID_LEN_MAX: usize = 64;

wire_enum! {
    /// Who moves the money.
    Channel {
        /// Alipay.
        Alipay = 1,
        /// WeChat Pay.
        Wechat = 2,
        /// UnionPay.
        Unionpay = 3,
        /// The school's own prepaid account, by card.
        Campus = 4,
        /// Bank cards and phone wallets, by the certified terminal beside the kiosk.
        Terminal = 5,
        /// One code for every wallet.
        Any = 6,
    }
}

wire_enum! {
    /// How far the payment on the screen is.
    PaymentState {
        /// No payment is on the screen.
        Idle = 1,
        /// The order is stored; codes are being requested.
        Opening = 2,
        /// Codes are shown, camera and card reader listen.
        Waiting = 3,
        /// A presented code or card is being charged; cancelling answers `Busy`.
        Charging = 4,
        /// The payer must confirm on their phone.
        Confirming = 5,
        /// The channel did not say what became of the money; it is being asked until it does.
        Asking = 6,
        /// What could still be paid is being taken back; it ends without money moved, or in `Paid` if a channel proves so.
        Reversing = 7,
        /// Paid, and in the ledger.
        Paid = 8,
        /// Ended without money moving, by the person.
        Cancelled = 9,
        /// Ended without money moving: nobody paid in time.
        Expired = 10,
        /// Ended without money moving: no channel could take it.
        Failed = 11,
    }
}

wire_enum! {
    /// What the person at the kiosk should be told; the shell has the words in both languages.
    Notice {
        /// Nothing.
        None = 1,
        /// The code shown belongs to no channel that this kiosk takes.
        UnknownCode = 2,
        /// The code is dead: refresh it in the wallet and show it again.
        CodeDead = 3,
        /// Not enough money in the account.
        InsufficientFunds = 4,
        /// Confirm on the phone.
        ConfirmOnPhone = 5,
        /// The card left the reader too early; hold it until the tick.
        CardLeftTooSoon = 6,
        /// The card is not enrolled here.
        CardUnknown = 7,
        /// The card is blocked; see the office.
        CardBlocked = 8,
        /// The channel refused; use another way to pay.
        Declined = 9,
        /// No channel can be reached; nothing was charged.
        ChannelsUnreachable = 10,
        /// The outcome is not known yet; do not pay again.
        DoNotPayAgain = 11,
        /// Money that came late or twice was sent back.
        MoneyReturned = 12,
        /// Something is held before the camera but no code can be read: nearer, steadier, brighter.
        CodeUnreadable = 13,
        /// The till cannot write its ledger, so nothing is charged; see staff.
        LedgerFull = 14,
        /// Staff must look at this payment.
        SeeStaff = 15,
        /// The card left before it could answer: hold the same card to the reader again.
        CardAgain = 16,
        /// Follow the terminal beside the kiosk: it takes bank cards and phones.
        UseTerminal = 17,
        /// A voucher or member code is no money: it counts before the order is begun.
        OfferTooLate = 18,
        /// Two cards lie on the reader, so none was charged: hold one alone.
        OneCard = 19,
        /// This code was charged before, so it is not charged again: refresh it in the wallet.
        CodeUsed = 20,
        /// The payment is being given up before anything was charged; its codes are being closed.
        Closing = 21,
        /// The network is away, and this card or code cannot be honoured later: use another card.
        OfflineCard = 30,
        /// The network is away, and this is more than may be paid until it is back.
        OfflineLimit = 31,
        /// The network is away for too long, or too much waits for it; see staff.
        OfflineFull = 32,
        /// A code is seen but too small: hold it nearer.
        CodeSmall = 40,
        /// What is held fills the view: hold it farther away.
        CodeLarge = 41,
        /// A code is too dim: make the screen brighter.
        CodeDark = 42,
        /// A reflection lies on the code: turn it a little.
        CodeGlare = 43,
        /// The code is seen from the side: hold it level.
        CodeTilted = 44,
        /// The code is smeared: hold it still.
        CodeBlurred = 45,
        /// Paid, and the receipt waits for paper; staff put a roll in.
        ReceiptNoPaper = 60,
        /// Paid, and the receipt waits until the printer's cover is closed.
        ReceiptCoverOpen = 61,
        /// Paid, and the printer is away or out of order: the receipt comes later, or from staff.
        ReceiptLater = 62,
        /// Paid, and the receipt may not be whole, or will not be printed by itself any more: ask staff for one.
        ReceiptInDoubt = 63,
    }
}

wire_enum! {
    /// A device of the kiosk.
    Device {
        /// The camera that reads codes.
        Camera = 1,
        /// The card reader.
        CardReader = 2,
        /// The scanner gun.
        Scanner = 3,
        /// The receipt printer.
        Printer = 4,
        /// The light that tells the payer how it stands.
        Light = 5,
        /// The buzzer beside it.
        Buzzer = 6,
    }
}

wire_enum! {
    /// Whether a device works.
    DeviceState {
        /// Working.
        Ready = 1,
        /// Configured but not found or not answering; it is tried again by itself.
        Missing = 2,
        /// This kiosk has none.
        Absent = 3,
    }
}

wire_enum! {
    /// Whether the till takes orders.
    Standing {
        /// Open.
        Open = 1,
        /// The ledger failed its checks; no order is taken until staff have looked.
        Locked = 2,
    }
}

/// One dish on the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Dish {
    /// Stable name within this menu, as orders use it.
    pub sku: String,
    /// 中文 name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Price in minor units of the till's currency.
    pub price: i64,
    /// File name under the assets' `pictures/`.
    pub picture: String,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Line {
    /// The dish.
    pub sku: String,
    /// How many, at least 1.
    pub quantity: u32,
    /// What the asker believes one costs, in minor units; a changed price is refused, never charged.
    pub unit_price: i64,
}

/// The payment on the screen, or one looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Payment {
    /// The asker's id; empty while idle.
    pub id: String,
    /// [`PaymentState`].
    pub state: u32,
    /// Sum in minor units.
    pub total: i64,
    /// ISO 4217.
    pub currency: String,
    /// Codes to show, [`Channel`] and text, in the order the channels answered.
    pub codes: Vec<(u32, String)>,
    /// [`Channel`] that paid, 0 until then.
    pub paid_by: u32,
    /// Number called out when the meal is ready, 0 until paid.
    pub pickup: u32,
    /// [`Notice`] for the person.
    pub notice: u32,
}

wire_enum! {
    /// What takes something off a price.
    OfferKind {
        /// A coupon.
        Coupon = 1,
        /// A voucher.
        Voucher = 2,
        /// Points.
        Points = 3,
    }
}

/// Something that was taken off a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Discount {
    /// [`OfferKind`].
    pub kind: u32,
    /// As the receipt names it: the coupon, the voucher's number, how many points.
    pub name: String,
    /// In minor units, above 0.
    pub amount: i64,
}

/// What an order costs with what the payer shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Price {
    /// Before offers, in minor units.
    pub gross: i64,
    /// To be paid, 0 where offers pay all.
    pub total: i64,
    /// In the order in which they are taken; they are the difference.
    pub discounts: Vec<Discount>,
    /// Whether the payer is known as a member; the next four say nothing otherwise.
    pub member: bool,
    /// The member's tier.
    pub tier: String,
    /// Points that the member can spend now.
    pub points: i64,
    /// Points that the order earns when it is paid now.
    pub earns: i64,
    /// Coupons that the member was given and has not used, but for those shown.
    pub at_hand: Vec<String>,
    /// What was not taken: its place among the offers from 0 (their count for the points), and why, for the payer.
    pub left_out: Vec<(u32, String)>,
}

wire_enum! {
    /// Who bears the fee of instalments.
    Bearer {
        /// The buyer pays it on top.
        Buyer = 1,
        /// The seller gets less.
        Seller = 2,
    }
}

/// A plan by which an order may be paid in monthly parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Instalment {
    /// In how many parts.
    pub parts: u32,
    /// The fee on the whole, in minor units.
    pub fee: i64,
    /// Most that the buyer pays in one month, in minor units.
    pub monthly: i64,
    /// [`Bearer`].
    pub bearer: u32,
}

/// The till as its callers see it.
#[proxy(
    interface = "org.dais.Kiosk1",
    default_service = "org.dais.Kiosk1",
    default_path = "/org/dais/Kiosk1"
)]
pub trait Kiosk {
    /// The menu, in the order to show it, and the currency of its prices.
    fn menu(&self) -> Result<(String, Vec<Dish>), KioskError>;
    /// What is said of the menu beside its prices: its categories in the order to show them, and a label for each
    /// dish.
    fn labels(&self) -> Result<(Vec<Category>, Vec<Label>), KioskError>;
    /// Starts a payment. The same id and order again answers ok.
    fn begin(&self, id: &str, lines: &[Line], total: i64, currency: &str) -> Result<(), KioskError>;
    /// In what parts a sum may be paid here, fewest first; none where no channel offers that.
    fn instalments(&self, total: i64) -> Result<Vec<Instalment>, KioskError>;
    /// Starts a payment in monthly parts: only channels that can are asked. The same id, order and parts again answers
    /// ok.
    fn begin_in(
        &self,
        id: &str,
        lines: &[Line],
        total: i64,
        currency: &str,
        parts: u32,
    ) -> Result<(), KioskError>;
    /// Charges the payment by an agreement of the member whose one-time code this is.
    fn pay_by_agreement(&self, id: &str, member: &str) -> Result<(), KioskError>;
    /// What an order costs with the texts that were scanned or typed: a member code, vouchers, coupons, a campaign.
    /// `points` is how many the member would spend at most. A member code counts once, and for this order afterwards.
    fn quote(
        &self,
        lines: &[Line],
        currency: &str,
        offers: &[&str],
        points: i64,
    ) -> Result<Price, KioskError>;
    /// [`Self::begin`] with offers; `total` is what [`Self::quote`] said. Every offer must be taken, or nothing is
    /// stored. The same again answers ok.
    fn begin_with(
        &self,
        id: &str,
        lines: &[Line],
        total: i64,
        currency: &str,
        offers: &[&str],
        points: i64,
    ) -> Result<(), KioskError>;
    /// A campaign was on the screen; `showing` is the caller's own name of that, the same again is one.
    fn shown(&self, campaign: &str, showing: &str) -> Result<(), KioskError>;
    /// How it was, 1 to 5 stars, once for a paid payment.
    fn feedback(&self, id: &str, stars: u32) -> Result<(), KioskError>;
    /// A payer's code, as a scanner read it.
    fn present(&self, id: &str, code: &str) -> Result<(), KioskError>;
    /// What the camera sees while a payment waits, small: grey bytes row by row in a sealed memfd, width and height.
    fn sight(&self) -> Result<(OwnedFd, u32, u32), KioskError>;
    /// Gives the payment up, unless money may be moving.
    fn cancel(&self, id: &str) -> Result<(), KioskError>;
    /// Takes an ended payment off the screen.
    fn dismiss(&self, id: &str) -> Result<(), KioskError>;
    /// What became of a payment.
    fn lookup(&self, id: &str) -> Result<Payment, KioskError>;
    /// The newest payments, newest first, at most 100.
    fn recent(&self, limit: u32) -> Result<Vec<Payment>, KioskError>;
    /// What so many minor units of the till's currency are in others, now; empty where this kiosk tells none.
    fn quotes(&self, total: i64) -> Result<Vec<Quote>, KioskError>;
    /// The payer of a payment that waits reads its price by this quote; an empty one takes that back.
    fn accept(&self, id: &str, quote: &str) -> Result<(), KioskError>;
    /// A payment, or `amount` of it (0 is all), by the quote that its payer accepted: for a receipt or a refund's.
    fn quoted(&self, id: &str, amount: i64) -> Result<Quote, KioskError>;
    /// The payment on the screen.
    #[zbus(property)]
    fn payment(&self) -> zbus::Result<Payment>;
    /// Since when and until when the payment on the screen waits for its payer, and its codes are good: milliseconds
    /// since 1970 UTC, both 0 where it does not wait.
    #[zbus(property)]
    fn waits(&self) -> zbus::Result<(u64, u64)>;
    /// [`Device`] and [`DeviceState`].
    #[zbus(property)]
    fn devices(&self) -> zbus::Result<Vec<(u32, u32)>>;
    /// [`Standing`].
    #[zbus(property)]
    fn standing(&self) -> zbus::Result<u32>;
    /// The dishes that are sold out, by their sku, whether by the menu or by staff's word.
    #[zbus(property)]
    fn sold_out(&self) -> zbus::Result<Vec<String>>;
    /// Whether the school's back office answers, and what waits for it.
    #[zbus(property)]
    fn offline(&self) -> zbus::Result<Offline>;
    /// Version of the service.
    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> zbus::Result<String>;
}
