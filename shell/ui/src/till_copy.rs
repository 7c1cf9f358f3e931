//! What the kiosk screen knows of the till: a copy of its properties, and the tray. Pure; [`crate::kiosk`] shows it.

use api::kiosk::{
    Category, Device, DeviceState, Dish, Label, Notice as Told, Payment, PaymentState, Standing,
};

use api::sessions::SessionOffer;

use crate::basket::Basket;
use crate::bridge::Answer;
use screens::{Channel, DeviceView, Notice, Stage};

/// How long a paid payment stays on the screen, in seconds: time to read a number aloud and scan the receipt.
pub const PAID_SECONDS: u32 = 20;
/// How long any other end stays: time to read two sentences in a second language.
const ENDED_SECONDS: u32 = 25;

/// The copy.
#[derive(Debug, Default)]
pub struct TillCopy {
    /// The till is on the bus and has told everything.
    pub here: bool,
    /// Currency of all prices.
    pub currency: String,
    /// The menu in its order.
    pub dishes: Vec<Dish>,
    /// Which part of the menu is shown, among those that have dishes.
    pub category: usize,
    /// The tray.
    pub basket: Basket,
    /// The payment on the till's screen.
    pub payment: Payment,
    /// Asked for, not yet on the till's screen: id and sum.
    pub awaited: Option<(String, i64)>,
    /// What to say about the tray, as the till refused something.
    pub refusal: Option<Answer>,
    /// The payment id could not be kept, so nothing was asked.
    pub not_kept: bool,
    /// Seconds left of an ended payment.
    pub seconds_left: u32,
    /// Since when and until when the payment waits, milliseconds since 1970 UTC; both 0 where it does not.
    pub waits: (u64, u64),
    /// What is sold by time, for a receipt's names.
    pub time: Vec<SessionOffer>,
    /// Receipts are printed for those who ask.
    pub prints_asked: bool,
    categories: Vec<Category>,
    labels: Vec<Label>,
    devices: Vec<(u32, u32)>,
    standing: Standing,
}

/// A menu as the till told it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Menu {
    /// Currency of all prices.
    pub currency: String,
    /// In the order to show them.
    pub dishes: Vec<Dish>,
    /// Its parts.
    pub categories: Vec<Category>,
    /// What is said of the dishes.
    pub labels: Vec<Label>,
    /// Receipts are printed for those who ask.
    pub prints_asked: bool,
}

impl TillCopy {
    /// A new menu; true where something left the tray with it.
    pub fn take_menu(&mut self, menu: Menu) -> bool {
        self.here = true;
        self.currency = menu.currency;
        self.dishes = menu.dishes;
        self.categories = menu.categories;
        self.labels = menu.labels;
        self.prints_asked = menu.prints_asked;
        if self.category >= self.categories().count() {
            self.category = 0;
        }
        let sellable: Vec<Dish> =
            self.dishes.iter().filter(|dish| !self.sold_out(&dish.sku)).cloned().collect();
        self.basket.keep_on(&sellable)
    }

