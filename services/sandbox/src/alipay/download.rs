//! `/downloadBillFile.resource`: the bill behind a link that holds for half a minute. Downloads are not signed.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use encoding_rs::GBK;
use serde::Deserialize;
use time::Date;

use super::{statement, zipped};
use crate::bill::{self, Row};
use crate::clock::{Millis, SECOND};
use crate::fault::Fault;
use crate::spoil::{self, Spoil};
use crate::trade::Channel;
use crate::web::App;

/// How long a link holds.
pub const LINK_LIFE: Millis = 30 * SECOND;

/// The link's own parameter; the others only name things.
#[derive(Deserialize)]
pub struct Link {
    #[serde(default)]
    token: String,
}

/// The zip, 403 after half a minute.
pub async fn bill(State(app): State<App>, Query(link): Query<Link>) -> Response {
    let found = app
        .door
        .ask(move |world| {
            let fault = world.faults.meet(Channel::Alipay, "download", &mut world.chance);
            let ticket = world.alipay.tickets.get(&link.token).copied();
            let now = world.now();
            let open = ticket.filter(|(_, until)| now <= *until);
            let rows = open.and_then(|(day, _)| Some((day, bill::ready(world, Channel::Alipay, day)?)));
            (fault, rows, now)
        })
        .await;
    let Ok((fault, rows, now)) = found else { return spoil::broken() };
    match fault {
        Some(Fault::DropBefore | Fault::ChargeThenDrop) => return spoil::broken(),
        Some(Fault::ServerError) => return StatusCode::BAD_GATEWAY.into_response(),
        Some(Fault::Delay) => spoil::wait(&app, Spoil::Late, Channel::Alipay, "").await,
        _sent => {}
    }
    let Some((day, rows)) = rows else {
        let why = "the link is unknown or older than 30 seconds: ask for a new one";
        return (StatusCode::FORBIDDEN, [("content-type", "text/html;charset=utf-8")], why).into_response();
    };
    match packed(&rows, day, now) {
        Ok(mut zip) => {
            if fault == Some(Fault::TruncatedBody) {
                zip.truncate(zip.len() / 2);
            }
            ([("content-type", "application/octet-stream")], zip).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a bill cannot be packed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn packed(rows: &[Row], day: Date, now: Millis) -> std::io::Result<Vec<u8>> {
    let stem = format!("{}_{}{:02}{:02}", statement::account(), day.year(), u8::from(day.month()), day.day());
    let gbk = |text: &str| GBK.encode(text).0.into_owned();
    zipped::zip(&[
        (gbk(&format!("{stem}_业务明细.csv")), gbk(&statement::details(rows, day, now))),
        (gbk(&format!("{stem}_业务明细(汇总).csv")), gbk(&statement::summary(rows, day, now))),
    ])
}
