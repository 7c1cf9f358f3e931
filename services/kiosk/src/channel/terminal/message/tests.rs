//! Messages that are none, words of later versions, and cards that arrive with more digits than they should.

use proptest::prelude::*;

use super::*;

#[test]
fn no_more_than_four_digits_of_a_card_are_kept() {
    for (told, kept) in [
        ("0042", "0042"),
        ("6222020200000042", "0042"),
        ("6222 0202 0000 0042", "0042"),
        ("622202******0042", "0042"),
        ("42", "42"),
        ("", ""),
        ("卡号", ""),
    ] {
        let json = format!(
            r#"{{"type":"sale","number":"A","state":"approved","card":{{"scheme":"UnionPay 6222020200000042","last4":"{told}"}}}}"#
        );
        let Ok(Answer::Sale(SaleFact { card: Some(card), .. })) = Answer::from_json(json.as_bytes()) else {
            panic!("{told}")
        };
        assert_eq!((card.scheme.as_str(), card.last4.as_str()), ("UnionPay ", kept));
        assert_eq!(format!("{card:?}"), "MaskedCard(**)");
    }
}

#[test]
fn words_of_later_versions_are_read_and_prove_nothing() {
    let state = |text: &str| match Answer::from_json(text.as_bytes()) {
        Ok(Answer::Sale(fact)) => fact.state,
        other => panic!("{other:?}"),
    };
    assert_eq!(state(r#"{"type":"sale","number":"A","state":"blessed","aura":[1,2]}"#), SaleState::Strange);
    assert_eq!(
        Answer::from_json(br#"{"type":"error","code":"eclipse"}"#),
        Ok(Answer::Error { code: Trouble::Trouble })
    );
}

#[test]
fn what_is_no_message_is_refused() {
    let long = "9".repeat(65);
    for json in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"type":"sale"}"#,
        r#"{"type":"sale","number":1,"state":"approved"}"#,
        r#"{"type":"sale","number":"A","state":"approved","amount":"1230"}"#,
        r#"{"type":"sale","number":"A","state":"approved","amount":12.3}"#,
        r#"{"type":"sale","number":"A","state":"approved","amount":9223372036854775808}"#,
        r#"{"type":"sale","number":"A","number":"B","state":"approved"}"#,
        r#"{"type":"ransom","number":"A"}"#,
        &format!(r#"{{"type":"sale","number":"A","state":"approved","reference":"{long}"}}"#),
        &"[".repeat(30_000),
    ] {
        assert_eq!(Answer::from_json(json.as_bytes()), Err(FrameError::Content), "{json}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(json in "\\PC{0,300}") {
        prop_assert!(Answer::from_json(json.as_bytes()).is_err());
    }
}
