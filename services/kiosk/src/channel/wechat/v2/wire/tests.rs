//! Three levels of every answer: only what is signed and about this merchant counts.

use super::*;

fn key() -> SharedKey {
    SharedKey::new("test", b"192006250b4c09247ec02edce69f6a2d").expect("key")
}

fn judged(pairs: &[(&str, &str)], signed: bool) -> Result<Said, Doubt> {
    let mut fields: Fields =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    if signed {
        fields.insert("sign".to_owned(), canon::sign(&fields, &key(), SignType::Md5));
    }
    said(fields, &key(), SignType::Md5, "1900000109", "wx1")
}

#[test]
fn an_answer_counts_only_when_every_level_holds() {
    let ok = ("return_code", "SUCCESS");
    let mine = [ok, ("mch_id", "1900000109"), ("appid", "wx1")];
    let with = |more: &[(&'static str, &'static str)]| [&mine[..], more].concat();
    assert!(matches!(judged(&with(&[("result_code", "SUCCESS")]), true), Ok(Said::Yes(_))));
    let refused = with(&[("result_code", "FAIL"), ("err_code", "NOTENOUGH")]);
    assert_eq!(judged(&refused, true), Ok(Said::No("NOTENOUGH".to_owned())));
    assert_eq!(judged(&with(&[("result_code", "SUCCESS")]), false), Err(Doubt::BadSignature));
    assert_eq!(judged(&refused, false), Err(Doubt::BadSignature), "an unsigned no is no proof");
    assert_eq!(judged(&with(&[]), true), Err(Doubt::Unparsable));
    assert_eq!(judged(&[("return_code", "FAIL"), ("result_code", "SUCCESS")], true), Err(Doubt::ServerError));
    assert_eq!(judged(&[], true), Err(Doubt::ServerError));
    for foreign in [("mch_id", "1900000110"), ("appid", "wx2")] {
        assert_eq!(judged(&[ok, ("result_code", "SUCCESS"), foreign], true), Err(Doubt::Unparsable));
    }
}

#[test]
fn only_listed_codes_prove_that_no_money_moved() {
    for (code, want) in [
        ("AUTHCODEEXPIRE", Proof::NotPaid(Refusal::CodeDead)),
        ("NOTENOUGH", Proof::NotPaid(Refusal::InsufficientFunds)),
        ("ORDERREVERSED", Proof::NotPaid(Refusal::Closed)),
        ("PARAM_ERROR", Proof::NotPaid(Refusal::Declined)),
        ("SYSTEMERROR", Proof::Unknown(Doubt::ServerError)),
        ("BANKERROR", Proof::Unknown(Doubt::ServerError)),
        ("ORDERPAID", Proof::Unknown(Doubt::ServerError)),
        ("OUT_TRADE_NO_USED", Proof::Unknown(Doubt::ServerError)),
        ("", Proof::Unknown(Doubt::ServerError)),
    ] {
        assert_eq!(refusal(code), want, "{code}");
    }
}
