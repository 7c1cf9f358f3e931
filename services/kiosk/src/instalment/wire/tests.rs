//! The texts that the channels expect.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{AlipayExtend, acp_instal_trans_info};
use crate::instalment::{Bearer, Plan};

#[test]
fn plans_are_called_as_the_channels_call_them() {
    let plan = |parts, bearer| Plan { parts, fee_bp: 100, bearer, from: 100 };
    for (plan, alipay, acp) in [
        (
            plan(3, Bearer::Buyer),
            r#"{"hb_fq_num":"3","hb_fq_seller_percent":"0"}"#,
            "{numberOfInstallments=03}",
        ),
        (
            plan(6, Bearer::Seller),
            r#"{"hb_fq_num":"6","hb_fq_seller_percent":"100"}"#,
            "{numberOfInstallments=06}",
        ),
        (
            plan(12, Bearer::Buyer),
            r#"{"hb_fq_num":"12","hb_fq_seller_percent":"0"}"#,
            "{numberOfInstallments=12}",
        ),
    ] {
        assert_eq!(serde_json::to_string(&AlipayExtend::from(plan.chosen())).unwrap(), alipay);
        assert_eq!(acp_instal_trans_info(&plan), acp);
    }
}
