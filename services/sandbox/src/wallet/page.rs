//! The page itself, embedded so that the binary needs no files beside it, and the fonts for it where they are at
//! hand: a machine without any Chinese font would show boxes.

use std::path::Path;

use axum::extract::{Path as UrlPath, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::web::App;

/// `/wallet`.
pub async fn page() -> Response {
    let headers = [
        ("cache-control", "no-store"),
        (
            "content-security-policy",
            "default-src 'self'; img-src 'self' data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
        ),
    ];
    (headers, Html(include_str!("page.html"))).into_response()
}

/// `/wallet/font/regular` and `/wallet/font/bold`: Noto Sans SC from the assets' folder.
pub(super) async fn font(State(app): State<App>, UrlPath(weight): UrlPath<String>) -> Response {
    let name = match weight.as_str() {
        "regular" => "fonts/NotoSansSC-Regular.ttf",
        "bold" => "fonts/NotoSansSC-Bold.ttf",
        _other => return StatusCode::NOT_FOUND.into_response(),
    };
    match app.assets.as_deref().map(|assets| read(assets, name)) {
        Some(Ok(font)) => {
            ([("content-type", "font/ttf"), ("cache-control", "max-age=86400")], font).into_response()
        }
        // The page falls back to the machine's own fonts.
        Some(Err(_)) | None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn read(assets: &Path, name: &str) -> std::io::Result<Vec<u8>> {
    std::fs::read(assets.join(name))
}
