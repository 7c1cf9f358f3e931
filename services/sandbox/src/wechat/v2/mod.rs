//! WeChat Pay v2's personality: XML below `/pay/` and `/secapi/pay/`. The real `/secapi/` wants the merchant's
//! certificate in the TLS handshake; on loopback there is no TLS, so there is nothing to show it in.

pub mod calls;
pub mod canon;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use self::canon::{Fields, SignType};
use super::gate::{APPID, MCHID};
use crate::fault::Fault;
use crate::keys::Keys;
use crate::notice::{Content, Notice};
use crate::spoil::{self, Spoil};
use crate::trade::Channel;
use crate::web::{App, BODY_BYTES_MAX};

/// Why a message was not understood; the answer is not signed then.
struct Garbled(String);

/// Everything below `/pay/`.
pub async fn pay(state: State<App>, Path(call): Path<String>, request: Request) -> Response {
    answer(state.0, call, false, request).await
}

/// Everything below `/secapi/pay/`.
pub async fn secure(state: State<App>, Path(call): Path<String>, request: Request) -> Response {
    answer(state.0, call, true, request).await
}

async fn answer(app: App, call: String, secure: bool, request: Request) -> Response {
    if request.method() != axum::http::Method::POST {
        return unsigned("REQUIRE_POST_METHOD");
    }
    let Ok(body) = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let (asked, how) = match check(&body, &app.keys) {
        Ok(checked) => checked,
        Err(Garbled(why)) => return unsigned(&why),
    };
    let Some(call) = calls::Call::of(&call, secure) else {
        return unsigned("there is no such call; refund and reverse are below /secapi/pay/");
    };
    let outcome = app
        .door
        .ask(move |world| {
            let fault = world.faults.meet(Channel::Wechat, call.short(), &mut world.chance);
            match fault {
                Some(Fault::DropBefore | Fault::ServerError) => (fault, None),
                _done => (fault, Some(calls::run(world, call, &asked, how, spoil::manners(fault)))),
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
            match (spoil, reply.outcome) {
                (Spoil::Lost, _) => spoil::broken(),
                (Spoil::Unknown, _) => {
                    signed(&app.keys, Err(calls::Refusal::new("SYSTEMERROR", "query the order")), how, spoil)
                }
                (_sent, calls::Outcome::File(file)) => {
                    ([("content-type", "application/octet-stream")], file).into_response()
                }
                (_sent, calls::Outcome::NoFile(code, why)) => {
                    let fields = [("return_code", "FAIL"), ("return_msg", why), ("error_code", code)];
                    xml(canon::write(&owned(&fields)))
                }
                (_sent, calls::Outcome::Fields(said)) => signed(&app.keys, said, how, spoil),
            }
        }
    }
}

fn owned(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Who asks, and whether the signature holds.
fn check(body: &[u8], keys: &Keys) -> Result<(Fields, SignType), Garbled> {
    let garbled = |why: &str| Garbled(why.to_owned());
    let asked = canon::read(body).ok_or_else(|| garbled("XML_FORMAT_ERROR: one flat <xml> of fields"))?;
    let get = |name: &str| asked.get(name).map(String::as_str);
    if get("appid") != Some(APPID) || get("mch_id") != Some(MCHID) {
        return Err(Garbled(format!("APPID_MCHID_NOT_MATCH: appid {APPID}, mch_id {MCHID}")));
    }
    let nonce = get("nonce_str").unwrap_or_default();
    if !(1..=32).contains(&nonce.len()) {
        return Err(garbled("LACK_PARAMS: nonce_str of 1 to 32 characters"));
    }
    let how = SignType::parse(get("sign_type")).ok_or_else(|| garbled("sign_type: MD5 or HMAC-SHA256"))?;
    if get("sign") != Some(canon::sign(&asked, &keys.wx_v2, how).as_str()) {
        return Err(Garbled(format!("SIGNERROR: sign {}&key=YOUR KEY", canon::text(&asked))));
    }
    Ok((asked, how))
}

/// An answer to a message that was not understood.
fn unsigned(why: &str) -> Response {
    xml(canon::write(&owned(&[("return_code", "FAIL"), ("return_msg", why)])))
}

fn xml(body: String) -> Response {
    ([("content-type", "text/xml; charset=utf-8")], body).into_response()
}

/// A signed answer, spoiled as asked for. v2 carries no time, so none can be stale.
fn signed(keys: &Keys, said: Result<Fields, calls::Refusal>, how: SignType, spoil: Spoil) -> Response {
    let mut fields = match said {
        Ok(fields) => [owned(&[("result_code", "SUCCESS")]), fields].into_iter().flatten().collect(),
        Err(refusal) => owned(&[
            ("result_code", "FAIL"),
            ("err_code", refusal.code),
            ("err_code_des", refusal.message.as_str()),
        ]),
    };
    seal(&mut fields, keys, how, spoil);
    let body = canon::write(&fields);
    xml(if spoil == Spoil::Truncated { spoil::truncated(&body) } else { body })
}

/// Adds what every signed message has.
fn seal(fields: &mut Fields, keys: &Keys, how: SignType, spoil: Spoil) {
    let nonce = super::nonce(32);
    let own = [("return_code", "SUCCESS"), ("return_msg", "OK"), ("appid", APPID), ("mch_id", MCHID)];
    fields.extend(owned(&own));
    fields.insert("nonce_str".to_owned(), nonce);
    // A key that nobody has: the signature must not hold.
    let key = if matches!(spoil, Spoil::WrongSignature | Spoil::Probe) { "stranger" } else { &keys.wx_v2 };
    let sign = canon::sign(fields, key, how);
    fields.insert("sign".to_owned(), sign);
}

/// A v2 notify's body for one delivery.
pub fn notify(notice: &Notice, keys: &Keys) -> Option<String> {
    let Content::WechatV2 { fields, how } = &notice.content else { return None };
    let mut fields = fields.clone();
    fields.insert("result_code".to_owned(), "SUCCESS".to_owned());
    let spoil = if notice.probe { Spoil::Probe } else { Spoil::None };
    seal(&mut fields, keys, *how, spoil);
    Some(canon::write(&fields))
}

/// Whether the merchant took a v2 notify.
pub fn accepted(body: &str) -> bool {
    let fields = canon::read(body.as_bytes()).unwrap_or_default();
    fields.get("return_code").is_some_and(|code| code == "SUCCESS")
}
