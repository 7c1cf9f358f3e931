//! One signed call of the gateway: the exact bytes out, the verified node back.

use std::collections::BTreeMap;

use serde::Serialize;
use time::UtcOffset;
use time::macros::{format_description, offset};

use super::wire::{Node, Verdict};
use super::{Alipay, canon};
use crate::channel::{Doubt, exchange};

/// Alipay's clock.
pub(super) const GMT8: UtcOffset = offset!(+8);

/// Whether a call tells where notifies go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notify {
    /// It begins a trade.
    Wanted,
    /// It asks about one.
    No,
}

impl Alipay {
    /// One signed call, its verified node.
    pub(super) async fn call(
        &self,
        method: &str,
        content: &impl Serialize,
        notify: Notify,
    ) -> Result<Node, Doubt> {
        let params = self.signed_params(method, content, notify)?;
        let request = self
            .http
            .post(&self.config.gateway)
            .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
            .body(canon::form(&params));
        let answer = exchange::exchange(request).await?;
        let node = self.keys.verified(&answer.body, method)?;
        let node: Node = serde_json::from_str(node).map_err(|_not_json| Doubt::Unparsable)?;
        // A refusal of the business (an unscanned code, an empty purse) is a till's daily bread; others are ours to mend.
        let daily = node.code == "40004";
        if !daily && !matches!(node.verdict(), Verdict::Ok | Verdict::Waiting) {
            tracing::warn!(method, code = node.code, sub_code = node.sub_code, "alipay refused");
        }
        Ok(node)
    }

    /// A call's parameters with our signature over them.
    pub(super) fn signed_params(
        &self,
        method: &str,
        content: &impl Serialize,
        notify: Notify,
    ) -> Result<BTreeMap<&'static str, String>, Doubt> {
        let now = time::OffsetDateTime::from_unix_timestamp((self.clock)())
            .map_err(|_clock_broken| Doubt::Transport)?;
        let timestamp = now
            .to_offset(GMT8)
            .format(format_description!("[year]-[month]-[day] [hour]:[minute]:[second]"))
            .map_err(|_clock_broken| Doubt::Transport)?;
        let mut params = BTreeMap::from([
            ("app_id", self.config.app_id.clone()),
            ("method", method.to_owned()),
            ("format", "JSON".to_owned()),
            ("charset", "utf-8".to_owned()),
            ("sign_type", "RSA2".to_owned()),
            ("timestamp", timestamp),
            ("version", "1.0".to_owned()),
            ("biz_content", serde_json::to_string(content).map_err(|_never| Doubt::Unparsable)?),
        ]);
        if let Some(url) = self.config.notify_url.as_ref().filter(|_url| notify == Notify::Wanted) {
            params.insert("notify_url", url.clone());
        }
        self.keys.sign(&mut params)?;
        Ok(params)
    }
}
