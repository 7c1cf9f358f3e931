//! Agreements at the sandbox: signed at the link's page, asked about, ended; what it tells of them by itself; and
//! payments in the parts that the payer chose.

use serde_json::json;

use super::super::listener::Listener;
use super::super::sandbox::Sandbox;
use super::super::*;
use crate::agreement::{Agreement, AgreementState, Caps};
use crate::channel::alipay::Alipay;
use crate::channel::{Delivery, Doubt, Refusal, Signed, Signing, Told, Unsigned};
use crate::instalment::{Bearer, Instalment};
use crate::member::{IdentityKind, TokenKey};

fn client(sandbox: &Sandbox, notify_url: Option<String>) -> Alipay {
    sandbox.alipay_of(sandbox.alipay_keys(), |config| {
        config.agreement_product = Some("GENERAL_WITHHOLDING".to_owned());
        config.agreement_scene = Some("INDUSTRY|CATERING".to_owned());
        config.notify_url = notify_url;
    })
}

fn asked(id: &str) -> Agreement {
    let now = u64::try_from(crate::channel::exchange::system_clock()).expect("after 1970") * 1000;
    Agreement {
        id: id.to_owned(),
        member: TokenKey::new(&[7; 32]).expect("a key").token(IdentityKind::Member, b"m"),
        channel: ChannelKind::Alipay,
        currency: Currency::CNY,
        caps: Caps::default(),
        state: AgreementState::Asked,
        expires_ms: now + 365 * 86_400_000,
    }
}

/// The member's phone opens the link.
async fn open(link: &str) -> serde_json::Value {
    let answer = reqwest::get(link).await.expect("the page");
    let text = answer.text().await.expect("text");
    serde_json::from_str::<serde_json::Value>(&text).expect("JSON")["alipay_user_agreement_page_sign_response"].clone()
}

#[tokio::test]
async fn an_agreement_is_signed_at_its_link_and_ended_once() {
    let sandbox = Sandbox::start();
    let mut listener = Listener::start().await;
    let alipay = client(&sandbox, Some(listener.url.clone()));
    assert!(alipay.signs() && !sandbox.alipay().signs(), "only where product and scene are configured");
    assert_eq!(sandbox.alipay().sign(&asked("OURS000001")).await, Signing::NotOffered);
    let Signing::Link(link) = alipay.sign(&asked("OURS000001")).await else { panic!("no link") };
    assert_eq!(alipay.signed("OURS000001").await, Signed::None, "nobody has opened it");
    let page = open(&link).await;
    assert_eq!(page["code"], "10000", "{page}");
    let forged = link.replace("OURS000001", "OURS000002");
    assert_ne!(forged, link);
    assert_eq!(open(&forged).await["sub_code"], "isv.invalid-signature");
    assert_eq!(alipay.signed("OURS000001").await, Signed::None, "opened is not signed");
    let signed = sandbox.sim("agree", json!({"external_agreement_no": "OURS000001"})).await;
    let number = AgreementNumber::new(signed["agreement_no"].as_str().expect("number")).expect("number");
    let (headers, body) = listener.next().await;
    let told = alipay.told(Delivery { headers: &headers, body: &body });
    assert_eq!(told, Ok(Told::Agreement("OURS000001".to_owned())));
    assert_eq!(alipay.signed("OURS000001").await, Signed::Active(number.clone()));
    for (fault, doubt) in [
        ("drop-before", Doubt::Transport),
        ("20000", Doubt::ServerError),
        ("wrong-signature", Doubt::BadSignature),
    ] {
        sandbox.sim("fault", json!({"fault": fault, "call": "agreement-query"})).await;
        assert_eq!(alipay.signed("OURS000001").await, Signed::Unknown(doubt), "{fault}");
        sandbox.sim("fault", json!({"fault": fault, "call": "unsign"})).await;
        assert_eq!(alipay.unsign(&number).await, Unsigned::Again(doubt), "{fault}");
    }
    assert_eq!(alipay.unsign(&number).await, Unsigned::Done);
    assert_eq!(alipay.unsign(&number).await, Unsigned::Done, "again");
    assert_eq!(alipay.signed("OURS000001").await, Signed::Ended);
    let (headers, body) = listener.next().await;
    let told = alipay.told(Delivery { headers: &headers, body: &body });
    assert_eq!(told, Ok(Told::Agreement("OURS000001".to_owned())), "its end is told too");
    let stranger = sandbox.alipay_with(&sandbox.own_key("alipay_app"), &sandbox.platform_pub("wx_platform"));
    let told = stranger.told(Delivery { headers: &headers, body: &body });
    assert_eq!(told, Err(Doubt::BadSignature));
    assert_eq!(stranger.signed("OURS000001").await, Signed::Unknown(Doubt::Transport), "not configured");
}

#[tokio::test]
async fn the_parts_that_the_payer_chose_arrive_on_the_wire() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay();
    assert!(alipay.terms().instalments);
    let chosen = |number: &str, way, parts| {
        let instalment = Some(Instalment { parts, bearer: Bearer::Seller });
        Attempt { instalment, ..attempt(ChannelKind::Alipay, number, way) }
    };
    shown_code(alipay.open(&chosen("INPARTS001", Way::Shown, 6)).await);
    assert_paid(
        &alipay.charge(&chosen("INPARTS002", Way::Scanned, 3), &tender(ChannelKind::Alipay, 1, "01")).await,
    );
    assert_paid(
        &alipay
            .charge(
                &attempt(ChannelKind::Alipay, "INPARTS003", Way::Scanned),
                &tender(ChannelKind::Alipay, 2, "01"),
            )
            .await,
    );
    let state = sandbox.sim("state", json!({})).await;
    let parts = |number: &str| {
        let trades = state["trades"].as_array().expect("trades");
        let trade = trades.iter().find(|trade| trade["out_trade_no"] == number).expect("a trade");
        (trade["instalments"].as_str().map(str::to_owned), number.to_owned())
    };
    assert_eq!(parts("INPARTS001").0.as_deref(), Some("6/100"));
    assert_eq!(parts("INPARTS002").0.as_deref(), Some("3/100"));
    assert_eq!(parts("INPARTS003").0, None);
    let strange = alipay.open(&chosen("INPARTS004", Way::Shown, 5)).await;
    assert_eq!(strange, Opened::Refused(Refusal::Declined), "there are no five parts");
}
