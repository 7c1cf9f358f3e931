//! WeChat Pay v2 against the sandbox: the same contract, both ways of signing, every scenario and fault.

use serde_json::json;

use super::listener::Listener;
use super::sandbox::Sandbox;
use super::wechat::{paid, today};
use super::*;
use crate::channel::wechat::v2::SignType;
use crate::channel::{Delivery, Doubt, NoBill, PendingReason, Refunded, Refusal, Revoked, RowKind, Told};

#[tokio::test]
async fn every_scenario_ends_in_the_truth() {
    for how in [SignType::HmacSha256, SignType::Md5] {
        let sandbox = Sandbox::start();
        let v2 = sandbox.wechat_v2(how);
        let closed = Proof::NotPaid(Refusal::NoSuchTrade);
        for (serial, last, want, pays) in [
            (1, "03", Proof::Unknown(Doubt::ServerError), true),
            (2, "04", Proof::NotPaid(Refusal::CodeDead), false),
            (3, "05", Proof::Unknown(Doubt::ServerError), false),
            (4, "06", Proof::Unknown(Doubt::Transport), true),
            (5, "08", Proof::Unknown(Doubt::BadSignature), true),
        ] {
            let lunch = attempt(ChannelKind::Wechat, &format!("V2SCAN00{last}"), Way::Scanned);
            assert_eq!(v2.charge(&lunch, &tender(ChannelKind::Wechat, serial, last)).await, want, "{last}");
            match pays {
                true => assert_paid(&v2.query(&lunch).await),
                false => assert_eq!(v2.query(&lunch).await, closed, "{last}"),
            }
            assert_eq!(sandbox.merchant_fen("w").await, if pays { FEN } else { 0 }, "{last}");
            assert_eq!(v2.revoke(&lunch).await, Revoked::Done, "{last}");
            assert_eq!(v2.revoke(&lunch).await, Revoked::Done, "{last} again");
            assert_eq!(sandbox.merchant_fen("w").await, 0, "{last} reversed");
        }
        let lunch = paid(&v2, "V2SCAN0001", 9).await;
        assert_paid(&v2.charge(&lunch, &tender(ChannelKind::Wechat, 9, "01")).await);
        assert_eq!(sandbox.merchant_fen("w").await, FEN, "never twice");
    }
}

#[tokio::test]
async fn the_payer_confirms_or_gives_up() {
    let sandbox = Sandbox::start();
    let v2 = sandbox.wechat_v2(SignType::Md5);
    let waits = Proof::Pending(PendingReason::PayerConfirms);
    let lunch = attempt(ChannelKind::Wechat, "V2PASS0001", Way::Scanned);
    assert_eq!(v2.charge(&lunch, &tender(ChannelKind::Wechat, 1, "02")).await, waits);
    assert_eq!([v2.query(&lunch).await, v2.query(&lunch).await], [waits.clone(), waits.clone()]);
    assert_paid(&v2.query(&lunch).await);
    let gives_up = attempt(ChannelKind::Wechat, "V2PASS0002", Way::Scanned);
    assert_eq!(v2.charge(&gives_up, &tender(ChannelKind::Wechat, 2, "02")).await, waits);
    assert_eq!(v2.revoke(&gives_up).await, Revoked::Done);
    assert_eq!(v2.query(&gives_up).await, Proof::NotPaid(Refusal::Closed));
    sandbox.sim("wechat", json!({"refuse_early_reverse": true})).await;
    assert_eq!(v2.revoke(&lunch).await, Revoked::Again(Doubt::ServerError), "within 15 s");
}

#[tokio::test]
async fn a_shown_code_is_paid_told_and_closed() {
    let sandbox = Sandbox::start();
    let mut listener = Listener::start().await;
    for how in [SignType::HmacSha256, SignType::Md5] {
        let v2 = sandbox.wechat_v2_told(how, &listener.url);
        let tag = if how == SignType::Md5 { "MD5" } else { "HMAC" };
        let lunch = attempt(ChannelKind::Wechat, &format!("V2SHOWN{tag}"), Way::Shown);
        let code = shown_code(v2.open(&lunch).await);
        assert_eq!(shown_code(v2.open(&lunch).await), code, "the same attempt opens the same code");
        assert_eq!(v2.query(&lunch).await, Proof::Pending(PendingReason::Shown));
        sandbox.sim("pay", json!({"channel": "w", "out_trade_no": lunch.number.as_str()})).await;
        let proof = v2.query(&lunch).await;
        assert_paid(&proof);
        assert_eq!(v2.revoke(&lunch).await, Revoked::AlreadyPaid);
        let (headers, body) = listener.next().await;
        let told = |body: &[u8]| v2.told(Delivery { headers: &headers, body });
        assert_eq!(told(&body), Ok(Told::Payment { number: lunch.number.clone(), proof }));
        let text = String::from_utf8(body).expect("text");
        let changed = text.replace(&format!("[{FEN}]"), "[1]");
        assert_ne!(changed, text);
        assert_eq!(told(changed.as_bytes()), Err(Doubt::BadSignature));
        let xxe = format!("<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{text}");
        assert_eq!(told(xxe.as_bytes()), Err(Doubt::Unparsable));
        assert!(v2.reply(true).body.contains("SUCCESS") && v2.reply(false).body.contains("FAIL"));
        let closed = attempt(ChannelKind::Wechat, &format!("V2CLOSED{tag}"), Way::Shown);
        shown_code(v2.open(&closed).await);
        assert_eq!([v2.revoke(&closed).await, v2.revoke(&closed).await], [Revoked::Done, Revoked::Done]);
        assert_eq!(v2.query(&closed).await, Proof::NotPaid(Refusal::Closed));
        let never = attempt(ChannelKind::Wechat, &format!("V2NEVER{tag}"), Way::Shown);
        assert_eq!(v2.revoke(&never).await, Revoked::Done, "one that was never opened");
    }
}

