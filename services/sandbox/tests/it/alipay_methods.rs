//! What the gateway refuses and allows of bills, shares and agreements.

use serde_json::{Value, json};

use crate::alipay::{call, charge, verified};
use crate::process::Sandbox;

#[tokio::test]
async fn a_link_to_a_bill_holds_for_half_a_minute() {
    let sandbox = Sandbox::start();
    charge(&sandbox, "BILL_1", "280000000000000301", "").await;
    let (_, state) = sandbox.json("/_sim/state", json!({})).await;
    let day = state["trades"][0]["paid_at"].as_i64().expect("paid") / 1000 + 8 * 3600;
    let day = time::OffsetDateTime::from_unix_timestamp(day).expect("time").date().to_string();
    let method = "alipay.data.dataservice.bill.downloadurl.query";
    let asked = json!({"bill_type": "trade", "bill_date": day});
    assert_eq!(call(&sandbox, method, &asked).await["sub_code"], "isp.bill_not_exist", "the current day");
    for (content, want) in [
        (json!({"bill_type": "signcustomer", "bill_date": day}), "isv.invalid-arguments"),
        (json!({"bill_type": "trade", "bill_date": "2026-13-01"}), "isv.invalid-arguments"),
        (json!({"bill_type": "trade", "bill_date": "2020-01-01"}), "isp.bill_not_exist"),
    ] {
        assert_eq!(call(&sandbox, method, &content).await["sub_code"], want, "{content}");
    }
    assert_eq!(sandbox.json("/_sim/bill", json!({"channel": "a", "date": day})).await.0, 200);
    let url = call(&sandbox, method, &asked).await["bill_download_url"].as_str().expect("link").to_owned();
    let zip = reqwest::get(&url).await.expect("zip").bytes().await.expect("zip");
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("bill.zip");
    std::fs::write(&file, &zip).expect("write");
    // Python's own reader, which shares nothing with ours: names are GBK and nothing says so.
    let script = "import sys, zipfile\n\
                  z = zipfile.ZipFile(sys.argv[1])\n\
                  assert z.testzip() is None\n\
                  names = [i.filename.encode('cp437').decode('gbk') for i in z.infolist()]\n\
                  assert [i.flag_bits & 0x800 for i in z.infolist()] == [0, 0]\n\
                  rows = [l for l in z.read(z.infolist()[0]).decode('gbk').splitlines() if l[0] != '#']\n\
                  print(len(names), '业务明细.csv' in names[0], '汇总' in names[1], len(rows), rows[1].count(','))";
    let told = std::process::Command::new("python3")
        .env("PYTHONIOENCODING", "utf-8")
        .args(["-c", script])
        .arg(&file)
        .output()
        .expect("python3");
    assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), "2 True True 2 24", "{told:?}");
    sandbox.json("/_sim/advance-clock", json!({"seconds": 29})).await;
    assert_eq!(reqwest::get(&url).await.expect("zip").status().as_u16(), 200);
    sandbox.json("/_sim/advance-clock", json!({"seconds": 2})).await;
    assert_eq!(reqwest::get(&url).await.expect("refusal").status().as_u16(), 403);
}

#[tokio::test]
async fn strange_shares_agreements_and_refunds_are_refused() {
    let sandbox = Sandbox::start();
    let paid = charge(&sandbox, "SHARE_1", "280000000000000401", "").await;
    let trade_no = verified(&sandbox, &paid)["trade_no"].as_str().expect("number").to_owned();
    let share = |account: &str, amount: Value| {
        json!({"out_request_no": "S1", "trade_no": trade_no, "royalty_parameters": [
            {"trans_in": account, "trans_in_type": "userId", "amount": amount}]})
    };
    let party = "2088000000000077";
    let bind = "alipay.trade.royalty.relation.bind";
    let settle = "alipay.trade.order.settle";
    let receiver = |kind: &str, account: &str| json!({"out_request_no": "B1", "receiver_list": [{"type": kind, "account": account}]});
    let unknown = json!({"out_trade_no": "SHARE_2", "total_amount": "1.00", "subject": "x",
        "product_code": "GENERAL_WITHHOLDING", "agreement_params": {"agreement_no": "1"}});
    let no_product = json!({"out_trade_no": "SHARE_2", "total_amount": "1.00", "subject": "x",
        "agreement_params": {"agreement_no": "1"}});
    for (method, content, want) in [
        (settle, share(party, json!("1.00")), "ACQ.ROYALTY_RECEIVER_INVALID"),
        (settle, share(party, json!(1.0)), "ACQ.INVALID_PARAMETER"),
        (settle, share(party, json!("0.00")), "ACQ.INVALID_PARAMETER"),
        (settle, share("2088000000000001", json!("1.00")), "ACQ.USER_NOT_EXIST"),
        (bind, json!({"out_request_no": "B1", "receiver_list": []}), "ACQ.RECEIVER_LIST_EMPTY"),
        (bind, receiver("cardAliasNo", party), "ACQ.INVALID_RECEIVER_TYPE"),
        (bind, receiver("userId", "cook@example.edu"), "ACQ.USER_NOT_EXIST"),
        (bind, receiver("userId", party), ""),
        (settle, share(party, json!("12.31")), "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR"),
        (settle, share(party, json!("2.00")), ""),
        (settle, share(party, json!("2.00")), ""),
        (settle, share(party, json!("2.01")), "ACQ.DISCORDANT_REPEAT_REQUEST"),
        (
            "alipay.trade.refund",
            json!({"out_trade_no": "SHARE_1", "refund_amount": "12.30", "out_request_no": "R1"}),
            "ACQ.SELLER_BALANCE_NOT_ENOUGH",
        ),
        (
            "alipay.trade.refund",
            json!({"out_trade_no": "SHARE_1", "refund_amount": "1.00"}),
            "ACQ.INVALID_PARAMETER",
        ),
        ("alipay.trade.pay", unknown, "ACQ.AGREEMENT_NOT_EXIST"),
        ("alipay.trade.pay", no_product, "ACQ.INVALID_PARAMETER"),
        ("alipay.user.agreement.query", json!({"agreement_no": "1"}), "USER_AGREEMENT_NOT_EXIST"),
    ] {
        let node = call(&sandbox, method, &content).await;
        assert_eq!(node["sub_code"].as_str().unwrap_or_default(), want, "{method} {content} {node}");
    }
}