    /// The parts of the menu that have dishes. None where the till tells of none, or of one only.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        let filled = |category: &&Category| self.dishes_of(&category.name).next().is_some();
        let several = self.categories.iter().filter(filled).count() > 1;
        self.categories.iter().filter(filled).filter(move |_| several)
    }

    /// The dishes of a part of the menu.
    pub fn dishes_of(&self, category: &str) -> impl Iterator<Item = &Dish> {
        let in_it = move |dish: &&Dish| self.label(&dish.sku).is_some_and(|label| label.category == category);
        self.dishes.iter().filter(in_it)
    }

    /// The dishes of the part that is shown; all where there are no parts.
    pub fn dishes_shown(&self) -> impl Iterator<Item = &Dish> {
        let chosen = self.categories().nth(self.category).map(|category| category.name.as_str());
        self.dishes.iter().filter(move |dish| {
            chosen.is_none_or(|chosen| self.label(&dish.sku).is_some_and(|label| label.category == chosen))
        })
    }

    /// What is said of a dish.
    pub fn label(&self, sku: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.sku == sku)
    }

    fn sold_out(&self, sku: &str) -> bool {
        self.label(sku).is_some_and(|label| label.sold_out)
    }

    /// How long the codes are good: seconds, and the part of the whole that is left. 0 where nothing waits, or where
    /// the till is away and could not take a payment.
    pub fn good_for(&self, now_ms: u64) -> (u32, f32) {
        let (since, until) = self.waits;
        if until <= since || !self.here || self.codes().is_empty() {
            return (0, 0.0);
        }
        let left = until.saturating_sub(now_ms).min(until - since);
        (u32::try_from(left.div_ceil(1000)).unwrap_or(u32::MAX), left as f32 / (until - since) as f32)
    }

    /// The payment property changed. True where the payment has just reached its end.
    pub fn take_payment(&mut self, payment: Payment) -> bool {
        let before = self.state();
        let same = payment.id == self.payment.id;
        self.payment = payment;
        if self.awaited.as_ref().is_some_and(|(id, _)| *id == self.payment.id) {
            self.awaited = None;
        }
        let news = !same || self.state() != before;
        let ended = has_ended(self.state());
        if news && ended {
            self.seconds_left = if self.state() == PaymentState::Paid { PAID_SECONDS } else { ENDED_SECONDS };
        }
        news && ended
    }

    /// Devices changed.
    pub fn take_devices(&mut self, devices: Vec<(u32, u32)>) {
        self.devices = devices;
    }

    /// The till was locked or opened.
    pub fn take_standing(&mut self, standing: u32) {
        self.standing = Standing::from_wire(standing);
    }

    /// The till is gone; what it said stays until it says otherwise.
    pub fn lose(&mut self) {
        self.here = false;
        self.awaited = None;
    }

    /// Whether staff must look at the till first.
    pub fn locked(&self) -> bool {
        self.standing == Standing::Locked
    }

    /// The payment's state.
    pub fn state(&self) -> PaymentState {
        PaymentState::from_wire(self.payment.state)
    }

    /// True while nothing is being paid, so the tray may change.
    pub fn is_choosing(&self) -> bool {
        self.stage() == Stage::Menu
    }

    /// What the screen shows.
    pub fn stage(&self) -> Stage {
        match self.state() {
            PaymentState::Opening => Stage::Opening,
            PaymentState::Waiting => Stage::Waiting,
            PaymentState::Charging => Stage::Charging,
            PaymentState::Confirming => Stage::Confirming,
            PaymentState::Asking => Stage::Asking,
            PaymentState::Reversing => Stage::Reversing,
            PaymentState::Paid => Stage::Paid,
            PaymentState::Cancelled => Stage::Cancelled,
            PaymentState::Expired => Stage::Expired,
            PaymentState::Failed => Stage::Failed,
            PaymentState::Idle | PaymentState::Unknown if self.awaited.is_some() => Stage::Opening,
            PaymentState::Idle | PaymentState::Unknown => Stage::Menu,
        }
    }

    /// The sum that is being paid, in minor units.
    pub fn amount(&self) -> i64 {
        self.awaited.as_ref().map_or(self.payment.total, |(_, total)| *total)
    }

    /// The codes to show. None while the till is away: it could not tell the tick.
    pub fn codes(&self) -> Vec<(Channel, &str)> {
        if !self.here || self.awaited.is_some() {
            return Vec::new();
        }
        self.payment.codes.iter().map(|(kind, code)| (channel(*kind), code.as_str())).collect()
    }

    /// What to tell the person.
    pub fn notice(&self) -> Notice {
        let stage = self.stage();
        if stage == Stage::Menu {
            return if self.not_kept { Notice::NotKept } else { self.refusal.map_or(Notice::None, refusal) };
        }
        if !self.here && !has_ended(self.state()) {
            return if stage == Stage::Opening { Notice::TillSilent } else { Notice::DoNotPayAgain };
        }
        match self.refusal {
            Some(Answer::Busy) => Notice::OtherPayment,
            Some(Answer::Silent) => Notice::TillSilent,
            _ => notice(Told::from_wire(self.payment.notice)),
        }
    }

    /// How a device of the kiosk stands.
    pub fn device(&self, device: Device) -> DeviceView {
        let state = self.devices.iter().find(|(kind, _)| *kind == device.to_wire()).map(|(_, state)| *state);
        match DeviceState::from_wire(state.unwrap_or_default()) {
            DeviceState::Ready => DeviceView::Ready,
            DeviceState::Missing => DeviceView::Missing,
            DeviceState::Absent | DeviceState::Unknown => DeviceView::Absent,
        }
    }
}

