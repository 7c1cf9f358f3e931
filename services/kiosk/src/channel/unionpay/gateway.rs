//! One signed exchange with the ACP gateway, and the question that everything else is built on.

use reqwest::Client;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::canon::{self, Fields};
use super::sign::Keys;
use super::wire::{self, Verdict};
use crate::channel::Doubt;
use crate::channel::exchange::{self, Answer, Clock};

/// UnionPay refuses a `txnTime` that is farther off than this. Not published as a number; the sandbox has the same.
pub(super) const TXN_TIME_OFF_MAX_S: i64 = 15 * 60;
/// What must come back as it was sent, so that an answer to another question is not taken for this one's.
const REPEATED: [&str; 5] = ["merId", "orderId", "txnTime", "txnType", "txnSubType"];

/// The gateway and our keys to it.
pub(super) struct Gateway {
    pub(super) host: String,
    pub(super) mer_id: String,
    pub(super) keys: Keys,
    pub(super) http: Client,
    pub(super) clock: Clock,
}

/// A verified answer.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) fields: Fields,
    /// The gateway's time in seconds since 1970 UTC, never later than it can be.
    pub(super) at: i64,
}

impl Said {
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl Gateway {
    /// Sends a transaction to `page` and verifies the answer.
    pub(super) async fn send(&self, page: &str, own: Vec<(&str, String)>) -> Result<Said, Doubt> {
        let mut fields: Fields = [
            ("version", "5.1.0"),
            ("encoding", "UTF-8"),
            ("bizType", "000000"),
            ("accessType", "0"),
            ("channelType", "08"),
            ("merId", &self.mer_id),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        fields.extend(own.into_iter().map(|(name, value)| (name.to_owned(), value)));
        self.keys.sign(&mut fields)?;
        let request = self
            .http
            .post(format!("{}/gateway/api/{page}", self.host.trim_end_matches('/')))
            .header("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
            .body(canon::form(&fields));
        let answer = exchange::exchange(request).await?;
        let said = self.read(&answer)?;
        if REPEATED.iter().any(|name| said.fields.get(*name) != fields.get(*name)) {
            return Err(Doubt::Unparsable);
        }
        let code = said.field("respCode");
        if matches!(wire::verdict(code), Verdict::Refused(_) | Verdict::Unknown) {
            tracing::warn!(txn_type = fields.get("txnType"), code, "unionpay refused");
        }
        Ok(said)
    }

    fn read(&self, answer: &Answer) -> Result<Said, Doubt> {
        if !answer.status.is_success() {
            return Err(Doubt::Unparsable);
        }
        let body = std::str::from_utf8(&answer.body).map_err(|_not_text| Doubt::Unparsable)?;
        let fields = canon::answer(body).ok_or(Doubt::Unparsable)?;
        let now = (self.clock)();
        self.keys.verify(&fields, now)?;
        let date = answer.headers.get("Date").and_then(|date| date.to_str().ok());
        let told = date.and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
        // A gateway that tells no time is taken to be as far behind us as it would let us be ahead.
        let at = told.map_or(now.saturating_sub(TXN_TIME_OFF_MAX_S), OffsetDateTime::unix_timestamp);
        Ok(Said { fields, at })
    }

    /// What became of the transaction with this number and time, with the answer that says so.
    pub(super) async fn ask(&self, number: &str, time: &str) -> Result<(Verdict, Said), Doubt> {
        let own = vec![
            ("txnType", "00".to_owned()),
            ("txnSubType", "00".to_owned()),
            ("orderId", number.to_owned()),
            ("txnTime", time.to_owned()),
        ];
        let said = self.send("queryTrans.do", own).await?;
        match wire::verdict(said.field("respCode")) {
            Verdict::Ok => match said.field("origRespCode") {
                // Still processing, whatever else 03 means.
                "03" => Ok((Verdict::Processing, said)),
                code => Ok((wire::verdict(code), said)),
            },
            Verdict::NoSuch => Ok((Verdict::NoSuch, said)),
            // A refused question says nothing about the money.
            _question_refused => Err(Doubt::ServerError),
        }
    }
}
