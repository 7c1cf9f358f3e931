//! Certificate mode: the numbers as openssl reads them, the chain, and what is not believed.

use std::process::Command;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use serde_json::json;

use super::super::sandbox::Sandbox;
use super::super::*;
use crate::channel::alipay::{CertificateError, CertificateFiles, Keys};
use crate::channel::rsa::tests::{OTHER, PAIR};
use crate::channel::{Doubt, exchange};

/// The files of certificate mode.
struct Files {
    key: Vec<u8>,
    app: Vec<u8>,
    root: Vec<u8>,
    platform: Vec<u8>,
}

impl Files {
    fn of(sandbox: &Sandbox) -> Self {
        let read = |name: &str| std::fs::read(sandbox.key_file(name)).expect(name);
        Self {
            key: read("alipay_app_priv.pem"),
            app: read("alipay_app_cert.pem"),
            root: read("alipay_root_cert.pem"),
            platform: read("alipay_platform_cert.pem"),
        }
    }

    fn keys_at(&self, now_s: i64) -> Result<Keys, CertificateError> {
        let files = CertificateFiles { app: &self.app, root: &self.root, platform: &self.platform };
        Keys::certified(&self.key, files, now_s)
    }

    fn keys(&self) -> Result<Keys, CertificateError> {
        self.keys_at(exchange::system_clock())
    }
}

fn openssl(args: &[&str]) -> String {
    let output = Command::new("openssl").args(args).output().expect("openssl");
    assert!(output.status.success(), "openssl {args:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[tokio::test]
async fn a_certified_client_pays_asks_and_refunds() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay_of(Files::of(&sandbox).keys().expect("keys"), |_config| {});
    let lunch = attempt(ChannelKind::Alipay, "CERTIFIED1", Way::Scanned);
    assert_paid(&alipay.charge(&lunch, &tender(ChannelKind::Alipay, 7, "01")).await);
    assert_paid(&alipay.query(&lunch).await);
    assert_eq!(alipay.refund(&lunch, &refund("BACK000001", FEN)).await, crate::channel::Refunded::Done);
    sandbox.sim("fault", json!({"fault": "wrong-signature", "call": "query"})).await;
    assert_eq!(alipay.query(&lunch).await, Proof::Unknown(Doubt::BadSignature));
    sandbox.sim("fault", json!({"fault": "truncated-body", "call": "query"})).await;
    assert_eq!(alipay.query(&lunch).await, Proof::Unknown(Doubt::Unparsable));
    sandbox.sim("fault", json!({"fault": "20000", "call": "query"})).await;
    assert_eq!(alipay.query(&lunch).await, Proof::Unknown(Doubt::ServerError));
}

/// The chain that we check is one that openssl accepts too.
#[test]
fn openssl_accepts_the_chain() {
    let sandbox = Sandbox::start();
    let path = |name: &str| sandbox.key_file(name).to_str().expect("utf-8").to_owned();
    for name in ["alipay_platform_cert.pem", "alipay_app_cert.pem"] {
        let leaf = path(name);
        let told = openssl(&["verify", "-CAfile", &path("alipay_root_cert.pem"), "-untrusted", &leaf, &leaf]);
        assert!(told.trim().ends_with("OK"), "{told}");
    }
}

#[test]
fn what_leads_to_no_root_of_ours_is_refused() {
    let (sandbox, strangers) = (Sandbox::start(), Sandbox::start());
    let (ours, theirs) = (Files::of(&sandbox), Files::of(&strangers));
    let refused = |files: &Files| files.keys().err().expect("refused");
    let untrusted = CertificateError::Untrusted("alipay_platform_cert");
    // The strangers' names are the same as ours: only signatures tell them apart.
    let platform = theirs.platform.clone();
    assert_eq!(refused(&Files { platform, ..Files::of(&sandbox) }), untrusted);
    let leaf = String::from_utf8(ours.platform.clone()).expect("PEM");
    let leaf = leaf.split_inclusive("-----END CERTIFICATE-----\n").next().expect("leaf").as_bytes().to_vec();
    assert_eq!(
        refused(&Files { platform: leaf, ..Files::of(&sandbox) }),
        untrusted,
        "without what is between"
    );
    let (late, early) = (2_400_000_000, 1_600_000_000);
    assert_eq!(ours.keys_at(late).err(), Some(untrusted.clone()), "expired");
    assert_eq!(ours.keys_at(early).err(), Some(untrusted), "not valid yet");
    let key = PAIR.0.as_bytes().to_vec();
    assert_eq!(refused(&Files { key, ..Files::of(&sandbox) }), CertificateError::OtherKey);
    for text in ["", "no PEM", &OTHER.1, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let bytes = text.as_bytes().to_vec();
        let name = CertificateError::NotCertificates;
        assert_eq!(refused(&Files { app: bytes.clone(), ..Files::of(&sandbox) }), name("alipay_app_cert"));
        assert_eq!(refused(&Files { root: bytes.clone(), ..Files::of(&sandbox) }), name("alipay_root_cert"));
        assert_eq!(refused(&Files { platform: bytes, ..Files::of(&sandbox) }), name("alipay_platform_cert"));
    }
}

/// A sandbox with other certificates refuses ours by their numbers, and its answer proves nothing to us.
#[tokio::test]
async fn numbers_of_other_certificates_are_refused() {
    let (sandbox, strangers) = (Sandbox::start(), Sandbox::start());
    let alipay = strangers.alipay_of(Files::of(&sandbox).keys().expect("keys"), |_config| {});
    let lunch = attempt(ChannelKind::Alipay, "STRANGER01", Way::Scanned);
    let proof = alipay.charge(&lunch, &tender(ChannelKind::Alipay, 7, "01")).await;
    assert_eq!(proof, Proof::Unknown(Doubt::BadSignature));
}

/// What stands between us and the sandbox takes the certificate's number out of every answer.
async fn nameless(sandbox: &Sandbox) -> String {
    let gateway = format!("{}/gateway.do", sandbox.base);
    let route = post(move |body: Bytes| {
        let request = reqwest::Client::new().post(gateway.clone()).body(body);
        async move {
            let answer = request.send().await.expect("answer").text().await.expect("text");
            let (node, rest) = answer.split_once(",\"alipay_cert_sn\":\"").expect("a number");
            let (_, sign) = rest.split_once('"').expect("its end");
            format!("{node}{sign}")
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("listen");
    let address = listener.local_addr().expect("address");
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/gateway.do", route)).await });
    format!("http://{address}/gateway.do")
}

#[tokio::test]
async fn an_answer_that_names_no_certificate_proves_nothing() {
    let sandbox = Sandbox::start();
    let gateway = nameless(&sandbox).await;
    let keys = Files::of(&sandbox).keys().expect("keys");
    let alipay = sandbox.alipay_of(keys, |config| config.gateway = gateway);
    let shown = alipay.open(&attempt(ChannelKind::Alipay, "NAMELESS01", Way::Shown)).await;
    assert_eq!(shown, Opened::Unavailable(Doubt::BadSignature));
}
