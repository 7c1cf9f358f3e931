//! Alipay's personality: OpenAPI gateway v1 at `/gateway.do`, GET or POST, parameters in query and body in any split.

pub mod accounts;
pub mod aes;
pub mod canon;
pub mod certificates;
pub mod download;
pub mod gate;
pub mod methods;
pub mod notify;
pub mod statement;
pub mod zipped;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use self::gate::{Refusal, Style};
use crate::clock;
use crate::fault::Fault;
use crate::spoil::{self, Spoil};
use crate::trade::Channel;
use crate::web::App;

/// `/gateway.do`.
pub async fn gateway(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let Some(pairs) = pairs(query.as_deref().unwrap_or_default(), &body) else {
        return unsigned(&Refusal::business("isv.invalid-parameter", "no well-formed form"));
    };
    let style = Style::of(&pairs);
    let Some(params) = canon::decoded(&pairs, style.encoding) else {
        return unsigned(&Refusal::business("isv.invalid-parameter", "the form is not in its own charset"));
    };
    if let Err(refusal) = gate::known(&params) {
        return unsigned(&refusal);
    }
    let method = params.get("method").cloned().unwrap_or_default();
    let call = match gate::check(&params, style, &app.keys, base(&uri, &headers), clock::wall_s()) {
        Ok(call) => call,
        Err(refusal) => {
            // What was refused before the method ran is told in clear, also to those who seal.
            let style = Style { sealed: false, ..style };
            return answer(&app, &method, &refusal.node(), style, Spoil::None);
        }
    };
    let short = methods::short(&method).to_owned();
    let outcome = app
        .door
        .ask(move |world| {
            let fault = world.faults.meet(Channel::Alipay, &short, &mut world.chance);
            match fault {
                Some(Fault::DropBefore | Fault::ServerError) => (fault, None),
                _done => (fault, Some(methods::run(world, &call, spoil::manners(fault)))),
            }
        })
        .await;
    app.nudge();
    match outcome {
        Ok((Some(Fault::DropBefore), _)) | Err(_) => spoil::broken(),
        Ok((_, None)) => StatusCode::BAD_GATEWAY.into_response(),
        Ok((fault, Some(reply))) => {
            let spoil = fault.map_or(reply.spoil, Spoil::by_fault);
            spoil::wait(&app, spoil, Channel::Alipay, &reply.out_trade_no).await;
            answer(&app, &method, &reply.node, style, spoil)
        }
    }
}

/// An answer in the request's style, spoiled as asked for.
fn answer(app: &App, method: &str, node: &Map<String, Value>, style: Style, spoil: Spoil) -> Response {
    let mut node = match spoil {
        Spoil::Unknown => shown(&Refusal::unknown().node()),
        _kept => shown(node),
    };
    if let (true, Some(key)) = (style.sealed, &app.keys.alipay_aes) {
        node = format!("\"{}\"", aes::seal(key, &node));
    }
    let key = match spoil {
        Spoil::WrongSignature => &app.keys.stranger,
        _right => &app.keys.alipay_platform,
    };
    let certificate = app.keys.alipay_certificates.as_ref().filter(|_known| style.certified);
    let certificate = certificate.map(|known| known.platform.as_str());
    let sign = key.sign(&style.encoding.encode(&node).0);
    let body = canon::body(method, &node, certificate, Some(&sign));
    match spoil {
        Spoil::Lost => spoil::broken(),
        Spoil::Truncated => text(&spoil::truncated(&body), style),
        _whole => text(&body, style),
    }
}

/// A refusal of one who is not known: nobody could say with whose key to sign.
fn unsigned(refusal: &Refusal) -> Response {
    let style = Style { encoding: encoding_rs::UTF_8, certified: false, sealed: false };
    text(&canon::body("", &shown(&refusal.node()), None, None), style)
}

/// The node's text as the gateway writes it.
fn shown(node: &Map<String, Value>) -> String {
    Value::Object(node.clone()).to_string().replace('/', "\\/")
}

fn text(body: &str, style: Style) -> Response {
    let charset = style.encoding.name().to_lowercase();
    let kind = format!("text/html;charset={charset}");
    ([("content-type", kind)], style.encoding.encode(body).0.into_owned()).into_response()
}

/// Where the client reached us: the address in an absolute-form target, or the host it names.
fn base(uri: &Uri, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = uri.authority().map(|authority| authority.as_str()).or(host);
    format!("http://{}", host.unwrap_or("127.0.0.1"))
}

fn pairs(query: &str, body: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut pairs = canon::pairs(query)?;
    pairs.extend(canon::pairs(std::str::from_utf8(body).ok()?.trim())?);
    Some(pairs)
}
