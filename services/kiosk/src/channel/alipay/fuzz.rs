//! Fuzz targets of Alipay's parsers: see [`crate::fuzz`].

use super::canon;
use super::wire::Node;

/// An answer: cut, and its node read. The node is what the signature covers, so it must lie in the body as it came.
pub(crate) fn answer(bytes: &[u8]) {
    let Ok(body) = std::str::from_utf8(bytes) else { return };
    let Some(signed) = canon::cut(body, "alipay.trade.query") else { return };
    assert!(signed.node.starts_with('{') && signed.node.ends_with('}'), "the node is an object");
    assert!(body.contains(signed.node), "the node is cut, not rewritten");
    if serde_json::from_str::<serde_json::Value>(body).is_ok() {
        let whole = serde_json::from_str::<serde_json::Value>(signed.node);
        assert!(whole.is_ok(), "a node of a JSON text is JSON");
    }
    if let Ok(node) = serde_json::from_str::<Node>(signed.node) {
        // The word for the money must exist for every node that can be read.
        let _verdict = node.verdict();
    }
}
