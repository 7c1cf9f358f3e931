//! Parties of a division that do not give back their part of a refund, because the control plane says so.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::trade::Channel;
use crate::web::App;

/// How a party answers when it is to give back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Withholds {
    /// The channel turns the request away at once.
    Refuses,
    /// The channel takes it in, and it comes to nothing (WeChat Pay; elsewhere it is turned away).
    Fails,
    /// The channel takes it in, and has done it when it is asked for again (WeChat Pay; elsewhere it is turned away).
    Delays,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    channel: Channel,
    account: String,
    /// Absent: it gives back like everybody.
    #[serde(default)]
    how: Option<Withholds>,
}

/// `/_sim/withhold`: how one party answers from now on.
pub async fn withhold(State(app): State<App>, body: Bytes) -> Response {
    let wish: Wish = match serde_json::from_slice(&body) {
        Ok(wish) => wish,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    let set = app.door.ask(move |world| {
        let key = (wish.channel, wish.account);
        match wish.how {
            Some(how) => world.withholding.insert(key, how),
            None => world.withholding.remove(&key),
        };
    });
    match set.await {
        Ok(()) => Json(json!({"ok": true})).into_response(),
        Err(stopping) => (StatusCode::SERVICE_UNAVAILABLE, stopping.to_string()).into_response(),
    }
}
