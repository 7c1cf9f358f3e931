//! A sandbox process of the test's own, and clients with its keys.

use super::process::Process;
use crate::channel::alipay::{self, Alipay, AlipayConfig};
use crate::channel::rsa::tests::{OTHER, PAIR};
use crate::channel::wechat::v2::{SignType, V2Keys, WechatV2};
use crate::channel::wechat::{self, Protocol, Wechat, WechatConfig};
use crate::channel::{Doubt, exchange};

/// Every fault that can meet one call of Alipay's, and what the client makes of it.
pub(super) const ALIPAY_FAULTS: [(&str, Doubt); 6] = [
    ("drop-before", Doubt::Transport),
    ("charge-then-drop", Doubt::Transport),
    ("5xx", Doubt::ServerError),
    ("20000", Doubt::ServerError),
    ("wrong-signature", Doubt::BadSignature),
    ("truncated-body", Doubt::Unparsable),
];

pub(super) struct Sandbox(Process);

impl std::ops::Deref for Sandbox {
    type Target = Process;
    fn deref(&self) -> &Process {
        &self.0
    }
}

impl Sandbox {
    pub(super) fn start() -> Self {
        Self(Process::start(&[]))
    }

    pub(super) fn alipay(&self) -> Alipay {
        let (app, platform) = (self.key("alipay_app_priv.pem"), self.key("alipay_platform_pub.pem"));
        self.alipay_with(&app, &platform)
    }

    pub(super) fn alipay_with(&self, app: &str, platform: &str) -> Alipay {
        let keys = alipay::Keys::new(app.as_bytes(), platform.as_bytes()).expect("keys");
        self.alipay_of(keys, |_config| {})
    }

    /// A client with a configuration of the test's own.
    pub(super) fn alipay_of(&self, keys: alipay::Keys, change: impl FnOnce(&mut AlipayConfig)) -> Alipay {
        let mut config = alipay_config(&self.base, None);
        change(&mut config);
        Alipay::new(config, keys, exchange::client().expect("client"))
    }

    pub(super) fn alipay_keys(&self) -> alipay::Keys {
        let (app, platform) = (self.key("alipay_app_priv.pem"), self.key("alipay_platform_pub.pem"));
        alipay::Keys::new(app.as_bytes(), platform.as_bytes()).expect("keys")
    }

    /// A client that knows the platform by its bare public key.
    pub(super) fn wechat(&self) -> Wechat {
        let (mch, platform) = (self.key("wx_mch_priv_pkcs1.pem"), self.key("wx_platform_pub.pem"));
        self.wechat_with(&mch, &platform, &self.key("wx_pubkey_id.txt"))
    }

    /// A client that knows the platform by its certificate.
    pub(super) fn wechat_by_certificate(&self) -> Wechat {
        let (mch, platform) = (self.key("wx_mch_priv.pem"), self.key("wx_platform_cert.pem"));
        self.wechat_with(&mch, &platform, &self.key("wx_platform_serial.txt"))
    }

    pub(super) fn wechat_with(&self, mch: &str, platform: &str, platform_serial: &str) -> Wechat {
        let serial = self.key("wx_mch_serial.txt");
        let keys = wechat::Keys::new(mch.as_bytes(), &serial, platform.as_bytes(), platform_serial);
        Wechat::new(wechat_config(&self.base), keys.expect("keys"), exchange::client().expect("client"))
    }

    /// A client that lets the platform send its certificates.
    pub(super) fn wechat_fetching(&self) -> Wechat {
        self.wechat_fetching_told("http://127.0.0.1:9/n")
    }

    pub(super) fn wechat_fetching_told(&self, notify_url: &str) -> Wechat {
        self.fetching(self.key("wx_apiv3_key.txt").as_bytes(), notify_url)
    }

    pub(super) fn wechat_fetching_with(&self, apiv3: &[u8]) -> Wechat {
        self.fetching(apiv3, "http://127.0.0.1:9/n")
    }

    fn fetching(&self, apiv3: &[u8], notify_url: &str) -> Wechat {
        let (mch, serial) = (self.key("wx_mch_priv.pem"), self.key("wx_mch_serial.txt"));
        let keys = wechat::Keys::by_certificates(mch.as_bytes(), &serial, apiv3).expect("keys");
        let config = WechatConfig { notify_url: notify_url.to_owned(), ..wechat_config(&self.base) };
        Wechat::new(config, keys, exchange::client().expect("client"))
    }

