//! Agreements: signed at a page, asked about, ended, charged by.

use serde::Deserialize;
use serde_json::json;

use super::{Outcome, parameter, read};
use crate::alipay::accounts::Page;
use crate::alipay::gate::{Call, Refusal};
use crate::alipay::notify;
use crate::clock::alipay_time;
use crate::world::World;

/// The payer's side of general withholding.
const PERSONAL_PRODUCT: &str = "GENERAL_WITHHOLDING_P";

#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    agreement_no: String,
    external_agreement_no: String,
    personal_product_code: String,
    sign_scene: String,
}

/// Which agreement: by Alipay's number, or by the merchant's name of it with product and scene.
fn about(world: &World, call: &Call) -> Result<String, Refusal> {
    let about: About = read(&call.biz_content)?;
    if !about.agreement_no.is_empty() {
        return Ok(about.agreement_no);
    }
    if about.external_agreement_no.is_empty() || about.personal_product_code != PERSONAL_PRODUCT {
        return Err(parameter(
            "agreement_no; or external_agreement_no with personal_product_code GENERAL_WITHHOLDING_P and sign_scene",
        ));
    }
    let page = world.alipay.pages.get(&about.external_agreement_no);
    let page = page.filter(|page| page.scene == about.sign_scene);
    let number = page.and_then(|_page| world.alipay.named(&about.external_agreement_no));
    number.cloned().ok_or_else(unknown)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Signing {
    personal_product_code: String,
    product_code: String,
    sign_scene: String,
    external_agreement_no: String,
    sign_validity_period: Option<String>,
    access_params: Access,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Access {
    channel: String,
}

/// `alipay.user.agreement.page.sign`: the payer's wallet opens the merchant's link. Nothing is signed by that; at
/// `/_sim/agree` the payer types the password.
pub(super) fn page(world: &mut World, call: &Call) -> Outcome {
    let signing: Signing = read(&call.biz_content)?;
    let name = signing.external_agreement_no;
    if signing.personal_product_code != PERSONAL_PRODUCT || signing.product_code != "GENERAL_WITHHOLDING" {
        return Err(parameter(
            "personal_product_code GENERAL_WITHHOLDING_P with product_code GENERAL_WITHHOLDING",
        ));
    }
    if name.is_empty() || name.len() > 32 || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(parameter("external_agreement_no: 1 to 32 letters and digits"));
    }
    if signing.sign_scene.is_empty() || signing.sign_scene == "DEFAULT|DEFAULT" {
        return Err(parameter("sign_scene: the contract's, not DEFAULT|DEFAULT, with external_agreement_no"));
    }
    if !matches!(signing.access_params.channel.as_str(), "ALIPAYAPP" | "QRCODE" | "QRCODEORSMS") {
        return Err(parameter("access_params.channel: ALIPAYAPP, QRCODE or QRCODEORSMS"));
    }
    let lasts = |text: &str| {
        let count = text.strip_suffix(['d', 'm']);
        count.is_some_and(|count| count.parse().is_ok_and(|count: u32| count > 0))
    };
    if !signing.sign_validity_period.as_deref().is_none_or(lasts) {
        return Err(parameter("sign_validity_period: such as 365d or 12m"));
    }
    if world.alipay.named(&name).is_some() {
        return Err(Refusal::business(
            "AGREEMENT_SIGNED",
            "this external_agreement_no was signed: use a new one",
        ));
    }
    let page = Page { scene: signing.sign_scene, notify_url: call.notify_url.clone() };
    world.alipay.pages.insert(name.clone(), page);
    Ok(json!({"external_agreement_no": name}))
}

fn unknown() -> Refusal {
    Refusal::business("USER_AGREEMENT_NOT_EXIST", "no such agreement: sign one at /_sim/agree")
}

/// `alipay.user.agreement.query`.
pub(super) fn query(world: &World, call: &Call) -> Outcome {
    let number = about(world, call)?;
    let agreement = world.alipay.agreements.get(&number).ok_or_else(unknown)?;
    let page = agreement.name.as_ref().and_then(|name| world.alipay.pages.get(name));
    let scene = page.map_or("INDUSTRY|MEDICAL_INSURANCE", |page| page.scene.as_str());
    let status = if agreement.ended_at.is_some() { "UNSIGN" } else { "NORMAL" };
    Ok(json!({
        "agreement_no": number, "status": status, "sign_scene": scene,
        "external_agreement_no": agreement.name.clone().unwrap_or_default(),
        "personal_product_code": "GENERAL_WITHHOLDING_P", "sign_time": alipay_time(agreement.signed_at),
        "valid_time": alipay_time(agreement.signed_at), "invalid_time": "2115-02-01 00:00:00",
        "pricipal_type": "CARD", "principal_id": "2088102146225135",
    }))
}

/// `alipay.user.agreement.unsign`.
pub(super) fn unsign(world: &mut World, call: &Call) -> Outcome {
    let number = about(world, call)?;
    let now = world.now();
    let agreement = world.alipay.agreements.get_mut(&number).ok_or_else(unknown)?;
    if agreement.ended_at.is_some() {
        return Err(unknown());
    }
    agreement.ended_at = Some(now);
    notify::tell_agreement(world, &number);
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
