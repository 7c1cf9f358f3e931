//! What a plan is called at the channels: Alipay's `extend_params` and UnionPay's `instalTransInfo`.

use serde::Serialize;

use super::plan::{Bearer, Instalment, Plan};

/// Alipay's part of `extend_params` for Huabei, whose values are texts. Source: Alipay's SDK, class `ExtendParams`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlipayExtend {
    /// In how many parts.
    pub hb_fq_num: String,
    /// The part of the fee that the seller bears, in percent: `0` or `100`.
    pub hb_fq_seller_percent: &'static str,
}

impl From<Instalment> for AlipayExtend {
    fn from(chosen: Instalment) -> Self {
        let hb_fq_seller_percent = match chosen.bearer {
            Bearer::Buyer => "0",
            Bearer::Seller => "100",
        };
        Self { hb_fq_num: chosen.parts.to_string(), hb_fq_seller_percent }
    }
}

/// The value of UnionPay ACP's field `instalTransInfo`, which goes with `txnSubType` 03: two digits. Source: the
/// comments of UnionPay's own SDK sample for consumption (`{numberOfInstallments=06}`).
#[must_use]
pub fn acp_instal_trans_info(plan: &Plan) -> String {
    format!("{{numberOfInstallments={:02}}}", plan.parts)
}

#[cfg(test)]
mod tests;
