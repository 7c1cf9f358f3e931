//! Agreements: asked about, ended, charged by.

use serde::Deserialize;
use serde_json::json;

use super::{Outcome, parameter, read};
use crate::alipay::gate::{Call, Refusal};
use crate::clock::alipay_time;
use crate::world::World;

#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    agreement_no: String,
}

fn about(call: &Call) -> Result<String, Refusal> {
    let about: About = read(&call.biz_content)?;
    if about.agreement_no.is_empty() {
        Err(parameter("agreement_no is missing"))
    } else {
        Ok(about.agreement_no)
    }
}

fn unknown() -> Refusal {
    Refusal::business("USER_AGREEMENT_NOT_EXIST", "no such agreement: sign one at /_sim/agree")
}

/// `alipay.user.agreement.query`.
pub(super) fn query(world: &World, call: &Call) -> Outcome {
    let number = about(call)?;
    let agreement = world.alipay.agreements.get(&number).ok_or_else(unknown)?;
    let status = if agreement.ended_at.is_some() { "UNSIGN" } else { "NORMAL" };
    Ok(json!({
        "agreement_no": number, "status": status, "sign_scene": "INDUSTRY|MEDICAL_INSURANCE",
        "personal_product_code": "GENERAL_WITHHOLDING_P", "sign_time": alipay_time(agreement.signed_at),
        "valid_time": alipay_time(agreement.signed_at), "invalid_time": "2115-02-01 00:00:00",
        "pricipal_type": "CARD", "principal_id": "2088102146225135",
    }))
}

/// `alipay.user.agreement.unsign`.
pub(super) fn unsign(world: &mut World, call: &Call) -> Outcome {
    let number = about(call)?;
    let now = world.now();
    let agreement = world.alipay.agreements.get_mut(&number).ok_or_else(unknown)?;
    if agreement.ended_at.is_some() {
        return Err(unknown());
    }
    agreement.ended_at = Some(now);
    Ok(json!({}))
}

/// Whether an agreement allows a first charge of so much.
pub(super) fn allows(world: &World, number: &str, fen: i64) -> Result<(), Refusal> {
    let agreement = world.alipay.agreements.get(number).ok_or_else(|| {
        Refusal::business("ACQ.AGREEMENT_NOT_EXIST", "no such agreement_no: sign one at /_sim/agree")
    })?;
    match agreement.forbids(fen, world.now()) {
        Some((sub_code, sub_msg)) => Err(Refusal::business(sub_code, sub_msg)),
        None => Ok(()),
    }
}

/// Counts a charge.
pub(super) fn charged(world: &mut World, number: &str, fen: i64) {
    if let Some(agreement) = world.alipay.agreements.get_mut(number) {
        agreement.fen += fen;
        agreement.times += 1;
    }
}
