//! Wrong keys, wrong clocks, and every fault that the sandbox can plant.

use serde_json::json;

use super::sandbox::Sandbox;
use super::*;
use crate::channel::rsa::tests::OTHER;
use crate::channel::{Doubt, Refusal, Revoked, exchange};

fn both(sandbox: &Sandbox) -> [Box<dyn Channel>; 2] {
    [Box::new(sandbox.alipay()), Box::new(sandbox.wechat())]
}

#[tokio::test]
async fn somebody_elses_key_is_refused_by_the_channel() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay_with(&OTHER.0, &sandbox.platform_pub("alipay_platform"));
    let wechat = sandbox.wechat_with(&OTHER.0, &sandbox.platform_pub("wx_platform"), &sandbox.pubkey_id());
    let channels: [&dyn Channel; 2] = [&alipay, &wechat];
    for channel in channels {
        let kind = channel.kind();
        let shown = attempt(kind, "WRONGKEY01", Way::Shown);
        assert_eq!(channel.open(&shown).await, Opened::Refused(Refusal::Declined), "{kind:?}");
        let scanned = attempt(kind, "WRONGKEY02", Way::Scanned);
        let proof = channel.charge(&scanned, &tender(kind, 7, "01")).await;
        assert_eq!(proof, Proof::NotPaid(Refusal::Declined), "{kind:?}");
        let asked = channel.query(&scanned).await;
        assert_eq!(asked, Proof::Unknown(Doubt::ServerError), "a refused question proves nothing");
        assert_eq!(channel.revoke(&scanned).await, Revoked::Again(Doubt::ServerError));
        assert_eq!(sandbox.merchant_fen(name(channel)).await, 0);
    }
}

#[tokio::test]
async fn an_answer_with_somebody_elses_key_is_not_believed() {
    let sandbox = Sandbox::start();
    let alipay = sandbox.alipay_with(&sandbox.own_key("alipay_app"), &OTHER.1);
    let wechat = sandbox.wechat_with(&sandbox.own_key("wx_mch"), &OTHER.1, &sandbox.pubkey_id());
    let channels: [&dyn Channel; 2] = [&alipay, &wechat];
    for channel in channels {
        let kind = channel.kind();
        let doubt = Doubt::BadSignature;
        let shown = attempt(kind, "FOREIGN001", Way::Shown);
        assert_eq!(channel.open(&shown).await, Opened::Unavailable(doubt), "{kind:?}");
        let scanned = attempt(kind, "FOREIGN002", Way::Scanned);
        assert_eq!(channel.charge(&scanned, &tender(kind, 7, "01")).await, Proof::Unknown(doubt));
        assert_eq!(channel.query(&scanned).await, Proof::Unknown(doubt));
        assert_eq!(channel.revoke(&scanned).await, Revoked::Again(doubt));
    }
}

#[tokio::test]
async fn every_fault_of_a_charge_ends_in_the_truth_by_asking() {
    let sandbox = Sandbox::start();
    for (serial, fault, doubt, charged) in [
        (1, "drop-before", Doubt::Transport, false),
        (2, "charge-then-drop", Doubt::Transport, true),
        (3, "5xx", Doubt::ServerError, false),
        (4, "20000", Doubt::ServerError, true),
        (5, "wrong-signature", Doubt::BadSignature, true),
    ] {
        for channel in both(&sandbox) {
            let number = format!("FAULTY{serial}");
            let lunch = attempt(channel.kind(), &number, Way::Scanned);
            sandbox.sim("fault", json!({"fault": fault, "call": "pay"})).await;
            let code = tender(channel.kind(), serial, "01");
            let proof = channel.charge(&lunch, &code).await;
            assert_eq!(proof, Proof::Unknown(doubt), "{fault} at {:?}", channel.kind());
            match channel.query(&lunch).await {
                Proof::Paid(_) => assert!(charged, "{fault}"),
                asked => {
                    assert_eq!((asked, charged), (Proof::NotPaid(Refusal::NoSuchTrade), false), "{fault}")
                }
            }
        }
    }
}

#[tokio::test]
async fn a_cut_off_answer_proves_nothing() {
    let sandbox = Sandbox::start();
    for channel in both(&sandbox) {
        let lunch = attempt(channel.kind(), "TRUNCATED1", Way::Scanned);
        sandbox.sim("fault", json!({"fault": "truncated-body", "call": "pay"})).await;
        let proof = channel.charge(&lunch, &tender(channel.kind(), 7, "01")).await;
        // Half of Alipay's answer is no answer; half of WeChat Pay's no longer fits its signature.
        assert!(
            matches!(proof, Proof::Unknown(Doubt::Unparsable | Doubt::BadSignature)),
            "{:?}: {proof:?}",
            channel.kind()
        );
        assert_paid(&channel.query(&lunch).await);
    }
}

#[tokio::test]
async fn stale_answers_and_probes_are_refused() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat();
    for (number, fault) in [("STALE00001", "stale-timestamp"), ("PROBE00001", "signtest")] {
        let lunch = attempt(ChannelKind::Wechat, number, Way::Shown);
        sandbox.sim("fault", json!({"fault": fault, "channel": "w"})).await;
        assert_eq!(wechat.open(&lunch).await, Opened::Unavailable(Doubt::BadSignature), "{fault}");
        shown_code(wechat.open(&lunch).await);
    }
}

#[tokio::test]
async fn our_own_wrong_clock_is_refused() {
    let sandbox = Sandbox::start();
    let late: exchange::Clock = || exchange::system_clock() + 400;
    let alipay = sandbox.alipay().with_clock(late);
    let wechat = sandbox.wechat().with_clock(late);
    let shown = |kind| attempt(kind, "LATECLOCK1", Way::Shown);
    assert_eq!(alipay.open(&shown(ChannelKind::Alipay)).await, Opened::Refused(Refusal::Declined));
    assert_eq!(wechat.open(&shown(ChannelKind::Wechat)).await, Opened::Refused(Refusal::Declined));
}

#[tokio::test]
async fn nobody_there_is_a_doubt() {
    let (alipay, wechat) = super::sandbox::strangers(exchange::client().expect("client"));
    let channels: [&dyn Channel; 2] = [&alipay, &wechat];
    for channel in channels {
        let lunch = attempt(channel.kind(), "NOBODY0001", Way::Scanned);
        assert_eq!(channel.query(&lunch).await, Proof::Unknown(Doubt::Transport));
        assert_eq!(channel.revoke(&lunch).await, Revoked::Again(Doubt::Transport));
    }
}

#[tokio::test]
async fn silence_is_a_doubt() {
    let sandbox = Sandbox::start();
    sandbox.sim("fault", json!({"next": [{"fault": "delay", "call": "pay"}], "delay_ms": 60_000})).await;
    let impatient = reqwest::Client::builder().timeout(std::time::Duration::from_millis(300)).build();
    let lunch = attempt(ChannelKind::Alipay, "SILENCE001", Way::Scanned);
    let alipay = sandbox.alipay().with_http(impatient.expect("client"));
    let proof = alipay.charge(&lunch, &tender(ChannelKind::Alipay, 7, "01")).await;
    assert_eq!(proof, Proof::Unknown(Doubt::Timeout));
    assert_paid(&sandbox.alipay().query(&lunch).await);
}
