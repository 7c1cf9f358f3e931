//! What Alipay keeps beside trades: agreements to be charged by, parties that may receive shares, what was divided,
//! and who may download which bill until when.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::Date;

use crate::alipay;
use crate::clock::{Millis, SECOND};
use crate::web::App;

/// A payer's agreement to be charged without being asked.
#[derive(Clone, Debug, Serialize)]
pub struct Agreement {
    /// When it was signed.
    pub signed_at: Millis,
    /// When it was ended.
    pub ended_at: Option<Millis>,
    /// The merchant's own name of it, where it was signed at the merchant's page.
    pub name: Option<String>,
    /// What it allows.
    pub caps: Caps,
    /// Fen charged so far.
    pub fen: i64,
    /// How often.
    pub times: u32,
}

/// What an agreement allows; what is absent is not limited.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Caps {
    /// Fen of one charge.
    pub single_max: Option<i64>,
    /// Fen of all charges.
    pub total_max: Option<i64>,
    /// How many charges.
    pub times_max: Option<u32>,
    /// Seconds after signing before which nothing may be charged.
    pub not_before_s: Option<i64>,
}

/// A page at which a payer may sign, as the merchant's link opened it.
#[derive(Clone, Debug)]
pub struct Page {
    /// The scene of the agreement; questions about it must name the same.
    pub scene: String,
    /// Where it is told that the payer signed or ended it.
    pub notify_url: Option<String>,
}

/// A trade's money divided once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Which trade.
    pub out_trade_no: String,
    /// Account and fen, as asked for.
    pub shares: Vec<(String, i64)>,
    /// The channel's number of it.
    pub settle_no: String,
}

/// What a party gave of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gave {
    /// Of which trade.
    pub out_trade_no: String,
    /// The party.
    pub account: String,
    /// How much.
    pub fen: i64,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// By number.
    pub agreements: BTreeMap<String, Agreement>,
    /// Pages to sign at, by the merchant's own name of the agreement.
    pub pages: BTreeMap<String, Page>,
    /// Accounts bound as receivers of shares.
    pub receivers: BTreeSet<String>,
    /// What was divided, by the merchant's number for it.
    pub settled: BTreeMap<String, Settled>,
    /// What parties gave back.
    pub gave: Vec<Gave>,
    /// Bills that may be downloaded, by token: which day, and until when.
    pub tickets: BTreeMap<String, (Date, Millis)>,
}

impl Accounts {
    /// The number of the agreement that the merchant calls so; the newest, where one was ended before.
    pub fn named(&self, name: &str) -> Option<&String> {
        let ours = |agreement: &Agreement| agreement.name.as_deref() == Some(name);
        self.agreements.iter().rev().find(|(_, agreement)| ours(agreement)).map(|(number, _)| number)
    }

    /// Fen of a trade that are with other parties.
    pub fn shared(&self, out_trade_no: &str) -> i64 {
        let settled = self.settled.values().filter(|settled| settled.out_trade_no == out_trade_no);
        settled.flat_map(|settled| &settled.shares).map(|(_, fen)| fen).sum::<i64>()
            - self
                .gave
                .iter()
                .filter(|gave| gave.out_trade_no == out_trade_no)
                .map(|gave| gave.fen)
                .sum::<i64>()
    }

    /// Fen of a trade that a party has: what it got less what it gave back.
    pub fn held(&self, out_trade_no: &str, account: &str) -> i64 {
        let settled = self.settled.values().filter(|settled| settled.out_trade_no == out_trade_no);
        let got = settled.flat_map(|settled| &settled.shares).filter(|(party, _)| party == account);
        let ours = |gave: &&Gave| gave.out_trade_no == out_trade_no && gave.account == account;
        let gave: i64 = self.gave.iter().filter(ours).map(|gave| gave.fen).sum();
        got.map(|(_, fen)| fen).sum::<i64>() - gave
    }
}

