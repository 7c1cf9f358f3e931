//! A sandbox process of the test's own, and Alipay's client with its keys.

use std::sync::Arc;

use kiosk::channel::alipay::{Alipay, AlipayConfig, Keys};
use kiosk::channel::{Channel, exchange};
use serde_json::Value;

use crate::process::Process;

pub(crate) struct Sandbox(Process);

impl std::ops::Deref for Sandbox {
    type Target = Process;
    fn deref(&self) -> &Process {
        &self.0
    }
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        Self(Process::start(&[]))
    }

    /// Alipay's client, as a school with agreements has it.
    pub(crate) fn alipay(&self) -> Arc<dyn Channel> {
        let (app, platform) = (self.key("alipay_app_priv.pem"), self.key("alipay_platform_pub.pem"));
        let keys = Keys::new(app.as_bytes(), platform.as_bytes()).expect("keys");
        let config: AlipayConfig = serde_json::from_value(serde_json::json!({
            "gateway": format!("{}/gateway.do", self.base),
            "app_id": "2021000000000001",
            "seller_id": "2088000000000001",
            "agreement_product": "GENERAL_WITHHOLDING",
            "agreement_scene": "INDUSTRY|CATERING",
        }))
        .expect("a configuration");
        Arc::new(Alipay::new(config, keys, exchange::client().expect("client")))
    }

    /// What a member's phone sees at a link.
    pub(crate) async fn open(&self, link: &str) -> Value {
        assert!(link.starts_with(&self.base), "{link}");
        let answer = exchange::client().expect("client").get(link).send().await.expect("the page");
        serde_json::from_slice(&answer.bytes().await.expect("body")).expect("JSON")
    }

    /// What the merchant holds at Alipay, by the channel's own book, in fen.
    pub(crate) async fn merchant_fen(&self) -> i64 {
        self.held_fen("a", "merchant").await
    }
}
