//! UnionPay's client against the sandbox: every scenario code, every way back, every fault, and a restart in between.

use serde_json::json;
use tempfile::TempDir;

use super::sandbox::Sandbox;
use super::*;
use crate::channel::rsa::tests::OTHER;
use crate::channel::unionpay::{Keys, Unionpay, UnionpayConfig};
use crate::channel::{Doubt, PendingReason, Refunded, Refusal, Revoked, exchange};

mod told;
mod trust;

const KIND: ChannelKind = ChannelKind::Unionpay;
/// The name in the sandbox's certificate.
const SIGNER: &str = "Dais sandbox acp_up";

/// The sandbox and a folder for the client's memory.
struct Stage {
    sandbox: Sandbox,
    folder: TempDir,
}

impl Stage {
    fn start() -> Self {
        Self { sandbox: Sandbox::start(), folder: tempfile::tempdir().expect("folder") }
    }

    fn config(&self, notify_url: Option<String>) -> UnionpayConfig {
        UnionpayConfig {
            host: self.sandbox.base.clone(),
            mer_id: "777290058110048".to_owned(),
            notify_url,
            signer: SIGNER.to_owned(),
            code_minutes: 5,
            times: self.folder.path().join("times"),
        }
    }

    fn keys(&self) -> Keys {
        let (key, cert) = (self.sandbox.own_key("acp_mch"), self.sandbox.key("acp_mch_cert.pem"));
        let root = self.sandbox.key("acp_up_cert.pem");
        Keys::new(key.as_bytes(), cert.as_bytes(), root.as_bytes(), SIGNER).expect("keys")
    }

    /// A client as a start of the till makes it.
    fn client(&self) -> Unionpay {
        Unionpay::new(self.config(None), self.keys(), exchange::client().expect("client"))
    }

    async fn fen(&self) -> i64 {
        self.sandbox.merchant_fen("u").await
    }

    async fn fault(&self, fault: &str, call: &str) {
        self.sandbox.sim("fault", json!({"fault": fault, "call": call, "channel": "u"})).await;
    }

    async fn later(&self, seconds: u64) {
        self.sandbox.sim("advance-clock", json!({"seconds": seconds})).await;
    }

    async fn pay(&self, number: &str) {
        self.sandbox.sim("pay", json!({"channel": "u", "out_trade_no": number})).await;
    }

    async fn wallet(&self, call: &str, code: &str) -> serde_json::Value {
        let (kind, body) = match call {
            "read" => ("text/plain", code.to_owned()),
            _settle => ("application/json", json!({"code": code}).to_string()),
        };
        let request = reqwest::Client::new().post(format!("{}/wallet/{call}", self.sandbox.base));
        let answer = request.header("content-type", kind).body(body).send().await.expect("wallet");
        serde_json::from_slice(&answer.bytes().await.expect("body")).expect("JSON")
    }
}

/// A payer's code that ends in `last`.
fn code(middle: u32, last: &str) -> Tender {
    Tender::Code(PayCode::new(&format!("62{middle:015}{last}")).expect("code"))
}

