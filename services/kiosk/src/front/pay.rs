//! `GET /p/{token}`: one code for every wallet. A wallet is sent on to its own channel's code, anyone else chooses.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::link::{LinkToken, leads_home};
use super::wallet::wallet;
use super::{Front, page};

pub(super) async fn pay(
    State(front): State<Arc<Front>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let links = front.links.borrow();
    let Some(ways) = LinkToken::parse(&token).and_then(|token| links.ways(&token)) else {
        return html(StatusCode::NOT_FOUND, page::over());
    };
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let own = wallet(agent).and_then(|wallet| ways.iter().find(|(kind, _)| *kind == wallet));
    // Looked at once more: where a payer is sent must not depend on who filled the table.
    let home = own.filter(|(kind, url)| leads_home(*kind, url));
    match home.and_then(|(_, url)| HeaderValue::from_str(url).ok()) {
        Some(url) => (StatusCode::FOUND, [(LOCATION, url)]).into_response(),
        None => html(StatusCode::OK, page::ways(ways)),
    }
}

fn html(status: StatusCode, page: String) -> Response {
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}
