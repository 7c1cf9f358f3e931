//! Orders of v2: a code to show, a code that was scanned, and how both end.

use time::macros::{format_description, offset};
use time::{Duration, OffsetDateTime};

use super::wire::{self, Said};
use super::{Fields, WechatV2};
use crate::channel::{Doubt, Opened, PaidProof, PendingReason, Proof, Refusal, Revoked, Told};
use crate::till::{Attempt, AttemptNumber, Currency, Money, PayCode, Way};

/// Longest `body` in bytes of UTF-8.
const BODY_BYTES_MAX: usize = 127;

impl WechatV2 {
    pub(super) async fn unified_order(&self, attempt: &Attempt) -> Opened {
        let Some(expire) = expiry(attempt, self.config.code_minutes) else {
            return Opened::Unavailable(Doubt::Transport);
        };
        let total = attempt.amount.minor().to_string();
        let fields = [
            ("body", subject(&attempt.subject)),
            ("out_trade_no", attempt.number.as_str()),
            ("product_id", attempt.number.as_str()),
            ("total_fee", total.as_str()),
            ("fee_type", "CNY"),
            ("spbill_create_ip", self.config.device_ip.as_str()),
            ("device_info", self.config.store.as_str()),
            ("notify_url", self.config.notify_url.as_str()),
            ("time_expire", expire.as_str()),
            ("trade_type", "NATIVE"),
        ];
        match self.call("/pay/unifiedorder", &fields).await {
            Ok(Said::Yes(said)) => match said.get("code_url").filter(|code| !code.is_empty()) {
                Some(code) => Opened::Code(code.clone()),
                None => Opened::Unavailable(Doubt::Unparsable),
            },
            Ok(Said::No(code)) => match wire::refusal(&code) {
                Proof::NotPaid(refusal) => Opened::Refused(refusal),
                _not_proof => Opened::Unavailable(Doubt::ServerError),
            },
            Err(doubt) => Opened::Unavailable(doubt),
        }
    }

    pub(super) async fn micropay(&self, attempt: &Attempt, code: &PayCode) -> Proof {
        let total = attempt.amount.minor().to_string();
        let fields = [
            ("body", subject(&attempt.subject)),
            ("out_trade_no", attempt.number.as_str()),
            ("total_fee", total.as_str()),
            ("fee_type", "CNY"),
            ("spbill_create_ip", self.config.device_ip.as_str()),
            ("device_info", self.config.store.as_str()),
            ("auth_code", code.reveal()),
        ];
        match self.call("/pay/micropay", &fields).await {
            Ok(Said::Yes(said)) if about(attempt, &said) => paid(&said),
            Ok(Said::Yes(_)) => Proof::Unknown(Doubt::Unparsable),
            Ok(Said::No(code)) if code == "USERPAYING" => Proof::Pending(PendingReason::PayerConfirms),
            Ok(Said::No(code)) => wire::refusal(&code),
            Err(doubt) => Proof::Unknown(doubt),
        }
    }

    pub(super) async fn order_query(&self, attempt: &Attempt) -> Proof {
        let said = match self.call("/pay/orderquery", &[("out_trade_no", attempt.number.as_str())]).await {
            Ok(Said::Yes(said)) if about(attempt, &said) => said,
            Ok(Said::Yes(_)) => return Proof::Unknown(Doubt::Unparsable),
            Ok(Said::No(code)) if code == "ORDERNOTEXIST" => return Proof::NotPaid(Refusal::NoSuchTrade),
            // A refused question says nothing about the money.
            Ok(Said::No(_)) => return Proof::Unknown(Doubt::ServerError),
            Err(doubt) => return Proof::Unknown(doubt),
        };
        match (get(&said, "trade_state"), attempt.way) {
            ("SUCCESS" | "REFUND", _) => paid(&said),
            ("NOTPAY", Way::Shown) => Proof::Pending(PendingReason::Shown),
            ("NOTPAY" | "USERPAYING" | "ACCEPT", _) => Proof::Pending(PendingReason::PayerConfirms),
            ("CLOSED" | "REVOKED", _) => Proof::NotPaid(Refusal::Closed),
            ("PAYERROR", _) => Proof::NotPaid(Refusal::Declined),
            _undocumented => Proof::Unknown(Doubt::Unparsable),
        }
    }

