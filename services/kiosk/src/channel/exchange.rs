//! One HTTP exchange with a channel: the exact bytes that were signed go out, the exact bytes to verify come back.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, StatusCode};

use super::Doubt;

/// How long one answer may take. Channels ask to wait 5 s and more; a person at a counter stands for about 15.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long a connection may take: a channel that cannot be reached should be told apart soon.
const CONNECT_WITHIN: Duration = Duration::from_secs(4);
/// Longest answer read. The longest real one (a query with its coupons) is below 16 KiB.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Seconds since 1970 UTC, as signatures carry it.
pub type Clock = fn() -> i64;

/// What came back, before anything in it is believed.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// HTTP headers.
    pub headers: HeaderMap,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

/// The HTTP client that channels share. It follows no redirect: a signed request is for one host alone.
///
/// # Errors
/// The TLS backend or its roots cannot be loaded.
pub fn client() -> Result<Client, reqwest::Error> {
    builder().build()
}

/// The same before it is built, for a channel that shows a certificate of its own.
pub(super) fn builder() -> reqwest::ClientBuilder {
    Client::builder()
        .timeout(ANSWER_WITHIN)
        .connect_timeout(CONNECT_WITHIN)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("dais-kiosk/", env!("CARGO_PKG_VERSION")))
}

/// The machine's clock. Only signatures and their age depend on it.
pub fn system_clock() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

/// Sends a request and reads the whole answer. 5xx is a doubt here already: its body proves nothing.
pub(super) async fn exchange(request: reqwest::RequestBuilder) -> Result<Answer, Doubt> {
    exchange_up_to(request, ANSWER_BYTES_MAX).await
}

/// The same for an answer of up to `bytes_max` bytes: a bill is longer than any other.
pub(super) async fn exchange_up_to(
    request: reqwest::RequestBuilder,
    bytes_max: usize,
) -> Result<Answer, Doubt> {
    let mut response = request.send().await.map_err(|error| doubt(&error))?;
    let status = response.status();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| doubt(&error))? {
        if body.len() + chunk.len() > bytes_max {
            return Err(Doubt::Unparsable);
        }
        body.extend_from_slice(&chunk);
    }
    if status.is_server_error() {
        return Err(Doubt::ServerError);
    }
    Ok(Answer { status, headers, body })
}

fn doubt(error: &reqwest::Error) -> Doubt {
    if error.is_timeout() { Doubt::Timeout } else { Doubt::Transport }
}
