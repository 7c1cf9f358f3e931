//! A channel as configuration names it, in lower case.

use serde::{Deserialize, Serialize};

use crate::channel::ChannelKind;

/// Every channel.
const KINDS: [ChannelKind; 5] = [
    ChannelKind::Alipay,
    ChannelKind::Wechat,
    ChannelKind::Campus,
    ChannelKind::Unionpay,
    ChannelKind::Terminal,
];

/// A channel, read by its [`ChannelKind::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChannelName(pub ChannelKind);

/// No channel has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such channel; there are alipay, wechat, campus, unionpay and terminal")]
pub struct BadChannelName;

impl ChannelName {
    /// Reads a channel's name in lower case.
    ///
    /// # Errors
    /// [`BadChannelName`].
    pub fn parse(name: &str) -> Result<Self, BadChannelName> {
        KINDS.into_iter().find(|kind| kind.name() == name).map(Self).ok_or(BadChannelName)
    }
}

impl TryFrom<String> for ChannelName {
    type Error = BadChannelName;
    fn try_from(name: String) -> Result<Self, BadChannelName> {
        Self::parse(&name)
    }
}

impl From<ChannelName> for String {
    fn from(name: ChannelName) -> Self {
        name.0.name().to_owned()
    }
}