impl Agreement {
    /// Why it does not allow a charge, as Alipay names it.
    pub fn forbids(&self, fen: i64, now: Millis) -> Option<(&'static str, &'static str)> {
        let caps = &self.caps;
        let early = caps.not_before_s.is_some_and(|s| now < self.signed_at + s * SECOND);
        if self.ended_at.is_some() {
            return Some((
                "ACQ.AGREEMENT_INVALID",
                "the payer has ended this agreement: ask to sign a new one",
            ));
        }
        if early {
            return Some(("ACQ.CYCLE_PAY_DATE_NOT_MATCH", "the agreement allows no charge before its date"));
        }
        if caps.single_max.is_some_and(|max| fen > max) {
            return Some((
                "ACQ.CYCLE_PAY_SINGLE_FEE_EXCEED",
                "more than the agreement allows for one charge",
            ));
        }
        if caps.total_max.is_some_and(|max| self.fen.saturating_add(fen) > max) {
            return Some(("ACQ.CYCLE_PAY_TOTAL_FEE_EXCEED", "more than the agreement allows in all"));
        }
        if caps.times_max.is_some_and(|max| self.times >= max) {
            return Some(("ACQ.CYCLE_PAY_TOTAL_TIMES_EXCEED", "more often than the agreement allows"));
        }
        None
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signing {
    /// Last two digits of the number, which choose what goes wrong as they do in a payer's code.
    #[serde(default = "pays")]
    scenario: String,
    /// The agreement whose page the payer has opened; none is one that the merchant had signed elsewhere.
    #[serde(default)]
    external_agreement_no: Option<String>,
    #[serde(default)]
    caps: Caps,
}

fn pays() -> String {
    "01".to_owned()
}

#[derive(Deserialize)]
struct Ending {
    agreement_no: String,
}

/// `/_sim/agree`: the payer signs.
pub async fn agree(State(app): State<App>, body: Bytes) -> Response {
    let signing: Signing = match serde_json::from_slice(&body) {
        Ok(signing) => signing,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if signing.scenario.len() != 2 || !signing.scenario.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse(StatusCode::BAD_REQUEST, "scenario: two digits");
    }
    let signed = app
        .door
        .ask(move |world| {
            let signed_at = world.now();
            let day = crate::clock::alipay_time(signed_at)[..10].replace('-', "");
            let number = format!("{day}{}{}", world.chance.digits(10), signing.scenario);
            let name = signing.external_agreement_no;
            if let Some(name) = &name
                && (!world.alipay.pages.contains_key(name) || world.alipay.named(name).is_some())
            {
                return None;
            }
            let agreement =
                Agreement { signed_at, ended_at: None, name, caps: signing.caps, fen: 0, times: 0 };
            world.alipay.agreements.insert(number.clone(), agreement);
            alipay::notify::tell_agreement(world, &number);
            Some(number)
        })
        .await;
    app.nudge();
    match signed {
        Ok(None) => refuse(StatusCode::CONFLICT, "nobody has opened that page, or it is signed"),
        Ok(Some(number)) => Json(json!({"ok": true, "agreement_no": number})).into_response(),
        Err(stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, &stopping.to_string()),
    }
}

/// `/_sim/disagree`: the payer ends an agreement.
pub async fn disagree(State(app): State<App>, body: Bytes) -> Response {
    let ending: Ending = match serde_json::from_slice(&body) {
        Ok(ending) => ending,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let ended = app
        .door
        .ask(move |world| {
            let now = world.now();
            let agreement = world.alipay.agreements.get_mut(&ending.agreement_no)?;
            agreement.ended_at.get_or_insert(now);
            alipay::notify::tell_agreement(world, &ending.agreement_no);
            Some(())
        })
        .await;
    app.nudge();
    match ended {
        Ok(Some(())) => Json(json!({"ok": true})).into_response(),
        Ok(None) => refuse(StatusCode::NOT_FOUND, "no such agreement"),
        Err(stopping) => refuse(StatusCode::SERVICE_UNAVAILABLE, &stopping.to_string()),
    }
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"ok": false, "error": why}))).into_response()
}