#[tokio::test]
async fn agreements_are_signed_charged_and_ended() {
    let sandbox = Sandbox::start();
    let (_, signed) =
        sandbox.json("/_sim/agree", json!({"caps": {"single_max": 1230, "times_max": 1}})).await;
    let agreement = signed["agreement_no"].as_str().expect("number").to_owned();
    let about = json!({"agreement_no": agreement});
    let pay = |number: &str, yuan: &str| {
        json!({"out_trade_no": number, "total_amount": yuan, "subject": "x", "product_code": "CYCLE_PAY_AUTH",
            "agreement_params": {"agreement_no": agreement}})
    };
    let (query, unsign) = ("alipay.user.agreement.query", "alipay.user.agreement.unsign");
    let charge = "alipay.trade.pay";
    assert_eq!(call(&sandbox, query, &about).await["status"], "NORMAL");
    for (method, content, want) in [
        (charge, pay("AGREE_1", "12.31"), "ACQ.CYCLE_PAY_SINGLE_FEE_EXCEED"),
        (charge, pay("AGREE_1", "12.30"), ""),
        (charge, pay("AGREE_1", "12.30"), ""),
        (charge, pay("AGREE_2", "0.01"), "ACQ.CYCLE_PAY_TOTAL_TIMES_EXCEED"),
        (unsign, about.clone(), ""),
        (unsign, about.clone(), "USER_AGREEMENT_NOT_EXIST"),
        (charge, pay("AGREE_3", "0.01"), "ACQ.AGREEMENT_INVALID"),
    ] {
        let node = call(&sandbox, method, &content).await;
        assert_eq!(node["sub_code"].as_str().unwrap_or_default(), want, "{method} {content} {node}");
    }
    assert_eq!(call(&sandbox, query, &about).await["status"], "UNSIGN");
    assert_eq!(sandbox.json("/_sim/agree", json!({"scenario": "1"})).await.0, 400);
    assert_eq!(sandbox.json("/_sim/disagree", json!({"agreement_no": "1"})).await.0, 404);
}

#[tokio::test]
async fn an_agreement_is_signed_at_the_page_that_the_merchant_names() {
    let sandbox = Sandbox::start();
    let sign = "alipay.user.agreement.page.sign";
    let page = |change: serde_json::Value| {
        let mut page = json!({"personal_product_code": "GENERAL_WITHHOLDING_P", "product_code": "GENERAL_WITHHOLDING",
            "sign_scene": "INDUSTRY|CATERING", "external_agreement_no": "TILL1A01",
            "access_params": {"channel": "QRCODE"}, "sign_validity_period": "365d"});
        for (name, value) in change.as_object().expect("a change") {
            page[name] = value.clone();
        }
        page
    };
    let about = json!({"external_agreement_no": "TILL1A01", "personal_product_code": "GENERAL_WITHHOLDING_P",
        "sign_scene": "INDUSTRY|CATERING"});
    let query = "alipay.user.agreement.query";
    let agree = json!({"external_agreement_no": "TILL1A01"});
    assert_eq!(sandbox.json("/_sim/agree", agree.clone()).await.0, 409, "nobody has opened the page");
    for (method, content, want) in [
        (sign, page(json!({"product_code": "CYCLE_PAY_AUTH"})), "ACQ.INVALID_PARAMETER"),
        (sign, page(json!({"sign_scene": "DEFAULT|DEFAULT"})), "ACQ.INVALID_PARAMETER"),
        (sign, page(json!({"external_agreement_no": "with-a-dash"})), "ACQ.INVALID_PARAMETER"),
        (sign, page(json!({"access_params": {"channel": "FAX"}})), "ACQ.INVALID_PARAMETER"),
        (sign, page(json!({"sign_validity_period": "a year"})), "ACQ.INVALID_PARAMETER"),
        (sign, page(json!({})), ""),
        (query, about.clone(), "USER_AGREEMENT_NOT_EXIST"),
    ] {
        let node = call(&sandbox, method, &content).await;
        assert_eq!(node["sub_code"].as_str().unwrap_or_default(), want, "{method} {content} {node}");
    }
    let (_, signed) = sandbox.json("/_sim/agree", agree.clone()).await;
    let node = call(&sandbox, query, &about).await;
    assert_eq!((&node["status"], &node["agreement_no"]), (&json!("NORMAL"), &signed["agreement_no"]));
    let mut other = about.clone();
    other["sign_scene"] = json!("INDUSTRY|OTHER");
    assert_eq!(call(&sandbox, query, &other).await["sub_code"], "USER_AGREEMENT_NOT_EXIST");
    assert_eq!(sandbox.json("/_sim/agree", agree).await.0, 409, "signed once");
    assert_eq!(call(&sandbox, sign, &page(json!({}))).await["sub_code"], "AGREEMENT_SIGNED");
    sandbox.json("/_sim/disagree", json!({"agreement_no": signed["agreement_no"]})).await;
    assert_eq!(call(&sandbox, query, &about).await["status"], "UNSIGN");
}
