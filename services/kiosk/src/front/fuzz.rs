//! Fuzz targets of what strangers send to the front: see [`crate::fuzz`].

use super::{LinkToken, Links, leads_home, page, wallet};
use crate::channel::ChannelKind;

/// A link's token, a browser's name for itself, a channel's URL: whatever is shown cannot leave its attribute.
pub(crate) fn front(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(token) = LinkToken::parse(text) {
        assert_eq!(token.reveal(), text, "two texts are one token");
        assert!(Links::default().ways(&token).is_none(), "a token that nobody gave out leads somewhere");
    }
    let _kind = wallet(text);
    let plain = page::ways(&[]);
    for kind in [ChannelKind::Alipay, ChannelKind::Wechat, ChannelKind::Unionpay] {
        let shown = page::ways(&[(kind, text.to_owned())]);
        let marks = |page: &str| (page.matches('<').count(), page.matches('"').count());
        let link = marks(&page::ways(&[(kind, String::new())]));
        assert_eq!(marks(&shown), link, "a URL brings tags or attributes of its own");
        assert!(shown.len() >= plain.len());
        if leads_home(kind, text) {
            assert!(text.is_ascii() && text.contains("://"), "a URL of the channel's is plain");
        }
    }
}
