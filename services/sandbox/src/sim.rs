//! The control plane: tests play the payer, the time and bad luck. Only on loopback: it moves money.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::alipay;
use crate::bill::{self, Difference};
use crate::cashier;
use crate::clock::SECOND;
use crate::fault::{Plan, Planted};
use crate::office;
use crate::terminal::{self, Play};
use crate::trade::Channel;
use crate::web::App;
use crate::wechat;
use crate::withhold;
use crate::world::World;

/// Farthest jump of the clock: a year. More would only overflow somebody's date.
const ADVANCE_MAX_S: i64 = 366 * 24 * 3600;

/// Routes below `/_sim`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/pay", post(pay))
        .route("/cancel", post(cancel))
        .route("/expire", post(expire))
        .route("/advance-clock", post(advance))
        .route("/fault", post(fault))
        .route("/bill", post(make_bill))
        .route("/agree", post(alipay::accounts::agree))
        .route("/disagree", post(alipay::accounts::disagree))
        .route("/wechat", post(wechat::desk::switch))
        .route("/withhold", post(withhold::withhold))
        .route("/state", any(state))
        .route("/notify-log", any(log))
        .route("/terminal", post(terminal))
        .route("/office", post(play_office))
}

#[derive(Deserialize)]
struct About {
    channel: Channel,
    out_trade_no: String,
}

#[derive(Deserialize)]
struct Advance {
    seconds: i64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Asked {
    One(Planted),
    Plan(Plan),
}

#[derive(Deserialize)]
struct BillOf {
    channel: Channel,
    date: String,
    #[serde(default)]
    differences: Vec<Difference>,
}

async fn pay(State(app): State<App>, body: Bytes) -> Response {
    act(app, &body, |world, about| {
        cashier::scanned(world, about.channel, &about.out_trade_no);
        cashier::pay(world, about.channel, &about.out_trade_no)
    })
    .await
}

async fn cancel(State(app): State<App>, body: Bytes) -> Response {
    act(app, &body, |world, about| cashier::decline(world, about.channel, &about.out_trade_no)).await
}

async fn expire(State(app): State<App>, body: Bytes) -> Response {
    act(app, &body, |world, about| cashier::close(world, about.channel, &about.out_trade_no)).await
}

/// Does something to one order; 404 where there is none, 409 where its state does not allow it.
async fn act(
    app: App,
    body: &[u8],
    deed: impl FnOnce(&mut World, &About) -> bool + Send + 'static,
) -> Response {
    let about: About = match read(body) {
        Ok(about) => about,
        Err(refused) => return *refused,
    };
    let done = app
        .door
        .ask(move |world| {
            world.trade(about.channel, &about.out_trade_no)?;
            Some(deed(world, &about))
        })
        .await;
    app.nudge();
    match done {
        Ok(Some(true)) => Json(json!({"ok": true})).into_response(),
        Ok(Some(false)) => refuse(StatusCode::CONFLICT, "the order is paid or closed"),
        Ok(None) => refuse(StatusCode::NOT_FOUND, "no such order"),
        Err(stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, &stopping.to_string()),
    }
}

async fn advance(State(app): State<App>, body: Bytes) -> Response {
    let advance: Advance = match read(&body) {
        Ok(advance) => advance,
        Err(refused) => return *refused,
    };
    if !(0..=ADVANCE_MAX_S).contains(&advance.seconds) {
        return refuse(StatusCode::BAD_REQUEST, "seconds: 0 to 366 days");
    }
    let moved = app
        .door
        .ask(move |world| {
            world.clock.advance(advance.seconds * SECOND);
            cashier::expire_due(world);
            world.clock.now()
        })
        .await;
    app.nudge();
    tell(moved.map(|now| json!({"now_ms": now})))
}

async fn fault(State(app): State<App>, body: Bytes) -> Response {
    let asked: Asked = match read(&body) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    let planted = app
        .door
        .ask(move |world| {
            match asked {
                Asked::One(planted) => world.faults.next.push(planted),
                Asked::Plan(plan) => world.faults = plan,
            }
            json!({"faults": world.faults})
        })
        .await;
    tell(planted)
}

async fn terminal(State(app): State<App>, body: Bytes) -> Response {
    let play: Play = match read(&body) {
        Ok(play) => play,
        Err(refused) => return *refused,
    };
    match app.door.ask(move |world| terminal::play(world, play)).await {
        Ok(Ok(Some(told))) => Json(told).into_response(),
        Ok(Ok(None)) => refuse(StatusCode::CONFLICT, "the terminal is not waiting for that"),
        Ok(Err(disk)) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &disk.to_string()),
        Err(stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, &stopping.to_string()),
    }
}

async fn play_office(State(app): State<App>, body: Bytes) -> Response {
    let play: office::desk::Play = match read(&body) {
        Ok(play) => play,
        Err(refused) => return *refused,
    };
    match app.door.ask(move |world| world.office.play(play)).await {
        Ok(Some(told)) => Json(told).into_response(),
        Ok(None) => refuse(StatusCode::BAD_REQUEST, "there is no such conflict"),
        Err(stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, &stopping.to_string()),
    }
}

/// Makes a day's bill at once, with planted differences, and tells its rows.
async fn make_bill(State(app): State<App>, body: Bytes) -> Response {
    let asked: BillOf = match read(&body) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    let Some(day) = bill::date(&asked.date) else {
        return refuse(StatusCode::BAD_REQUEST, "date: yyyy-MM-dd");
    };
    match app.door.ask(move |world| bill::make(world, asked.channel, day, &asked.differences)).await {
        Ok(Ok(rows)) => Json(json!({"ok": true, "rows": rows})).into_response(),
        Ok(Err(none)) => refuse(StatusCode::CONFLICT, &none.to_string()),
        Err(stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, &stopping.to_string()),
    }
}

async fn state(State(app): State<App>) -> Response {
    let state = app
        .door
        .ask(|world| {
            let books: serde_json::Map<String, Value> = world
                .books
                .iter()
                .map(|(channel, book)| {
                    let name = json!(channel).as_str().unwrap_or_default().to_owned();
                    (name, json!({"balances": book.balances(), "entries": book.entries()}))
                })
                .collect();
            let trades: Vec<_> = world.trades.values().collect();
            let agreement = |(number, agreement): (&String, &alipay::accounts::Agreement)| {
                let mut told = json!(agreement);
                told["number"] = json!(number);
                told
            };
            let agreements: Vec<_> = world.alipay.agreements.iter().map(agreement).collect();
            json!({"now_ms": world.now(), "trades": trades, "books": books, "faults": world.faults,
                "agreements": agreements})
        })
        .await;
    tell(state)
}

async fn log(State(app): State<App>) -> Response {
    tell(app.door.ask(|world| json!(world.outbox.log())).await)
}

fn tell(told: Result<Value, crate::world::Closed>) -> Response {
    match told {
        Ok(told) => Json(told).into_response(),
        Err(stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, &stopping.to_string()),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<Response>> {
    serde_json::from_slice(body)
        .map_err(|error| Box::new(refuse(StatusCode::BAD_REQUEST, &error.to_string())))
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"ok": false, "error": why}))).into_response()
}
