//! Where links lead, and that nobody guesses one.

use proptest::prelude::*;

use super::*;

#[test]
fn codes_lead_to_their_own_channel_and_nowhere_else() {
    use ChannelKind::{Alipay, Campus, Terminal, Unionpay, Wechat};
    for (kind, url, good) in [
        (Alipay, "https://qr.alipay.com/bax01234abcd", true),
        (Alipay, "https://QR.Alipay.com/bax0", true),
        (Alipay, "https://alipay.com", true),
        (Alipay, "alipays://platformapi/startapp?saId=10000007", true),
        (Wechat, "weixin://wxpay/bizpayurl?pr=AbC", true),
        (Wechat, "https://payapp.weixin.qq.com/t/x", true),
        (Unionpay, "https://qr.95516.com/00010000/6212", true),
        (Unionpay, "upwallet://html/x", true),
        (Alipay, "weixin://wxpay/bizpayurl?pr=AbC", false),
        (Wechat, "https://qr.alipay.com/bax0", false),
        (Campus, "https://qr.alipay.com/bax0", false),
        (Terminal, "https://qr.95516.com/1", false),
        (Alipay, "http://qr.alipay.com/bax0", false),
        (Alipay, "https://evil.example/qr.alipay.com", false),
        (Alipay, "https://notalipay.com/", false),
        (Alipay, "https://qr.alipay.com.evil.example/", false),
        (Alipay, "https://qr.alipay.com@evil.example/", false),
        (Alipay, "https://evil.example@qr.alipay.com/", false),
        (Alipay, "https://evil.example\\.alipay.com/", false),
        (Alipay, "https://evil.example#.alipay.com/", false),
        (Alipay, "https://evil.example?.alipay.com/", false),
        (Alipay, "https://qr.alipay.com:8443/", false),
        (Alipay, "https:///qr.alipay.com/", false),
        (Alipay, "https://qr.alipay.com/\r\nset-cookie: a=b", false),
        (Alipay, "https://qr.alipay.com/支", false),
        (Alipay, "javascript://alert(1)", false),
        (Wechat, "javascript:weixin://", false),
        (Wechat, "weixin://", false),
        (Alipay, "data:text/html,x", false),
        (Alipay, "", false),
    ] {
        assert_eq!(leads_home(kind, url), good, "{kind:?} {url:?}");
    }
    assert!(!leads_home(Wechat, &format!("weixin://{}", "a".repeat(2048))), "too long");
}

#[test]
fn a_link_lives_until_it_is_removed_and_keeps_only_what_leads_home() {
    let (one, two) = (LinkToken::fresh().expect("token"), LinkToken::fresh().expect("token"));
    let mut links = Links::default();
    let good = (ChannelKind::Alipay, "https://qr.alipay.com/bax0".to_owned());
    assert_eq!(
        links.set(one, vec![good.clone(), (ChannelKind::Wechat, "https://evil.example/".to_owned())]),
        1
    );
    assert_eq!((links.ways(&one), links.ways(&two)), (Some([good].as_slice()), None));
    links.remove(&one);
    assert_eq!(links.ways(&one), None);
}

#[test]
fn tokens_differ_read_back_and_do_not_print() {
    let token = LinkToken::fresh().expect("token");
    let text = token.reveal();
    assert_eq!((text.len(), LinkToken::parse(&text)), (22, Some(token)));
    assert_ne!(LinkToken::fresh(), Some(token));
    assert_eq!(format!("{token:?}"), "LinkToken(**)");
    for bad in ["", "AAAA", &text[1..], &format!("{text}A"), "!!!!!!!!!!!!!!!!!!!!!!"] {
        assert_eq!(LinkToken::parse(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(url in "\\PC{0,200}") {
        prop_assert!(!leads_home(ChannelKind::Campus, &url));
        prop_assert!(LinkToken::parse(&url).is_none_or(|token| token.reveal() == url));
    }
}
