//! The payer's page without a browser: pictures in, orders out, and the camera's stream.

use serde_json::json;

use crate::alipay::{charge, params, sign};
use crate::process::Sandbox;

/// Opens an order and gives its code.
async fn precreate(sandbox: &Sandbox, number: &str) -> String {
    let order = json!({"out_trade_no": number, "total_amount": "12.30", "subject": "宫保鸡丁"});
    let mut params = params("alipay.trade.precreate", &order);
    sign(sandbox, &mut params);
    let mut url = reqwest::Url::parse(&format!("{}/gateway.do", sandbox.base)).expect("url");
    url.query_pairs_mut().extend_pairs(&params);
    let body = reqwest::get(url).await.expect("answer").bytes().await.expect("body");
    let told: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    told["alipay_trade_precreate_response"]["qr_code"].as_str().expect("code").to_owned()
}

/// A PNG of a code as a kiosk shows it.
fn png(text: &str) -> Vec<u8> {
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium).expect("code");
    let side = u32::try_from((code.size() + 8) * 6).expect("side");
    let picture = image::GrayImage::from_fn(side, side, |x, y| {
        let at = |pixel: u32| i32::try_from(pixel / 6).expect("small") - 4;
        image::Luma([if code.get_module(at(x), at(y)) { 0 } else { 255 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("png");
    bytes.into_inner()
}

#[tokio::test]
async fn the_bare_address_leads_to_the_page() {
    let sandbox = Sandbox::start();
    let page = reqwest::get(&sandbox.base).await.expect("answer");
    assert_eq!((page.status().as_u16(), page.url().path()), (200, "/wallet"));
}

#[tokio::test]
async fn a_picture_of_the_code_is_read_and_paid() {
    let sandbox = Sandbox::start();
    let code = precreate(&sandbox, "WALLET_1").await;
    let (status, order) = sandbox.post("/wallet/read", "image/png", png(&code)).await;
    assert_eq!(status, 200, "{order}");
    assert_eq!(
        (&order["yuan"], &order["subject"], &order["state"], &order["channel"]),
        (&json!("12.30"), &json!("宫保鸡丁"), &json!("waiting"), &json!("a"))
    );
    let (_, cancelled) = sandbox.json("/wallet/cancel", json!({"code": code})).await;
    assert_eq!(
        (&cancelled["done"], &cancelled["state"]),
        (&json!(true), &json!("waiting")),
        "it can be scanned again"
    );
    let (_, paid) = sandbox.json("/wallet/confirm", json!({"code": code})).await;
    assert_eq!((&paid["done"], &paid["state"]), (&json!(true), &json!("paid")));
    let (_, again) = sandbox.json("/wallet/confirm", json!({"code": code})).await;
    assert_eq!((&again["done"], &again["state"]), (&json!(false), &json!("paid")), "once");
    let (_, state) = sandbox.json("/_sim/state", json!({})).await;
    assert_eq!(state["books"]["a"]["balances"], json!({"merchant": 1230, "payer": -1230}));
}

#[tokio::test]
async fn what_cannot_be_read_is_told_apart() {
    let sandbox = Sandbox::start();
    let mut blank = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(64, 64).write_to(&mut blank, image::ImageFormat::Png).expect("png");
    for (kind, body, want) in [
        ("image/png", b"no picture".to_vec(), "BadPicture"),
        ("image/png", Vec::new(), "BadPicture"),
        ("image/png", blank.into_inner(), "NoCode"),
        ("image/png", png("https://example.org/another-shop"), "UnknownCode"),
        ("text/plain", b"  ".to_vec(), "NoCode"),
        ("text/plain", vec![0xFF], "NotText"),
        ("text/plain", b"https://qr.alipay.com/baxnone".to_vec(), "UnknownCode"),
    ] {
        let (status, told) = sandbox.post("/wallet/read", kind, body).await;
        assert!((400..500).contains(&status), "{status}");
        assert_eq!(told["error"], want);
    }
}

/// The next picture of a stream as grey pixels.
async fn frame(stream: &mut reqwest::Response, rest: &mut Vec<u8>) -> image::GrayImage {
    loop {
        let text = String::from_utf8_lossy(rest).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.split("Content-Length: ").nth(1).expect("length").trim();
            let (start, length) = (head.len() + 4, length.parse::<usize>().expect("number"));
            if rest.len() >= start + length + 2 {
                let jpeg = rest[start..start + length].to_vec();
                rest.drain(..start + length + 2);
                return image::load_from_memory(&jpeg).expect("JPEG").to_luma8();
            }
        }
        rest.extend_from_slice(&stream.chunk().await.expect("stream").expect("no end"));
    }
}

fn code(picture: &image::GrayImage) -> Option<String> {
    let side = |pixels: u32| usize::try_from(pixels).expect("small");
    let codes = camera::decode::codes(picture.as_raw(), side(picture.width()), side(picture.height()));
    codes.expect("picture").first().and_then(|code| code.reveal_text().map(str::to_owned))
}

#[tokio::test]
async fn the_camera_sees_what_the_phone_shows() {
    let sandbox = Sandbox::start();
    let mut stream = reqwest::get(format!("{}/wallet/camera.mjpg", sandbox.base)).await.expect("stream");
    let kind = stream.headers()["content-type"].to_str().expect("text").to_owned();
    assert!(kind.starts_with("multipart/x-mixed-replace"), "{kind}");
    let mut rest = Vec::new();
    assert_eq!(code(&frame(&mut stream, &mut rest).await), None, "an empty desk");
    let (_, shown) = sandbox.json("/wallet/show", json!({"channel": "w", "scenario": "02"})).await;
    let shown = shown["code"].as_str().expect("code").to_owned();
    assert!(shown.len() == 18 && shown.starts_with("13") && shown.ends_with("02"), "{shown}");
    let mut seen = None;
    for _frame in 0..20 {
        seen = code(&frame(&mut stream, &mut rest).await);
        if seen.is_some() {
            break;
        }
    }
    assert_eq!(seen.as_deref(), Some(shown.as_str()));
    assert_eq!(sandbox.json("/wallet/show", json!({"channel": "w", "scenario": "2"})).await.0, 422);
}

#[tokio::test]
async fn a_charged_pay_code_asks_the_payer_on_the_page() {
    let sandbox = Sandbox::start();
    let (_, shown) = sandbox.json("/wallet/show", json!({"channel": "a", "scenario": "02"})).await;
    let code = shown["code"].as_str().expect("code").to_owned();
    assert!(charge(&sandbox, "WALLET_2", &code, "").await.contains("10003"));
    let state = async || {
        let body = reqwest::get(format!("{}/wallet/state", sandbox.base)).await.expect("state").bytes().await;
        serde_json::from_slice::<serde_json::Value>(&body.expect("body")).expect("JSON")
    };
    assert_eq!(state().await["order"]["state"], "waiting");
    assert_eq!(sandbox.json("/wallet/confirm", json!({"code": code})).await.1["state"], "paid");
    assert_eq!(state().await["order"]["state"], "paid");
    sandbox.json("/wallet/hide", json!({})).await;
    assert_eq!(state().await["showing"], serde_json::Value::Null);
}

#[tokio::test]
async fn the_phone_shows_a_unionpay_code_of_nineteen_digits() {
    let sandbox = Sandbox::start();
    let (_, shown) = sandbox.json("/wallet/show", json!({"channel": "u", "scenario": "03"})).await;
    let code = shown["code"].as_str().expect("code");
    assert!(code.len() == 19 && code.starts_with("62") && code.ends_with("03"), "{code}");
}

#[tokio::test]
async fn the_page_has_what_a_browser_test_looks_for() {
    let sandbox = Sandbox::start();
    let page =
        reqwest::get(format!("{}/wallet", sandbox.base)).await.expect("page").text().await.expect("text");
    for id in [
        "code",
        "upload",
        "read",
        "order",
        "confirm",
        "cancel",
        "result",
        "show-alipay",
        "show-wechat",
        "show-unionpay",
        "hide",
        "paycode",
    ] {
        assert!(page.contains(&format!("id=\"{id}\"")), "#{id}");
    }
}
