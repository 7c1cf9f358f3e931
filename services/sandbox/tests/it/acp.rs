//! UnionPay's gateway as a client without any of our code sees it: texts joined here, digested, signed and verified by
//! openssl, certificates included.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::time::{Duration, timeout};

use crate::notify::merchant;
use crate::process::{Sandbox, openssl};

type Fields = BTreeMap<String, String>;
/// What a case does to the fields.
type Change = fn(&mut Fields);

/// Beijing's time, as `yyyyMMddHHmmss`.
fn txn_time(off_s: i64) -> String {
    let now = time::OffsetDateTime::now_utc() + time::Duration::seconds(8 * 3600 + off_s);
    now.format(time::macros::format_description!("[year][month][day][hour][minute][second]")).expect("time")
}

/// A transaction's fields, unsigned.
fn fields(sandbox: &Sandbox, kind: (&str, &str), order: &str, more: &[(&str, &str)]) -> Fields {
    let cert = sandbox.key("acp_mch_cert.pem");
    let text = String::from_utf8(openssl(&["x509", "-in", &cert, "-noout", "-serial"], b"").1).expect("text");
    let hex = text.trim().trim_start_matches("serial=").to_owned();
    let mut fields: Fields = [
        ("version", "5.1.0"),
        ("encoding", "UTF-8"),
        ("signMethod", "01"),
        ("certId", &decimal(&hex)),
        ("bizType", "000000"),
        ("txnType", kind.0),
        ("txnSubType", kind.1),
        ("accessType", "0"),
        ("channelType", "08"),
        ("merId", "777290058110048"),
        ("orderId", order),
        ("txnTime", &txn_time(0)),
        ("backUrl", "http://www.specialUrl.com"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

/// Hexadecimal to decimal by long division, which is not how the gateway does it.
fn decimal(hex: &str) -> String {
    let mut digits: Vec<u32> = hex.chars().map(|digit| digit.to_digit(16).expect("hex")).collect();
    let mut text = String::new();
    while digits.iter().any(|digit| *digit != 0) {
        let mut rest = 0;
        for digit in &mut digits {
            let value = rest * 16 + *digit;
            *digit = value / 10;
            rest = value % 10;
        }
        text.insert(0, char::from_digit(rest, 10).expect("digit"));
    }
    text
}

fn text(fields: &Fields) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .filter(|(name, value)| name.as_str() != "signature" && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

fn digest(text: &str) -> String {
    let printed = openssl(&["dgst", "-sha256", "-r"], text.as_bytes()).1;
    String::from_utf8(printed).expect("text").split(' ').next().expect("digest").to_owned()
}

fn sign(sandbox: &Sandbox, fields: &mut Fields) {
    let key = sandbox.key("acp_mch_priv.pem");
    let (ok, signature) = openssl(&["dgst", "-sha256", "-sign", &key], digest(&text(fields)).as_bytes());
    assert!(ok, "openssl cannot sign");
    fields.insert("signature".to_owned(), STANDARD.encode(signature));
}

async fn post(sandbox: &Sandbox, page: &str, fields: &Fields) -> String {
    let mut form = reqwest::Url::parse("http://x/").expect("url");
    form.query_pairs_mut().extend_pairs(fields);
    let request = reqwest::Client::new()
        .post(format!("{}/gateway/api/{page}", sandbox.base))
        .header("content-type", "application/x-www-form-urlencoded;charset=UTF-8")
        .body(form.query().expect("form").to_owned());
    request.send().await.expect("answer").text().await.expect("text")
}

/// The fields of an answer; openssl has verified it with the key of the certificate that it carries.
fn verified(sandbox: &Sandbox, body: &str) -> Fields {
    let fields: Fields = body
        .split('&')
        .map(|pair| pair.split_once('=').expect("pair"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let told = std::fs::read_to_string(sandbox.key("acp_up_cert.pem")).expect("certificate");
    assert_eq!(fields["signPubKeyCert"], told.trim(), "raw, line feeds and all");
    holds(sandbox, &fields);
    fields
}

/// Whether the signature is that of the carried certificate's key.
fn holds(sandbox: &Sandbox, fields: &Fields) {
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("utf-8").to_owned();
    let (_, public) = openssl(&["x509", "-noout", "-pubkey"], fields["signPubKeyCert"].as_bytes());
    assert_eq!(public, std::fs::read(sandbox.key("acp_up_pub.pem")).expect("key"));
    std::fs::write(path("public"), public).expect("write");
    std::fs::write(path("signature"), STANDARD.decode(&fields["signature"]).expect("base64")).expect("write");
    let verify = ["dgst", "-sha256", "-verify", &path("public"), "-signature", &path("signature")];
    assert!(openssl(&verify, digest(&text(fields)).as_bytes()).0, "openssl refuses {fields:?}");
}

async fn call(sandbox: &Sandbox, mut fields: Fields) -> Fields {
    sign(sandbox, &mut fields);
    let page = if fields["txnType"] == "00" { "queryTrans.do" } else { "backTransReq.do" };
    verified(sandbox, &post(sandbox, page, &fields).await)
}

const AMOUNT: (&str, &str) = ("txnAmt", "1230");
const CURRENCY: (&str, &str) = ("currencyCode", "156");

#[tokio::test]
async fn a_code_is_shown_paid_queried_refunded_and_undone() {
    let sandbox = Sandbox::start();
    let apply = fields(&sandbox, ("01", "07"), "SHOWN00001", &[AMOUNT, CURRENCY, ("orderDesc", "宫保鸡丁")]);
    let told = call(&sandbox, apply.clone()).await;
    assert_eq!((told["respCode"].as_str(), told["orderId"].as_str()), ("00", "SHOWN00001"), "{told:?}");
    assert!(told["qrCode"].starts_with("https://qr.95516.com/"), "{told:?}");
    let time = [("txnTime", apply["txnTime"].as_str())];
    let query = || fields(&sandbox, ("00", "00"), "SHOWN00001", &time);
    assert_eq!(call(&sandbox, query()).await["respCode"], "34", "nobody has scanned it");
    sandbox.json("/_sim/pay", json!({"channel": "u", "out_trade_no": "SHOWN00001"})).await;
    let told = call(&sandbox, query()).await;
    assert_eq!((told["respCode"].as_str(), told["origRespCode"].as_str()), ("00", "00"), "{told:?}");
    assert_eq!((told["txnAmt"].as_str(), told["queryId"].len()), ("1230", 21), "{told:?}");
    let orig = ("origQryId", told["queryId"].as_str());
    let refund = |number, amount| fields(&sandbox, ("04", "00"), number, &[("txnAmt", amount), orig]);
    let undo = |number, amount| fields(&sandbox, ("31", "00"), number, &[("txnAmt", amount), orig]);
    let part = refund("BACK000001", "30");
    for (case, fields, want) in [
        ("a part of an undo", undo("UNDO000001", "30"), "36"),
        ("a part", part.clone(), "00"),
        ("the same again", part.clone(), "00"),
        ("the same number, another amount", refund("BACK000001", "31"), "12"),
        ("more than is left", refund("BACK000002", "1201"), "36"),
        ("what is left", refund("BACK000003", "1200"), "00"),
        ("nothing is left", refund("BACK000004", "1"), "36"),
        ("undone after a refund", undo("UNDO000002", "1230"), "45"),
    ] {
        assert_eq!(call(&sandbox, fields).await["respCode"], want, "{case}");
    }
    let of_refund = fields(&sandbox, ("00", "00"), "BACK000001", &[("txnTime", &part["txnTime"])]);
    assert_eq!(call(&sandbox, of_refund).await["origRespCode"], "00");
    let (_, state) = sandbox.json("/_sim/state", json!({})).await;
    assert_eq!(state["books"]["u"]["balances"], json!({"merchant": 0, "payer": 0}));
}

#[tokio::test]
async fn an_undo_is_for_the_same_day_and_a_reversal_for_scanned_codes() {
    let sandbox = Sandbox::start();
    let pay = |number, code| fields(&sandbox, ("01", "06"), number, &[AMOUNT, CURRENCY, ("qrNo", code)]);
    let first = pay("PAID000001", "6200000000000000101");
    assert_eq!(call(&sandbox, first.clone()).await["respCode"], "00");
    let query = fields(&sandbox, ("00", "00"), "PAID000001", &[("txnTime", &first["txnTime"])]);
    let told = call(&sandbox, query).await;
    let orig = ("origQryId", told["queryId"].as_str());
    sandbox.json("/_sim/advance-clock", json!({"seconds": 86_400})).await;
    let late = fields(&sandbox, ("31", "00"), "UNDO000001", &[AMOUNT, orig]);
    assert_eq!(call(&sandbox, late).await["respCode"], "39");
    let second = pay("PAID000002", "6200000000000000202");
    assert_eq!(call(&sandbox, second.clone()).await["respCode"], "05", "the payer must confirm");
    let reverse = |number, time: &str| fields(&sandbox, ("99", "01"), number, &[("txnTime", time)]);
    let time = second["txnTime"].clone();
    assert_eq!(call(&sandbox, reverse("PAID000002", "20260102030405")).await["respCode"], "36");
    assert_eq!(call(&sandbox, reverse("PAID000002", &time)).await["respCode"], "00");
    assert_eq!(call(&sandbox, second).await["respCode"], "35", "it cannot be paid any more");
    assert_eq!(call(&sandbox, reverse("NEVER00001", &time)).await["respCode"], "00");
    let never = pay("NEVER00001", "6200000000000000301");
    assert_eq!(call(&sandbox, never).await["respCode"], "35", "reversed before it came");
    let shown = fields(&sandbox, ("01", "07"), "SHOWN00001", &[AMOUNT, CURRENCY]);
    call(&sandbox, shown.clone()).await;
    assert_eq!(call(&sandbox, reverse("SHOWN00001", &shown["txnTime"])).await["respCode"], "35");
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let sandbox = Sandbox::start();
    let cases: [(Change, &str, &str); 17] = [
        (|f| drop(f.insert("txnAmt".into(), "12.30".into())), "10", "txnAmt"),
        (|f| drop(f.insert("txnAmt".into(), "0".into())), "10", "txnAmt"),
        (|f| drop(f.insert("txnAmt".into(), "01".into())), "10", "txnAmt"),
        (|f| drop(f.insert("txnAmt".into(), "100000001".into())), "33", "txnAmt"),
        (|f| drop(f.insert("orderId".into(), "SHORT01".into())), "10", "orderId"),
        (|f| drop(f.insert("orderId".into(), "WITH_LINE01".into())), "10", "orderId"),
        (|f| drop(f.insert("txnTime".into(), txn_time(-1000))), "39", "NTP"),
        (|f| drop(f.insert("txnTime".into(), txn_time(1000))), "39", "NTP"),
        (|f| drop(f.insert("txnTime".into(), "2026-01-02".into())), "10", "yyyyMMddHHmmss"),
        (|f| drop(f.insert("channelType".into(), "01".into())), "10", "channelType"),
        (|f| drop(f.insert("currencyCode".into(), "840".into())), "10", "156"),
        (|f| drop(f.insert("version".into(), "5.0.0".into())), "10", "5.1.0"),
        (|f| drop(f.insert("accessType".into(), "2".into())), "10", "accessType"),
        (|f| drop(f.insert("txnSubType".into(), "01".into())), "32", "txnSubType"),
        (|f| drop(f.insert("certId".into(), "1".into())), "11", "decimal"),
        (|f| drop(f.remove("backUrl")), "13", "specialUrl"),
        (|f| drop(f.insert("payTimeout".into(), txn_time(-1))), "39", "payTimeout"),
    ];
    for (change, code, hint) in cases {
        let mut fields = fields(&sandbox, ("01", "07"), "STRICT0001", &[AMOUNT, CURRENCY]);
        change(&mut fields);
        let told = call(&sandbox, fields.clone()).await;
        assert_eq!(told["respCode"], code, "{told:?}");
        assert!(told["respMsg"].contains(hint), "{told:?}");
    }
    let mut touched = fields(&sandbox, ("01", "07"), "STRICT0002", &[AMOUNT, CURRENCY]);
    sign(&sandbox, &mut touched);
    touched.insert("txnAmt".into(), "1".into());
    let told = verified(&sandbox, &post(&sandbox, "backTransReq.do", &touched).await);
    assert_eq!(told["respCode"], "11", "{told:?}");
    for page in ["frontTransReq.do", "appTransReq.do", "cardTransReq.do", "batchTrans.do", "queryTrans.do"] {
        let mut fields = fields(&sandbox, ("01", "07"), "STRICT0003", &[AMOUNT, CURRENCY]);
        sign(&sandbox, &mut fields);
        let told = verified(&sandbox, &post(&sandbox, page, &fields).await);
        assert_eq!(told["respCode"], "32", "{page}");
        assert!(told["respMsg"].contains("backTransReq.do"), "{told:?}");
    }
    let mut stranger = fields(&sandbox, ("01", "07"), "STRICT0004", &[AMOUNT, CURRENCY, ("merId", "1")]);
    sign(&sandbox, &mut stranger);
    let body = post(&sandbox, "backTransReq.do", &stranger).await;
    assert!(body.contains("respCode=31") && !body.contains("signature"), "{body}");
}

#[tokio::test]
async fn a_used_number_with_other_content_is_refused() {
    let sandbox = Sandbox::start();
    let first = fields(&sandbox, ("01", "07"), "TWICE00001", &[AMOUNT, CURRENCY]);
    let code = call(&sandbox, first.clone()).await["qrCode"].clone();
    assert_eq!(call(&sandbox, first.clone()).await["qrCode"], code, "the same again");
    for change in [("txnAmt", "1"), ("txnTime", &txn_time(-60)), ("txnSubType", "06")] {
        let mut other = first.clone();
        other.insert(change.0.to_owned(), change.1.to_owned());
        other.insert("qrNo".to_owned(), "6200000000000000101".to_owned());
        assert_eq!(call(&sandbox, other).await["respCode"], "12", "{change:?}");
    }
}

#[tokio::test]
async fn the_secure_key_signs_where_there_is_no_certificate() {
    let sandbox = Sandbox::start();
    let mut asked = fields(&sandbox, ("01", "07"), "KEYED00001", &[AMOUNT, CURRENCY, ("signMethod", "11")]);
    asked.remove("certId");
    let key = digest("88888888");
    let keyed = |fields: &Fields| digest(&format!("{}&{key}", text(fields)));
    asked.insert("signature".into(), keyed(&asked));
    let body = post(&sandbox, "backTransReq.do", &asked).await;
    let told: Fields = body
        .split('&')
        .map(|pair| pair.split_once('=').expect("pair"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!((told["respCode"].as_str(), &told["signature"]), ("00", &keyed(&told)), "{told:?}");
    assert!(!told.contains_key("signPubKeyCert"));
    asked.insert("signature".into(), digest("guess"));
    assert!(post(&sandbox, "backTransReq.do", &asked).await.contains("respCode=11"));
}

#[tokio::test]
async fn a_refused_notify_comes_again_after_a_minute() {
    let sandbox = Sandbox::start();
    let mut merchant = merchant("ok").await;
    let pay = fields(
        &sandbox,
        ("01", "06"),
        "NOTIFY0001",
        &[AMOUNT, CURRENCY, ("qrNo", "6200000000000000101"), ("backUrl", &merchant.url)],
    );
    assert_eq!(call(&sandbox, pay).await["respCode"], "00");
    let body = merchant.next().await.1;
    let mut url = reqwest::Url::parse("http://x/").expect("url");
    url.set_query(Some(std::str::from_utf8(&body).expect("form")));
    let told: Fields = url.query_pairs().into_owned().collect();
    holds(&sandbox, &told);
    for (name, want) in [("orderId", "NOTIFY0001"), ("respCode", "00"), ("txnAmt", "1230"), ("txnType", "01")]
    {
        assert_eq!(told[name], want, "{told:?}");
    }
    sandbox.json("/_sim/advance-clock", json!({"seconds": 3600})).await;
    assert!(timeout(Duration::from_millis(300), merchant.heard.recv()).await.is_err(), "taken with 200");
    // Nobody listens at this path: anything but 200 is a refusal.
    let pay = fields(
        &sandbox,
        ("01", "06"),
        "NOTIFY0002",
        &[AMOUNT, CURRENCY, ("qrNo", "6200000000000000201"), ("backUrl", &format!("{}/gone", merchant.url))],
    );
    call(&sandbox, pay).await;
    let tries = async || {
        let (_, log) = sandbox.json("/_sim/notify-log", json!({})).await;
        log.as_array().expect("log").iter().filter(|one| one["out_trade_no"] == "NOTIFY0002").count()
    };
    for (wait, want) in [(0, 1), (60, 2), (120, 3), (240, 4), (300, 5)] {
        sandbox.json("/_sim/advance-clock", json!({"seconds": wait})).await;
        let until = async {
            while tries().await < want {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), until).await.expect("the next delivery");
        assert_eq!(tries().await, want);
    }
}