#[tokio::test]
async fn every_scenario_code_ends_in_the_truth_and_can_be_taken_back() {
    let unknown = |doubt| Proof::Unknown(doubt);
    for (last, want, paid) in [
        ("01", None, true),
        ("03", Some(unknown(Doubt::ServerError)), true),
        ("04", Some(Proof::NotPaid(Refusal::CodeDead)), false),
        ("05", Some(unknown(Doubt::ServerError)), false),
        ("06", Some(unknown(Doubt::Transport)), true),
        ("07", None, true),
        ("08", Some(unknown(Doubt::BadSignature)), true),
        ("10", Some(Proof::NotPaid(Refusal::Declined)), false),
        ("11", None, true),
    ] {
        let stage = Stage::start();
        let client = stage.client();
        let lunch = attempt(KIND, "SCANNED001", Way::Scanned);
        let proof = client.charge(&lunch, &code(7, last)).await;
        match want {
            Some(want) => assert_eq!(proof, want, "{last}"),
            None => assert_paid(&proof),
        }
        let asked = stage.client().query(&lunch).await;
        if paid {
            assert_paid(&asked);
        } else {
            assert_eq!(asked, Proof::NotPaid(Refusal::NoSuchTrade), "{last}");
        }
        assert_eq!(stage.fen().await, if paid { FEN } else { 0 }, "{last}");
        assert_eq!(client.revoke(&lunch).await, Revoked::Done, "{last}");
        assert_eq!(client.revoke(&lunch).await, Revoked::Done, "{last} again");
        assert_eq!(stage.fen().await, 0, "{last} went back");
        let after = stage.client().query(&lunch).await;
        assert!(matches!(after, Proof::NotPaid(_)), "{last}: {after:?}");
    }
}

#[tokio::test]
async fn a_payer_who_must_confirm_is_waited_for_or_given_up() {
    let stage = Stage::start();
    let client = stage.client();
    let waits = Proof::Pending(PendingReason::PayerConfirms);
    let lunch = attempt(KIND, "PASSWORD01", Way::Scanned);
    assert_eq!(client.charge(&lunch, &code(7, "02")).await, waits);
    assert_eq!(client.query(&lunch).await, waits);
    assert_eq!(client.query(&lunch).await, waits);
    assert_paid(&client.query(&lunch).await);
    let gives_up = attempt(KIND, "PASSWORD02", Way::Scanned);
    assert_eq!(client.charge(&gives_up, &code(8, "02")).await, waits);
    assert_eq!(client.revoke(&gives_up).await, Revoked::Done);
    assert_eq!(client.query(&gives_up).await, Proof::NotPaid(Refusal::Closed));
    assert_eq!(stage.wallet("confirm", "6200000000000000802").await["done"], false, "too late to confirm");
    assert_eq!(stage.fen().await, FEN);
}

#[tokio::test]
async fn a_charge_is_never_made_twice() {
    let stage = Stage::start();
    let client = stage.client();
    let lunch = attempt(KIND, "TWICE00001", Way::Scanned);
    assert_eq!(client.charge(&lunch, &code(7, "06")).await, Proof::Unknown(Doubt::Transport));
    assert_paid(&client.charge(&lunch, &code(7, "06")).await);
    assert_eq!(stage.fen().await, FEN);
    let other = attempt(KIND, "TWICE00002", Way::Scanned);
    assert_eq!(client.charge(&other, &code(7, "06")).await, Proof::NotPaid(Refusal::CodeDead), "a used code");
    let dearer = Attempt { amount: yuan(FEN + 1), ..lunch };
    let proof = client.charge(&dearer, &code(7, "06")).await;
    assert_eq!(proof, Proof::Unknown(Doubt::ServerError), "a used number proves nothing");
}

#[tokio::test]
async fn an_emv_code_of_the_payer_is_charged() {
    let stage = Stage::start();
    let emv = Tender::Code(PayCode::new(crate::emv::cpm::tests::EXAMPLE).expect("code"));
    let client = stage.client();
    assert!(client.takes(&emv));
    let proof = client.charge(&attempt(KIND, "EMVCODE001", Way::Scanned), &emv).await;
    assert_paid(&proof);
}

#[tokio::test]
async fn a_shown_code_is_paid_and_proved() {
    let stage = Stage::start();
    let client = stage.client();
    let lunch = attempt(KIND, "SHOWN00001", Way::Shown);
    let code = shown_code(client.open(&lunch).await);
    assert!(code.starts_with("https://qr.95516.com/"), "{code}");
    assert_eq!(shown_code(client.open(&lunch).await), code, "the same attempt opens the same code");
    assert_eq!(client.query(&lunch).await, Proof::Pending(PendingReason::Shown));
    let order = stage.wallet("read", &code).await;
    assert_eq!((&order["yuan"], &order["channel"]), (&json!("12.30"), &json!("u")));
    assert_eq!(client.query(&lunch).await, Proof::Pending(PendingReason::PayerConfirms));
    assert_eq!(stage.wallet("confirm", &code).await["state"], "paid");
    assert_paid(&stage.client().query(&lunch).await);
    assert_eq!(client.revoke(&lunch).await, Revoked::AlreadyPaid);
    assert_eq!(stage.fen().await, FEN);
}

