//! What a payer reads: a code's text, a picture of one, or a picture of a whole screen with a code of each channel on it.

use std::collections::BTreeSet;
use std::io::Cursor;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::browser::{self, Opened};
use super::{key, order, refuse};
use crate::cashier;
use crate::trade::{Channel, Trade};
use crate::web::App;
use crate::world::World;

/// Largest side of a picture in pixels, so that a small file cannot unfold into all memory.
const PICTURE_SIDE_MAX: u32 = 12_000;
/// Longest text taken for a code.
const CODE_LEN_MAX: usize = 512;

/// Reads a code out of a text or a picture, and tells what is behind it: an order, an address, or several to choose from.
pub(super) async fn read(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let codes = if kind.starts_with("text/") {
        String::from_utf8(body.to_vec()).map(|text| vec![text]).map_err(|_not_text| "NotText")
    } else {
        let decoded = tokio::task::spawn_blocking(move || decode(&body)).await;
        decoded.unwrap_or(Err("BadPicture"))
    };
    match codes {
        Ok(codes) => tell(&app, codes).await,
        Err(why) => refuse(StatusCode::UNPROCESSABLE_ENTITY, why),
    }
}

#[derive(Deserialize)]
pub(super) struct Address {
    /// Whose wallet opens it.
    channel: Channel,
    address: String,
}

/// Opens an address in a wallet's own browser, as a phone does that has read one.
pub(super) async fn open(State(app): State<App>, Json(asked): Json<Address>) -> Response {
    let Some(agent) = browser::agent(asked.channel) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "NoWallet");
    };
    if !browser::opens(&asked.address) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "NoAddress");
    }
    match browser::open(agent, &asked.address).await {
        Opened::Sent(code) => tell(&app, vec![code]).await,
        Opened::Page => refuse(StatusCode::NOT_FOUND, "OtherWallet"),
        Opened::Gone => refuse(StatusCode::NOT_FOUND, "PageGone"),
        Opened::Nothing => refuse(StatusCode::BAD_GATEWAY, "PageNothing"),
    }
}

/// What is behind the codes.
async fn tell(app: &App, mut codes: Vec<String>) -> Response {
    codes.iter_mut().for_each(|code| *code = code.trim().to_owned());
    codes.retain(|code| !code.is_empty() && code.len() <= CODE_LEN_MAX);
    if codes.is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "NoCode");
    }
    match app.door.ask(move |world| behind(world, &codes)).await {
        Ok(Some(told)) => Json(told).into_response(),
        Ok(None) => refuse(StatusCode::NOT_FOUND, "UnknownCode"),
        Err(_stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, "Stopping"),
    }
}

/// One way to pay among several that one picture shows.
enum Way<'a> {
    Order(&'a Trade),
    Address(&'a str),
}

/// The only one that can be paid; where there are several, all of them, since only the payer knows with which wallet;
/// where there is none, one that is over.
fn behind(world: &mut World, codes: &[String]) -> Option<Value> {
    let mut ways: Vec<Way<'_>> = Vec::new();
    // The same code twice in a picture, mirrored in a pane perhaps, is one.
    for code in codes.iter().collect::<BTreeSet<_>>() {
        match world.shown(code) {
            Some(trade) if trade.open() => ways.push(Way::Order(trade)),
            Some(_over) => {}
            None if browser::opens(code) => ways.push(Way::Address(code)),
            None => {}
        }
    }
    ways.sort_by_key(|way| match way {
        Way::Order(trade) => (0, Some(trade.order.channel)),
        Way::Address(_) => (1, None),
    });
    let chosen = match ways.as_slice() {
        [Way::Address(address)] => return Some(json!({"address": address})),
        [Way::Order(trade)] => trade.shown_code.clone()?,
        [] => codes.iter().find(|code| world.shown(code).is_some())?.clone(),
        several => return Some(json!({"choices": several.iter().map(choice).collect::<Vec<_>>()})),
    };
    let (channel, number) = key(world.shown(&chosen)?);
    cashier::scanned(world, channel, &number);
    let mut told = order(world.trade(channel, &number)?);
    told["code"] = chosen.into();
    Some(told)
}

fn choice(way: &Way<'_>) -> Value {
    match way {
        Way::Address(address) => json!({"code": address, "address": address}),
        Way::Order(trade) => {
            let mut told = order(trade);
            told["code"] = json!(trade.shown_code);
            told
        }
    }
}

/// The texts of the codes in a picture.
fn decode(bytes: &[u8]) -> Result<Vec<String>, &'static str> {
    let mut reader =
        image::ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_io| "BadPicture")?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(PICTURE_SIDE_MAX);
    limits.max_image_height = Some(PICTURE_SIDE_MAX);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_no_picture| "BadPicture")?.to_luma8();
    let side = |pixels: u32| usize::try_from(pixels).unwrap_or(usize::MAX);
    let codes = camera::decode::codes(picture.as_raw(), side(picture.width()), side(picture.height()))
        .map_err(|_no_picture| "BadPicture")?;
    Ok(codes.iter().filter_map(|code| code.reveal_text().map(str::to_owned)).collect())
}
