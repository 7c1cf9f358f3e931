//! The platform's published example, and what is a message.

use super::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_published_example_is_signed_as_published() {
    let example = fields(&[
        ("appid", "wxd930ea5d5a258f4f"),
        ("mch_id", "10000100"),
        ("device_info", "1000"),
        ("body", "test"),
        ("nonce_str", "ibuaiVcKdpRxkhJA"),
        ("attach", ""),
    ]);
    let key = "192006250b4c09247ec02edce69f6a2d";
    assert_eq!(sign(&example, key, SignType::Md5), "9A0A8659F005D6984697E2CA0A9CF3B7");
    assert_eq!(
        sign(&example, key, SignType::HmacSha256),
        "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"
    );
}

#[test]
fn messages_are_flat_and_bring_nothing_of_their_own() {
    let want = fields(&[("a", "1 & 2"), ("b", "午餐<x>")]);
    let text = "<?xml version=\"1.0\"?>\n<xml>\n <a>1 &amp; 2</a>\n <b><![CDATA[午餐<x>]]></b>\n</xml>\n";
    assert_eq!(read(text.as_bytes()), Some(want.clone()));
    assert_eq!(read(write(&want).as_bytes()), Some(want));
    let tricky = fields(&[("a", "x]]>y]]")]);
    assert_eq!(read(write(&tricky).as_bytes()), Some(tricky));
    for bad in [
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><a>&e;</a></xml>",
        "<xml><a>&e;</a></xml>",
        "<xml><a><b>1</b></a></xml>",
        "<xml><a>1</a><a>2</a></xml>",
        "<xml><a>1</a>",
        "<xml></xml>",
        "appid=1",
        "",
    ] {
        assert_eq!(read(bad.as_bytes()), None, "{bad}");
    }
}
