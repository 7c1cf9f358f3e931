//! The kiosk's front to the outside: a small HTTP listener where channels tell what happened, and where one code for
//! every wallet leads. Off unless configured.
//!
//! It speaks plain HTTP: a reverse proxy with the school's certificate stands before it (`public_url` is the
//! proxy's). Nobody is believed here but by a channel's signature, and nothing that arrives is written to the log.
//! Each connection carries one request ([`gate`](Limits)); deliveries go to the till as [`Letter`]s and are answered
//! once the till says that the ledger has them.
//!
//! One thing is the wallets' own affair: WeChat opens `weixin://wxpay/...` where its camera reads it, and may refuse
//! to where its browser is sent to it. The separate codes therefore stay on the screen beside the one for all.

mod bucket;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
mod gate;
mod link;
mod notify;
mod page;
mod pay;
mod wallet;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::map_response_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};

pub use self::bucket::PeerLimits;
pub use self::gate::Limits;
pub use self::link::{LinkToken, Links, leads_home};
pub use self::wallet::{WALLETS, wallet};

use self::gate::Gate;
use crate::Clock;
use crate::channel::{Channel, ChannelKind, Told};

/// Longest `public_url`: with a token behind it the code must stay coarse enough for a phone across a counter.
const PUBLIC_URL_BYTES_MAX: usize = 64;

/// Where to listen, and how the world reaches it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontConfig {
    /// The address to listen on, in plain HTTP.
    pub listen: SocketAddr,
    /// The address that payers and channels know, such as `https://pay.example.edu`.
    pub public_url: String,
}

/// `public_url` is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "public_url is http:// or https:// with a host, perhaps a path, without ? # or blanks, at most 64 characters"
)]
pub struct BadPublicUrl;

impl FrontConfig {
    /// Whether links can be made.
    ///
    /// # Errors
    /// [`BadPublicUrl`].
    pub fn check(&self) -> Result<(), BadPublicUrl> {
        let url = self.public_url.as_str();
        let rest =
            url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).ok_or(BadPublicUrl)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_~:/[]".contains(&byte);
        let good = url.len() <= PUBLIC_URL_BYTES_MAX && !rest.starts_with('/') && rest.bytes().all(plain);
        if good && !rest.is_empty() { Ok(()) } else { Err(BadPublicUrl) }
    }

    /// The link to show as a code.
    pub fn link(&self, token: &LinkToken) -> String {
        format!("{}/p/{}", self.public_url.trim_end_matches('/'), token.reveal())
    }
}

/// What a channel told, for the till. Duplicates are the till's matter.
#[derive(Debug)]
pub struct Letter {
    /// What it says; its signature held.
    pub told: Told,
    /// Who told it.
    pub channel: ChannelKind,
    /// True once the ledger has it, or need not. The channel is told then; dropped, it tells again.
    pub reply: oneshot::Sender<bool>,
}

/// Everything from outside, so that tests bring their own.
pub struct Parts {
    /// Those who may tell something.
    pub channels: Vec<Arc<dyn Channel>>,
    /// The way to the till; bounded by the one who made it.
    pub letters: mpsc::Sender<Letter>,
    /// The links that live.
    pub links: watch::Receiver<Links>,
    /// What is borne.
    pub limits: Limits,
    /// The clock, for the limits alone.
    pub clock: Clock,
}

/// What every request needs.
struct Front {
    channels: Vec<Arc<dyn Channel>>,
    letters: mpsc::Sender<Letter>,
    links: watch::Receiver<Links>,
}

/// Serves until `stop`; connections that are open then may end in their own time, which [`Limits`] bounds.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    parts: Parts,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let Parts { channels, letters, links, limits, clock } = parts;
    let policy = HeaderValue::from_str(&page::policy()).map_err(std::io::Error::other)?;
    let routes = Router::new()
        .route("/notify/{channel}", post(notify::notify))
        .route("/p/{token}", get(pay::pay))
        .layer(map_response_with_state(policy, secure))
        .with_state(Arc::new(Front { channels, letters, links }));
    axum::serve(Gate::new(listener, limits, clock), routes).with_graceful_shutdown(stop).await
}

/// Headers of every answer: nothing is kept, framed, guessed at or told on; the connection ends.
async fn secure(
    axum::extract::State(policy): axum::extract::State<HeaderValue>,
    mut response: Response,
) -> Response {
    let fixed: [(HeaderName, &str); 7] = [
        (CACHE_CONTROL, "no-store"),
        (CONNECTION, "close"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    let headers = response.headers_mut();
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    response
}

#[cfg(test)]
mod tests;
