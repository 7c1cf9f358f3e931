//! A school's back office as kiosks see it: entries that were taken by campus card come in, in order, each with its
//! code, and are answered. The protocol stands beside the kiosk's client, `channel/campus/back_office/protocol.md`.

pub mod desk;

use aws_lc_rs::hmac;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::spoil::{self, Spoil};
use crate::terminal::frame::from_hex;
use crate::trade::Channel;
use crate::web::App;

/// What every code begins with; then the speaker's letter, the nonce and the body.
const DOMAIN: &[u8] = b"dais-forward-1";
const NONCE_LEN: usize = 16;

fn text(letter: &[u8], nonce: &[u8], body: &[u8]) -> Vec<u8> {
    [DOMAIN, letter, nonce, body].concat()
}

fn code(key: &[u8], nonce: &[u8], body: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &text(b"B", nonce, body));
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `/office/entries` and `/office/status`.
pub async fn ask(
    State(app): State<App>,
    Path(call): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(key) = app.keys.office.clone() else {
        return (StatusCode::NOT_FOUND, "this folder of keys has no office_key.txt").into_response();
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let nonce = from_hex(header("dais-nonce")).filter(|nonce| nonce.len() == NONCE_LEN);
    let claimed = from_hex(header("dais-code"));
    let (Some(nonce), Some(claimed)) = (nonce, claimed) else {
        return (StatusCode::UNAUTHORIZED, "dais-nonce: 16 bytes, dais-code: 32 bytes, hexadecimal")
            .into_response();
    };
    let secret = hmac::Key::new(hmac::HMAC_SHA256, &key);
    if hmac::verify(&secret, &text(b"K", &nonce, &body), &claimed).is_err() {
        return (StatusCode::UNAUTHORIZED, "dais-code: HMAC-SHA256 of dais-forward-1, K, nonce, body")
            .into_response();
    }
    let (name, shown) = (call.clone(), header("dais-nonce").to_owned());
    let outcome = app
        .door
        .ask(move |world| {
            let fault = world.faults.meet(Channel::Office, &name, &mut world.chance);
            if matches!(fault, Some(Fault::DropBefore | Fault::ServerError)) {
                return (fault, None);
            }
            if !world.office.fresh(&shown) {
                return (fault, Some(Err(("nonce", Value::Null))));
            }
            (fault, Some(answer(&mut world.office, &name, &body)))
        })
        .await;
    match outcome {
        Ok((Some(Fault::DropBefore), _)) | Err(_) => spoil::broken(),
        Ok((_, None)) => StatusCode::BAD_GATEWAY.into_response(),
        Ok((fault, Some(said))) => {
            let spoil = fault.map_or(Spoil::None, Spoil::by_fault);
            spoil::wait(&app, spoil, Channel::Office, "").await;
            signed(&key, &nonce, said, spoil)
        }
    }
}

fn answer(desk: &mut desk::Desk, call: &str, body: &[u8]) -> Result<Value, desk::Refused> {
    match call {
        "entries" => desk.take(&serde_json::from_slice(body).map_err(|_bad| ("body", Value::Null))?),
        "status" => Ok(desk.status(&serde_json::from_slice(body).map_err(|_bad| ("body", Value::Null))?)),
        _other => Err(("call", Value::Null)),
    }
}

/// An answer with its code, spoiled as asked for.
fn signed(key: &[u8], nonce: &[u8], said: Result<Value, desk::Refused>, spoil: Spoil) -> Response {
    let (status, body) = match said {
        Ok(body) => (StatusCode::OK, body),
        Err((error, expected)) => (StatusCode::CONFLICT, json!({"error": error, "expected": expected})),
    };
    let body = body.to_string();
    let code = match spoil {
        // A key that nobody has.
        Spoil::WrongSignature | Spoil::Probe => code(b"stranger", nonce, body.as_bytes()),
        // Of another question.
        Spoil::Stale => code(key, &[0; NONCE_LEN], body.as_bytes()),
        _genuine => code(key, nonce, body.as_bytes()),
    };
    match spoil {
        Spoil::Lost => spoil::broken(),
        Spoil::Unknown => (StatusCode::OK, [("dais-code", code)], "{}").into_response(),
        Spoil::Truncated => (status, [("dais-code", code)], spoil::truncated(&body)).into_response(),
        _sent => (status, [("dais-code", code)], body).into_response(),
    }
}