#[tokio::test]
async fn a_code_that_could_still_be_paid_is_never_called_closed() {
    let stage = Stage::start();
    let client = stage.client();
    let still = Revoked::Again(Doubt::ServerError);
    let lunch = attempt(KIND, "OPEN000001", Way::Shown);
    let code = shown_code(client.open(&lunch).await);
    assert_eq!(client.revoke(&lunch).await, still);
    stage.later(290).await;
    assert_eq!(client.revoke(&lunch).await, still);
    // Past its end, and within the grace for a payer who confirmed in the last moment.
    stage.later(15).await;
    assert_eq!(client.revoke(&lunch).await, still);
    stage.later(60).await;
    assert_eq!(client.query(&lunch).await, Proof::NotPaid(Refusal::Closed));
    assert_eq!(client.revoke(&lunch).await, Revoked::Done);
    assert_eq!(stage.wallet("confirm", &code).await["state"], "closed");
}

#[tokio::test]
async fn a_code_paid_while_it_is_being_given_up_is_found_paid() {
    let stage = Stage::start();
    let client = stage.client();
    let paid_late = attempt(KIND, "OPEN000002", Way::Shown);
    shown_code(client.open(&paid_late).await);
    assert_eq!(client.revoke(&paid_late).await, Revoked::Again(Doubt::ServerError));
    stage.pay("OPEN000002").await;
    assert_eq!(client.revoke(&paid_late).await, Revoked::AlreadyPaid);
}

#[tokio::test]
async fn a_scanned_code_that_nobody_confirms_ends_by_the_gateways_word() {
    let stage = Stage::start();
    let client = stage.client();
    let lunch = attempt(KIND, "EXPIRES001", Way::Shown);
    let code = shown_code(client.open(&lunch).await);
    stage.wallet("read", &code).await;
    stage.later(301).await;
    assert_eq!(client.query(&lunch).await, Proof::NotPaid(Refusal::Closed));
    assert_eq!(client.revoke(&lunch).await, Revoked::Done);
}

#[tokio::test]
async fn a_refund_happens_once_whatever_is_lost() {
    let stage = Stage::start();
    let lunch = attempt(KIND, "REFUND0001", Way::Shown);
    shown_code(stage.client().open(&lunch).await);
    let early = stage.client().refund(&lunch, &refund("BACK000001", FEN)).await;
    assert_eq!(early, Refunded::Again(Doubt::ServerError), "not paid, as far as anybody can say");
    stage.pay("REFUND0001").await;
    for (number, fault) in
        [("BACK000002", "charge-then-drop"), ("BACK000003", "20000"), ("BACK000004", "5xx")]
    {
        let back = refund(number, 100);
        let before = stage.fen().await;
        stage.fault(fault, "refund").await;
        let said = stage.client().refund(&lunch, &back).await;
        assert!(matches!(said, Refunded::Again(_)), "{fault}: {said:?}");
        // As after a power cut: nothing is remembered but the folder.
        assert_eq!(stage.client().refund(&lunch, &back).await, Refunded::Done, "{fault}");
        assert_eq!(stage.client().refund(&lunch, &back).await, Refunded::Done, "{fault} again");
        assert_eq!(stage.client().refund_query(&lunch, &back).await, Refunded::Done, "{fault}");
        assert_eq!(stage.fen().await, before - 100, "{fault}");
    }
    let too_much = stage.client().refund(&lunch, &refund("BACK000005", FEN)).await;
    assert_eq!(too_much, Refunded::Refused);
    let never = stage.client().refund_query(&lunch, &refund("BACK000006", 1)).await;
    assert_eq!(never, Refunded::Again(Doubt::ServerError), "never sent");
    assert_eq!(stage.fen().await, FEN - 300);
}

