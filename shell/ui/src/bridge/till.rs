//! The till as the screens follow it: its properties while it is there, and word when it is not.

use std::time::Duration;

use api::attendance::AttendanceProxy;
use api::counter::{CounterProxy, Presented, Taken};
use api::kiosk::{KioskError, KioskProxy, Payment, PaymentState};
use api::receipts::ReceiptsProxy;
use api::sessions::SessionsProxy;
use futures_util::StreamExt;
use zbus::Connection;
use zbus::fdo::DBusProxy;

use super::{Answer, FromUi, Tell, ToUi, attendance, sight};
use crate::till_copy::Menu;

/// How often a payment is begun where the till is silent. The same id and order again is the same payment, so asking
/// again is safe; after three silences the person is told.
const BEGIN_MAX: u32 = 3;

/// A till that cannot say whose a room is reads its ledger again every ten seconds.
const WHOSE_AGAIN: Duration = Duration::from_secs(2);

/// Follows the till for as long as the bus lives.
pub(super) async fn watch(connection: Connection, tell: Tell) {
    if let Err(error) = follow_owner(&connection, &tell).await {
        tracing::warn!(%error, "the till cannot be followed");
        tell(ToUi::TillGone);
    }
}

async fn follow_owner(connection: &Connection, tell: &Tell) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection).await?;
    let mut owners = bus.receive_name_owner_changed_with_args(&[(0, api::KIOSK.name)]).await?;
    let mut there = bus.name_has_owner(api::KIOSK.name.try_into()?).await?;
    loop {
        if there {
            // A fresh proxy for each owner: a cached property of the last one would be a lie.
            let till = KioskProxy::new(connection).await?;
            tokio::select! {
                outcome = follow(&till, tell) => {
                    if let Err(error) = outcome {
                        tracing::warn!(%error, "the till's properties cannot be read");
                        tell(ToUi::TillGone);
                    }
                    owners.next().await;
                }
                change = owners.next() => if change.is_none() { return Ok(()) },
            }
        } else {
            tell(ToUi::TillGone);
            if owners.next().await.is_none() {
                return Ok(());
            }
        }
        there = bus.name_has_owner(api::KIOSK.name.try_into()?).await?;
    }
}

async fn follow(till: &KioskProxy<'_>, tell: &Tell) -> Result<(), KioskError> {
    let mut payments = till.receive_payment_changed().await;
    let mut devices = till.receive_devices_changed().await;
    let mut standings = till.receive_standing_changed().await;
    let mut waits = till.receive_waits_changed().await;
    let sessions = SessionsProxy::new(till.inner().connection()).await?;
    let mut current = sessions.receive_current_changed().await;
    let counter = CounterProxy::new(till.inner().connection()).await?;
    let mut presented = counter.receive_presented_changed().await;
    let mut sold_out = till.receive_sold_out_changed().await;
    let told = menu(till).await?;
    let attendance = AttendanceProxy::new(till.inner().connection()).await?;
    let mut tapped = attendance.receive_tapped_changed().await;
    let (currency, offers) = sessions.offers().await?;
    tell(ToUi::TimeOffers(currency, offers));
    tell(ToUi::Sessions(sessions.current().await?));
    tell(ToUi::Standing(till.standing().await?));
    tell(ToUi::Devices(till.devices().await?));
    tell(ToUi::Waits(till.waits().await?));
    let payment = till.payment().await?;
    let seen = sight::Watch::start(till.inner().connection(), tell);
    seen.want(is_waiting(&payment));
    tell(ToUi::Payment(payment));
    // The menu comes last: with it the screen counts the till as there, and all else is known by then.
    tell(ToUi::Menu(told));
    loop {
        tokio::select! {
            Some(change) = payments.next() => {
                let payment = change.get().await?;
                seen.want(is_waiting(&payment));
                tell(ToUi::Payment(payment));
            }
            Some(change) = presented.next() => {
                let (kind, _) = change.get().await?;
                tell(ToUi::Presented(taken(&counter, kind).await?));
            }
            // Its labels tell which dishes.
            Some(_) = sold_out.next() => tell(ToUi::Menu(menu(till).await?)),
            Some(_) = tapped.next() => tell(ToUi::Tapped(attendance.take().await?)),
            Some(change) = current.next() => tell(ToUi::Sessions(change.get().await?)),
            Some(change) = waits.next() => tell(ToUi::Waits(change.get().await?)),
            Some(change) = devices.next() => tell(ToUi::Devices(change.get().await?)),
            Some(change) = standings.next() => tell(ToUi::Standing(change.get().await?)),
            else => return Ok(()),
        }
    }
}

