//! The payer's page without a browser: pictures in, orders out, addresses followed, and the camera's stream.

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use serde_json::{Value, json};

use crate::alipay::{charge, params, sign};
use crate::process::Sandbox;

/// Asks Alipay's gateway as a merchant does.
async fn gateway(sandbox: &Sandbox, method: &str, order: Value) -> Value {
    let mut params = params(method, &order);
    sign(sandbox, &mut params);
    let mut url = reqwest::Url::parse(&format!("{}/gateway.do", sandbox.base)).expect("url");
    url.query_pairs_mut().extend_pairs(&params);
    let body = reqwest::get(url).await.expect("answer").bytes().await.expect("body");
    serde_json::from_slice(&body).expect("JSON")
}

/// Opens an order and gives its code.
async fn precreate(sandbox: &Sandbox, number: &str) -> String {
    let order = json!({"out_trade_no": number, "total_amount": "12.30", "subject": "宫保鸡丁"});
    let told = gateway(sandbox, "alipay.trade.precreate", order).await;
    told["alipay_trade_precreate_response"]["qr_code"].as_str().expect("code").to_owned()
}

/// A PNG of a code as a kiosk shows it.
fn png(text: &str) -> Vec<u8> {
    screen(&[text])
}

/// A PNG of codes side by side, as they stand on a kiosk's screen.
fn screen(texts: &[&str]) -> Vec<u8> {
    let codes: Vec<_> = texts
        .iter()
        .map(|text| qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium).expect("code"))
        .collect();
    let modules = codes.iter().map(qrcodegen::QrCode::size).max().expect("a code") + 8;
    let side = u32::try_from(modules * 6).expect("side");
    let picture = image::GrayImage::from_fn(side * u32::try_from(codes.len()).expect("few"), side, |x, y| {
        let code = &codes[usize::try_from(x / side).expect("few")];
        let at = |pixel: u32| i32::try_from(pixel / 6).expect("small") - 4;
        image::Luma([if code.get_module(at(x % side), at(y)) { 0 } else { 255 }])
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
async fn of_several_codes_in_one_picture_the_payer_chooses() {
    let sandbox = Sandbox::start();
    let (one, other) = (precreate(&sandbox, "WALLET_3").await, precreate(&sandbox, "WALLET_4").await);
    let link = "https://pay.example.edu/p/2JxK";
    let picture = screen(&[link, &one, "a poster beside the till", &other]);
    let (status, told) = sandbox.post("/wallet/read", "image/png", picture).await;
    assert_eq!(status, 200, "{told}");
    let choices = told["choices"].as_array().expect("choices");
    let mut codes: Vec<_> = choices.iter().map(|choice| choice["code"].as_str().expect("code")).collect();
    assert_eq!(codes.pop(), Some(link), "addresses come last: {told}");
    codes.sort_unstable();
    let mut wanted = [one.as_str(), other.as_str()];
    wanted.sort_unstable();
    assert_eq!(codes, wanted);
    let trade = &choices[0];
    assert_eq!((&trade["channel"], &trade["yuan"]), (&json!("a"), &json!("12.30")));
    let (_, state) = sandbox.json("/_sim/state", json!({})).await;
    let scanned = |trade: &Value| trade["scanned"] == true;
    assert!(!state["trades"].as_array().expect("trades").iter().any(scanned), "nothing is chosen yet");
    // The one that is chosen is read as if it had been alone; of what is paid or over nothing is offered.
    assert_eq!(
        sandbox.post("/wallet/read", "text/plain", one.clone().into_bytes()).await.1["state"],
        "waiting"
    );
    sandbox.json("/wallet/confirm", json!({"code": one})).await;
    let left = screen(&[&one, &other]);
    let (_, told) = sandbox.post("/wallet/read", "image/png", left).await;
    assert_eq!(told["code"], json!(other), "{told}");
}

/// A kiosk's front: each wallet is sent to its own channel's code, by way of another page.
async fn front(code: String) -> String {
    let page = |headers: HeaderMap| async move {
        let agent = headers["user-agent"].to_str().expect("text").to_owned();
        let alipay = agent.contains("AlipayClient");
        if alipay { Redirect::to("/on?its=way").into_response() } else { "choose".into_response() }
    };
    let on = move || async move { Redirect::to(&code) };
    let routes = Router::new()
        .route("/p/lives", get(page))
        .route("/on", get(on))
        .route("/p/round", get(|| async { Redirect::to("/p/round") }))
        .route("/p/broken", get(|| async { StatusCode::BAD_GATEWAY }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
    let base = format!("http://{}", listener.local_addr().expect("address"));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    base
}

#[tokio::test]
async fn an_address_is_opened_as_the_payers_wallet_opens_it() {
    let sandbox = Sandbox::start();
    let code = precreate(&sandbox, "WALLET_5").await;
    let base = front(code.clone()).await;
    let link = format!("{base}/p/lives");
    let (status, told) = sandbox.post("/wallet/read", "image/png", png(&link)).await;
    assert_eq!((status, &told), (200, &json!({"address": link})));
    let open = async |channel: &str, address: String| {
        sandbox.json("/wallet/open", json!({"channel": channel, "address": address})).await
    };
    let (status, order) = open("a", link.clone()).await;
    assert_eq!(status, 200, "{order}");
    assert_eq!(
        (&order["code"], &order["yuan"], &order["state"]),
        (&json!(code), &json!("12.30"), &json!("waiting"))
    );
    for (channel, address, want) in [
        ("w", link.clone(), "OtherWallet"),
        ("a", format!("{base}/p/dead"), "PageGone"),
        ("a", format!("{base}/p/round"), "PageNothing"),
        ("u", format!("{base}/p/broken"), "PageNothing"),
        ("a", "http://127.0.0.1:1/p/x".to_owned(), "PageNothing"),
        ("t", link.clone(), "NoWallet"),
        ("a", code.clone(), "NoAddress"),
        ("a", "file:///etc/hostname".to_owned(), "NoAddress"),
    ] {
        let (status, told) = open(channel, address.clone()).await;
        assert!(status >= 400, "{address}");
        assert_eq!(told["error"], want, "{channel} {address}");
    }
    let elsewhere = front("https://qr.alipay.com/baxnone".to_owned()).await;
    assert_eq!(open("a", format!("{elsewhere}/p/lives")).await.1["error"], "UnknownCode");
}

#[tokio::test]
async fn the_payer_learns_that_the_merchant_sent_money_back() {
    let sandbox = Sandbox::start();
    let code = precreate(&sandbox, "WALLET_6").await;
    sandbox.json("/wallet/confirm", json!({"code": code})).await;
    let paid = async || {
        let mut url = reqwest::Url::parse(&format!("{}/wallet/state", sandbox.base)).expect("url");
        url.query_pairs_mut().append_pair("code", &code);
        let body = reqwest::get(url).await.expect("state").bytes().await.expect("body");
        serde_json::from_slice::<Value>(&body).expect("JSON")["paid"].clone()
    };
    let before = paid().await;
    assert_eq!((&before["state"], &before["back"]), (&json!("paid"), &Value::Null));
    let order = json!({"out_trade_no": "WALLET_6", "refund_amount": "2.30", "out_request_no": "BACK_1"});
    gateway(&sandbox, "alipay.trade.refund", order).await;
    assert_eq!(paid().await["back"], "2.30");
    gateway(&sandbox, "alipay.trade.cancel", json!({"out_trade_no": "WALLET_6"})).await;
    let all = paid().await;
    assert_eq!((&all["state"], &all["back"]), (&json!("paid"), &json!("12.30")), "taken back whole");
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
        ("image/png", png("upi://pay?pa=another-shop"), "UnknownCode"),
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
        "choices",
        "address",
        "open-alipay",
        "open-wechat",
        "open-unionpay",
        "show-alipay",
        "show-wechat",
        "show-unionpay",
        "hide",
        "paycode",
    ] {
        assert!(page.contains(&format!("id=\"{id}\"")), "#{id}");
    }
}
