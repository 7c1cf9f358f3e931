//! The pages that a payer may see, pure: two languages, large targets, no script, nothing loaded from anywhere.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::channel::ChannelKind;

/// All of the look. Its hash stands in the security policy, so no other style can be brought in.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:flex;justify-content:center;font:18px/1.5 system-ui,-apple-system,\
\"PingFang SC\",\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif;background:#f4f6f8;color:#16202a}\
main{width:100%;max-width:28rem;padding:2.5rem 1.25rem;box-sizing:border-box}\
h1{font-size:1.6rem;line-height:1.3;margin:0 0 .25rem}h1 span,p span{display:block}\
p{color:#4a5763;margin:.25rem 0 1.75rem}\
a{display:flex;align-items:center;justify-content:space-between;min-height:4.5rem;padding:0 1.5rem;margin:0 0 1rem;\
border-radius:1.25rem;color:#fff;font-size:1.25rem;font-weight:600;text-decoration:none}\
a small{font-size:.95rem;font-weight:400}a:focus-visible{outline:4px solid #ffb000;outline-offset:3px}\
.alipay{background:#0b5fd0}.wechat{background:#0a7a3d}.unionpay{background:#c01a2b}\
@media(prefers-color-scheme:dark){body{background:#10161c;color:#eef2f5}p{color:#a9b6c1}}";

/// Class, Chinese and English name of a way that has a code.
const fn name(kind: ChannelKind) -> Option<(&'static str, &'static str, &'static str)> {
    match kind {
        ChannelKind::Alipay => Some(("alipay", "支付宝", "Alipay")),
        ChannelKind::Wechat => Some(("wechat", "微信支付", "WeChat Pay")),
        ChannelKind::Unionpay => Some(("unionpay", "云闪付", "UnionPay")),
        ChannelKind::Campus | ChannelKind::Terminal => None,
    }
}

/// The `Content-Security-Policy` of every page: this style, links that the payer touches, and nothing else.
pub(super) fn policy() -> String {
    let hash = STANDARD.encode(digest::digest(&digest::SHA256, STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The ways to pay of a payment that lives.
pub(super) fn ways(ways: &[(ChannelKind, String)]) -> String {
    let links: String = ways
        .iter()
        .filter_map(|(kind, url)| {
            let (class, zh, en) = name(*kind)?;
            let url = escape(url);
            Some(format!("<a class=\"{class}\" href=\"{url}\">{zh}<small lang=\"en\">{en}</small></a>\n"))
        })
        .collect();
    whole(
        ("选择支付方式", "Choose how to pay"),
        (
            "点按后在钱包里确认。打不开时，请用钱包扫描屏幕上的码。",
            "Tap one and confirm in your wallet. If it does not open, scan the code on the screen with the wallet.",
        ),
        &links,
    )
}

/// A link that does not live, or never did.
pub(super) fn over() -> String {
    whole(
        ("此付款码已失效", "This code is no longer valid"),
        (
            "付款已完成、已取消或已超时。请看收款屏幕。",
            "The payment is done, was cancelled or took too long. Please look at the kiosk's screen.",
        ),
        "",
    )
}

fn whole(title: (&str, &str), text: (&str, &str), links: &str) -> String {
    let ((title_zh, title_en), (text_zh, text_en)) = (title, text);
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title_zh} · {title_en}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>{title_zh}<span lang=\"en\">{title_en}</span></h1>\n\
         <p>{text_zh}<span lang=\"en\">{text_en}</span></p>\n{links}</main>\n</body>\n</html>\n"
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
