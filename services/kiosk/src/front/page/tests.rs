//! The pages hold what they must and nothing that could act.

use super::*;

#[test]
fn a_page_offers_each_way_in_order_in_both_languages() {
    let page = ways(&[
        (ChannelKind::Wechat, "weixin://wxpay/bizpayurl?pr=A&b=\"><script>".to_owned()),
        (ChannelKind::Alipay, "https://qr.alipay.com/bax0".to_owned()),
        (ChannelKind::Terminal, "https://never.example/".to_owned()),
    ]);
    let wechat = "<a class=\"wechat\" href=\"weixin://wxpay/bizpayurl?pr=A&amp;b=&quot;&gt;&lt;script&gt;\">微信支付<small lang=\"en\">WeChat Pay</small></a>";
    let alipay =
        "<a class=\"alipay\" href=\"https://qr.alipay.com/bax0\">支付宝<small lang=\"en\">Alipay</small></a>";
    assert!(page.find(wechat).expect("WeChat Pay") < page.find(alipay).expect("Alipay"), "{page}");
    assert!(page.contains("选择支付方式") && page.contains("Choose how to pay"));
    assert!(!page.contains("<script") && !page.contains("never.example"), "{page}");
}

#[test]
fn a_dead_links_page_says_so_and_links_nowhere() {
    let page = over();
    assert!(page.contains("已失效") && page.contains("no longer valid") && !page.contains("<a "), "{page}");
}

/// The hash is openssl's: `printf %s "$STYLE" | openssl dgst -sha256 -binary | base64`.
#[test]
fn the_policy_names_the_one_style_by_openssls_hash() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new("openssl")
        .args(["dgst", "-sha256", "-binary"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl");
    child.stdin.take().expect("stdin").write_all(STYLE.as_bytes()).expect("input");
    let hash = STANDARD.encode(child.wait_with_output().expect("openssl").stdout);
    assert!(policy().contains(&format!("style-src 'sha256-{hash}'")), "{}", policy());
    assert!(policy().starts_with("default-src 'none';"));
    assert!(!STYLE.contains('<'), "nothing in it ends the element");
}
