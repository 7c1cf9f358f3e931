//! The payer's phone: one page, what it asks for, and what a kiosk's camera would see of it.

mod browser;
mod look;
mod page;
pub mod picture;

pub use page::page;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

use crate::alipay::canon::yuan;
use crate::cashier;
use crate::trade::{Channel, State as TradeState, Trade};
use crate::web::App;
use crate::world::World;

/// Largest picture of a code: what a phone's camera makes.
const PICTURE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A camera's pace; kiosks need no more to read a code that is held still.
const FRAME_EVERY: Duration = Duration::from_millis(150);

/// Routes below `/wallet`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/read", post(look::read))
        .route("/open", post(look::open))
        .route("/confirm", post(confirm))
        .route("/cancel", post(cancel))
        .route("/show", post(show))
        .route("/hide", post(hide))
        .route("/state", get(state))
        .route("/camera.mjpg", get(camera))
        .route("/font/{weight}", get(page::font))
        .layer(DefaultBodyLimit::max(PICTURE_BYTES_MAX))
}

#[derive(Deserialize)]
struct Coded {
    code: String,
}

#[derive(Deserialize)]
struct Show {
    channel: Channel,
    /// The last two digits of the code.
    scenario: String,
}

async fn confirm(State(app): State<App>, Json(coded): Json<Coded>) -> Response {
    settle(app, coded.code, cashier::pay).await
}

async fn cancel(State(app): State<App>, Json(coded): Json<Coded>) -> Response {
    settle(app, coded.code, cashier::decline).await
}

/// Does something to the order behind a code, shown or presented, and tells how it stands then.
async fn settle(
    app: App,
    code: String,
    deed: impl FnOnce(&mut World, Channel, &str) -> bool + Send + 'static,
) -> Response {
    let told = app
        .door
        .ask(move |world| {
            let (channel, number) = key(world.shown(&code).or_else(|| world.presented(&code))?);
            let done = deed(world, channel, &number);
            let mut told = order(world.trade(channel, &number)?);
            told["done"] = done.into();
            Some(told)
        })
        .await;
    app.nudge();
    match told {
        Ok(Some(told)) => Json(told).into_response(),
        Ok(None) => refuse(StatusCode::NOT_FOUND, "UnknownCode"),
        Err(_stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, "Stopping"),
    }
}

/// Makes a pay code and holds it up.
async fn show(State(app): State<App>, Json(show): Json<Show>) -> Response {
    if matches!(show.channel, Channel::Terminal | Channel::Office) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "NoWallet");
    }
    if show.scenario.len() != 2 || !show.scenario.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "BadScenario");
    }
    let code = app
        .door
        .ask(move |world| {
            let prefix = match show.channel {
                Channel::Alipay => "28",
                Channel::Wechat | Channel::Terminal | Channel::Office => "13",
                Channel::Unionpay => "62",
            };
            // UnionPay's codes have 19 digits, the others' 18.
            let middle = if show.channel == Channel::Unionpay { 15 } else { 14 };
            let code = format!("{prefix}{}{}", world.chance.digits(middle), show.scenario);
            world.phone.showing = Some((show.channel, code.clone()));
            code
        })
        .await;
    match code {
        Ok(code) => {
            let svg = picture::svg(&code);
            Json(json!({"channel": show.channel, "code": code, "svg": svg})).into_response()
        }
        Err(_stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, "Stopping"),
    }
}

async fn hide(State(app): State<App>) -> Response {
    match app.door.ask(|world| world.phone.showing = None).await {
        Ok(()) => Json(json!({})).into_response(),
        Err(_stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, "Stopping"),
    }
}

/// What the payer paid, by the code of it that was shown or presented.
#[derive(Deserialize)]
struct PaidBy {
    code: Option<String>,
}

/// What is on the screen, and what a merchant did with it, and with what was paid before.
async fn state(State(app): State<App>, Query(paid): Query<PaidBy>) -> Response {
    let told = app
        .door
        .ask(move |world| {
            let showing = world.phone.showing.clone();
            let charged = showing.as_ref().and_then(|(_, code)| world.presented(code)).map(order);
            let paid =
                paid.code.and_then(|code| world.shown(&code).or_else(|| world.presented(&code)).map(order));
            let showing = showing.map(|(channel, code)| json!({"channel": channel, "code": code}));
            json!({"showing": showing, "order": charged, "paid": paid})
        })
        .await;
    match told {
        Ok(told) => Json(told).into_response(),
        Err(_stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, "Stopping"),
    }
}

/// What a camera above a desk sees of this phone, as `multipart/x-mixed-replace` JPEG.
async fn camera(State(app): State<App>) -> Response {
    struct Seen {
        app: App,
        showing: Option<String>,
        frame: Bytes,
        pace: tokio::time::Interval,
    }
    let mut pace = tokio::time::interval(FRAME_EVERY);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let seen = Seen { app, showing: None, frame: part(picture::jpeg(None)), pace };
    let frames = futures_util::stream::unfold(seen, |mut seen| async move {
        seen.pace.tick().await;
        let showing = seen.app.door.ask(|world| world.phone.showing.clone()).await.ok()?;
        let showing = showing.map(|(_, code)| code);
        if showing != seen.showing {
            seen.frame = part(picture::jpeg(showing.as_deref()));
            seen.showing = showing;
        }
        Some((Ok::<_, std::convert::Infallible>(seen.frame.clone()), seen))
    });
    let headers =
        [("content-type", "multipart/x-mixed-replace; boundary=frame"), ("cache-control", "no-store")];
    (headers, Body::from_stream(frames)).into_response()
}

fn part(jpeg: Vec<u8>) -> Bytes {
    let mut part =
        format!("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", jpeg.len()).into_bytes();
    part.extend_from_slice(&jpeg);
    part.extend_from_slice(b"\r\n");
    part.into()
}

fn key(trade: &Trade) -> (Channel, String) {
    (trade.order.channel, trade.order.out_trade_no.clone())
}

/// An order as the page shows it; `back` is what the merchant has sent back.
fn order(trade: &Trade) -> Value {
    let state = match trade.state {
        TradeState::Offered | TradeState::Waiting => "waiting",
        TradeState::Paid | TradeState::Reversed => "paid",
        TradeState::Closed | TradeState::Declined => "closed",
    };
    let back = if trade.state == TradeState::Reversed { trade.order.fen } else { trade.refunded() };
    json!({
        "channel": trade.order.channel, "out_trade_no": trade.order.out_trade_no,
        "subject": trade.order.subject, "yuan": yuan(trade.order.fen), "state": state,
        "back": (back > 0).then(|| yuan(back)),
    })
}

fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}