/// Whether a payment is over.
pub fn has_ended(state: PaymentState) -> bool {
    matches!(
        state,
        PaymentState::Paid | PaymentState::Cancelled | PaymentState::Expired | PaymentState::Failed
    )
}

/// A channel as the screens know it.
pub fn channel(number: u32) -> Channel {
    match api::kiosk::Channel::from_wire(number) {
        api::kiosk::Channel::Unknown => Channel::Unknown,
        api::kiosk::Channel::Alipay => Channel::Alipay,
        api::kiosk::Channel::Wechat => Channel::Wechat,
        api::kiosk::Channel::Unionpay => Channel::Unionpay,
        api::kiosk::Channel::Campus => Channel::Campus,
        api::kiosk::Channel::Terminal => Channel::Terminal,
        api::kiosk::Channel::Any => Channel::Any,
    }
}

fn refusal(answer: Answer) -> Notice {
    match answer {
        Answer::Taken => Notice::None,
        Answer::PriceChanged => Notice::PriceChanged,
        Answer::DishGone => Notice::DishGone,
        Answer::OrderRefused => Notice::OrderRefused,
        Answer::Busy => Notice::OtherPayment,
        Answer::Locked => Notice::TillLocked,
        Answer::Silent => Notice::TillSilent,
    }
}

fn notice(told: Told) -> Notice {
    match told {
        Told::Unknown | Told::None => Notice::None,
        Told::UnknownCode => Notice::UnknownCode,
        Told::CodeDead => Notice::CodeDead,
        Told::InsufficientFunds => Notice::InsufficientFunds,
        Told::ConfirmOnPhone => Notice::ConfirmOnPhone,
        Told::CardLeftTooSoon => Notice::CardLeftTooSoon,
        Told::CardUnknown => Notice::CardUnknown,
        Told::CardBlocked => Notice::CardBlocked,
        Told::Declined => Notice::Declined,
        Told::ChannelsUnreachable => Notice::ChannelsUnreachable,
        Told::DoNotPayAgain => Notice::DoNotPayAgain,
        Told::MoneyReturned => Notice::MoneyReturned,
        Told::CodeUnreadable => Notice::CodeUnreadable,
        Told::LedgerFull => Notice::LedgerFull,
        Told::SeeStaff => Notice::SeeStaff,
        Told::CardAgain => Notice::CardAgain,
        Told::UseTerminal => Notice::UseTerminal,
        Told::OfferTooLate => Notice::OfferTooLate,
        Told::OneCard => Notice::OneCard,
        Told::CodeUsed => Notice::CodeUsed,
        Told::Closing => Notice::Closing,
        Told::OfflineCard => Notice::OfflineCard,
        Told::OfflineLimit => Notice::OfflineLimit,
        Told::OfflineFull => Notice::OfflineFull,
        Told::CodeSmall => Notice::CodeSmall,
        Told::CodeLarge => Notice::CodeLarge,
        Told::CodeDark => Notice::CodeDark,
        Told::CodeGlare => Notice::CodeGlare,
        Told::CodeTilted => Notice::CodeTilted,
        Told::CodeBlurred => Notice::CodeBlurred,
        Told::ReceiptNoPaper => Notice::ReceiptNoPaper,
        Told::ReceiptCoverOpen => Notice::ReceiptCoverOpen,
        Told::ReceiptLater => Notice::ReceiptLater,
        Told::ReceiptInDoubt => Notice::ReceiptInDoubt,
    }
}

#[cfg(test)]
mod tests;
