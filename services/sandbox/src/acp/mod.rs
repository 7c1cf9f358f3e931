//! UnionPay's personality: the ACP gateway 5.1.0 with its QR products below `/gateway/api/`, forms in and raw
//! `k=v&k=v` out, signed under the certificate that each answer carries.

pub mod calls;
pub mod canon;
pub mod gate;
pub mod notify;
mod query;
pub mod register;
mod undoing;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use time::format_description::well_known::Rfc2822;
use time::macros::{format_description, offset};
use time::{OffsetDateTime, PrimitiveDateTime};

use self::canon::Fields;
use self::gate::{SignMethod, known};
use crate::alipay::canon::{decoded, pairs};
use crate::clock::{self, Millis, SECOND};
use crate::fault::Fault;
use crate::keys::Keys;
use crate::spoil::{self, Spoil};
use crate::trade::Channel;
use crate::web::App;

/// What an answer repeats of its request.
const REPEATED: [&str; 12] = [
    "version",
    "encoding",
    "signMethod",
    "bizType",
    "txnType",
    "txnSubType",
    "accessType",
    "merId",
    "orderId",
    "txnTime",
    "txnAmt",
    "reqReserved",
];

/// `/gateway/api/*.do`.
pub async fn gateway(State(app): State<App>, Path(page): Path<String>, body: Bytes) -> Response {
    let pairs = std::str::from_utf8(&body).ok().and_then(|text| pairs(text.trim()));
    let count = pairs.as_ref().map_or(0, Vec::len);
    let Some(fields) = pairs.and_then(|pairs| decoded(&pairs, encoding_rs::UTF_8)) else {
        return unsigned(&gate::Refusal::new("10", "the body is no UTF-8 form"));
    };
    if fields.len() != count {
        return unsigned(&gate::Refusal::new("10", "a field is sent twice"));
    }
    let method = match known(&fields) {
        Ok(method) => method,
        Err(refusal) => return unsigned(&refusal),
    };
    let mut answer: Fields = fields
        .iter()
        .filter(|(name, _)| REPEATED.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let wall = clock::wall_s();
    let call = match gate::check(&page, fields, method, &app.keys, wall) {
        Ok(call) => call,
        Err(refusal) => {
            answer.extend(calls::told(&refusal));
            return signed(&app.keys, method, answer, Spoil::None, wall * SECOND);
        }
    };
    let number = call.order().to_owned();
    let outcome = app
        .door
        .ask(move |world| {
            let fault = world.faults.meet(Channel::Unionpay, call.kind.short(), &mut world.chance);
            let reply = match fault {
                Some(Fault::DropBefore | Fault::ServerError) => None,
                _done => Some(calls::run(world, &call, spoil::manners(fault), wall)),
            };
            (fault, reply, world.now())
        })
        .await;
    app.nudge();
    match outcome {
        Ok((Some(Fault::DropBefore), ..)) | Err(_) => spoil::broken(),
        Ok((_, None, _)) => StatusCode::BAD_GATEWAY.into_response(),
        Ok((fault, Some(reply), now)) => {
            let spoil = fault.map_or(reply.spoil, Spoil::by_fault);
            spoil::wait(&app, spoil, Channel::Unionpay, &number).await;
            match spoil {
                Spoil::Lost => return spoil::broken(),
                Spoil::Unknown => answer.extend(calls::told(&calls::unknown())),
                _kept => answer.extend(reply.fields),
            }
            signed(&app.keys, method, answer, spoil, now)
        }
    }
}

/// A refusal of somebody unknown: there is no key to answer them with.
fn unsigned(refusal: &gate::Refusal) -> Response {
    text(canon::body(&calls::told(refusal)), None)
}

fn signed(keys: &Keys, method: SignMethod, mut answer: Fields, spoil: Spoil, now: Millis) -> Response {
    if method == SignMethod::Certificate {
        answer.insert("signPubKeyCert".to_owned(), keys.acp_up_cert.clone());
    }
    let signed = canon::signed_text(&answer);
    let wrong = matches!(spoil, Spoil::WrongSignature | Spoil::Probe);
    answer.insert("signature".to_owned(), sign(keys, method, &signed, wrong));
    let body = canon::body(&answer);
    let body = if spoil == Spoil::Truncated { spoil::truncated(&body) } else { body };
    text(body, Some(now))
}

/// The signature of a text; a wrong one where it is asked for.
pub(crate) fn sign(keys: &Keys, method: SignMethod, text: &str, wrong: bool) -> String {
    match method {
        SignMethod::Certificate => {
            let key = if wrong { &keys.alipay_platform } else { &keys.acp_up };
            key.sign(canon::hex_digest(text).as_bytes())
        }
        SignMethod::Key => canon::keyed(text, if wrong { "wrong" } else { gate::SECURE_KEY }),
    }
}

/// The answer with the sandbox's own time as its date, by which a client may tell that a code is over.
fn text(body: String, now: Option<Millis>) -> Response {
    let mut response = ([("content-type", "text/html;charset=UTF-8")], body).into_response();
    let date = now
        .and_then(|now| OffsetDateTime::from_unix_timestamp(now.div_euclid(SECOND)).ok())
        .and_then(|at| at.format(&Rfc2822).ok())
        .and_then(|date| date.replace("+0000", "GMT").parse().ok());
    if let Some(date) = date {
        response.headers_mut().insert("date", date);
    }
    response
}

/// `yyyyMMddHHmmss` at GMT+8 as seconds since 1970 UTC.
pub(crate) fn time_of(text: &str) -> Option<i64> {
    let format = format_description!("[year][month][day][hour][minute][second]");
    let time = PrimitiveDateTime::parse(text, format).ok()?;
    Some(time.assume_offset(offset!(+8)).unix_timestamp())
}