/// What was presented, once; a card that is still being asked has nothing to take yet.
async fn taken(counter: &CounterProxy<'_>, kind: u32) -> Result<Taken, KioskError> {
    match Presented::from_wire(kind) {
        Presented::Nothing | Presented::Looking | Presented::Unknown => {
            Ok(Taken { kind, ..Taken::default() })
        }
        _ => counter.take().await,
    }
}

fn is_waiting(payment: &Payment) -> bool {
    payment.state == PaymentState::Waiting.to_wire()
}

/// The menu with what is said of its dishes.
async fn menu(till: &KioskProxy<'_>) -> Result<Menu, KioskError> {
    let (currency, dishes) = till.menu().await?;
    let (categories, labels) = till.labels().await?;
    let receipts = ReceiptsProxy::new(till.inner().connection()).await?;
    let prints_asked = receipts.asks().await?;
    Ok(Menu { currency, dishes, categories, labels, prints_asked })
}

/// Carries one request to the till and its answer back.
pub(super) async fn ask(connection: Connection, request: FromUi, tell: Tell) {
    let till = match KioskProxy::builder(&connection)
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await
    {
        Ok(till) => till,
        Err(error) => return tracing::warn!(%error, "the till cannot be addressed"),
    };
    match request {
        FromUi::Begin { id, lines, total, currency } => {
            let answer = answered(|| till.begin(&id, &lines, total, &currency)).await;
            tell(ToUi::Answer { id, answer });
        }
        FromUi::BeginWith { id, lines, total, currency, offers, points } => {
            let offers: Vec<&str> = offers.iter().map(|offer| offer.0.as_str()).collect();
            let begin = || till.begin_with(&id, &lines, total, &currency, &offers, points);
            let answer = answered(begin).await;
            tell(ToUi::Answer { id, answer });
        }
        FromUi::Quote { ticket, lines, currency, offers, points } => {
            let offers: Vec<&str> = offers.iter().map(|offer| offer.0.as_str()).collect();
            let quoted = till.quote(&lines, &currency, &offers, points).await;
            // The till's words may name what was typed, which is for nobody's log.
            let price = quoted.inspect_err(|_| tracing::info!("an offer is not taken")).ok();
            tell(ToUi::Price { ticket, price });
        }
        FromUi::Cancel { id } => {
            let answer = classify(till.cancel(&id).await);
            tell(ToUi::Answer { id, answer });
        }
        FromUi::Dismiss { id } => {
            let answer = classify(till.dismiss(&id).await);
            tell(ToUi::Answer { id, answer });
        }
        FromUi::Lookup { id } => match till.lookup(&id).await {
            Ok(payment) => tell(ToUi::Looked { id, payment: Some(payment) }),
            Err(KioskError::UnknownPayment(_)) => tell(ToUi::Looked { id, payment: None }),
            Err(error) => tracing::warn!(%error, "a kept payment could not be looked up; it stays kept"),
        },
        FromUi::Feedback { id, stars } => {
            // Once for a payment; whoever told it before has told it.
            if let Err(error) = till.feedback(&id, stars).await {
                tracing::info!(%error, "what was said of a meal is not kept");
            }
        }
        FromUi::Print { id } => print(&connection, &id).await,
        FromUi::Whose(room) => tell(ToUi::Whose(whose(&connection, &room).await)),
        FromUi::Want { wanted, seconds } => want(&connection, wanted, seconds).await,
        FromUi::Attend { list, seconds } => attendance::listen(&connection, &list, seconds, &tell).await,
        FromUi::ReadMenu => match menu(&till).await {
            Ok(menu) => tell(ToUi::Menu(menu)),
            Err(error) => tracing::warn!(%error, "the menu could not be read"),
        },
        FromUi::Staff(_)
        | FromUi::Service(_)
        | FromUi::Read { .. }
        | FromUi::WorkOut { .. }
        | FromUi::Evaluate { .. }
        | FromUi::GiveUp { .. }
        | FromUi::Said(_)
        | FromUi::Forget
        | FromUi::Board(_)
        | FromUi::Ink { .. }
        | FromUi::Find { .. }
        | FromUi::Hold(_)
        | FromUi::Setup(_)
        | FromUi::Shown(_) => {
            tracing::error!("not a request for the till")
        }
    }
}

