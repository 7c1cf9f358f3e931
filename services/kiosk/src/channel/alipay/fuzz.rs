//! Fuzz targets of Alipay's parsers: see [`crate::fuzz`].

use time::macros::date;

use super::wire::Node;
use super::{bill, canon, told};
use crate::channel::{Proof, Told};

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

/// A notify's form, and what it would say of a trade if Alipay had signed it.
pub(crate) fn notify(bytes: &[u8]) {
    if let Some(fields) = canon::parse_form(bytes) {
        let _text = canon::signed_text(&fields, &["sign", "sign_type"]);
        if let Some(Told::Payment { proof: Proof::Paid(paid), .. }) = told::trade(&fields) {
            assert!(
                paid.amount.minor() > 0 && !paid.channel_ref.is_empty(),
                "a payment has money and a name"
            );
        }
    }
}

/// A bill's table; every row that is believed moves money.
pub(crate) fn bill(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(bill) = bill::parse(text, date!(2026 - 01 - 02), None) {
        assert!(bill.rows.iter().all(|row| row.amount.minor() > 0), "a row moves money");
    }
}

/// A bill as it is fetched: a zip of two GBK tables.
pub(crate) fn bill_zip(bytes: &[u8]) {
    if let Ok(text) = bill::unpack(bytes.to_vec()) {
        bill(text.as_bytes());
    }
}
