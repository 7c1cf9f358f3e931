//! The page itself, embedded so that the binary needs no files beside it.

use axum::response::{Html, IntoResponse, Response};

/// `/wallet`.
pub async fn page() -> Response {
    let headers = [
        ("cache-control", "no-store"),
        (
            "content-security-policy",
            "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
        ),
    ];
    (headers, Html(include_str!("page.html"))).into_response()
}
