//! The facts page's digest, forms, and un-encoded answers with whatever stands in them.

use super::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_known_text_has_the_known_digest() {
    let fields = fields(&[
        ("version", "5.1.0"),
        ("encoding", "UTF-8"),
        ("signMethod", "01"),
        ("certId", "69026276696"),
        ("bizType", "000000"),
        ("txnType", "01"),
        ("txnSubType", "07"),
        ("accessType", "0"),
        ("merId", "777290058110048"),
        ("orderId", "T00000001"),
        ("txnTime", "20260102030405"),
        ("txnAmt", "100"),
        ("currencyCode", "156"),
        ("signature", "is left out"),
    ]);
    assert_eq!(
        hex_digest(&signed_text(&fields)),
        "af759f8c9113a6e375b705a868d714764cd2f944afe4e472e7b463370c4a3ce5"
    );
}

#[test]
fn answers_are_cut_as_they_stand() {
    for (body, want) in [
        ("", Some(vec![])),
        ("respCode=00&respMsg=成功[0000000]", Some(vec![("respCode", "00"), ("respMsg", "成功[0000000]")])),
        ("a=x+/==&b=%20 +", Some(vec![("a", "x+/=="), ("b", "%20 +")])),
        (
            "c=-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----&d=",
            Some(vec![("c", "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----"), ("d", "")]),
        ),
        (
            "a={x=1&y=2}&b=[1&2]&c={&d=1",
            Some(vec![("a", "{x=1&y=2}"), ("b", "[1&2]"), ("c", "{"), ("d", "1")]),
        ),
        ("a=1&a=2", None),
        ("a=1&b", None),
        ("=1", None),
        ("a=1&&b=2", None),
        ("<html>503</html>", None),
    ] {
        assert_eq!(answer(body), want.map(|pairs| fields(&pairs)), "{body}");
    }
    let many: Vec<String> = (0..200).map(|at| format!("f{at}=1")).collect();
    assert_eq!(answer(&many.join("&")), None, "too many");
}

#[test]
fn forms_are_written_and_read() {
    let given = fields(&[("orderDesc", "宫保鸡丁 & 100%"), ("signature", "a+b/c=="), ("x", "~")]);
    let text = form(&given);
    assert_eq!(
        text,
        "orderDesc=%E5%AE%AB%E4%BF%9D%E9%B8%A1%E4%B8%81%20%26%20100%25&signature=a%2Bb%2Fc%3D%3D&x=~"
    );
    assert_eq!(parse_form(text.as_bytes()), Some(given));
    assert_eq!(parse_form(b"a=1+2"), Some(fields(&[("a", "1 2")])));
    for body in [&b"a"[..], b"a=1&a=1", b"a=%", b"a=%4", b"a=%zz", b"a=%FF", &[b'a', b'=', 0xFF]] {
        assert_eq!(parse_form(body), None, "{body:?}");
    }
}
