//! The notifier: posts what is due to the orders' own addresses, and writes down what the merchant answered.

use std::time::Duration;

use axum::http::StatusCode;

use crate::acp;
use crate::alipay;
use crate::clock;
use crate::notice::{Content, Delivery, Notice};
use crate::web::App;
use crate::wechat;

/// A merchant must answer within this; WeChat Pay gives five seconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// UnionPay gives ten.
const UNIONPAY_ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long to sleep where nothing is due; a nudge wakes earlier.
const LOOK_AT_LEAST: Duration = Duration::from_secs(60);

/// Delivers until the world is gone.
pub async fn run(app: App) {
    let http = match reqwest::Client::builder()
        .timeout(ANSWER_WITHIN)
        .redirect(reqwest::redirect::Policy::none())
        .build()
    {
        Ok(http) => http,
        Err(error) => return tracing::error!(%error, "notifies cannot be sent"),
    };
    loop {
        let Ok((due, sleep)) = app
            .door
            .ask(|world| {
                let due = world.outbox.due(world.clock.now());
                let sleep = world.outbox.next_due().map(|at| world.clock.real_until(at));
                (due, sleep)
            })
            .await
        else {
            return;
        };
        for notice in due {
            tokio::spawn(one(app.clone(), http.clone(), notice));
        }
        let sleep = sleep.unwrap_or(LOOK_AT_LEAST).min(LOOK_AT_LEAST);
        tokio::select! {
            () = app.nudged() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}

async fn one(app: App, http: reqwest::Client, notice: Notice) {
    let answer = post(&app, &http, &notice).await;
    let accepted = match (&notice.content, &answer) {
        (Content::Alipay(_), Some((200, body))) => body == "success",
        (Content::Wechat { .. }, Some((status, _))) => matches!(status, 200 | 204),
        (Content::Acp(_), Some((status, _))) => *status == 200,
        (Content::WechatV2 { .. }, Some((200, body))) => wechat::v2::accepted(body),
        _refused => false,
    };
    let status = answer.map(|(status, _)| status);
    let written = app
        .door
        .ask(move |world| {
            let delivery = Delivery {
                id: notice.id,
                channel: notice.channel,
                out_trade_no: notice.out_trade_no,
                at: world.clock.now(),
                status,
                accepted,
                probe: notice.probe,
            };
            world.outbox.delivered(notice.slot, delivery);
        })
        .await;
    if written.is_ok() {
        app.nudge();
    }
}

/// The merchant's status and body; `None` where nobody answered.
async fn post(app: &App, http: &reqwest::Client, notice: &Notice) -> Option<(u16, String)> {
    let request = match &notice.content {
        Content::Alipay(params) => http
            .post(&notice.url)
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .body(alipay::notify::form(params.clone(), &app.keys, notice.probe)),
        Content::Acp(fields) => http
            .post(&notice.url)
            .timeout(UNIONPAY_ANSWER_WITHIN)
            .header("content-type", "application/x-www-form-urlencoded;charset=UTF-8")
            .body(acp::notify::form(fields.clone(), &app.keys, notice.probe)),
        Content::Wechat { .. } => {
            let (body, headers) = wechat::telling::sealed(notice, &app.keys, clock::wall_s())?;
            let request = http.post(&notice.url).header("content-type", "application/json").body(body);
            headers.into_iter().fold(request, |request, (name, value)| request.header(name, value))
        }
        Content::WechatV2 { .. } => http
            .post(&notice.url)
            .header("content-type", "text/xml; charset=utf-8")
            .body(wechat::v2::notify(notice, &app.keys)?),
    };
    let response = request.send().await.ok()?;
    let status: StatusCode = response.status();
    let body = response.text().await.unwrap_or_default();
    Some((status.as_u16(), body))
}
