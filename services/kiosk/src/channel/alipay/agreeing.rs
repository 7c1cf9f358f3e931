//! Agreements for charges without a password ("商家扣款", general withholding): a page at which the payer signs, the
//! question whether it was signed, and its end.
//!
//! Source: opendocs.alipay.com, `alipay.user.agreement.page.sign`, `.query` and `.unsign`. We name an agreement by
//! `external_agreement_no` (at most 32 letters and digits), which goes with product and scene; Alipay's own
//! `agreement_no` comes with the payer's signature. "Cycle pay" charges once a period and is no way to pay a lunch.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Alipay;
use super::call::Notify;
use super::canon;
use super::wire::Verdict;
use crate::agreement::Agreement;
use crate::channel::{Doubt, Signed, Signing, Told, Unsigned};
use crate::till::AgreementNumber;

/// The merchant's product that charges at any time within its caps.
const PRODUCT: &str = "GENERAL_WITHHOLDING";
/// The payer's side of it.
const PERSONAL_PRODUCT: &str = "GENERAL_WITHHOLDING_P";
/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// `biz_content` of the three; what a method does not take stays out of the text.
#[derive(Default, Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement_no: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_agreement_no: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_product_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_scene: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_params: Option<Access>,
    /// Days, as `365d`, from the request on.
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_validity_period: Option<String>,
}

#[derive(Serialize)]
struct Access {
    channel: &'static str,
}

impl Alipay {
    /// Product and scene, where the configuration has both; without them nobody signs.
    pub(super) fn scene(&self) -> Option<&str> {
        let scene = self.config.agreement_scene.as_deref()?;
        (self.config.agreement_product.as_deref() == Some(PRODUCT)).then_some(scene)
    }

    fn named<'a>(&'a self, id: &'a str) -> Option<Content<'a>> {
        Some(Content {
            external_agreement_no: Some(id),
            personal_product_code: Some(PERSONAL_PRODUCT),
            sign_scene: Some(self.scene()?),
            ..Content::default()
        })
    }

    /// The signed link of the page; nobody is asked for it.
    pub(super) fn sign_link(&self, agreement: &Agreement) -> Signing {
        let Some(named) = self.named(&agreement.id) else { return Signing::NotOffered };
        let now_ms = u64::try_from((self.clock)()).unwrap_or(0).saturating_mul(1000);
        let days = agreement.expires_ms.saturating_sub(now_ms).div_ceil(DAY_MS).max(1);
        let content = Content {
            product_code: Some(PRODUCT),
            access_params: Some(Access { channel: "QRCODE" }),
            sign_validity_period: Some(format!("{days}d")),
            ..named
        };
        match self.signed_params("alipay.user.agreement.page.sign", &content, Notify::Wanted) {
            Ok(params) => Signing::Link(format!("{}?{}", self.config.gateway, canon::form(&params))),
            Err(doubt) => Signing::Unavailable(doubt),
        }
    }

    /// Whether the payer has signed.
    pub(super) async fn agreement(&self, id: &str) -> Signed {
        let Some(content) = self.named(id) else { return Signed::Unknown(Doubt::Transport) };
        let node = match self.call("alipay.user.agreement.query", &content, Notify::No).await {
            Ok(node) => node,
            Err(doubt) => return Signed::Unknown(doubt),
        };
        let ours = node.external_agreement_no.is_empty() || node.external_agreement_no == id;
        match (node.verdict(), node.status.as_str()) {
            (Verdict::Ok, "NORMAL") if ours => match AgreementNumber::new(&node.agreement_no) {
                Ok(number) => Signed::Active(number),
                Err(_no_number) => Signed::Unknown(Doubt::Unparsable),
            },
            (Verdict::Ok, "TEMP") if ours => Signed::None,
            (Verdict::Ok, "UNSIGN") if ours => Signed::Ended,
            (Verdict::Ok, _) => Signed::Unknown(Doubt::Unparsable),
            (Verdict::Refused, _) if is_unknown(&node.sub_code) => Signed::None,
            _question_refused => Signed::Unknown(Doubt::ServerError),
        }
    }

    /// Ends it at Alipay.
    pub(super) async fn end_agreement(&self, number: &AgreementNumber) -> Unsigned {
        let content = Content { agreement_no: Some(number.reveal()), ..Content::default() };
        let node = match self.call("alipay.user.agreement.unsign", &content, Notify::No).await {
            Ok(node) => node,
            Err(doubt) => return Unsigned::Again(doubt),
        };
        match node.verdict() {
            Verdict::Ok => Unsigned::Done,
            // Ended before, by us or by the payer.
            Verdict::Refused if is_unknown(&node.sub_code) => Unsigned::Done,
            _not_acknowledged => Unsigned::Again(Doubt::ServerError),
        }
    }
}

fn is_unknown(sub_code: &str) -> bool {
    sub_code.trim_start_matches("ACQ.") == "USER_AGREEMENT_NOT_EXIST"
}

/// What a verified notify says of an agreement: that the channel must be asked about it, by our name of it.
pub(super) fn told(params: &BTreeMap<String, String>) -> Option<Told> {
    let kind = params.get("notify_type").map(String::as_str)?;
    let id = params.get("external_agreement_no").filter(|id| !id.is_empty())?;
    matches!(kind, "dut_user_sign" | "dut_user_unsign").then(|| Told::Agreement(id.clone()))
}
