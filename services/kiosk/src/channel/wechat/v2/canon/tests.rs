//! The platform's own published example, both ways of signing, and what must not verify.

use super::*;

fn example() -> Fields {
    [
        ("appid", "wxd930ea5d5a258f4f"),
        ("mch_id", "10000100"),
        ("device_info", "1000"),
        ("body", "test"),
        ("nonce_str", "ibuaiVcKdpRxkhJA"),
        ("detail", ""),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn key() -> SharedKey {
    SharedKey::new("test", b"192006250b4c09247ec02edce69f6a2d\n").expect("key")
}

#[test]
fn the_published_example_is_signed_as_published() {
    for (how, sign_as_published) in [
        (SignType::Md5, "9A0A8659F005D6984697E2CA0A9CF3B7"),
        (SignType::HmacSha256, "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"),
    ] {
        assert_eq!(sign(&example(), &key(), how), sign_as_published);
        let mut signed = example();
        signed.insert("sign".to_owned(), sign_as_published.to_owned());
        assert!(verifies(&signed, &key(), how));
        signed.insert("body".to_owned(), "tess".to_owned());
        assert!(!verifies(&signed, &key(), how), "changed");
    }
    assert!(!verifies(&example(), &key(), SignType::Md5), "unsigned");
}

#[test]
fn a_key_has_32_characters_and_never_prints() {
    for bad in [&b""[..], b"192006250b4c09247ec02edce69f6a2", b"192006250b4c09247ec02edce69f6a2\xff"] {
        assert_eq!(SharedKey::new("wechat_v2_key", bad).err(), Some(KeyError::Malformed("wechat_v2_key")));
    }
    assert_eq!(format!("{:?}", key()), "SharedKey(**)");
}