    fn known(&self) -> wechat::Keys {
        let (mch, serial) = (self.key("wx_mch_priv.pem"), self.key("wx_mch_serial.txt"));
        let (platform, id) = (self.key("wx_platform_pub.pem"), self.key("wx_pubkey_id.txt"));
        let keys = wechat::Keys::new(mch.as_bytes(), &serial, platform.as_bytes(), &id).expect("keys");
        keys.with_apiv3(self.key("wx_apiv3_key.txt").as_bytes()).expect("key")
    }

    /// A client that is told by itself.
    pub(super) fn wechat_told(&self, notify_url: &str) -> Wechat {
        let config = WechatConfig { notify_url: notify_url.to_owned(), ..wechat_config(&self.base) };
        Wechat::new(config, self.known(), exchange::client().expect("client"))
    }

    /// A client whose orders can be divided.
    pub(super) fn wechat_sharing(&self) -> Wechat {
        let config = WechatConfig { profit_sharing: true, ..wechat_config(&self.base) };
        Wechat::new(config, self.known(), exchange::client().expect("client"))
    }

    pub(super) fn wechat_v2(&self, how: SignType) -> WechatV2 {
        self.v2(how, self.key("wx_v2_key.txt").as_bytes(), "http://127.0.0.1:9/n")
    }

    pub(super) fn wechat_v2_with(&self, how: SignType, key: &[u8]) -> WechatV2 {
        self.v2(how, key, "http://127.0.0.1:9/n")
    }

    pub(super) fn wechat_v2_told(&self, how: SignType, notify_url: &str) -> WechatV2 {
        self.v2(how, self.key("wx_v2_key.txt").as_bytes(), notify_url)
    }

    /// It shows the merchant's certificate wherever there is TLS; on loopback there is none.
    fn v2(&self, how: SignType, key: &[u8], notify_url: &str) -> WechatV2 {
        let identity = format!("{}{}", self.key("wx_mch_cert.pem"), self.key("wx_mch_priv.pem"));
        let keys = V2Keys::new(key, Some(identity.as_bytes())).expect("keys");
        let config = WechatConfig {
            protocol: Protocol::V2,
            v2_sign: how,
            notify_url: notify_url.to_owned(),
            ..wechat_config(&self.base)
        };
        WechatV2::new(config, keys, exchange::client().expect("client")).expect("client")
    }

    pub(super) fn platform_pub(&self, name: &str) -> String {
        self.key(&format!("{name}_pub.pem"))
    }

    pub(super) fn own_key(&self, name: &str) -> String {
        self.key(&format!("{name}_priv.pem"))
    }

    pub(super) fn pubkey_id(&self) -> String {
        self.key("wx_pubkey_id.txt")
    }

    /// What the merchant holds at a channel, by the channel's own book, in fen.
    pub(super) async fn merchant_fen(&self, channel: &str) -> i64 {
        self.held_fen(channel, "merchant").await
    }
}

fn alipay_config(base: &str, notify_url: Option<String>) -> AlipayConfig {
    AlipayConfig {
        gateway: format!("{base}/gateway.do"),
        app_id: "2021000000000001".to_owned(),
        seller_id: Some("2088000000000001".to_owned()),
        notify_url,
        code_minutes: 5,
        agreement_product: None,
        agreement_scene: None,
        instalments: None,
        royalty_freeze: false,
        parties_max: 10,
        refund_days: 365,
        refunds_max: 50,
        refund_gap_ms: 3000,
    }
}

fn wechat_config(base: &str) -> WechatConfig {
    WechatConfig {
        host: base.to_owned(),
        mchid: "1900000109".to_owned(),
        appid: "wxd678efh567hg6787".to_owned(),
        notify_url: "http://127.0.0.1:9/n".to_owned(),
        store: "canteen-1".to_owned(),
        code_minutes: 5,
        protocol: Protocol::V3,
        profit_sharing: false,
        v2_sign: SignType::HmacSha256,
        device_ip: "127.0.0.1".to_owned(),
    }
}

/// Clients of nobody, for what needs no answer.
pub(super) fn strangers(http: reqwest::Client) -> (Alipay, Wechat) {
    let base = "http://127.0.0.1:9";
    let alipay_keys = alipay::Keys::new(PAIR.0.as_bytes(), OTHER.1.as_bytes()).expect("keys");
    let wechat_keys = wechat::Keys::new(PAIR.0.as_bytes(), "4F", OTHER.1.as_bytes(), "4E").expect("keys");
    (
        Alipay::new(alipay_config(base, None), alipay_keys, http.clone()),
        Wechat::new(wechat_config(base), wechat_keys, http),
    )
}
