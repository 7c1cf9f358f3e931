//! A sandbox process of the test's own, and clients with its keys.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::channel::alipay::{self, Alipay, AlipayConfig};
use crate::channel::exchange;
use crate::channel::rsa::tests::{OTHER, PAIR};
use crate::channel::wechat::v2::{SignType, V2Keys, WechatV2};
use crate::channel::wechat::{self, Protocol, Wechat, WechatConfig};

pub(super) struct Sandbox {
    child: Child,
    _out: BufReader<ChildStdout>,
    keys: tempfile::TempDir,
    pub(super) base: String,
}

/// `dais-sandbox` as cargo built it beside this test; built now where only this crate was.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("own path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("target folder");
    let program = folder.join("dais-sandbox");
    if !program.exists() {
        let built = Command::new(env!("CARGO")).args(["build", "-q", "-p", "sandbox"]).status();
        assert!(built.expect("cargo").success(), "the sandbox does not build");
    }
    program
}

impl Sandbox {
    pub(super) fn start() -> Self {
        let keys = tempfile::tempdir().expect("folder");
        let made = Command::new(program()).arg("make-keys").arg(keys.path()).status().expect("make-keys");
        assert!(made.success());
        let mut child = Command::new(program())
            .args(["--listen", "127.0.0.1:0", "--keys"])
            .arg(keys.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sandbox");
        let mut out = BufReader::new(child.stdout.take().expect("stdout"));
        let mut line = String::new();
        out.read_line(&mut line).expect("ready line");
        let base =
            line.split_whitespace().find(|word| word.starts_with("http://")).expect("address").to_owned();
        Self { child, _out: out, keys, base }
    }

    pub(super) fn key(&self, name: &str) -> String {
        std::fs::read_to_string(self.keys.path().join(name)).expect("key file")
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

    /// Where a key file lies.
    pub(super) fn key_file(&self, name: &str) -> PathBuf {
        self.keys.path().join(name)
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

    /// What an account holds at a channel, by the channel's own book, in fen.
    pub(super) async fn held_fen(&self, channel: &str, account: &str) -> i64 {
        let state = self.sim("state", serde_json::json!({})).await;
        state["books"][channel]["balances"][account].as_i64().unwrap_or(0)
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

    /// Asks the control plane; panics where it refuses.
    pub(super) async fn sim(&self, what: &str, body: serde_json::Value) -> serde_json::Value {
        let answer = exchange::client()
            .expect("client")
            .post(format!("{}/_sim/{what}", self.base))
            .body(body.to_string())
            .send()
            .await
            .expect("control plane");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.expect("body")).expect("JSON")
    }

    /// What the merchant holds at a channel, by the channel's own book, in fen.
    pub(super) async fn merchant_fen(&self, channel: &str) -> i64 {
        let state = self.sim("state", serde_json::json!({})).await;
        state["books"][channel]["balances"]["merchant"].as_i64().unwrap_or(0)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The process may be gone already; either way it is not running after this.
        drop(self.child.kill());
        drop(self.child.wait());
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
