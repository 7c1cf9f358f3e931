//! The till's nouns as the bus has them, and back.

use api::kiosk::{self as wire, KioskError};

use crate::actor::{NoRate, Rejection};
use crate::channel::ChannelKind;
use crate::exchange_rate::{Binding, Quoted};
use crate::till::{Ending, Line, Notice, OrderError, Phase, Refused, View};

pub(super) fn to_error(rejection: Rejection) -> KioskError {
    let text = rejection.to_string();
    match rejection {
        // Only staff's calls end with the last two, and those have errors of their own.
        Rejection::Locked | Rejection::DayOpen(_) | Rejection::Risk(_) => KioskError::Locked(text),
        Rejection::Offer(_) | Rejection::NoMembers | Rejection::Member(_) => KioskError::OfferRefused(text),
        Rejection::Stars => KioskError::BadFeedback(text),
        Rejection::Offline(_) => KioskError::NotWaiting(text),
        Rejection::Rate(NoRate::Expired) => KioskError::RateExpired(text),
        Rejection::Rate(NoRate::File(_)) => KioskError::NoRates(text),
        Rejection::Agreement(_) => KioskError::AgreementRefused(text),
        Rejection::Refused(refused) => match refused {
            Refused::Busy => KioskError::Busy(text),
            Refused::IdReused => KioskError::IdReused(text),
            Refused::UnknownPayment => KioskError::UnknownPayment(text),
            Refused::NotWaiting => KioskError::NotWaiting(text),
            // Only staff's calls end so, and those have errors of their own.
            Refused::TooMuch(_) | Refused::RefundOver | Refused::AllBack => KioskError::Busy(text),
            Refused::NotPaid => KioskError::NotPaid(text),
            Refused::RoomTaken | Refused::TooLong => KioskError::SessionRefused(text),
        },
        Rejection::Order(error) => match error {
            OrderError::BadId => KioskError::BadId(text),
            OrderError::Empty => KioskError::OrderEmpty(text),
            OrderError::TooManyLines | OrderError::WrongTotal => KioskError::WrongTotal(text),
            OrderError::UnknownDish(_) | OrderError::SoldOut(_) => KioskError::UnknownDish(text),
            OrderError::PriceChanged(_) => KioskError::PriceChanged(text),
            OrderError::WrongCurrency(_) => KioskError::WrongCurrency(text),
            OrderError::NoInstalments(_) => KioskError::InstalmentRefused(text),
            OrderError::SessionAlone | OrderError::SessionLong(_) | OrderError::SessionPlain => {
                KioskError::SessionRefused(text)
            }
        },
    }
}

pub(super) fn line(line: wire::Line) -> Line {
    Line { sku: line.sku, quantity: line.quantity, unit_price: line.unit_price }
}

pub(super) fn to_wire(view: &View) -> wire::Payment {
    wire::Payment {
        id: view.id.as_str().to_owned(),
        state: state(&view.phase).to_wire(),
        total: view.order.total.minor(),
        currency: view.order.total.currency().to_string(),
        codes: view.codes.iter().map(|(kind, code)| (channel(*kind).to_wire(), code.clone())).collect(),
        paid_by: view.paid_by.map_or(0, |kind| channel(kind).to_wire()),
        pickup: view.pickup,
        notice: notice(view.notice).to_wire(),
    }
}

pub(super) fn quote(quoted: &Quoted) -> wire::Quote {
    let binding = match quoted.binding {
        Binding::Informative => wire::Binding::Informative,
        Binding::Accepted => wire::Binding::Binds,
    };
    wire::Quote {
        quote: quoted.quote.clone(),
        currency: quoted.shown.currency().to_string(),
        amount: quoted.shown.minor(),
        rate: quoted.rate.clone(),
        expires_ms: i64::try_from(quoted.expires_ms).unwrap_or(i64::MAX),
        binding: binding.to_wire(),
    }
}

pub(super) fn channel(kind: ChannelKind) -> wire::Channel {
    match kind {
        ChannelKind::Alipay => wire::Channel::Alipay,
        ChannelKind::Wechat => wire::Channel::Wechat,
        ChannelKind::Campus => wire::Channel::Campus,
        ChannelKind::Unionpay => wire::Channel::Unionpay,
        ChannelKind::Terminal => wire::Channel::Terminal,
    }
}

fn state(phase: &Phase) -> wire::PaymentState {
    use wire::PaymentState as S;
    match phase {
        Phase::Opening => S::Opening,
        Phase::Waiting => S::Waiting,
        Phase::Charging(_) => S::Charging,
        Phase::Confirming(_) => S::Confirming,
        Phase::Asking(_) => S::Asking,
        Phase::Reversing(_) => S::Reversing,
        Phase::Paid => S::Paid,
        Phase::Ended(Ending::Cancelled) => S::Cancelled,
        Phase::Ended(Ending::Expired) => S::Expired,
        Phase::Ended(Ending::Failed | Ending::WrongAmount | Ending::NotGiven) => S::Failed,
    }
}

fn notice(notice: Notice) -> wire::Notice {
    use wire::Notice as W;
    match notice {
        Notice::None => W::None,
        Notice::UnknownCode => W::UnknownCode,
        Notice::CodeDead => W::CodeDead,
        Notice::CodeUsed => W::CodeUsed,
        Notice::InsufficientFunds => W::InsufficientFunds,
        Notice::ConfirmOnPhone => W::ConfirmOnPhone,
        Notice::CardLeftTooSoon => W::CardLeftTooSoon,
        Notice::CardUnknown => W::CardUnknown,
        Notice::CardBlocked => W::CardBlocked,
        Notice::Declined => W::Declined,
        Notice::ChannelsUnreachable => W::ChannelsUnreachable,
        Notice::DoNotPayAgain => W::DoNotPayAgain,
        Notice::MoneyReturned => W::MoneyReturned,
        Notice::CodeUnreadable => W::CodeUnreadable,
        Notice::LedgerFull => W::LedgerFull,
        Notice::SeeStaff => W::SeeStaff,
        Notice::CardAgain => W::CardAgain,
        Notice::UseTerminal => W::UseTerminal,
        Notice::OfferTooLate => W::OfferTooLate,
        Notice::OneCard => W::OneCard,
        Notice::OfflineCard => W::OfflineCard,
        Notice::OfflineLimit => W::OfflineLimit,
        Notice::OfflineFull => W::OfflineFull,
        Notice::CodeSmall => W::CodeSmall,
        Notice::CodeLarge => W::CodeLarge,
        Notice::CodeDark => W::CodeDark,
        Notice::CodeGlare => W::CodeGlare,
        Notice::CodeTilted => W::CodeTilted,
        Notice::CodeBlurred => W::CodeBlurred,
    }
}
