//! Alipay's personality: OpenAPI gateway v1 at `/gateway.do`, GET or POST, parameters in query and body in any split.

pub mod canon;
pub mod gate;
pub mod methods;
pub mod notify;

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use self::gate::Refusal;
use crate::clock;
use crate::fault::Fault;
use crate::spoil::{self, Spoil};
use crate::trade::Channel;
use crate::web::App;

/// `/gateway.do`.
pub async fn gateway(State(app): State<App>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let Some(params) = params(query.as_deref().unwrap_or_default(), &body) else {
        return text(canon::body(
            "",
            &shown(&Refusal::business("isv.invalid-parameter", "no UTF-8 form").node()),
            None,
        ));
    };
    if let Err(refusal) = gate::known(&params) {
        return text(canon::body("", &shown(&refusal.node()), None));
    }
    let call = match gate::check(&params, &app.keys.alipay_app, clock::wall_s()) {
        Ok(call) => call,
        Err(refusal) => {
            let method = params.get("method").map(String::as_str).unwrap_or_default();
            let node = shown(&refusal.node());
            return text(canon::body(method, &node, Some(&app.keys.alipay_platform.sign(node.as_bytes()))));
        }
    };
    let method = call.method.clone();
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
            answer(&app, &method, reply, spoil)
        }
    }
}

fn answer(app: &App, method: &str, reply: methods::Reply, spoil: Spoil) -> Response {
    let node = match spoil {
        Spoil::Unknown => shown(&Refusal::unknown().node()),
        _kept => shown(&reply.node),
    };
    let key = match spoil {
        Spoil::WrongSignature => &app.keys.stranger,
        _right => &app.keys.alipay_platform,
    };
    let body = canon::body(method, &node, Some(&key.sign(node.as_bytes())));
    match spoil {
        Spoil::Lost => spoil::broken(),
        Spoil::Truncated => text(spoil::truncated(&body)),
        _whole => text(body),
    }
}

/// The node's text as the gateway writes it.
fn shown(node: &serde_json::Map<String, serde_json::Value>) -> String {
    serde_json::Value::Object(node.clone()).to_string().replace('/', "\\/")
}

fn text(body: String) -> Response {
    ([("content-type", "text/html;charset=utf-8")], body).into_response()
}

fn params(query: &str, body: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut params: BTreeMap<_, _> = canon::parse_form(query)?.into_iter().collect();
    params.extend(canon::parse_form(std::str::from_utf8(body).ok()?.trim())?);
    Some(params)
}
