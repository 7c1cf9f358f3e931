//! How an answer goes wrong on its way out.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::fault::Fault;
use crate::trade::{Channel, Manners, Scenario};
use crate::web::App;

/// A merchant may take this long to take a notify before [`Spoil::NotifyFirst`] answers anyway.
const NOTIFY_FIRST_MAX: Duration = Duration::from_secs(5);
/// How often [`Spoil::NotifyFirst`] looks whether the notify was tried.
const NOTIFY_FIRST_LOOK: Duration = Duration::from_millis(20);
/// How old a stale answer is, in seconds: twice what a client may accept.
pub const STALE_S: i64 = 600;

/// What happens to one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// Nothing.
    None,
    /// It never arrives.
    Lost,
    /// It comes late.
    Late,
    /// It says that the channel does not know.
    Unknown,
    /// Another key signs it.
    WrongSignature,
    /// It carries an old time.
    Stale,
    /// It is cut off.
    Truncated,
    /// It carries a probe's signature.
    Probe,
    /// The notify is delivered first.
    NotifyFirst,
}

impl Spoil {
    /// What a fault does to an answer. Those that leave nothing to answer are dealt with before.
    pub fn by_fault(fault: Fault) -> Self {
        match fault {
            Fault::ChargeThenDrop | Fault::DropBefore => Self::Lost,
            Fault::Delay => Self::Late,
            Fault::Unknown => Self::Unknown,
            Fault::WrongSignature => Self::WrongSignature,
            Fault::StaleTimestamp => Self::Stale,
            Fault::TruncatedBody => Self::Truncated,
            Fault::Signtest => Self::Probe,
            Fault::Duplicate | Fault::Reorder | Fault::ServerError => Self::None,
        }
    }

    /// What a payer's code does to the answer of its first charge.
    pub fn by_code(auth_code: &str) -> Self {
        match Scenario::of(auth_code) {
            Scenario::UnknownPaid | Scenario::UnknownUnpaid => Self::Unknown,
            Scenario::Lost => Self::Lost,
            Scenario::NotifyFirst => Self::NotifyFirst,
            Scenario::WrongSignature => Self::WrongSignature,
            Scenario::Skew => Self::Stale,
            Scenario::Pays | Scenario::Password | Scenario::Dead | Scenario::Duplicates => Self::None,
        }
    }
}

/// How a fault changes the notifies of the trade that its request made.
pub fn manners(fault: Option<Fault>) -> Manners {
    Manners {
        duplicate: fault == Some(Fault::Duplicate),
        reorder: fault == Some(Fault::Reorder),
        probe: fault == Some(Fault::Signtest),
    }
}

/// An answer that breaks off: headers promise a body, and the connection ends before its first byte.
pub fn broken() -> Response {
    let gone = std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "lost on purpose");
    let body = futures_util::stream::once(std::future::ready(Err::<Bytes, _>(gone)));
    (StatusCode::OK, [("content-length", "64")], Body::from_stream(body)).into_response()
}

/// The first half of a body, as a whole answer.
pub fn truncated(body: &str) -> String {
    body.chars().take(body.chars().count() / 2).collect()
}

/// Waits as the spoil wants it before the answer goes out.
pub async fn wait(app: &App, spoil: Spoil, channel: Channel, number: &str) {
    match spoil {
        Spoil::Late => {
            if let Ok(delay) = app.door.ask(|world| world.faults.delay_ms()).await {
                tokio::time::sleep(Duration::from_millis(delay)).await;
            }
        }
        Spoil::NotifyFirst => {
            let tried = async {
                loop {
                    let number = number.to_owned();
                    let tried = app.door.ask(move |world| world.outbox.tried(channel, &number)).await;
                    if tried.unwrap_or(true) {
                        return;
                    }
                    tokio::time::sleep(NOTIFY_FIRST_LOOK).await;
                }
            };
            if tokio::time::timeout(NOTIFY_FIRST_MAX, tried).await.is_err() {
                tracing::warn!("a merchant did not take a notify in time; answering all the same");
            }
        }
        _at_once => {}
    }
}