    pub(super) async fn close_order(&self, attempt: &Attempt) -> Revoked {
        match self.call("/pay/closeorder", &[("out_trade_no", attempt.number.as_str())]).await {
            Ok(Said::Yes(_)) => Revoked::Done,
            Ok(Said::No(code)) => match code.as_str() {
                "ORDERPAID" => Revoked::AlreadyPaid,
                // No code was ever handed out for it, or it is closed already: nobody can pay it.
                "ORDERCLOSED" | "ORDERNOTEXIST" => Revoked::Done,
                _not_proof => Revoked::Again(Doubt::ServerError),
            },
            Err(doubt) => Revoked::Again(doubt),
        }
    }

    /// Asked until the platform says that it need not be asked again (`recall`).
    pub(super) async fn reverse(&self, attempt: &Attempt) -> Revoked {
        match self.call("/secapi/pay/reverse", &[("out_trade_no", attempt.number.as_str())]).await {
            Ok(Said::Yes(said)) if get(&said, "recall") == "N" => Revoked::Done,
            Ok(Said::Yes(_)) => Revoked::Again(Doubt::ServerError),
            // The till reverses long after the payer's code has died, so an order that does not exist by now cannot
            // come into being.
            Ok(Said::No(code))
                if matches!(code.as_str(), "ORDERNOTEXIST" | "ORDERCLOSED" | "ORDERREVERSED") =>
            {
                Revoked::Done
            }
            Ok(Said::No(_)) => Revoked::Again(Doubt::ServerError),
            Err(doubt) => Revoked::Again(doubt),
        }
    }
}

fn get<'a>(said: &'a Fields, name: &str) -> &'a str {
    said.get(name).map(String::as_str).unwrap_or_default()
}

/// An answer about somebody else's order proves nothing about ours.
fn about(attempt: &Attempt, said: &Fields) -> bool {
    get(said, "out_trade_no") == attempt.number.as_str()
}

/// The proof in a paid order, whole or not at all.
pub(super) fn paid(said: &Fields) -> Proof {
    let currency = match get(said, "fee_type") {
        "" => Ok(Currency::CNY),
        code => Currency::parse(code),
    };
    match (currency, get(said, "total_fee").parse()) {
        (Ok(currency), Ok(total)) if total > 0 && !get(said, "transaction_id").is_empty() => {
            Proof::Paid(PaidProof {
                channel_ref: get(said, "transaction_id").to_owned(),
                amount: Money::new(total, currency),
            })
        }
        _incomplete => Proof::Unknown(Doubt::Unparsable),
    }
}

/// What a verified notify says. v2 tells of payments alone at this address.
pub(super) fn told(said: Said) -> Result<Told, Doubt> {
    let Said::Yes(said) = said else { return Ok(Told::Nothing) };
    if get(&said, "mch_id").is_empty() || get(&said, "appid").is_empty() {
        return Err(Doubt::Unparsable);
    }
    // Another program of the same merchant may use numbers that no till makes.
    let Ok(number) = AttemptNumber::new(get(&said, "out_trade_no")) else { return Ok(Told::Nothing) };
    Ok(Told::Payment { number, proof: paid(&said) })
}

/// As much of a subject as v2 takes.
fn subject(text: &str) -> &str {
    let mut end = text.len().min(BODY_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}

/// When the attempt's code dies, `yyyyMMddHHmmss` at GMT+8, counted from the attempt so that a repeated order is the
/// same in every field.
fn expiry(attempt: &Attempt, minutes: u32) -> Option<String> {
    let opened = i64::try_from(attempt.opened_at_ms / 1000).ok()?;
    let at =
        OffsetDateTime::from_unix_timestamp(opened).ok()?.checked_add(Duration::minutes(minutes.into()))?;
    at.to_offset(offset!(+8)).format(format_description!("[year][month][day][hour][minute][second]")).ok()
}