#[tokio::test]
async fn a_refund_that_never_arrived_gets_another_time_only_when_the_first_is_dead() {
    let stage = Stage::start();
    let client = stage.client();
    let lunch = attempt(KIND, "REFUND0002", Way::Shown);
    shown_code(client.open(&lunch).await);
    stage.pay("REFUND0002").await;
    let time = || std::fs::read_to_string(stage.folder.path().join("times/BACK000010")).expect("time");
    stage.fault("drop-before", "refund").await;
    let back = refund("BACK000010", FEN);
    assert_eq!(client.refund(&lunch, &back).await, Refunded::Again(Doubt::Transport));
    let first = time();
    stage.fault("drop-before", "refund").await;
    assert_eq!(client.refund(&lunch, &back).await, Refunded::Again(Doubt::Transport));
    assert_eq!(time(), first, "kept");
    stage.later(1000).await;
    let tomorrow: exchange::Clock = || exchange::system_clock() + 500;
    assert_eq!(stage.client().with_clock(tomorrow).refund(&lunch, &back).await, Refunded::Done);
    assert_ne!(time(), first, "the first could not be taken in any more");
    assert_eq!(stage.fen().await, 0);
}

#[tokio::test]
async fn refunds_end_after_thirty_days() {
    let stage = Stage::start();
    let client = stage.client();
    let lunch = attempt(KIND, "REFUND0003", Way::Shown);
    shown_code(client.open(&lunch).await);
    stage.pay("REFUND0003").await;
    stage.later(29 * 86_400).await;
    assert_eq!(client.refund(&lunch, &refund("BACK000020", 1)).await, Refunded::Done);
    stage.later(2 * 86_400).await;
    assert_eq!(client.refund(&lunch, &refund("BACK000021", 1)).await, Refunded::Refused);
    assert_eq!(client.terms().refund_within_ms, 30 * 86_400_000);
}

#[tokio::test]
async fn an_undo_that_lost_its_answer_is_not_made_twice() {
    for fault in ["charge-then-drop", "20000", "wrong-signature", "5xx", "drop-before"] {
        let stage = Stage::start();
        let lunch = attempt(KIND, "UNDO000001", Way::Scanned);
        assert_paid(&stage.client().charge(&lunch, &code(7, "01")).await);
        stage.fault(fault, "undo").await;
        let said = stage.client().revoke(&lunch).await;
        assert!(matches!(said, Revoked::Again(_)), "{fault}: {said:?}");
        assert_eq!(stage.client().revoke(&lunch).await, Revoked::Done, "{fault}");
        assert_eq!(stage.fen().await, 0, "{fault}");
        assert_eq!(
            stage.client().refund(&lunch, &refund("BACK000030", FEN)).await,
            Refunded::Done,
            "back already"
        );
        assert_eq!(stage.fen().await, 0, "{fault}");
    }
}

#[tokio::test]
async fn what_cannot_be_undone_any_more_is_refunded_whole() {
    let stage = Stage::start();
    let client = stage.client();
    let lunch = attempt(KIND, "UNDO000002", Way::Scanned);
    assert_paid(&client.charge(&lunch, &code(7, "01")).await);
    stage.later(86_400).await;
    stage.fault("charge-then-drop", "refund").await;
    assert_eq!(client.revoke(&lunch).await, Revoked::Again(Doubt::Transport));
    assert_eq!(stage.client().revoke(&lunch).await, Revoked::Done);
    assert_eq!(stage.fen().await, 0);
    assert_eq!(client.query(&lunch).await, Proof::NotPaid(Refusal::Closed));
}

