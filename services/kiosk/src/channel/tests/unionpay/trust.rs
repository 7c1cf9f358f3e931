//! Who may be believed, and by whom we are: keys, names, clocks, and nobody at all.

use super::*;

#[tokio::test]
async fn somebody_elses_key_is_refused_by_the_gateway() {
    let stage = Stage::start();
    let (cert, root) = (stage.sandbox.key("acp_mch_cert.pem"), stage.sandbox.key("acp_up_cert.pem"));
    let keys = Keys::new(OTHER.0.as_bytes(), cert.as_bytes(), root.as_bytes(), SIGNER).expect("keys");
    let client = Unionpay::new(stage.config(None), keys, exchange::client().expect("client"));
    let shown = attempt(KIND, "WRONGKEY01", Way::Shown);
    assert_eq!(client.open(&shown).await, Opened::Refused(Refusal::Declined));
    let scanned = attempt(KIND, "WRONGKEY02", Way::Scanned);
    assert_eq!(client.charge(&scanned, &code(7, "01")).await, Proof::NotPaid(Refusal::Declined));
    let asked = client.query(&scanned).await;
    assert_eq!(asked, Proof::Unknown(Doubt::ServerError), "a refused question proves nothing");
    assert_eq!(client.revoke(&scanned).await, Revoked::Again(Doubt::ServerError));
    assert_eq!(stage.fen().await, 0);
}

#[tokio::test]
async fn an_answer_that_is_not_unionpays_is_not_believed() {
    let stage = Stage::start();
    let (key, cert) = (stage.sandbox.own_key("acp_mch"), stage.sandbox.key("acp_mch_cert.pem"));
    let up = stage.sandbox.key("acp_up_cert.pem");
    // Another certificate is trusted; or the right one, whose name is another.
    for (root, signer) in [(&cert, SIGNER), (&up, "中国银联股份有限公司")] {
        let keys = Keys::new(key.as_bytes(), cert.as_bytes(), root.as_bytes(), signer).expect("keys");
        let client = Unionpay::new(stage.config(None), keys, exchange::client().expect("client"));
        let doubt = Doubt::BadSignature;
        assert_eq!(client.open(&attempt(KIND, "FOREIGN001", Way::Shown)).await, Opened::Unavailable(doubt));
        let scanned = attempt(KIND, "FOREIGN002", Way::Scanned);
        assert_eq!(client.charge(&scanned, &code(7, "04")).await, Proof::Unknown(doubt));
        assert_eq!(client.query(&scanned).await, Proof::Unknown(doubt));
        assert_eq!(client.revoke(&scanned).await, Revoked::Again(doubt));
    }
    let ended: exchange::Clock = || exchange::system_clock() + 20 * 366 * 86_400;
    let client = stage.client().with_clock(ended);
    let asked = client.query(&attempt(KIND, "FOREIGN003", Way::Scanned)).await;
    assert_eq!(asked, Proof::Unknown(Doubt::BadSignature), "a certificate that has ended");
}

#[tokio::test]
async fn our_own_wrong_clock_is_refused() {
    let stage = Stage::start();
    let client = stage.client();
    let minutes = |off: u64| Attempt {
        opened_at_ms: attempt(KIND, "x00000", Way::Shown).opened_at_ms - off * 60_000,
        ..attempt(KIND, "LATECLOCK1", Way::Shown)
    };
    assert_eq!(client.open(&minutes(16)).await, Opened::Refused(Refusal::Declined));
    let config = UnionpayConfig { code_minutes: 30, ..stage.config(None) };
    let patient = Unionpay::new(config, stage.keys(), exchange::client().expect("client"));
    shown_code(patient.open(&minutes(14)).await);
}

#[tokio::test]
async fn another_merchant_gets_no_signed_answer() {
    let stage = Stage::start();
    let config = UnionpayConfig { mer_id: "777290058110049".to_owned(), ..stage.config(None) };
    let client = Unionpay::new(config, stage.keys(), exchange::client().expect("client"));
    let doubt = Opened::Unavailable(Doubt::BadSignature);
    assert_eq!(client.open(&attempt(KIND, "MERCHANT01", Way::Shown)).await, doubt);
}

#[tokio::test]
async fn nobody_there_is_a_doubt() {
    let stage = Stage::start();
    let config = UnionpayConfig { host: "http://127.0.0.1:9".to_owned(), ..stage.config(None) };
    let client = Unionpay::new(config, stage.keys(), exchange::client().expect("client"));
    let lunch = attempt(KIND, "NOBODY0001", Way::Scanned);
    assert_eq!(client.query(&lunch).await, Proof::Unknown(Doubt::Transport));
    assert_eq!(client.revoke(&lunch).await, Revoked::Again(Doubt::Transport));
    let back = client.refund(&lunch, &refund("BACK000001", 1)).await;
    assert_eq!(back, Refunded::Again(Doubt::Transport));
}

#[tokio::test]
async fn codes_go_to_unionpay_by_prefix_and_length() {
    let stage = Stage::start();
    let client = stage.client();
    for (text, taken) in [
        ("6212345678901234567", true),
        ("621234567890123456", false),
        ("62123456789012345678", false),
        ("6112345678901234567", false),
        ("62123456789012345x7", false),
        ("hQVDUFYwMW", false),
        ("hQVDUFYwMWE=", false),
        ("130123456789012302", false),
        (crate::emv::cpm::tests::EXAMPLE, true),
    ] {
        let tender = Tender::Code(PayCode::new(text).expect("code"));
        assert_eq!(client.takes(&tender), taken, "{text}");
    }
    let card = Tender::Card(crate::till::CardUid::new(&[1, 2, 3, 4]).expect("uid"));
    assert!(!client.takes(&card));
}