/// Once for a payment; what became of it the payment's notice tells.
async fn print(connection: &Connection, id: &str) {
    let asked = async { ReceiptsProxy::new(connection).await?.print(id).await };
    if let Err(error) = asked.await {
        tracing::warn!(%error, "a receipt is not printed");
    }
}

/// Whose a room is, by the till's certain word. Where it has none it is asked again after a while, and not at once.
async fn whose(connection: &Connection, room: &str) -> Option<String> {
    let asked = async { SessionsProxy::new(connection).await?.whose(room).await };
    match asked.await {
        Ok(first) => Some(first),
        Err(error) => {
            tracing::warn!(%error, "the till cannot say whose the room is");
            tokio::time::sleep(WHOSE_AGAIN).await;
            None
        }
    }
}

/// Says what the counter shall tell while nobody pays.
async fn want(connection: &Connection, wanted: u32, seconds: u32) {
    let asked = async { CounterProxy::new(connection).await?.want(wanted, seconds).await };
    if let Err(error) = asked.await {
        tracing::warn!(%error, "the counter does not listen while nobody pays");
    }
}

/// The same asked again while the till is silent.
async fn answered<F: Future<Output = Result<(), KioskError>>>(begin: impl Fn() -> F) -> Answer {
    let mut answer = Answer::Silent;
    for _ in 0..BEGIN_MAX {
        answer = classify(begin().await);
        if answer != Answer::Silent {
            break;
        }
    }
    answer
}

fn classify(outcome: Result<(), KioskError>) -> Answer {
    let Err(error) = outcome else { return Answer::Taken };
    match &error {
        // Its words may name what was typed.
        KioskError::OfferRefused(_) => tracing::warn!("the till takes an offer no more"),
        error => tracing::warn!(%error, "the till said no"),
    }
    match error {
        KioskError::Bus(_) => Answer::Silent,
        KioskError::PriceChanged(_) => Answer::PriceChanged,
        KioskError::UnknownDish(_) => Answer::DishGone,
        KioskError::Busy(_) => Answer::Busy,
        KioskError::Locked(_) => Answer::Locked,
        KioskError::OrderEmpty(_)
        | KioskError::WrongTotal(_)
        | KioskError::WrongCurrency(_)
        | KioskError::BadId(_)
        | KioskError::IdReused(_)
        | KioskError::UnknownPayment(_)
        | KioskError::NotWaiting(_)
        | KioskError::NotPaid(_)
        | KioskError::BadFeedback(_)
        | KioskError::RateExpired(_)
        | KioskError::NoRates(_)
        | KioskError::AgreementRefused(_)
        | KioskError::InstalmentRefused(_)
        | KioskError::SessionRefused(_)
        | KioskError::OfferRefused(_) => Answer::OrderRefused,
    }
}