#[tokio::test]
async fn a_reversed_order_cannot_arrive_any_more() {
    let stage = Stage::start();
    let client = stage.client();
    let lunch = attempt(KIND, "STRAY00001", Way::Scanned);
    stage.fault("drop-before", "pay").await;
    assert_eq!(client.charge(&lunch, &code(7, "01")).await, Proof::Unknown(Doubt::Transport));
    stage.fault("charge-then-drop", "reverse").await;
    assert_eq!(client.revoke(&lunch).await, Revoked::Again(Doubt::Transport));
    assert_eq!(client.revoke(&lunch).await, Revoked::Done);
    let straggler = client.charge(&lunch, &code(7, "01")).await;
    assert_eq!(straggler, Proof::NotPaid(Refusal::Declined));
    assert_eq!(stage.fen().await, 0);
}

#[tokio::test]
async fn every_fault_of_a_charge_ends_in_the_truth_by_asking() {
    let stage = Stage::start();
    let client = stage.client();
    for (serial, fault, doubts, charged) in [
        (1, "drop-before", &[Doubt::Transport][..], false),
        (2, "charge-then-drop", &[Doubt::Transport], true),
        (3, "5xx", &[Doubt::ServerError], false),
        (4, "20000", &[Doubt::ServerError], true),
        (5, "wrong-signature", &[Doubt::BadSignature], true),
        (6, "signtest", &[Doubt::BadSignature], true),
        // Half of an answer is none, or no longer fits its signature.
        (7, "truncated-body", &[Doubt::Unparsable, Doubt::BadSignature], true),
    ] {
        let lunch = attempt(KIND, &format!("FAULTY000{serial}"), Way::Scanned);
        stage.fault(fault, "pay").await;
        let proof = client.charge(&lunch, &code(serial, "01")).await;
        assert!(doubts.iter().any(|doubt| proof == Proof::Unknown(*doubt)), "{fault}: {proof:?}");
        match client.query(&lunch).await {
            Proof::Paid(_) => assert!(charged, "{fault}"),
            asked => assert_eq!((asked, charged), (Proof::NotPaid(Refusal::NoSuchTrade), false), "{fault}"),
        }
    }
}

#[tokio::test]
async fn faults_of_questions_and_codes_are_doubts() {
    let stage = Stage::start();
    let client = stage.client();
    let lunch = attempt(KIND, "DOUBT00001", Way::Shown);
    for (fault, doubt) in [
        ("drop-before", Doubt::Transport),
        ("charge-then-drop", Doubt::Transport),
        ("5xx", Doubt::ServerError),
        ("20000", Doubt::ServerError),
        ("wrong-signature", Doubt::BadSignature),
    ] {
        stage.fault(fault, "apply").await;
        assert_eq!(client.open(&lunch).await, Opened::Unavailable(doubt), "{fault}");
        stage.fault(fault, "query").await;
        assert_eq!(client.query(&lunch).await, Proof::Unknown(doubt), "{fault}");
        stage.fault(fault, "query").await;
        assert_eq!(client.revoke(&lunch).await, Revoked::Again(doubt), "{fault}");
    }
    shown_code(client.open(&lunch).await);
}

#[tokio::test]
async fn silence_is_a_doubt() {
    let stage = Stage::start();
    let delay = json!({"next": [{"fault": "delay", "call": "pay"}], "delay_ms": 60_000});
    stage.sandbox.sim("fault", delay).await;
    let impatient = reqwest::Client::builder().timeout(std::time::Duration::from_millis(300)).build();
    let lunch = attempt(KIND, "SILENCE001", Way::Scanned);
    let proof = stage.client().with_http(impatient.expect("client")).charge(&lunch, &code(7, "01")).await;
    assert_eq!(proof, Proof::Unknown(Doubt::Timeout));
    assert_paid(&stage.client().query(&lunch).await);
}
