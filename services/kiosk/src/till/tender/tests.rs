//! Tenders are bounded and never print themselves.

use super::{BadTender, CardUid, PayCode, Tender};

#[test]
fn codes_are_printable_and_bounded() {
    assert_eq!(
        PayCode::new(" 281234567890123401\r\n").map(|c| c.reveal().to_owned()),
        Ok("281234567890123401".into())
    );
    for text in ["", "  ", "28\u{0}1", "28 1", "码", &"1".repeat(257)] {
        assert_eq!(PayCode::new(text), Err(BadTender::NotACode), "{text:?}");
    }
}

#[test]
fn uids_have_the_standards_lengths() {
    assert_eq!(CardUid::from_hex("04A1b2C3\n").map(|u| u.reveal().to_vec()), Ok(vec![4, 0xa1, 0xb2, 0xc3]));
    for text in ["", "04A1B2", "04A1B2C", "04A1B2G3", "é4A1B2C", "0401020304"] {
        assert_eq!(CardUid::from_hex(text), Err(BadTender::NotAUid), "{text:?}");
    }
}

#[test]
fn nothing_prints_itself() {
    let code = Tender::Code(PayCode::new("281234567890123401").expect("code"));
    let card = Tender::Card(CardUid::new(&[0xde, 0xad, 0xbe, 0xef]).expect("uid"));
    let shown = format!("{code:?} {card:?}");
    assert_eq!(shown, "Code(PayCode(**)) Card(CardUid(**))");
}
