//! One code for every wallet, over real HTTP.

use super::*;

const QR: [(ChannelKind, &str); 3] = [
    (ChannelKind::Wechat, "weixin://wxpay/bizpayurl?pr=AbCd"),
    (ChannelKind::Alipay, "https://qr.alipay.com/bax01234"),
    (ChannelKind::Unionpay, "https://qr.95516.com/00010000/62120"),
];

fn living(bench: &Bench, ways: &[(ChannelKind, &str)]) -> String {
    let token = LinkToken::fresh().expect("token");
    let ways = ways.iter().map(|(kind, url)| (*kind, (*url).to_owned())).collect();
    bench.links.send_modify(|links| {
        links.set(token, ways);
    });
    format!("/p/{}", token.reveal())
}

/// Status, where it leads, and the page.
async fn visit(bench: &Bench, path: &str, agent: &str) -> (u16, Option<String>, String) {
    let answer = browser().get(bench.url(path)).header("user-agent", agent).send().await.expect("answer");
    let headers = answer.headers().clone();
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("connection", "close"),
    ] {
        assert_eq!(headers.get(name).and_then(|told| told.to_str().ok()), Some(value), "{name} of {path}");
    }
    let policy = headers["content-security-policy"].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    let location = headers.get("location").map(|told| told.to_str().expect("text").to_owned());
    (answer.status().as_u16(), location, answer.text().await.expect("page"))
}

#[tokio::test]
async fn every_wallet_is_sent_to_its_own_channels_code() {
    let bench = Bench::plain(vec![]).await;
    let path = living(&bench, &QR);
    for (agent, url) in [
        ("Mozilla/5.0 AliApp(AP/10.6.20) AlipayClient/10.6.20.6000 Language/zh-Hans", QR[1].1),
        ("Mozilla/5.0 Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI", QR[0].1),
        ("Mozilla/5.0 (com.unionpay.chsp) UnionPay/1.0 CloudPay", QR[2].1),
        ("Mozilla/5.0 UnionPay/1.0 ICBCAndroidBSNew", QR[2].1),
    ] {
        let (status, location, page) = visit(&bench, &path, agent).await;
        assert_eq!((status, location.as_deref(), page.as_str()), (302, Some(url), ""), "{agent}");
    }
}

#[tokio::test]
async fn anyone_else_chooses_on_a_page() {
    let bench = Bench::plain(vec![]).await;
    let path = living(&bench, &QR);
    for agent in ["Mozilla/5.0 Version/17.5 Mobile/15E148 Safari/604.1", "", "curl/8"] {
        let (status, location, page) = visit(&bench, &path, agent).await;
        assert_eq!((status, location), (200, None), "{agent}");
        assert!(QR.iter().all(|(_, url)| page.contains(&format!("href=\"{url}\""))), "{page}");
    }
    let only_alipay = living(&bench, &QR[1..2]);
    let (status, location, page) = visit(&bench, &only_alipay, "MicroMessenger/8.0.49").await;
    assert_eq!((status, location), (200, None), "a wallet whose channel this payment lacks");
    assert!(page.contains(QR[1].1) && !page.contains("weixin://"), "{page}");
}

#[tokio::test]
async fn a_link_dies_with_its_payment() {
    let bench = Bench::plain(vec![]).await;
    let path = living(&bench, &QR);
    assert_eq!(visit(&bench, &path, "AlipayClient/1").await.0, 302);
    bench.links.send_modify(|links| links.remove(&LinkToken::parse(&path[3..]).expect("token")));
    for gone in [path.as_str(), "/p/AAAAAAAAAAAAAAAAAAAAAA", "/p/short", "/p/%2e%2e%2f", "/p/支付"] {
        for agent in ["AlipayClient/1", "MicroMessenger/8", "Safari/604"] {
            let (status, location, page) = visit(&bench, gone, agent).await;
            assert_eq!((status, location), (404, None), "{gone}");
            assert!(page.contains("已失效") && page.contains("no longer valid"), "{gone}");
        }
    }
}

#[tokio::test]
async fn nobody_is_sent_to_a_stranger() {
    let bench = Bench::plain(vec![]).await;
    let path =
        living(&bench, &[(ChannelKind::Alipay, "https://evil.example/"), (ChannelKind::Wechat, QR[0].1)]);
    let (status, location, page) = visit(&bench, &path, "AlipayClient/1").await;
    assert_eq!((status, location), (200, None));
    assert!(!page.contains("evil.example"), "{page}");
    for path in ["/", "/p", "/p/", "/notify", "/p/a/b", "//evil.example"] {
        let (status, location, _) = visit(&bench, path, "AlipayClient/1").await;
        assert_eq!((status, location), (404, None), "{path}");
    }
}

#[test]
fn a_public_url_is_an_address_and_makes_links() {
    let token = LinkToken::fresh().expect("token");
    for (url, good) in [
        ("https://pay.example.edu", true),
        ("https://pay.example.edu/kiosk-1/", true),
        ("http://10.0.0.7:8480", true),
        ("http://[fd00::7]:8480", true),
        ("https://", false),
        ("https:///p", false),
        ("ftp://pay.example.edu", false),
        ("pay.example.edu", false),
        ("https://pay.example.edu?x=1", false),
        ("https://pay.example.edu#x", false),
        ("https://user@pay.example.edu", false),
        ("https://pay.example.edu/ x", false),
        (&format!("https://{}", "a".repeat(60)), false),
    ] {
        let config =
            FrontConfig { listen: "127.0.0.1:0".parse().expect("address"), public_url: url.to_owned() };
        assert_eq!(config.check().is_ok(), good, "{url}");
        let link = config.link(&token);
        assert_eq!(link, format!("{}/p/{}", url.trim_end_matches('/'), token.reveal()));
    }
}
