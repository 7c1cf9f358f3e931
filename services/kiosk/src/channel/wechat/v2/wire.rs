//! What an answer of v2 says, in its three levels: whether it was understood, what it did, and why not.

use super::Fields;
use super::canon::{self, SharedKey, SignType};
use crate::channel::{Doubt, Proof, Refusal};

/// A signed answer about this merchant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Done, with what is told of it.
    Yes(Fields),
    /// Refused with this code.
    No(String),
}

/// Judges an answer. Where it was not understood, it is unsigned and names no code: that proves nothing.
///
/// # Errors
/// [`Doubt`].
pub(super) fn said(
    fields: Fields,
    key: &SharedKey,
    how: SignType,
    mchid: &str,
    appid: &str,
) -> Result<Said, Doubt> {
    let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if get("return_code") != "SUCCESS" {
        tracing::warn!("wechat pay v2 did not understand; check the merchant's number and the key");
        return Err(Doubt::ServerError);
    }
    if !canon::verifies(&fields, key, how) {
        return Err(Doubt::BadSignature);
    }
    // A reverse names no merchant where it was refused; the signature says already whose answer it is.
    let foreign = |name, own| !get(name).is_empty() && get(name) != own;
    if foreign("mch_id", mchid) || foreign("appid", appid) {
        return Err(Doubt::Unparsable);
    }
    match get("result_code") {
        "SUCCESS" => Ok(Said::Yes(fields)),
        "FAIL" => {
            let code = get("err_code").to_owned();
            tracing::warn!(code, "wechat pay refused");
            Ok(Said::No(code))
        }
        _neither => Err(Doubt::Unparsable),
    }
}

/// What a refused order or charge proves. A code that is not listed by the platform proves nothing.
pub(super) fn refusal(code: &str) -> Proof {
    let refusal = match code {
        "AUTHCODEEXPIRE" | "AUTH_CODE_ERROR" | "AUTH_CODE_INVALID" => Refusal::CodeDead,
        "NOTENOUGH" => Refusal::InsufficientFunds,
        "ORDERCLOSED" | "ORDERREVERSED" => Refusal::Closed,
        "PARAM_ERROR"
        | "NOAUTH"
        | "NOTSUPORTCARD"
        | "BUYER_MISMATCH"
        | "APPID_NOT_EXIST"
        | "MCHID_NOT_EXIST"
        | "APPID_MCHID_NOT_MATCH"
        | "LACK_PARAMS"
        | "SIGNERROR"
        | "XML_FORMAT_ERROR"
        | "REQUIRE_POST_METHOD"
        | "POST_DATA_EMPTY"
        | "NOT_UTF8"
        | "TRADE_ERROR"
        | "INVALID_REQUEST" => Refusal::Declined,
        _not_proof => return Proof::Unknown(Doubt::ServerError),
    };
    Proof::NotPaid(refusal)
}

#[cfg(test)]
mod tests;
