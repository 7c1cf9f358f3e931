//! `POST /notify/{channel}`: what a channel tells by itself, believed only where its signature holds, and answered
//! for only once the till has it in the ledger.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{Front, Letter};
use crate::channel::{Channel, ChannelKind, Delivery, Told};

/// Largest body. Real ones are below 4 KiB.
const BODY_BYTES_MAX: usize = 32 * 1024;
/// How long an answer may take, below the five seconds after which the channels give up: one that comes later is
/// told again for nothing.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);

fn kind(name: &str) -> Option<ChannelKind> {
    match name {
        "alipay" => Some(ChannelKind::Alipay),
        "wechat" => Some(ChannelKind::Wechat),
        "unionpay" => Some(ChannelKind::Unionpay),
        _other => None,
    }
}

pub(super) async fn notify(
    State(front): State<Arc<Front>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let channel = kind(&name).and_then(|kind| front.channels.iter().find(|channel| channel.kind() == kind));
    let Some(channel) = channel else { return StatusCode::NOT_FOUND.into_response() };
    let kept = timeout(ANSWER_WITHIN, keep(&front, channel.as_ref(), &headers, body)).await.unwrap_or(false);
    let reply = channel.reply(kept);
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if reply.body.starts_with('{') { "application/json" } else { "text/plain; charset=utf-8" };
    (status, [("content-type", kind)], reply.body).into_response()
}

/// Whether what was told is in the ledger, or need not be.
async fn keep(front: &Front, channel: &dyn Channel, headers: &HeaderMap, body: Body) -> bool {
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else { return false };
    let told = match channel.told(Delivery { headers, body: &body }) {
        Ok(told) => told,
        Err(doubt) => {
            tracing::debug!(channel = ?channel.kind(), ?doubt, "a delivery was not believed");
            return false;
        }
    };
    if told == Told::Nothing {
        return true;
    }
    let (reply, kept) = oneshot::channel();
    let letter = Letter { told, channel: channel.kind(), reply };
    front.letters.send(letter).await.is_ok() && kept.await.unwrap_or(false)
}
