//! A published vector, and everything that must not open.

use super::*;

const KEY: &[u8] = b"0123456789abcdef0123456789ABCDEF";
const SEALED: &str = "bz1mQGtugHE+xvD4swlMsg4mbrvl1y0RQwgxTxC9eNAnoXATr12HyoUn/oXqQFkdNMgpL22y7lC7wk2AOA==";

fn sealed() -> Sealed {
    Sealed {
        algorithm: ALGORITHM.to_owned(),
        nonce: "fdasflkja484".to_owned(),
        associated_data: Some("transaction".to_owned()),
        ciphertext: SEALED.to_owned(),
    }
}

#[test]
fn the_published_vector_opens() {
    let clear = ApiKey::new("test", KEY).expect("key").open(&sealed());
    assert_eq!(clear.as_deref(), Some(br#"{"out_trade_no":"T1","trade_state":"SUCCESS"}"#.as_slice()));
}

#[test]
fn nothing_else_opens() {
    let key = ApiKey::new("test", KEY).expect("key");
    let changes: [fn(&mut Sealed); 7] = [
        |s| s.algorithm = "AES".to_owned(),
        |s| s.nonce = "fdasflkja485".to_owned(),
        |s| s.nonce = "short".to_owned(),
        |s| s.associated_data = None,
        |s| s.ciphertext.replace_range(0..1, "c"),
        |s| s.ciphertext = "no base64!".to_owned(),
        |s| s.ciphertext.clear(),
    ];
    for (at, change) in changes.iter().enumerate() {
        let mut changed = sealed();
        change(&mut changed);
        assert_eq!(key.open(&changed), None, "change {at}");
    }
    let other = ApiKey::new("test", b"0123456789abcdef0123456789ABCDEE").expect("key");
    assert_eq!(other.open(&sealed()), None);
}

#[test]
fn a_key_has_32_characters_and_never_prints() {
    assert!(ApiKey::new("test", b"0123456789abcdef0123456789ABCDEF\n").is_ok());
    for bad in [&b""[..], b"0123456789abcdef0123456789ABCDE", b"0123456789abcdef0123456789ABCDE\xff"] {
        assert_eq!(ApiKey::new("wechat_apiv3_key", bad).err(), Some(KeyError::Malformed("wechat_apiv3_key")));
    }
    assert_eq!(format!("{:?}", ApiKey::new("test", KEY).expect("key")), "ApiKey(**)");
}
