//! What WeChat Pay keeps beside trades: splits, bill files, and the switches for what its own pages leave open.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::sharing::{Return, Shared};
use super::v2::canon::SignType;
use crate::clock::{Millis, SECOND};
use crate::trade::{State as TradeState, Trade};
use crate::web::App;

/// A charge must not be reversed sooner than this after it was made.
const REVERSE_AFTER: Millis = 15 * SECOND;
/// Most bill files kept; the oldest makes room.
const FILES_MAX: usize = 16;

/// How a charge that waits for the payer's password is answered by API v3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Userpaying {
    /// 400 with the code `USERPAYING`.
    #[default]
    #[serde(rename = "4xx")]
    Refused,
    /// 202 with the code in its body.
    #[serde(rename = "202")]
    Accepted,
    /// 200 with a transaction in that state.
    #[serde(rename = "200")]
    State,
}

/// What is not the same in all of the platform's pages.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// How a waiting charge is answered.
    pub userpaying: Userpaying,
    /// Whether a reverse within 15 s of the charge is refused.
    pub refuse_early_reverse: bool,
    /// Whether only receivers that were added get a share.
    pub receivers_must_be_added: bool,
}

/// Everything beside trades.
#[derive(Debug, Default)]
pub struct Desk {
    /// What its pages leave open.
    pub switches: Switches,
    /// Orders made with `profit_sharing`, by the merchant's number; their money can be divided until it is unfrozen.
    pub held_back: BTreeSet<String>,
    /// Splits by the merchant's number.
    pub shared: BTreeMap<String, Shared>,
    /// Shares given back, by the merchant's number.
    pub returned: BTreeMap<String, Return>,
    /// Receivers that were added.
    pub receivers: BTreeSet<String>,
    /// Orders made by v2, and how they are signed: their notifies speak v2 too.
    pub v2: BTreeMap<String, SignType>,
    /// The key that the merchant last asked answers to be signed with; notifies are signed with it too.
    pub answers_with: Option<String>,
    /// Where refunds are told, by the merchant's refund number.
    pub refund_urls: BTreeMap<String, String>,
    files: Vec<(String, Millis, Vec<u8>)>,
}

impl Desk {
    /// Whether it is too soon to reverse this charge.
    pub fn too_early(&self, trade: Option<&Trade>, now: Millis) -> bool {
        let young = |trade: &Trade| trade.state == TradeState::Paid && now - trade.made_at < REVERSE_AFTER;
        self.switches.refuse_early_reverse && trade.is_some_and(young)
    }

    /// Keeps a bill's file under a token until then.
    pub fn keep(&mut self, token: String, until: Millis, file: Vec<u8>) {
        if self.files.len() >= FILES_MAX {
            self.files.remove(0);
        }
        self.files.push((token, until, file));
    }

    /// A bill's file, while its link holds.
    pub fn file(&self, token: &str, now: Millis) -> Option<Vec<u8>> {
        let found = self.files.iter().find(|(known, until, _)| known == token && now <= *until);
        found.map(|(_, _, file)| file.clone())
    }
}

/// `/_sim/wechat`: sets the switches; those that are not named go back to what they were at the start.
pub async fn switch(State(app): State<App>, body: Bytes) -> Response {
    let switches: Switches = match serde_json::from_slice(&body) {
        Ok(switches) => switches,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    match app.door.ask(move |world| world.wechat.switches = switches).await {
        Ok(()) => Json(switches).into_response(),
        Err(stopping) => (StatusCode::SERVICE_UNAVAILABLE, stopping.to_string()).into_response(),
    }
}
