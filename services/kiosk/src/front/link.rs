//! Short links: who may be sent where. A link stands for one payment and dies with it.

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::channel::ChannelKind;

/// 128 bits: nobody guesses one of the few that live at a time.
const TOKEN_BYTES: usize = 16;
/// Longest URL that anybody is sent to; channels' codes have some 60 characters.
const URL_BYTES_MAX: usize = 2048;

/// Where a channel's codes may lead: scheme and, for the web, the ends of host names. All else is refused, so that
/// no answer of anybody can turn the kiosk's address into a way to somewhere else.
const PLACES: &[(ChannelKind, &str, &[&str])] = &[
    (ChannelKind::Alipay, "https", &["alipay.com", "alipaydev.com"]),
    (ChannelKind::Alipay, "alipays", &[]),
    (ChannelKind::Wechat, "weixin", &[]),
    (ChannelKind::Wechat, "https", &["weixin.qq.com", "wechatpay.cn"]),
    (ChannelKind::Unionpay, "https", &["95516.com", "unionpay.com"]),
    (ChannelKind::Unionpay, "upwallet", &[]),
    (ChannelKind::Unionpay, "upwrp", &[]),
];

/// The unguessable part of a link. It is as good as the payment's codes, so it does not print.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkToken([u8; TOKEN_BYTES]);

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(**)")
    }
}

impl LinkToken {
    /// A new one; none only where the machine has no entropy.
    pub fn fresh() -> Option<Self> {
        let mut bytes = [0; TOKEN_BYTES];
        rand::fill(&mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// Reads what [`Self::reveal`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// 22 characters, for the link and nobody else.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// The links that live, each with the codes of its payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links(HashMap<LinkToken, Vec<(ChannelKind, String)>>);

impl Links {
    /// Sets a payment's ways to pay, in the order to show them. A URL that is not its channel's is left out; how
    /// many were.
    pub fn set(&mut self, token: LinkToken, ways: Vec<(ChannelKind, String)>) -> usize {
        let told = ways.len();
        let ways: Vec<_> = ways.into_iter().filter(|(kind, url)| leads_home(*kind, url)).collect();
        let left_out = told.saturating_sub(ways.len());
        self.0.insert(token, ways);
        left_out
    }

    /// Ends a link.
    pub fn remove(&mut self, token: &LinkToken) {
        self.0.remove(token);
    }

    /// The ways to pay of a link that lives.
    pub fn ways(&self, token: &LinkToken) -> Option<&[(ChannelKind, String)]> {
        self.0.get(token).map(Vec::as_slice)
    }
}

/// Whether a URL is one of the channel's own, by [`PLACES`].
pub fn leads_home(kind: ChannelKind, url: &str) -> bool {
    let plain = url.len() <= URL_BYTES_MAX && url.bytes().all(|byte| byte.is_ascii_graphic());
    let Some((scheme, rest)) = url.split_once("://").filter(|(_, rest)| plain && !rest.is_empty()) else {
        return false;
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let host = rest.get(..end).unwrap_or_default().to_ascii_lowercase();
    let at = |name: &&str| {
        host.strip_suffix(*name).is_some_and(|front| front.is_empty() || front.ends_with('.'))
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    };
    let fits = |hosts: &[&str]| hosts.is_empty() || hosts.iter().any(at);
    PLACES.iter().any(|(of, of_scheme, hosts)| *of == kind && *of_scheme == scheme && fits(hosts))
}

#[cfg(test)]
mod tests;
