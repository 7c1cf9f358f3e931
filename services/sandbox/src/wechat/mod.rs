//! WeChat Pay's personality: API v3 below `/v3/`, every answer signed but the refusal of a bad signature; v2 in [`v2`].

pub mod answer;
pub mod calls;
pub mod canon;
pub mod desk;
pub mod gate;
pub mod refunds;
pub mod route;
pub mod sharing;
pub mod statement;
pub mod telling;
pub mod v2;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use self::gate::Asked;
use self::route::Call;
use crate::clock;
use crate::fault::Fault;
use crate::keys::Keys;
use crate::spoil::{self, STALE_S, Spoil};
use crate::trade::Channel;
use crate::web::{App, BODY_BYTES_MAX};

/// What a probe's signature begins with; a merchant must refuse it.
const PROBE: &str = "WECHATPAY/SIGNTEST/";

/// Everything below `/v3/`.
pub async fn v3(State(app): State<App>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let asked = Asked { method: head.method.to_string(), target, headers: head.headers, body: body.to_vec() };
    let serial = match gate::check(&asked, &app.keys, clock::wall_s()) {
        Ok(serial) => serial,
        // Who asks is not proved, so this answer is not signed either.
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::UNAUTHORIZED);
            return (status, [("content-type", "application/json; charset=utf-8")], refusal.body())
                .into_response();
        }
    };
    let Some(call) = Call::of(&asked) else {
        let refusal = answer::Refusal::new(404, "RESOURCE_NOT_EXISTS", "there is no such call");
        return signed(&app, &serial, refusal.status, refusal.body(), Spoil::None);
    };
    if call == Call::Certificates {
        return certificates(&app, &serial);
    }
    if call == Call::BillFile {
        return bill_file(&app, asked.query("token").unwrap_or_default().to_owned()).await;
    }
    let named = serial.clone();
    let outcome = app
        .door
        .ask(move |world| {
            let fault = world.faults.meet(Channel::Wechat, call.short(), &mut world.chance);
            match fault {
                Some(Fault::DropBefore | Fault::ServerError) => (fault, None),
                _done => {
                    world.wechat.answers_with = Some(named);
                    (fault, Some(calls::run(world, &call, &asked, spoil::manners(fault))))
                }
            }
        })
        .await;
    app.nudge();
    match outcome {
        Ok((Some(Fault::DropBefore), _)) | Err(_) => spoil::broken(),
        Ok((_, None)) => StatusCode::BAD_GATEWAY.into_response(),
        Ok((fault, Some(reply))) => {
            let spoil = fault.map_or(reply.spoil, Spoil::by_fault);
            spoil::wait(&app, spoil, Channel::Wechat, &reply.out_trade_no).await;
            match spoil {
                Spoil::Lost => spoil::broken(),
                Spoil::Unknown => {
                    let unknown = calls::unknown();
                    signed(&app, &serial, unknown.status, unknown.body(), spoil)
                }
                _sent => signed(&app, &serial, reply.status, reply.body, spoil),
            }
        }
    }
}

/// A bill's file. It is not signed: its hash was.
async fn bill_file(app: &App, token: String) -> Response {
    let found = app
        .door
        .ask(move |world| {
            let fault = world.faults.meet(Channel::Wechat, "download", &mut world.chance);
            (fault, world.wechat.file(&token, world.now()))
        })
        .await;
    match found {
        Ok((Some(Fault::DropBefore | Fault::ChargeThenDrop), _)) | Err(_) => spoil::broken(),
        Ok((Some(Fault::ServerError), _)) => StatusCode::BAD_GATEWAY.into_response(),
        Ok((_, None)) => {
            let refusal = answer::Refusal::parameter(
                "token: unknown, or older than five minutes: ask for the bill again",
            );
            (StatusCode::BAD_REQUEST, [("content-type", "application/json; charset=utf-8")], refusal.body())
                .into_response()
        }
        Ok((fault, Some(mut file))) => {
            if fault == Some(Fault::TruncatedBody) {
                file.truncate(file.len() / 2);
            }
            ([("content-type", "application/octet-stream")], file).into_response()
        }
    }
}

/// The platform's certificate, sealed with the merchant's API key.
fn certificates(app: &App, serial: &str) -> Response {
    let nonce = nonce(12);
    let sealed = canon::seal(&app.keys.wx_apiv3, &nonce, "certificate", &app.keys.wx_platform_cert);
    let body = json!({"data": [{
        "serial_no": app.keys.wx_platform_serial,
        "effective_time": "2024-01-01T08:00:00+08:00", "expire_time": "2044-01-01T08:00:00+08:00",
        "encrypt_certificate": {
            "algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": "certificate",
            "ciphertext": sealed,
        },
    }]});
    signed(app, serial, 200, body.to_string(), Spoil::None)
}

/// An answer with the platform's signature, spoiled as asked for.
fn signed(app: &App, serial: &str, status: u16, mut body: String, spoil: Spoil) -> Response {
    let timestamp = clock::wall_s() - if spoil == Spoil::Stale { STALE_S } else { 0 };
    let headers = signature(&app.keys, serial, timestamp, &body, spoil);
    if spoil == Spoil::Truncated {
        body = spoil::truncated(&body);
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, [("content-type", "application/json; charset=utf-8")], body).into_response();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The five headers that carry a signature, and the request's id.
fn signature(
    keys: &Keys,
    serial: &str,
    timestamp: i64,
    body: &str,
    spoil: Spoil,
) -> [(&'static str, String); 6] {
    let nonce = nonce(32);
    let text = canon::answer_text(timestamp, &nonce, body);
    let signature = match spoil {
        Spoil::WrongSignature => keys.stranger.sign(text.as_bytes()),
        Spoil::Probe => format!("{PROBE}{}", keys.stranger.sign(text.as_bytes())),
        _right => keys.wx_platform.sign(text.as_bytes()),
    };
    [
        ("wechatpay-timestamp", timestamp.to_string()),
        ("wechatpay-nonce", nonce.clone()),
        ("wechatpay-signature", signature),
        ("wechatpay-serial", serial.to_owned()),
        ("wechatpay-signature-type", canon::SCHEME.to_owned()),
        ("request-id", nonce),
    ]
}

/// Letters and digits nobody can foretell: nonces are made once and never again, whatever the seed.
fn nonce(length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let mut random = vec![0; length];
    if aws_lc_rs::rand::fill(&mut random).is_err() {
        tracing::error!("no entropy for a nonce");
    }
    random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}
