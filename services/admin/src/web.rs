//! The page on the network: two addresses, GET alone, for neighbours alone.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use zbus::Connection;

use crate::key::Key;
use crate::log::Log;
use crate::office::Office;
use crate::report::Report;
use crate::words::Language;
use crate::{Parts, gather, machine, metrics, network, page};

/// Pages that are made at once: whoever looks after a school's units has a few windows open.
const AT_ONCE: usize = 4;
/// Nothing from elsewhere, no script, in nobody's frame; the address is not told to other sites.
const RULES: [(header::HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
];

/// What the pages are made from.
pub(crate) struct Desk {
    bus: Connection,
    key: Key,
    machine: PathBuf,
    log: Log,
    office: Office,
    room: Semaphore,
}

impl Desk {
    pub(crate) fn new(bus: Connection, parts: Parts) -> Self {
        let Parts { key, machine, log, office, .. } = parts;
        Self { bus, key, machine, log, office, room: Semaphore::new(AT_ONCE) }
    }
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

/// Serves until `stop` is done.
pub(crate) async fn serve(
    listener: TcpListener,
    desk: Desk,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let app = Router::new()
        .route("/{key}/", get(show))
        .route("/{key}/metrics", get(count))
        .fallback(nothing)
        .layer(middleware::from_fn(neighbours))
        .with_state(Arc::new(desk));
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop)
        .await
}

/// Refuses who is not on the local network, also where the kernel was not told to.
async fn neighbours(ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request, next: Next) -> Response {
    if !is_near(peer.ip()) {
        return (StatusCode::FORBIDDEN, "only from the local network\n").into_response();
    }
    let mut response = next.run(request).await;
    for (name, value) in RULES {
        response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    response
}

/// Private, link-local and loopback addresses (RFC 1918, 3927, 4193, 4291).
fn is_near(peer: IpAddr) -> bool {
    match peer.to_canonical() {
        IpAddr::V4(peer) => peer.is_private() || peer.is_link_local() || peer.is_loopback(),
        IpAddr::V6(peer) => peer.is_unique_local() || peer.is_unicast_link_local() || peer.is_loopback(),
    }
}

async fn show(
    State(desk): State<Arc<Desk>>,
    Path(tried): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = Language::of(asked.lang.as_deref(), accepted);
    answer(&desk, &tried, |report| Html(page::html(report, language)).into_response()).await
}

async fn count(State(desk): State<Arc<Desk>>, Path(tried): Path<String>) -> Response {
    let as_text = |report: &Report| {
        ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], metrics::text(report)).into_response()
    };
    answer(&desk, &tried, as_text).await
}

async fn answer(desk: &Desk, tried: &str, form: impl FnOnce(&Report) -> Response) -> Response {
    if !desk.key.is(tried) {
        return nothing().await.into_response();
    }
    let Ok(_place) = desk.room.try_acquire() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many at once: try again in a moment\n")
            .into_response();
    };
    let mut report = gather::report(&desk.bus).await;
    let (root, office) = (desk.machine.clone(), desk.office.clone());
    let read = move || (machine::read(&root), machine::busy(&root), network::read(&root), names(&office));
    (report.computer, report.load, report.links, report.names) =
        tokio::task::spawn_blocking(read).await.unwrap_or_default();
    report.log = desk.log.last().await;
    form(&report)
}

/// An enrolment that cannot be read is told by the screens and the log; here it has no names.
fn names(office: &Office) -> [String; 3] {
    let enrolment = office.enrolment().ok().flatten();
    enrolment.map(|(_, it)| [it.school, it.room, it.unit]).unwrap_or_default()
}

/// A wrong key looks like a page that never was.
async fn nothing() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "nothing here: the whole address is on the unit's service page\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_neighbours_are_near() {
        for near in
            ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.7.7", "169.254.1.1", "::1", "fe80::1", "fd00::1"]
        {
            assert!(is_near(near.parse().unwrap()), "{near}");
        }
        for far in ["8.8.8.8", "172.32.0.1", "2001:db8::1", "::ffff:8.8.8.8"] {
            assert!(!is_near(far.parse().unwrap()), "{far}");
        }
    }
}