#[tokio::test]
async fn every_fault_of_a_charge_ends_in_the_truth_by_asking() {
    let sandbox = Sandbox::start();
    let v2 = sandbox.wechat_v2(SignType::HmacSha256);
    for (serial, fault, doubt, charged) in [
        (1, "drop-before", Doubt::Transport, false),
        (2, "charge-then-drop", Doubt::Transport, true),
        (3, "5xx", Doubt::ServerError, false),
        (4, "20000", Doubt::ServerError, true),
        (5, "wrong-signature", Doubt::BadSignature, true),
        (6, "truncated-body", Doubt::Unparsable, true),
    ] {
        let lunch = attempt(ChannelKind::Wechat, &format!("V2FAULT{serial}"), Way::Scanned);
        sandbox.sim("fault", json!({"fault": fault, "call": "pay"})).await;
        let proof = v2.charge(&lunch, &tender(ChannelKind::Wechat, serial, "01")).await;
        assert_eq!(proof, Proof::Unknown(doubt), "{fault}");
        sandbox.sim("fault", json!({"fault": fault, "call": "query"})).await;
        assert_eq!(v2.query(&lunch).await, Proof::Unknown(doubt), "{fault}");
        match charged {
            true => assert_paid(&v2.query(&lunch).await),
            false => assert_eq!(v2.query(&lunch).await, Proof::NotPaid(Refusal::NoSuchTrade), "{fault}"),
        }
        sandbox.sim("fault", json!({"fault": fault, "call": "reverse"})).await;
        assert_eq!(v2.revoke(&lunch).await, Revoked::Again(doubt), "{fault}");
        assert_eq!(v2.revoke(&lunch).await, Revoked::Done, "{fault}");
        assert_eq!(sandbox.merchant_fen("w").await, 0, "{fault}");
    }
}

#[tokio::test]
async fn a_wrong_key_proves_nothing_and_moves_nothing() {
    let sandbox = Sandbox::start();
    let v2 = sandbox.wechat_v2_with(SignType::Md5, b"0123456789abcdef0123456789abcdef");
    let lunch = attempt(ChannelKind::Wechat, "V2WRONG001", Way::Scanned);
    let doubt = Doubt::ServerError;
    assert_eq!(v2.charge(&lunch, &tender(ChannelKind::Wechat, 1, "01")).await, Proof::Unknown(doubt));
    assert_eq!(v2.query(&lunch).await, Proof::Unknown(doubt));
    assert_eq!(v2.revoke(&lunch).await, Revoked::Again(doubt));
    let shown = attempt(ChannelKind::Wechat, "V2WRONG002", Way::Shown);
    assert_eq!(v2.open(&shown).await, Opened::Unavailable(doubt));
    assert_eq!(sandbox.merchant_fen("w").await, 0);
}

#[tokio::test]
async fn refunds_happen_once_and_keep_the_limits() {
    let sandbox = Sandbox::start();
    let v2 = sandbox.wechat_v2(SignType::HmacSha256);
    let lunch = paid(&v2, "V2BACK0001", 1).await;
    let back = refund("V2BACK0002", 1000);
    assert_eq!(v2.refund_query(&lunch, &back).await, Refunded::Again(Doubt::ServerError), "never asked for");
    for _again in 0..2 {
        assert_eq!(v2.refund(&lunch, &back).await, Refunded::Done);
        assert_eq!(v2.refund_query(&lunch, &back).await, Refunded::Done);
        assert_eq!(sandbox.merchant_fen("w").await, FEN - 1000);
    }
    assert_eq!(v2.refund(&lunch, &refund("V2BACK0003", 231)).await, Refunded::Refused, "too much");
    let soon = refund("V2BACK0004", 100);
    assert_eq!(v2.refund(&lunch, &soon).await, Refunded::Again(Doubt::ServerError), "within the minute");
    sandbox.sim("advance-clock", json!({"seconds": 60})).await;
    for fault in ["charge-then-drop", "wrong-signature"] {
        sandbox.sim("fault", json!({"fault": fault, "call": "refund"})).await;
        assert!(matches!(v2.refund(&lunch, &soon).await, Refunded::Again(_)), "{fault}");
    }
    assert_eq!(v2.refund(&lunch, &soon).await, Refunded::Done);
    assert_eq!(sandbox.merchant_fen("w").await, FEN - 1100);
    assert_eq!(v2.terms().refunds_max, 50);
}

#[tokio::test]
async fn the_days_bill_is_the_books() {
    let sandbox = Sandbox::start();
    let v2 = sandbox.wechat_v2(SignType::Md5);
    assert_eq!(v2.bill(today()).await, Err(NoBill::NotYet));
    let lunch = paid(&v2, "V2BILL0001", 1).await;
    assert_eq!(v2.refund(&lunch, &refund("V2BILL0002", 30)).await, Refunded::Done);
    sandbox.sim("bill", json!({"channel": "w", "date": today().to_string()})).await;
    let bill = v2.bill(today()).await.expect("bill");
    let rows: Vec<_> =
        bill.rows.iter().map(|row| (row.kind, row.amount.minor(), row.number.as_str())).collect();
    assert_eq!(rows, [(RowKind::Payment, FEN, "V2BILL0001"), (RowKind::Refund, 30, "V2BILL0001")]);
    sandbox.sim("fault", json!({"fault": "5xx", "call": "bill"})).await;
    assert_eq!(v2.bill(today()).await, Err(NoBill::Doubt(Doubt::ServerError)));
}
