//! Which wallet opened a link, by its browser's `User-Agent`: a table, and nothing cleverer.

use crate::channel::ChannelKind;

/// Longest `User-Agent` looked at; real ones are below 600 bytes.
const AGENT_BYTES_MAX: usize = 2048;

/// What a wallet's own browser says of itself, in the order to look. Sources: the wallets' developer pages
/// (opendocs.alipay.com, developers.weixin.qq.com, open.unionpay.com); banks' apps that speak UnionPay's QR say
/// `UnionPay/<version> <bank>`, UnionPay's own adds `CloudPay`.
pub const WALLETS: &[(&str, ChannelKind)] = &[
    ("AlipayClient", ChannelKind::Alipay),
    ("MicroMessenger", ChannelKind::Wechat),
    ("CloudPay", ChannelKind::Unionpay),
    ("UnionPay/", ChannelKind::Unionpay),
];

/// The wallet, where it is one of [`WALLETS`].
pub fn wallet(user_agent: &str) -> Option<ChannelKind> {
    let agent = user_agent.get(..AGENT_BYTES_MAX).unwrap_or(user_agent);
    WALLETS.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests;
